import { readdirSync, readFileSync } from "node:fs";

const interval = 100;

/** Highest resident memory, in kB, that the kernel has seen of a process, or undefined where there is no such process. */
function peakOf(pid: string): number | undefined {
  try {
    if (!readFileSync(`/proc/${pid}/cmdline`, "utf8").includes("cmd/dynamic-provider")) return undefined;
    return Number(/VmHWM:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, "utf8"))?.[1]);
  } catch {
    return undefined; // it has ended meanwhile
  }
}

/** Watches the provider's process while something runs; megabytes, or undefined where the system does not tell. */
export async function withPeakMemory<T>(run: () => Promise<T>): Promise<{ result: T; megabytes?: number }> {
  if (process.platform !== "linux") return { result: await run() };
  let kilobytes = 0;
  const timer = setInterval(() => {
    for (const pid of readdirSync("/proc").filter((name) => /^\d+$/.test(name))) {
      kilobytes = Math.max(kilobytes, peakOf(pid) ?? 0);
    }
  }, interval);
  try {
    const result = await run();
    return { result, megabytes: kilobytes > 0 ? kilobytes / 1024 : undefined };
  } finally {
    clearInterval(timer);
  }
}
