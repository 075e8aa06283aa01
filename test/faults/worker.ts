import type { Result } from "./cell";
import { cellOf, keyOf, planAll, runCells, type CellKey, type Place } from "./matrix";

/** What this process is asked to do: to plan all cells at some places, or to run some. */
export type Task = { readonly plan: readonly Place[] } | { readonly cells: readonly CellKey[] };

/** What it tells of it. `index` is the cell's place in the task. */
export type Report =
  | {
      readonly cells: readonly CellKey[];
      readonly broken: readonly { readonly title: string; readonly result: Result }[];
    }
  | { readonly index: number; readonly result: Result }
  | { readonly done: true; readonly peak: number };

function tell(report: Report): void {
  process.send?.(report);
}

async function work(task: Task): Promise<void> {
  if ("plan" in task) {
    const { cells, broken } = await planAll(task.plan);
    tell({ cells: cells.map(keyOf), broken });
  } else {
    const cells = task.cells.map(cellOf);
    await runCells(cells, (cell, result) => tell({ index: cells.indexOf(cell), result }));
  }
  tell({ done: true, peak: process.resourceUsage().maxRSS * 1024 });
}

// What fails here ends the process, which its parent notices.
process.once("message", (task: Task) => void work(task));
