import { parseArgs } from "node:util";
import { removeRunFolder, temporaryFolder } from "../engine/temporary";
import { titleOf, type Cell, type Result } from "./cell";
import { planKills, runKill, titleOfKill } from "./kills";
import { planCells, randomFrom, runCells, sample } from "./matrix";
import { runWithEngine } from "./real";

const { values: options } = parseArgs({
  options: {
    full: { type: "boolean", default: false },
    seed: { type: "string", default: "1" },
    only: { type: "string" },
    engine: { type: "string" },
    "no-cells": { type: "boolean", default: false },
    kills: { type: "string" },
    cells: { type: "string", default: "600" },
  },
});

/** Tells what happened to each cell, and how far it is. */
class Report {
  private run = 0;
  private untouched = 0;
  private readonly failed: string[] = [];
  private readonly started = Date.now();

  constructor(private readonly planned: number) {}

  readonly ended = (title: string, { problems, untouched }: Result): void => {
    this.run += 1;
    if (untouched) this.untouched += 1;
    if (problems.length > 0) {
      this.failed.push(title);
      console.log(`✘ ${title}: ${problems.slice(0, 3).join("; ")}`);
    }
    if (this.run % 100 === 0) console.log(`… ${this.run} of ${this.planned}, ${this.seconds()} s`);
  };

  private seconds(): number {
    return Math.round((Date.now() - this.started) / 1000);
  }

  close(what: string): number {
    const hold = this.run - this.failed.length;
    const spared = this.untouched === 0 ? "" : ` (${this.untouched} without a request that could have failed)`;
    console.log(`${hold} of ${this.run} ${what} hold${spared}, ${this.seconds()} s`);
    return this.failed.length;
  }
}

async function runMatrix(): Promise<number> {
  const { cells: planned, broken } = await planCells();
  const chosen = planned.filter(
    (cell) =>
      (options.full || !cell.fault.slow) && (options.only === undefined || titleOf(cell).includes(options.only)),
  );
  const cells =
    options.full || options.only !== undefined
      ? chosen
      : sample(chosen, Number(options.cells), randomFrom(Number(options.seed)));
  console.log(`${planned.length} cells planned, ${cells.length} of them run, seed ${options.seed}`);
  const report = new Report(cells.length + broken.length);
  for (const { title, result } of broken) report.ended(title, result);
  await runCells(cells, (cell, result) => report.ended(titleOf(cell), result));
  return report.close("cells") + (await runReal(chosen));
}

/** Cells that the real engine runs too: what holds there and here holds for the reason that is believed. */
async function runReal(planned: readonly Cell[]): Promise<number> {
  const usual = options.only === undefined ? (options.full ? 40 : 4) : 0;
  // Credentials that are renewed stand in a file, which only the quick level makes.
  const able = planned.filter(({ fault }) => !fault.slow && !/token/.test(fault.name));
  const cells = sample(able, Number(options.engine ?? usual), randomFrom(Number(options.seed)));
  if (cells.length === 0) return 0;
  const report = new Report(cells.length);
  for (const cell of cells) report.ended(`with the engine: ${titleOf(cell)}`, await runWithEngine(cell));
  return report.close("cells with the engine");
}

/** One after the other: each is about the moment, and a busy machine has no moments. */
async function runKills(count: number): Promise<number> {
  const kills = planKills(count, randomFrom(Number(options.seed)));
  const report = new Report(kills.length);
  for (const kill of kills) {
    const result = await runKill(kill);
    report.ended(titleOfKill(kill), result);
    if (result.problems.length === 0) console.log(`✔ ${titleOfKill(kill)}`);
  }
  return report.close("kills");
}

/** With --only, kills are run only where their number is given. */
async function runAll(): Promise<number> {
  const home = temporaryFolder("home");
  process.env["PULUMI_HOME"] = home;
  const usual = options.only === undefined ? (options.full ? 60 : 6) : 0;
  const kills = Number(options.kills ?? usual);
  return (options["no-cells"] ? 0 : await runMatrix()) + (kills > 0 ? await runKills(kills) : 0);
}

runAll().then(
  (failed) => {
    removeRunFolder();
    process.exit(failed === 0 ? 0 : 1);
  },
  (error: unknown) => {
    console.error(error);
    removeRunFolder();
    process.exit(1);
  },
);
