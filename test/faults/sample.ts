import assert from "node:assert/strict";
import { temporaryFolder } from "../engine/temporary";
import { titleOf, type Cell, type Result } from "./cell";
import { planCells, randomFrom, runCells, sample, type Plan } from "./matrix";
import type { DoorName } from "./loaded";
import { operations, type Operation } from "./subjects";

/** What can become of a request; each operation meets with one of each. */
const outcomes: readonly RegExp[] = [
  /connection refused|reset before/,
  /reset after|after the work|after the time-out|empty body/,
  /truncated|HTML with 200|result|redirect|without the work/,
  /expire|_/,
];

/** Those that tell most of what goes on between the engine and the plugin, and take the least time. */
const outcomesThroughPlugin: readonly RegExp[] = [/reset after|after the work|empty body/, /^[A-Z_]+$/];

/** Refused for so long that the test would wait more than it learns. */
const lengthy = /QUERY_LIMIT_EXCEEDED|OPERATION_TIME_LIMIT/;

/** The same cells in each run; `npm run faults` draws others. */
const seed = 20;

function isOf(type: string, operation: Operation): (cell: Cell) => boolean {
  return ({ subject }) => subject.type === type && subject.operation === operation;
}

/** One cell of each outcome, for every operation. */
function draw(types: readonly string[], cells: readonly Cell[], outcomes: readonly RegExp[]): Cell[] {
  const random = randomFrom(seed);
  const able = cells.filter(
    ({ fault, target }) => !lengthy.test(fault.name) && (!fault.isLate || target.times === "once"),
  );
  // Some faults have two outcomes.
  const taken = new Set<Cell>();
  return types.flatMap((type) =>
    operations.flatMap((operation) =>
      outcomes.flatMap((outcome) => {
        const fitting = able.filter(isOf(type, operation)).filter(({ fault }) => outcome.test(fault.name));
        const [drawn] = sample(fitting, fitting.length, random).filter((cell) => !taken.has(cell));
        return drawn && taken.add(drawn) ? [drawn] : [];
      }),
    ),
  );
}

/** A sample of the fault matrix, run before the tests of the suite that asks for it. */
export interface Sample {
  /** Finds nothing wrong without a fault. */
  readonly isSound: () => void;
  /** A test that every cell of the operation that was drawn holds. */
  readonly holds: (type: string, operation: Operation) => () => void;
  /** A test that every cell that was drawn holds. */
  readonly allHold: () => void;
}

function assertHold(results: readonly (readonly [Cell, Result])[]): void {
  const failed = results.filter(([, { problems }]) => problems.length > 0);
  assert.deepEqual(
    failed.map(([cell, { problems }]) => `${titleOf(cell)}: ${problems.join("; ")}`),
    [],
  );
}

/** Draws from the cells of these types, and runs what it has drawn before the tests that follow. */
export function sampleOf(types: readonly string[], door: DoorName = "dynamic"): Sample {
  const wanted = door === "plugin" ? outcomesThroughPlugin : outcomes;
  let plan: Plan;
  let drawn: readonly Cell[] = [];
  const results = new Map<Cell, Result>();
  const kept = process.env["PULUMI_HOME"];
  before(async () => {
    process.env["PULUMI_HOME"] = temporaryFolder("home");
    plan = await planCells({ ground: "new", door, recovery: "up", imported: false }, types);
    drawn = draw(types, plan.cells, wanted);
    // All at once: they wait most of the time.
    await runCells(drawn, (cell, result) => results.set(cell, result));
  });
  after(() => {
    if (kept === undefined) delete process.env["PULUMI_HOME"];
    else process.env["PULUMI_HOME"] = kept;
  });
  return {
    isSound: () => assert.deepEqual(plan.broken, []),
    holds: (type, operation) => () => {
      const own = [...results].filter(([cell]) => isOf(type, operation)(cell));
      assert.equal(own.length, wanted.length, `${type} ${operation} fails without any fault`);
      assertHold(own);
    },
    allHold: () => {
      assert.ok(drawn.length > types.length * wanted.length && results.size === drawn.length);
      assertHold([...results]);
    },
  };
}
