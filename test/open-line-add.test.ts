import assert from "node:assert/strict";
import { host, tellThrough } from "../provider/connection";
import { definition, LineBridge } from "../provider/open-line-lifecycle";
import { startPortal } from "./portal";
import type { FaultRule, Portal, PortalOptions } from "./portal";

/** What the engine calls, without the engine. */
const provider = new LineBridge(definition, host);

describe("OpenLine whose portal answers badly", () => {
  let portal: Portal;

  async function connect(accessToken = portal.accessToken): Promise<void> {
    const values: Record<string, string> = { "bitrix24:portal": portal.url, "bitrix24:accessToken": accessToken };
    await provider.configure({ config: { get: (key: string) => values[key] } });
  }

  async function given(options: PortalOptions = {}): Promise<void> {
    portal = await startPortal(options);
    await connect();
  }

  afterEach(() => portal.close());

  const names = (): unknown[] => portal.lines.map(({ fields }) => fields["LINE_NAME"]);

  const lost: Record<string, Omit<FaultRule, "method">> = {
    "the connection is reset": { reset: "after" },
    "the answer is cut off": { truncated: true, afterWork: true },
    "a web page comes instead": { html: true, afterWork: true },
    "a gateway answers 502": { httpStatus: 502, afterWork: true },
    "the portal reports a failure of its own": { code: "INTERNAL_SERVER_ERROR", httpStatus: 500, afterWork: true },
    "the portal reports a failure of its database": { code: "ERROR_CORE", httpStatus: 400, afterWork: true },
    "the portal answers a code that nobody knows": { code: "STRANGE", httpStatus: 400, afterWork: true },
    "the answer says nothing": { result: null, afterWork: true },
  };
  for (const [what, fault] of Object.entries(lost)) {
    it(`is made once although ${what} after the work was done`, async () => {
      await given();
      portal.fail({ method: "imopenlines.config.add", times: 1, ...fault });
      const { id, outs } = await provider.create({ lineName: "Support", queueTime: 30 });
      assert.deepEqual([id, outs?.["lineId"]], ["1", 1]);
      assert.deepEqual(names(), ["Support"]);
      assert.equal(portal.calls("imopenlines.config.add").length, 1);
    });
  }

  it("is made by a second attempt when the first one made none", async () => {
    await given();
    portal.fail({ method: "imopenlines.config.add", times: 1, reset: "before" });
    await provider.create({ lineName: "Support" });
    assert.deepEqual(names(), ["Support"]);
  });

  it("is not mistaken for one that was there before, nor for another of the program with the same name", async () => {
    await given();
    await portal.as().call("imopenlines.config.add", { PARAMS: { LINE_NAME: "Support" } });
    portal.fail({ method: "imopenlines.config.add", times: 1, reset: "after" });
    const created = await Promise.all(
      [10, 20, 30].map((queueTime) => provider.create({ lineName: "Support", queueTime })),
    );
    assert.equal(portal.lines.length, 4);
    for (const { id, outs } of created) {
      const line = portal.lines.find(({ ID }) => String(ID) === id);
      assert.equal(line?.fields["QUEUE_TIME"], String(outs?.["queueTime"]));
    }
  });

  it("says which lines it may be when somebody else made one of the same name meanwhile", async () => {
    await given();
    portal.fail({
      method: "imopenlines.config.add",
      times: 1,
      code: "INTERNAL_SERVER_ERROR",
      httpStatus: 500,
      afterWork: true,
    });
    let added = false;
    portal.onRequest(({ method }) => {
      if (added || method !== "imopenlines.config.add") return;
      added = true;
      void portal.as().call("imopenlines.config.add", { PARAMS: { LINE_NAME: "Support" } });
    });
    await assert.rejects(provider.create({ lineName: "Support" }), {
      message: /ADD_UNCLEAR: .*"Support".*: 1, 2\.[^]*adopt: true and lineId/,
    });
    assert.equal(portal.lines.length, 2);
  });

  it("says what to do when the answer is lost and the portal cannot be asked any more", async () => {
    await given();
    portal.fail({ method: "imopenlines.config.add", times: 1, html: true, afterWork: true });
    portal.fail({
      method: "imopenlines.config.list.get",
      when: (params) => JSON.stringify(params).includes("200"),
      html: true,
    });
    await assert.rejects(provider.create({ lineName: "Support" }), {
      message: /ADD_UNCLEAR: .*answer was lost \(NO_JSON\)[^]*look for the line in Bitrix24 first/,
    });
    assert.equal(portal.calls("imopenlines.config.add").length, 1);
  });

  it("that is gone already is deleted, also for a user who may not modify lines", async () => {
    await given();
    const { id, outs } = await provider.create({ lineName: "Support" });
    await portal.as().call("imopenlines.config.delete", { CONFIG_ID: id });
    await connect(portal.issueTokens({ user: portal.addUser({ mayModifyLines: false }) }).accessToken);
    await provider.delete(id, outs ?? {});
  });

  it("that is still there although the portal reported success is not deleted", async () => {
    await given();
    const { id, outs } = await provider.create({ lineName: "Support" });
    await connect(portal.issueTokens().accessToken);
    portal.fail({ method: "imopenlines.config.delete", result: true });
    await assert.rejects(provider.delete(id, outs ?? {}), {
      message: /DELETE_REFUSED: .*reported success, and the line is still there/,
    });
  });

  it("is not sent its queue in another form where the portal understands the documented one", async () => {
    await given();
    const told: string[] = [];
    tellThrough((message) => told.push(message));
    try {
      const user = (entityId: number): object => ({ entityType: "user", entityId });
      await provider.create({ lineName: "Support", queue: [user(portal.administrator.id), user(4711)] });
    } finally {
      tellThrough((message) => process.stdout.write(`${message}\n`));
    }
    assert.equal(told.length, 1);
    assert.match(told[0] ?? "", /queue: asked for user 1, user 4711, stored user 1/);
    assert.deepEqual(portal.calls("imopenlines.config.update"), []);
  });
});
