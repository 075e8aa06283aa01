import { execFile } from "node:child_process";
import { promisify } from "node:util";

const execute = promisify(execFile);

interface Entry {
  readonly id: number;
  readonly parent: number;
  readonly words: string;
}

async function processes(): Promise<Entry[]> {
  const { stdout } = await execute("ps", ["-A", "-o", "pid=,ppid=,args="], { maxBuffer: 2 ** 26 });
  return stdout.split("\n").flatMap((line) => {
    const [, id, parent, words = ""] = /^\s*(\d+)\s+(\d+)\s+(.*)$/.exec(line) ?? [];
    return id === undefined ? [] : [{ id: Number(id), parent: Number(parent), words }];
  });
}

function descendants(all: readonly Entry[], id: number): number[] {
  const children = all.filter(({ parent }) => parent === id).map((entry) => entry.id);
  return [...children, ...children.flatMap((child) => descendants(all, child))];
}

/** The `pulumi up` that this test has started. */
function findUp(all: readonly Entry[]): number {
  const up = all.find(({ parent, words }) => parent === process.pid && /\bpulumi(\.exe)? up\b/.test(words));
  if (!up) throw new Error("no `pulumi up` is running");
  return up.id;
}

function signal(id: number, name: NodeJS.Signals): void {
  try {
    process.kill(id, name);
  } catch {
    // It has ended meanwhile.
  }
}

/** Kills the running `pulumi up` with everything that it has started, as the end of a machine does. */
export async function killUp(): Promise<void> {
  const all = await processes();
  const up = findUp(all);
  for (const id of [up, ...descendants(all, up)]) signal(id, "SIGKILL");
}

/** Presses Ctrl-C twice, as somebody does who does not want to wait. */
export async function interruptTwice(): Promise<void> {
  const all = await processes();
  const up = findUp(all);
  const group = [up, ...descendants(all, up)];
  for (let press = 0; press < 2; press++) {
    for (const id of group) signal(id, "SIGINT");
    await new Promise((resolve) => setTimeout(resolve, 300));
  }
}
