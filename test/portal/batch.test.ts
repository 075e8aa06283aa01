import assert from "node:assert/strict";
import { startPortal, type Portal, type PortalOptions } from "../../provider/portal";
import { callBatch, callRest, type BatchAnswer } from "../../provider/portal/client";

describe("local portal: batch", () => {
  let portal: Portal;

  async function open(options: PortalOptions): Promise<void> {
    await portal.close();
    portal = await startPortal(options);
  }

  beforeEach(async () => {
    portal = await startPortal();
  });

  afterEach(() => portal.close());

  const resultsOf = (answer: BatchAnswer): Record<string, unknown> => answer.result as Record<string, unknown>;
  const errorsOf = ({ result_error }: BatchAnswer): Record<string, string> =>
    Object.fromEntries(Object.entries(result_error).map(([key, { error }]) => [key, error]));

  it("answers successes and errors by key, empty maps as lists", async () => {
    const answer = await callBatch(portal, { admin: "user.admin", wrong: "no.such.method" });
    assert.deepEqual(resultsOf(answer), { admin: true });
    assert.deepEqual(answer.result_error, {
      wrong: { error: "ERROR_METHOD_NOT_FOUND", error_description: "Method not found!" },
    });
    assert.deepEqual([answer.result_total, answer.result_next], [[], []]);
    assert.deepEqual(Object.keys(answer.result_time ?? {}), ["admin"]);
  });

  it("answers lists for keys 0…n−1, until one of them fails", async () => {
    assert.deepEqual((await callBatch(portal, ["user.admin", "user.admin"])).result, [true, true]);
    const broken = await callBatch(portal, ["nothing", "user.admin"]);
    assert.deepEqual(broken.result, { "1": true });
    assert.equal(Array.isArray(broken.result_error), true);
  });

  it("answers empty maps without commands, and has no times on old portals", async () => {
    const empty = { result: [], result_error: [], result_total: [], result_next: [] };
    assert.deepEqual((await callRest(portal, "batch")).body.result, { ...empty, result_time: [] });
    await open({ generation: "old" });
    assert.deepEqual((await callRest(portal, "batch")).body.result, empty);
  });

  it("reads commands from a form with values encoded twice", async () => {
    const body = new URLSearchParams({
      auth: portal.accessToken,
      "cmd[add]": `imopenlines.config.add?PARAMS[LINE_NAME]=${encodeURIComponent("Ä & B")}`,
    });
    await fetch(`${portal.url}/rest/batch`, { method: "POST", body });
    assert.equal(portal.lines[0]?.fields["LINE_NAME"], "Ä & B");
  });

  it("cuts a command at an unencoded hash, and skips one that is no text", async () => {
    const cmd = { a: "imopenlines.config.add?PARAMS[LINE_NAME]=Room #1", b: 5 } as unknown as Record<string, string>;
    assert.deepEqual((await callBatch(portal, cmd)).result, { a: 1 });
    assert.equal(portal.lines[0]?.fields["LINE_NAME"], "Room ");
  });

  it("runs fifty commands; each one more gets its own error", async () => {
    const cmd = Object.fromEntries(Array.from({ length: 52 }, (_, index) => [`k${String(index)}`, "user.admin"]));
    const answer = await callBatch(portal, cmd);
    assert.equal(Object.keys(answer.result).length, 50);
    assert.deepEqual(errorsOf(answer), { k50: "ERROR_BATCH_LENGTH_EXCEEDED", k51: "ERROR_BATCH_LENGTH_EXCEEDED" });
  });

  it("refuses a batch in a batch and methods that move files", async () => {
    const answer = await callBatch(portal, { nested: "batch?cmd[a]=profile", file: "upload" });
    assert.deepEqual(errorsOf(answer), {
      nested: "ERROR_BATCH_METHOD_NOT_ALLOWED",
      file: "ERROR_BATCH_METHOD_NOT_ALLOWED",
    });
  });

  it("checks the scope per command, with an empty text on new portals", async () => {
    const scope = async (): Promise<unknown> => {
      const { accessToken } = portal.issueTokens({ application: portal.addApplication({ scopes: ["imopenlines"] }) });
      const { body } = await callRest(portal, "batch", { cmd: { a: "placement.list", b: "profile" } }, accessToken);
      return (body.result as { result_error: { a: unknown } }).result_error.a;
    };
    assert.deepEqual(await scope(), { error: "insufficient_scope", error_description: "" });
    await open({ generation: "middle" });
    assert.match(JSON.stringify(await scope()), /requires higher privileges/);
  });

  it("stops at the first error when halt is true to PHP", async () => {
    const keys = async (halt: unknown): Promise<string[]> => {
      const answer = await callBatch(portal, { a: "user.admin", b: "nothing", c: "user.admin" }, { halt });
      return [...Object.keys(answer.result), ...Object.keys(answer.result_error)];
    };
    for (const on of [1, true, "false", "N"]) assert.deepEqual(await keys(on), ["a", "b"], JSON.stringify(on));
    for (const off of [0, "0", "", false]) assert.deepEqual(await keys(off), ["a", "c", "b"], JSON.stringify(off));
  });

  it("puts a soft error among the errors on new portals, and halts there; older ones take it for a result", async () => {
    const cmd = { soft: "imconnector.register?ID=a.b", next: "user.admin" };
    const isNew = await callBatch(portal, cmd, { HALT: 1 });
    assert.deepEqual(isNew.result, { soft: false });
    assert.deepEqual(errorsOf(isNew), { soft: "APPLICATION_REGISTRATION_ERROR_POINT" });
    assert.equal(portal.calls("imconnector.register")[0]?.error, "APPLICATION_REGISTRATION_ERROR_POINT");
    await open({ generation: "old" });
    const old = await callBatch(portal, cmd, { halt: 1 });
    assert.equal((resultsOf(old)["soft"] as { error: string }).error, "APPLICATION_REGISTRATION_ERROR_POINT");
    assert.equal(resultsOf(old)["next"], true);
    assert.deepEqual(old.result_error, []);
  });

  it("does not halt at a plain false", async () => {
    const answer = await callBatch(
      portal,
      { gone: "imopenlines.config.get?CONFIG_ID=9", next: "user.admin" },
      { halt: 1 },
    );
    assert.deepEqual(answer.result, { gone: false, next: true });
  });

  it("moves total and next of a list into their own maps", async () => {
    const application = portal.addApplication({ scopes: ["user"] });
    for (let count = 0; count < 60; count++) portal.addUser();
    const { accessToken } = portal.issueTokens({ application });
    const { body } = await callRest(
      portal,
      "batch",
      { cmd: { all: "user.get", rest: "user.get?start=50" } },
      accessToken,
    );
    const answer = body.result as BatchAnswer;
    assert.deepEqual([answer.result_total, answer.result_next], [{ all: 61, rest: 61 }, { all: 50 }]);
    assert.equal((resultsOf(answer)["rest"] as unknown[]).length, 11);
  });

  describe("macros", () => {
    it("hand results on, with their type when they stand alone", async () => {
      const answer = await callBatch(portal, {
        add: "imopenlines.config.add",
        get: "imopenlines.config.get?CONFIG_ID=$result[add]",
        named: "imopenlines.config.add?PARAMS[LINE_NAME]=Line of $result[get][LINE_NAME]",
      });
      assert.equal((resultsOf(answer)["get"] as { ID: string }).ID, "1");
      assert.equal(portal.lines[1]?.fields["LINE_NAME"], "Line of Bitrix24");
    });

    it("yield what the walk has reached: a failed step becomes the line 1", async () => {
      await portal.as().call("imopenlines.config.add");
      const answer = await callBatch(portal, {
        first: "user.admin",
        add: "no.such.method",
        remove: "imopenlines.config.delete?CONFIG_ID=$result[add]",
      });
      assert.equal(resultsOf(answer)["remove"], true);
      assert.equal(portal.lines.length, 0);
    });

    it("swallow what stands around the brackets, and damage literal texts", async () => {
      const name = async (text: string): Promise<unknown> => {
        await callBatch(portal, {
          a: "user.admin",
          b: `imopenlines.config.add?PARAMS[LINE_NAME]=${encodeURIComponent(text)}`,
        });
        return portal.lines.at(-1)?.fields["LINE_NAME"];
      };
      assert.equal(await name("$result[a],$result[b] end"), "1 end");
      assert.equal(await name("costs $Total[x]"), "costs $Total[x]");
      assert.equal(await name("costs $total"), "costs $total");
      await open({ generation: "old" });
      assert.equal(await name("costs $Total[x]"), "costs Array");
    });
  });

  describe("misbehaviour", () => {
    it("strikes the one command, in the batch or alone", async () => {
      portal.fail({
        method: "imopenlines.config.add",
        when: (params) => JSON.stringify(params).includes("two"),
        code: "ERROR_CORE",
        times: 1,
      });
      const cmd = {
        one: "imopenlines.config.add?PARAMS[LINE_NAME]=one",
        two: "imopenlines.config.add?PARAMS[LINE_NAME]=two",
      };
      assert.deepEqual(errorsOf(await callBatch(portal, cmd)), { two: "ERROR_CORE" });
      assert.equal(portal.lines.length, 1);
      assert.deepEqual(errorsOf(await callBatch(portal, cmd)), {});
    });

    it("answers a soft refusal or another result for one command", async () => {
      portal.fail({ method: "imconnector.unregister", soft: true, code: "APPLICATION_UNREGISTRATION_ERROR", times: 1 });
      portal.fail({ method: "imconnector.status", result: { STATUS: false }, times: 1 });
      const answer = await callBatch(portal, {
        gone: "imconnector.unregister?ID=a",
        look: "imconnector.status?CONNECTOR=a",
      });
      assert.deepEqual(answer.result, { gone: false, look: { STATUS: false } });
      assert.deepEqual(errorsOf(answer), { gone: "APPLICATION_UNREGISTRATION_ERROR" });
      assert.equal(portal.activations.length, 0);
    });

    it("spoils the whole request where only that has a meaning", async () => {
      const cmd = { a: "imopenlines.config.add", b: "profile" };
      portal.fail({ method: "profile", reset: "after", times: 1 });
      await assert.rejects(callBatch(portal, cmd));
      assert.equal(portal.lines.length, 1);
      portal.fail({ method: "profile", code: "QUERY_LIMIT_EXCEEDED", times: 1 });
      assert.deepEqual((await callRest(portal, "batch", { cmd })).body.error, "QUERY_LIMIT_EXCEEDED");
      portal.fail({ method: "batch", code: "INTERNAL_SERVER_ERROR", times: 1 });
      assert.equal((await callRest(portal, "batch", { cmd })).status, 500);
      assert.equal(portal.lines.length, 1);
    });
  });

  it("shows its commands in the journal and among the calls", async () => {
    await callRest(portal, "profile");
    await callBatch(portal, { a: "imconnector.status?CONNECTOR=x&LINE=3", b: "imconnector.activate" });
    assert.deepEqual(portal.journal[1]?.commands, [
      { key: "a", method: "imconnector.status", params: { CONNECTOR: "x", LINE: "3" } },
      { key: "b", method: "imconnector.activate", params: {}, error: "ERROR_ARGUMENT" },
    ]);
    assert.deepEqual(
      portal.calls().map(({ method, inBatch, error }) => [method, inBatch, error]),
      [
        ["profile", false, undefined],
        ["imconnector.status", true, undefined],
        ["imconnector.activate", true, "ERROR_ARGUMENT"],
      ],
    );
  });
});
