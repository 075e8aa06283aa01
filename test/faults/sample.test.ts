import assert from "node:assert/strict";
import { temporaryFolder } from "../engine/temporary";
import { titleOf, type Cell, type Result } from "./cell";
import { planCells, randomFrom, runCells, sample, type Plan } from "./matrix";
import { types, type Type } from "./program";
import { operations, type Operation } from "./subjects";

/** What can become of a request; each operation meets with one of each. */
const outcomes: readonly RegExp[] = [
  /connection refused|reset before/,
  /reset after|after the work|after the time-out|empty body/,
  /truncated|HTML with 200|result|redirect|without the work/,
  /expire|_/,
];

/** Refused for so long that the test would wait more than it learns. */
const lengthy = /QUERY_LIMIT_EXCEEDED|OPERATION_TIME_LIMIT/;

/** The same cells in each run; `npm run faults` draws others. */
const seed = 20;

function isOf(type: Type, operation: Operation): (cell: Cell) => boolean {
  return ({ subject }) => subject.type === type && subject.operation === operation;
}

/** One cell of each outcome, for every operation. */
function draw(cells: readonly Cell[]): Cell[] {
  const random = randomFrom(seed);
  const able = cells.filter(
    ({ fault, target }) => !lengthy.test(fault.name) && (!fault.isLate || target.times === "once"),
  );
  return types.flatMap((type) =>
    operations.flatMap((operation) =>
      outcomes.flatMap((outcome) => {
        const fitting = able.filter(isOf(type, operation)).filter(({ fault }) => outcome.test(fault.name));
        return sample(fitting, 1, random);
      }),
    ),
  );
}

describe("The fault matrix, a sample", () => {
  let plan: Plan;
  const results = new Map<Cell, Result>();
  const kept = process.env["PULUMI_HOME"];
  before(async () => {
    process.env["PULUMI_HOME"] = temporaryFolder("home");
    plan = await planCells();
    // All at once: they wait most of the time.
    await runCells(draw(plan.cells), (cell, result) => results.set(cell, result));
  });
  after(() => {
    if (kept === undefined) delete process.env["PULUMI_HOME"];
    else process.env["PULUMI_HOME"] = kept;
  });

  function holds(type: Type, operation: Operation): () => void {
    return () => {
      const own = [...results].filter(([cell]) => isOf(type, operation)(cell));
      assert.equal(own.length, outcomes.length, `${type} ${operation} fails without any fault`);
      const failed = own.filter(([, { problems }]) => problems.length > 0);
      assert.deepEqual(
        failed.map(([cell, { problems }]) => `${titleOf(cell)}: ${problems.join("; ")}`),
        [],
      );
    };
  }

  it("finds nothing wrong without a fault", () => assert.deepEqual(plan.broken, []));
  it("Connector create", holds("Connector", "create"));
  it("Connector read", holds("Connector", "read"));
  it("Connector update", holds("Connector", "update"));
  it("Connector replace", holds("Connector", "replace"));
  it("Connector delete", holds("Connector", "delete"));
  it("OpenLine create", holds("OpenLine", "create"));
  it("OpenLine read", holds("OpenLine", "read"));
  it("OpenLine update", holds("OpenLine", "update"));
  it("OpenLine replace", holds("OpenLine", "replace"));
  it("OpenLine delete", holds("OpenLine", "delete"));
  it("ConnectorActivation create", holds("ConnectorActivation", "create"));
  it("ConnectorActivation read", holds("ConnectorActivation", "read"));
  it("ConnectorActivation update", holds("ConnectorActivation", "update"));
  it("ConnectorActivation replace", holds("ConnectorActivation", "replace"));
  it("ConnectorActivation delete", holds("ConnectorActivation", "delete"));
  it("EventHandler create", holds("EventHandler", "create"));
  it("EventHandler read", holds("EventHandler", "read"));
  it("EventHandler replace", holds("EventHandler", "replace"));
  it("EventHandler delete", holds("EventHandler", "delete"));
  it("Placement create", holds("Placement", "create"));
  it("Placement read", holds("Placement", "read"));
  it("Placement replace", holds("Placement", "replace"));
  it("Placement delete", holds("Placement", "delete"));
});
