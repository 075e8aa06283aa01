import assert from "node:assert/strict";
import { Pauses } from "../../provider/rest/pauses";

const wait = (milliseconds: number, scope: "portal" | "method") => ({ action: "wait", milliseconds, scope }) as const;

describe("The waits that a portal imposes", () => {
  it("hold for all methods or for one, and the first of many refusals decides how long", () => {
    const pauses = new Pauses();
    assert.ok(pauses.wait("a", wait(500, "portal"), 100));
    assert.ok(!pauses.wait("b", wait(900, "portal"), 100));
    assert.equal(pauses.portalUntil, 600);
    assert.ok(pauses.wait("a", wait(2_000, "method"), 100));
    assert.ok(!pauses.wait("a", wait(5_000, "method"), 200));
    assert.deepEqual([pauses.readyAt("a"), pauses.readyAt("b")], [2_100, 0]);
    assert.ok(pauses.wait("a", wait(500, "portal"), 600));
    assert.equal(pauses.portalUntil, 1_100);
  });

  it("keep the time that the portal has told last", () => {
    const pauses = new Pauses();
    pauses.remember("a", 7);
    pauses.remember("a", undefined);
    assert.deepEqual([pauses.resetAt("a"), pauses.resetAt("b")], [7, undefined]);
  });
});
