import { parseArgs } from "node:util";
import { removeRunFolder, temporaryFolder } from "../engine/temporary";
import { doorOf } from "../doors/door";
import { recoveries, titleOf, type Cell, type Recovery, type Result } from "./cell";
import { grounds } from "./ground";
import { planKills, runKill, titleOfKill } from "./kills";
import { cellOf, keyOf, onePortalEach, randomFrom, sample } from "./matrix";
import { runWithEngine } from "./real";
import { peakMemory, plan, runInSlices } from "./slices";

const { values: options } = parseArgs({
  options: {
    full: { type: "boolean", default: false },
    seed: { type: "string", default: "1" },
    /** A part of the cells' titles; given several times, all of them. */
    only: { type: "string", multiple: true },
    /** How the engine calls the package: dynamic or plugin. */
    door: { type: "string", default: "dynamic" },
    /** What is done after the fault: "up", "refresh, up" or "refresh, up as before". */
    recovery: { type: "string", default: "up" },
    /** Whether the resources were imported, through the plugin. */
    imported: { type: "boolean", default: false },
    /** One portal instead of one for each cell by chance. */
    ground: { type: "string" },
    /** Such as 2/5: the second fifth of the cells, the same with the same seed. */
    part: { type: "string" },
    /** Such as 1001-2000, or 1001-: those cells, in the order of the seed. */
    range: { type: "string" },
    /** How often each cell is run. */
    repeat: { type: "string", default: "1" },
    engine: { type: "string" },
    "no-cells": { type: "boolean", default: false },
    kills: { type: "string" },
    cells: { type: "string", default: "600" },
  },
});

const door = doorOf(options.door);

function recoveryOf(name: string): Recovery {
  const recovery = recoveries.find((one) => one === name);
  if (!recovery) throw new Error(`there is no recovery "${name}": ${recoveries.join(" or ")}`);
  return recovery;
}

const recovery = recoveryOf(options.recovery);

/** What has been run so far, of everything. */
const total = { run: 0, failed: 0 };

/** Always the last line: what has been run, also where it was ended early. */
function sumUp(): void {
  const { run, failed } = total;
  console.log(`total: ${run} run, ${run - failed} hold, ${failed} failed, seed ${options.seed}, ${door.name}`);
}

/** Tells what happened to each cell, and how far it is. */
class Report {
  private run = 0;
  private untouched = 0;
  private worst = { waited: 0, title: "" };
  private readonly failed: string[] = [];
  private readonly started = Date.now();

  constructor(private readonly planned: number) {}

  readonly ended = (title: string, { problems, untouched, waited = 0 }: Result): void => {
    this.run += 1;
    total.run += 1;
    if (untouched) this.untouched += 1;
    if (waited > this.worst.waited) this.worst = { waited, title };
    if (problems.length > 0) {
      this.failed.push(title);
      total.failed += 1;
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
    const { waited, title } = this.worst;
    if (waited > 0) console.log(`the longest wait: ${Math.round(waited / 100) / 10} s, ${title}`);
    return this.failed.length;
  }
}

async function runMatrix(): Promise<number> {
  const random = randomFrom(Number(options.seed));
  const chosenGrounds = grounds.filter((ground) => options.ground === undefined || options.ground === ground);
  const places = chosenGrounds.map((ground) => ({ ground, door: door.key, recovery, imported: options.imported }));
  const { cells: keys, broken } = await plan(places);
  const all = keys.map(cellOf);
  const planned = options.ground === undefined ? onePortalEach(all, random) : all;
  const chosen = planned.filter((cell) => (options.only ?? []).every((part) => titleOf(cell).includes(part)));
  const isAll = options.full || options.only !== undefined;
  const drawn = sample(chosen, isAll ? chosen.length : Number(options.cells), random);
  const [part = 1, parts = 1] = (options.part ?? "1/1").split("/").map(Number);
  const [first = 1, last] = (options.range ?? "1-").split("-").map(Number);
  const cells = drawn.slice(first - 1, last || undefined).filter((_, index) => index % parts === part - 1);
  const repeated = Array.from({ length: Number(options.repeat) }, () => cells.map(keyOf)).flat();
  console.log(`${planned.length} cells planned, ${repeated.length} of them run, seed ${options.seed}`);
  const report = new Report(repeated.length + broken.length);
  for (const { title, result } of broken) report.ended(title, result);
  await runInSlices(repeated, (key, result) => report.ended(titleOf(cellOf(key)), result));
  const failed = report.close("cells");
  console.log(`the most memory of a process: ${Math.round(peakMemory() / 1e6)} MB`);
  return failed + (await runReal(chosen));
}

/** Cells that the real engine runs too: what holds there and here holds for the reason that is believed. */
async function runReal(planned: readonly Cell[]): Promise<number> {
  const usual = options.only === undefined ? (options.full ? 40 : 4) : 0;
  // Credentials that are renewed stand in a file, which only the quick level makes; it alone trusts the test's certificate.
  const able = planned.filter(({ fault, ground }) => !fault.isLate && ground === "new" && !/token/.test(fault.name));
  const cells = sample(able, Number(options.engine ?? usual), randomFrom(Number(options.seed)));
  if (cells.length === 0) return 0;
  const report = new Report(cells.length);
  for (const cell of cells) report.ended(`with the engine: ${titleOf(cell)}`, await runWithEngine(cell));
  return report.close("cells with the engine");
}

/** One after the other: each is about the moment, and a busy machine has no moments. */
async function runKills(count: number): Promise<number> {
  const kills = planKills(count, randomFrom(Number(options.seed)), door.key);
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

function end(code: number): void {
  removeRunFolder();
  sumUp();
  process.exit(code);
}

for (const signal of ["SIGINT", "SIGTERM"] as const) process.once(signal, () => end(1));

runAll().then(
  (failed) => end(failed === 0 ? 0 : 1),
  (error: unknown) => {
    console.error(error);
    end(1);
  },
);
