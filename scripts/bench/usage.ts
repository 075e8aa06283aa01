import { readdirSync, readFileSync, readlinkSync } from "node:fs";

const interval = 100;
/** The unit in which Linux tells of processor time. */
const ticksPerSecond = 100;

/** What the provider's process has taken. */
export interface Usage {
  /** The most memory that it has held at once. */
  readonly megabytes: number;
  /** Time on processors, as far as it was seen before the process ended. */
  readonly processorSeconds: number;
}

/** In the command line of a dynamic provider, and of the plugin. */
const provider = /cmd\/dynamic-provider|pulumi-resource-bitrix24/;

/** What the kernel says of a provider's process in a folder; undefined if it is none. */
function usageOf(pid: string, folder: string): Usage | undefined {
  try {
    if (!provider.test(readFileSync(`/proc/${pid}/cmdline`, "utf8"))) return undefined;
    // Others may be at work on the same machine.
    if (readlinkSync(`/proc/${pid}/cwd`) !== folder) return undefined;
    const megabytes = Number(/VmHWM:\s+(\d+)/.exec(readFileSync(`/proc/${pid}/status`, "utf8"))?.[1]) / 1024;
    const stat = readFileSync(`/proc/${pid}/stat`, "utf8");
    // The name of the program, in parentheses, may hold spaces; user and system time are the 12th and 13th field after it.
    const [user = 0, system = 0] = stat
      .slice(stat.lastIndexOf(")") + 2)
      .split(" ")
      .slice(11, 13)
      .map(Number);
    return { megabytes, processorSeconds: (user + system) / ticksPerSecond };
  } catch {
    return undefined; // it has ended meanwhile
  }
}

/** Watches the provider of a project while something runs; undefined where the system does not tell. */
export async function watched(folder: string | undefined, run: () => Promise<unknown>): Promise<Usage | undefined> {
  let usage: Usage | undefined;
  const look = (): void => {
    for (const pid of readdirSync("/proc").filter((name) => /^\d+$/.test(name))) {
      const found = usageOf(pid, folder ?? "");
      if (!found) continue;
      const { megabytes, processorSeconds } = found;
      usage = {
        megabytes: Math.max(usage?.megabytes ?? 0, megabytes),
        processorSeconds: Math.max(usage?.processorSeconds ?? 0, processorSeconds),
      };
    }
  };
  const timer = process.platform === "linux" && folder !== undefined ? setInterval(look, interval) : undefined;
  try {
    await run();
    return usage;
  } finally {
    clearInterval(timer);
  }
}
