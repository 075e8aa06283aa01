import { fork } from "node:child_process";
import { join } from "node:path";
import type { Result } from "./cell";
import type { CellKey, Place } from "./matrix";
import type { Report, Task } from "./worker";

/** So many cells run in one process: what Node.js keeps of them goes with it. */
const slice = 150;
/** Processes that have enough to do, at once. */
const workers = 2;
/** A process with no more cells than this waits for the slowest of them, and another one may begin. */
const fewCells = 12;

/** The most memory that a process had, in bytes. */
let peak = 0;

export function peakMemory(): number {
  return peak;
}

/** Runs a task in a process of its own. */
function run(task: Task, heard: (report: Report) => void): Promise<void> {
  return new Promise((resolve, reject) => {
    const child = fork(join(__dirname, "worker.ts"), [], { execArgv: ["--require", "ts-node/register"] });
    let isDone = false;
    child.on("message", (report: Report) => {
      if (!("done" in report)) return heard(report);
      isDone = true;
      peak = Math.max(peak, report.peak);
      child.disconnect();
      child.kill();
    });
    child.once("error", reject);
    child.once("exit", (code, signal) => {
      if (isDone) resolve();
      else reject(new Error(`a process with cells ended with ${code ?? signal}`));
    });
    child.send(task);
  });
}

export interface PlannedKeys {
  readonly cells: readonly CellKey[];
  readonly broken: readonly { readonly title: string; readonly result: Result }[];
}

/** The cells at some places. */
export async function plan(places: readonly Place[]): Promise<PlannedKeys> {
  const planned: PlannedKeys[] = [];
  await run({ plan: places }, (report) => {
    if ("broken" in report) planned.push(report);
  });
  const [first] = planned;
  if (!first) throw new Error("nothing was planned");
  return first;
}

/** Runs a slice of cells; `nearlyDone` is called when few are left. A process that dies takes only its own cells along. */
async function runSlice(
  own: readonly CellKey[],
  ended: (cell: CellKey, result: Result) => void,
  nearlyDone: () => void,
): Promise<void> {
  const open = new Set(own);
  const close = (cell: CellKey, result: Result): void => {
    open.delete(cell);
    ended(cell, result);
    if (open.size <= fewCells) nearlyDone();
  };
  try {
    await run({ cells: own }, (report) => {
      const cell = "index" in report ? own[report.index] : undefined;
      if (cell && "index" in report) close(cell, report.result);
    });
  } catch (error) {
    for (const cell of open) close(cell, { problems: [String(error)] });
  }
}

/** Runs cells, slice by slice, and tells of each. */
export async function runInSlices(
  cells: readonly CellKey[],
  ended: (cell: CellKey, result: Result) => void,
): Promise<void> {
  const waiting = [...cells];
  const running: Promise<void>[] = [];
  const work = async (): Promise<void> => {
    while (waiting.length > 0) {
      const own = waiting.splice(0, slice);
      await new Promise<void>((resolve) => running.push(runSlice(own, ended, resolve).finally(resolve)));
    }
  };
  await Promise.all(Array.from({ length: workers }, work));
  await Promise.all(running);
}
