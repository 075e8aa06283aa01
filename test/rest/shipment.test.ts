import assert from "node:assert/strict";
import { BatchRules } from "../../provider/rest/batch-rules";
import type { Operation, Waiting } from "../../provider/rest/call";
import type { Command, Parameters } from "../../provider/rest/command";
import type { Outcome } from "../../provider/rest/envelope";
import { commandsOf, compose, isBehind, isTakenApart, readyOf, takenOf, unpack } from "../../provider/rest/shipment";
import type { Batch } from "../../provider/rest/shipment";

const look: Command = { method: "imconnector.list", parameters: {} };

type More = Partial<Waiting> & { readonly method?: string; readonly parameters?: Parameters };

function call(ID: string, more: More = {}): Waiting {
  const { method = "imconnector.register", parameters = {}, ...rest } = more;
  return {
    command: { method, parameters: { ID, ...parameters } },
    repeatable: true,
    operation: { until: 0 },
    inOrder: false,
    refusals: new Map(),
    settle: () => undefined,
    ...rest,
  };
}

const calls = (count: number, more?: More): Waiting[] =>
  Array.from({ length: count }, (_, index) => call(String(index), more));

function batch(ready: readonly Waiting[], rules = new BatchRules()): Batch {
  const shipment = compose(ready, rules);
  assert.equal(shipment.alone, undefined);
  return shipment;
}
const idsOf = ({ calls: taken }: Batch): unknown[] => taken.map(({ command }) => command.parameters["ID"]);

const refused = (code: string): Outcome => ({ refusal: { code, description: "" } });

describe("What leaves in one request", () => {
  it("is a call alone where nothing else waits, and where it does not mean the same within a batch", () => {
    const only = call("only");
    assert.deepEqual(compose([only], new BatchRules()), { alone: only });
    const text = call("x", { parameters: { flag: false } });
    assert.deepEqual(compose([text, ...calls(3)], new BatchRules()), { alone: text });
  });

  it("is a batch where a look follows a single call", () => {
    assert.deepEqual(batch([call("x", { then: look })]).looks, [look]);
  });

  it("is at most fifty commands, shared looks counted once", () => {
    assert.equal(batch(calls(60)).calls.length, 50);
    const { calls: taken, looks } = batch(calls(60, { then: look }));
    assert.deepEqual([taken.length, looks.length], [49, 1]);
  });

  it("keeps to what the portal has taught: length, number, methods that go alone", () => {
    const rules = new BatchRules();
    rules.shorten(7);
    assert.equal(batch(calls(60), rules).calls.length, 7);
    rules.sendAlone("imconnector.register");
    const first = call("first");
    assert.deepEqual(compose([first, ...calls(3)], rules), { alone: first });
    const long = { text: "x".repeat(900_000) };
    assert.equal(batch(["a", "b", "c"].map((id) => call(id, { parameters: long }))).calls.length, 2);
  });

  it("keeps the order of an operation, and lets others go before a call that has to wait", () => {
    const operation: Operation = { until: 0 };
    const own = { operation, inOrder: true };
    const unfit = call("unfit", { ...own, parameters: { flag: false } });
    const ready = [call("a", { inOrder: true }), unfit, call("later", own), call("b", { inOrder: true })];
    assert.deepEqual(idsOf(batch(ready)), ["a", "b"]);
  });

  it("holds back what the same operation has asked for behind a call that is blocked", () => {
    const operation: Operation = { until: 0 };
    const blocked = call("blocked", { operation, inOrder: true, method: "imconnector.activate" });
    const behind = call("behind", { operation, inOrder: true });
    const other = call("other");
    const isBlocked = ({ command }: Waiting) => command.method === "imconnector.activate";
    assert.deepEqual(readyOf([blocked, behind, other], isBlocked), [other]);
  });
});

describe("What a batch brings home", () => {
  it("finds its way to the calls, the look to each that wanted it", () => {
    const one = { calls: [call("a", { then: look }), call("b"), call("c", { then: look })], looks: [look] };
    const { commands, cmd } = commandsOf(one);
    assert.deepEqual(Object.keys(cmd), ["c0", "c1", "c2", "c3"]);
    assert.equal(cmd["c3"], "imconnector.list");
    assert.equal(commands[3], look);
    const read = new Map<string, Outcome>([
      ["c0", { value: 0 }],
      ["c2", refused("ACCESS_DENIED")],
      ["c3", { value: "seen" }],
    ]);
    assert.deepEqual(
      unpack(one, read).map(({ outcome, then }) => [outcome, then]),
      [
        [{ value: 0 }, { value: "seen" }],
        [{ refusal: { code: "NO_ANSWER", description: "the batch's answer lacks this command" } }, undefined],
        [refused("ACCESS_DENIED"), { value: "seen" }],
      ],
    );
  });

  it("tells how many commands the portal takes, where it was too long", () => {
    const returned = (codes: readonly (string | undefined)[]) =>
      codes.map((code) => ({ call: call("x"), outcome: code === undefined ? { value: 1 } : refused(code) }));
    assert.equal(takenOf(returned([undefined, "ACCESS_DENIED"])), undefined);
    const tooLong = "ERROR_BATCH_LENGTH_EXCEEDED";
    assert.equal(takenOf(returned([undefined, undefined, tooLong, tooLong])), 2);
    assert.ok(isTakenApart(refused(tooLong)) && isTakenApart(refused("ERROR_BATCH_METHOD_NOT_ALLOWED")));
    assert.ok(!isTakenApart(refused("ACCESS_DENIED")) && !isTakenApart({ value: 1 }));
  });

  it("came too early for a call behind one of its operation that is asked again", () => {
    const operation: Operation = { until: 0 };
    const again = new Map([[call("first", { operation, inOrder: true }), undefined]]);
    assert.ok(isBehind(call("second", { operation, inOrder: true }), again));
    assert.ok(!isBehind(call("look", { operation }), again));
    assert.ok(!isBehind(call("other", { inOrder: true }), again));
  });
});
