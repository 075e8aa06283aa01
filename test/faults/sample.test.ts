import assert from "node:assert/strict";
import { temporaryFolder } from "../engine/temporary";
import { titleOf, type Cell } from "./cell";
import { planCells, randomFrom, runCells, sample, type Plan } from "./matrix";
import type { Type } from "./program";
import type { Operation } from "./subjects";

/** What can become of a request; each operation meets with one of each. */
const outcomes: readonly RegExp[] = [
  /connection refused|reset before/,
  /reset after|after the work|empty body/,
  /truncated|HTML with 200|result: false|redirect/,
  /expire|_/,
];

/** Refused for so long that the test would wait more than it learns. */
const lengthy = /QUERY_LIMIT_EXCEEDED|OPERATION_TIME_LIMIT/;

/** The same cells in each run; `npm run faults` draws others. */
const seed = 20;

describe("The fault matrix, a sample", () => {
  let plan: Plan;
  const kept = process.env["PULUMI_HOME"];
  before(async () => {
    process.env["PULUMI_HOME"] = temporaryFolder("home");
    plan = await planCells();
  });
  after(() => {
    if (kept === undefined) delete process.env["PULUMI_HOME"];
    else process.env["PULUMI_HOME"] = kept;
  });

  function drawn(type: Type, operation: Operation): Cell[] {
    const random = randomFrom(seed);
    const own = plan.cells.filter(
      ({ subject, fault }) =>
        subject.type === type && subject.operation === operation && !fault.slow && !lengthy.test(fault.name),
    );
    return outcomes.flatMap((outcome) =>
      sample(
        own.filter(({ fault }) => outcome.test(fault.name)),
        1,
        random,
      ),
    );
  }

  function holds(type: Type, operation: Operation): () => Promise<void> {
    return async () => {
      const cells = drawn(type, operation);
      assert.equal(cells.length, outcomes.length, `${type} ${operation} fails without any fault`);
      const failed: string[] = [];
      await runCells(cells, (cell, { problems }) => {
        if (problems.length > 0) failed.push(`${titleOf(cell)}: ${problems.join("; ")}`);
      });
      assert.deepEqual(failed, []);
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
