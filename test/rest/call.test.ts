import assert from "node:assert/strict";
import { ended, interrupted, outOfTime, resultOf, type Settled, type Waiting } from "../../provider/rest/call";
import { classify } from "../../provider/rest/refusal";

const method = "imconnector.register";

function call(more: Partial<Waiting> = {}): Waiting {
  return {
    command: { method, parameters: {} },
    repeatable: true,
    operation: { until: 0 },
    inOrder: false,
    refusals: new Map(),
    settle: () => undefined,
    ...more,
  };
}

/** Code, whether it may have been carried out, and the detail. */
function toldBy(settled: Settled): readonly [string, boolean, string | undefined] {
  assert.ok("outcome" in settled && "refusal" in settled.outcome);
  const { code, mayBeDone } = settled.outcome.refusal;
  return [code, mayBeDone, settled.detail];
}

describe("What a call comes to", () => {
  it("is classified once, for its method", () => {
    const refusal = { code: "ACCESS_DENIED", description: "" };
    const listed = resultOf(call({ command: { method: "imconnector.list", parameters: {} } }), { refusal });
    assert.ok("refusal" in listed);
    assert.match(listed.refusal.entry.meaning, /may not modify the connectors/);
    assert.equal(classify(listed.refusal, "event.bind"), listed.refusal);
    assert.deepEqual(resultOf(call(), { value: 1 }), { value: 1 });
  });

  it("says that an earlier attempt may have been carried out", () => {
    const refusal = classify({ code: "ACCESS_DENIED", description: "" }, method);
    assert.deepEqual(toldBy(ended(call(), refusal)), ["ACCESS_DENIED", false, undefined]);
    assert.deepEqual(toldBy(ended(call({ mayBeDone: true }), refusal)), ["ACCESS_DENIED", true, undefined]);
    assert.deepEqual(toldBy(interrupted(call())), ["INTERRUPTED", false, undefined]);
    assert.deepEqual(toldBy(interrupted(call({ mayBeDone: true }))), ["INTERRUPTED", true, undefined]);
  });

  it("is its last refusal when its time is up, and the reason of the wait where it never left", () => {
    const refusal = classify({ code: "QUERY_LIMIT_EXCEEDED", description: "" }, method);
    assert.equal(toldBy(outOfTime(call({ refusal }), false, undefined))[0], "QUERY_LIMIT_EXCEEDED");
    const never = outOfTime(call(), true, Date.UTC(2100, 0, 1));
    assert.equal(toldBy(never)[0], "NO_TIME_LEFT");
    assert.match(toldBy(never)[2] ?? "", /again from 2100-01-01T00:00:00\.000Z on\.$/);
    assert.doesNotMatch(toldBy(outOfTime(call(), true, 0))[2] ?? "", /again from/);
  });
});
