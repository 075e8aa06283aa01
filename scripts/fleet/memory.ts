import { readdirSync, readFileSync } from "node:fs";

/** The unit in which Linux tells of processor time. */
const ticksPerSecond = 100;

/** Seconds on processors of all that this process has started and that has ended; undefined where the system does not tell. */
export function processorSecondsOfChildren(): number | undefined {
  if (process.platform !== "linux") return undefined;
  const stat = readFileSync("/proc/self/stat", "utf8");
  // User and system time of children are the 14th and 15th field after the name of the program.
  const fields = stat.slice(stat.lastIndexOf(")") + 2).split(" ");
  return (Number(fields[13]) + Number(fields[14])) / ticksPerSecond;
}

/** Milliseconds between two looks. */
const interval = 500;

/** The parent of each process. */
function parents(): ReadonlyMap<number, number> {
  const found = new Map<number, number>();
  for (const name of readdirSync("/proc").filter((entry) => /^\d+$/.test(entry))) {
    try {
      const stat = readFileSync(`/proc/${name}/stat`, "utf8");
      // The name of the program, in parentheses, may hold spaces.
      found.set(Number(name), Number(stat.slice(stat.lastIndexOf(")") + 2).split(" ")[1]));
    } catch {
      continue; // it has ended meanwhile
    }
  }
  return found;
}

/** Megabytes that a process takes; what it shares with others counts in parts. */
function megabytesOf(pid: number): number {
  try {
    const kilobytes = /^Pss:\s+(\d+)/m.exec(readFileSync(`/proc/${pid}/smaps_rollup`, "utf8"))?.[1];
    return Number(kilobytes ?? 0) / 1024;
  } catch {
    return 0; // it has ended meanwhile
  }
}

/** Megabytes that a process and all that it has started take now. */
function megabytesOfAll(root: number): number {
  const known = parents();
  const belongs = (pid: number): boolean => {
    for (let one: number | undefined = pid; one !== undefined && one > 1; one = known.get(one))
      if (one === root) return true;
    return false;
  };
  return [...known.keys()].filter(belongs).reduce((sum, pid) => sum + megabytesOf(pid), 0);
}

/** Watches what a process and its children take; the most that was seen at once. Undefined where the system does not tell. */
export function watchMemory(root: number): () => number | undefined {
  if (process.platform !== "linux") return () => undefined;
  let most = 0;
  const timer = setInterval(() => (most = Math.max(most, megabytesOfAll(root))), interval);
  return () => {
    clearInterval(timer);
    return most;
  };
}
