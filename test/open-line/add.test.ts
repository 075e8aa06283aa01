import assert from "node:assert/strict";
import { host, tellThrough } from "../../provider/dynamic/connection";
import { Bridge } from "../../provider/dynamic/bridge";
import { resourceKey } from "../../provider/lifecycle/marks";
import { definition } from "../../provider/open-line/definition";
import { temporaryFolders } from "../access/support";
import { startPortal } from "../../provider/portal";
import type { FaultRule, Portal, PortalOptions } from "../../provider/portal";

const newProvider = () => new Bridge(definition, host);

describe("OpenLine whose portal answers badly", () => {
  /** What the engine calls, without the engine. */
  let provider: ReturnType<typeof newProvider>;
  let portal: Portal;
  const folder = temporaryFolders();
  const { PULUMI_HOME: pulumiHome } = process.env;

  beforeEach(() => {
    process.env["PULUMI_HOME"] = folder();
  });

  /** A provider's process that knows nothing of an earlier one, as long as the token is another one. */
  async function connect(accessToken = portal.accessToken): Promise<void> {
    provider = newProvider();
    const values: Record<string, string> = { "bitrix24:portal": portal.url, "bitrix24:accessToken": accessToken };
    await provider.configure({ config: { get: (key: string) => values[key] } });
  }

  async function given(options: PortalOptions = {}): Promise<void> {
    portal = await startPortal(options);
    await connect();
  }

  afterEach(() => {
    if (pulumiHome === undefined) delete process.env["PULUMI_HOME"];
    else process.env["PULUMI_HOME"] = pulumiHome;
    return portal.close();
  });

  /** What the user is told meanwhile. */
  async function telling<T>(run: () => Promise<T>): Promise<{ result: T; told: string[] }> {
    const told: string[] = [];
    tellThrough((message) => told.push(message));
    try {
      return { result: await run(), told };
    } finally {
      tellThrough((message) => process.stdout.write(`${message}\n`));
    }
  }

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

  it("is told from one of the same name that somebody else made meanwhile", async () => {
    await given();
    portal.fail({
      method: "imopenlines.config.add",
      times: 1,
      code: "INTERNAL_SERVER_ERROR",
      httpStatus: 500,
      afterWork: true,
    });
    portal.onRequest(() => {
      if (portal.lines.length !== 1) return;
      void portal.as().call("imopenlines.config.add", { PARAMS: { LINE_NAME: "Support", QUEUE_TIME: "77" } });
    });
    const { id } = await provider.create({ lineName: "Support", queueTime: 30 });
    assert.equal(id, "1");
    assert.deepEqual(names(), ["Support", "Support"]);
    assert.deepEqual(
      portal.lines.map(({ fields }) => fields["QUEUE_TIME"]),
      ["30", "77"],
    );
  });

  it("says what comes next when the answer is lost and the portal cannot be asked any more; the next run finishes the line", async () => {
    await given();
    const isThere = (): boolean => portal.lines.length > 0;
    portal.fail({ method: "imopenlines.config.add", times: 1, html: true, afterWork: true });
    portal.fail({ method: "imopenlines.config.list.get", when: isThere, html: true });
    const inputs = { lineName: "Support", queueTime: 30 };
    await assert.rejects(provider.create(inputs), {
      message:
        /ADD_UNCLEAR: .*answer was lost.*\(NO_JSON\)[^]*not active, and its name ends with \[pulumi [0-9a-f]{12}\][^]*run `pulumi up` again/,
    });
    assert.match(String(names()), /^Support \[pulumi [0-9a-f]{12}\]$/);
    assert.equal(portal.lines[0]?.fields["ACTIVE"], "N");
    portal.heal();
    // As in another process, which knows nothing of this one.
    await connect(portal.issueTokens().accessToken);
    const { result, told } = await telling(() => provider.create(inputs));
    assert.equal(result.id, "1");
    assert.match(
      told.join("\n"),
      /"Support" on .*: an earlier run that was interrupted has made it already, as line 1/,
    );
    assert.deepEqual(names(), ["Support"]);
    assert.equal(portal.lines[0]?.fields["ACTIVE"], "Y");
    assert.equal(portal.calls("imopenlines.config.add").length, 1);
  });

  for (const generation of ["new", "middle", "old"] as const) {
    it(`is finished with the inputs of today, ${generation}: also one whose name Bitrix24 chooses`, async () => {
      await given({ generation });
      const refusal = portal.fail({ method: "imopenlines.config.update", code: "ACCESS_DENIED" });
      for (const lineName of ["Support", undefined]) {
        const making = (queueTime: number) =>
          provider.create({ [resourceKey]: lineName ? "00000000000a" : "00000000000b", lineName, queueTime });
        await assert.rejects(making(30), { message: /ACCESS_DENIED/ });
        await connect(portal.issueTokens().accessToken);
        refusal.remove();
        const { id, outs } = await making(40);
        const line = portal.lines.find(({ ID }) => String(ID) === id);
        assert.deepEqual([outs?.["queueTime"], line?.fields["QUEUE_TIME"], line?.fields["ACTIVE"]], [40, "40", "Y"]);
        assert.doesNotMatch(JSON.stringify(line), /\[pulumi/);
        await connect(portal.issueTokens().accessToken);
        portal.fail({ method: "imopenlines.config.update", code: "ACCESS_DENIED", times: 1 });
      }
      assert.equal(portal.lines.length, 2);
    });
  }

  it("that could not be finished is recorded, and finished by an update", async () => {
    await given();
    portal.fail({ method: "imopenlines.config.update", code: "ACCESS_DENIED", times: 1 });
    const inputs = { lineName: "Support", queueTime: 30 };
    const error: unknown = await provider.create(inputs).catch((reason: unknown) => reason);
    const { id, properties } = error as { id: string; properties: Record<string, unknown> };
    assert.equal(id, "1");
    await provider.update(id, properties, inputs);
    assert.deepEqual(names(), ["Support"]);
    assert.equal(portal.lines[0]?.fields["ACTIVE"], "Y");
  });

  it("that another run has added late is removed, because nobody uses it", async () => {
    await given();
    const inputs = { lineName: "Support" };
    portal.fail({ method: "imopenlines.config.update", code: "ACCESS_DENIED", times: 1 });
    await assert.rejects(provider.create(inputs));
    const name = String(names());
    await portal.as().call("imopenlines.config.delete", { CONFIG_ID: 1 });
    await connect(portal.issueTokens().accessToken);
    portal.onRequest(({ method }) => {
      if (method !== "imopenlines.config.list.get" || portal.lines.length > 0) return;
      void portal.as().call("imopenlines.config.add", { PARAMS: { LINE_NAME: name, ACTIVE: "N" } });
    });
    const { id } = await provider.create(inputs);
    assert.deepEqual(
      portal.lines.map(({ ID, fields }) => [String(ID), fields["LINE_NAME"]]),
      [[id, "Support"]],
    );
  });

  it("is not finished in the place of one that a resource has", async () => {
    await given();
    portal.fail({ method: "imopenlines.config.update", code: "ACCESS_DENIED", times: 1 });
    const inputs = { lineName: "Support" };
    const error: unknown = await provider.create(inputs).catch((reason: unknown) => reason);
    const { id, properties } = error as { id: string; properties: Record<string, unknown> };
    await connect(portal.issueTokens().accessToken);
    await provider.diff(id, properties, inputs);
    assert.equal((await provider.create(inputs)).id, "2");
  });

  it("that was finished but not recorded is found again on the same machine, until it is recorded", async () => {
    await given();
    const inputs = { [resourceKey]: "0123456789ab", lineName: "Support", queueTime: 30 };
    const { outs = {} } = await provider.create(inputs);
    await connect(portal.issueTokens().accessToken);
    portal.clearJournal();
    const again = await provider.create(inputs);
    assert.equal(again.id, "1");
    assert.deepEqual(portal.calls("imopenlines.config.update"), []);
    const other = { ...inputs, [resourceKey]: "ba9876543210" };
    await connect(portal.issueTokens().accessToken);
    const { result, told } = await telling(() => provider.create(other));
    assert.equal(result.id, "2", "another resource, such as one of another stack, has a line of its own");
    assert.match(
      told.join("\n"),
      /line 1 has this name already, and another line was made\.[^]*adopt: true and lineId: 1/,
    );
    await connect(portal.issueTokens().accessToken);
    await provider.diff("1", outs, inputs);
    assert.equal((await provider.create(inputs)).id, "3", "a recorded one is replaced by another");
  });

  it("of a name that is there already is made, and the user is told how to take over the other", async () => {
    await given();
    const name = "Support \u{1F642}";
    await portal.as().call("imopenlines.config.add", { PARAMS: { LINE_NAME: name } });
    const { result, told } = await telling(() =>
      Promise.all([10, 20].map((queueTime) => provider.create({ lineName: name, queueTime }))),
    );
    assert.deepEqual(result.map(({ id }) => id).sort(), ["2", "3"]);
    assert.equal(told.length, 2);
    for (const text of told) assert.match(text, /: line 1 has this name already[^]*adopt: true and lineId: 1;/);
    assert.deepEqual(names(), [name, name, name]);
  });

  it("is not taken for made when a look does not confirm it, and no other line is touched", async () => {
    await given();
    await portal.as().call("imopenlines.config.add", { PARAMS: { LINE_NAME: "By hand" } });
    for (const result of [1, 4711, "4711"]) {
      const rule = portal.fail({ method: "imopenlines.config.add", result });
      const error: unknown = await provider.create({ lineName: "Support" }).catch((reason: unknown) => reason);
      assert.match((error as Error).message, /ADD_NOT_CONFIRMED: .*the answer was line (1|4711), but/);
      assert.ok(!("id" in (error as object)), "nothing is recorded");
      rule.remove();
    }
    assert.deepEqual(names(), ["By hand"]);
    assert.deepEqual(portal.calls("imopenlines.config.update"), []);
  });

  for (const inputs of [{ lineName: "Support" }, {}]) {
    it(`${inputs.lineName ? "with" : "without"} a name is not taken for finished when a look does not confirm it; an update finishes it`, async () => {
      await given();
      const untrue = portal.fail({ method: "imopenlines.config.update", result: true });
      const error: unknown = await provider.create(inputs).catch((reason: unknown) => reason);
      const { message, id, properties } = error as { message: string; id: string; properties: Record<string, unknown> };
      assert.match(message, /NOT_STORED: imopenlines\.config\.update for open line 1/);
      untrue.remove();
      await provider.update(id, properties, inputs);
      const { fields } = portal.lines[0] ?? assert.fail("no line");
      assert.equal(fields["ACTIVE"], "Y");
      assert.doesNotMatch(JSON.stringify(fields), /\[pulumi/);
    });
  }

  it("is not taken for changed when a look does not confirm it, and is sent the change again", async () => {
    await given();
    const { id, outs = {} } = await provider.create({ lineName: "Support", queueTime: 30 });
    const wanted = { lineName: "Sales", queueTime: 60 };
    const untrue = portal.fail({ method: "imopenlines.config.update", result: true });
    await assert.rejects(provider.update(id, outs, wanted), {
      message: /NOT_STORED: .*open line 1 "Sales".*shows everything as it was before/,
    });
    untrue.remove();
    assert.equal((await provider.diff(id, outs, wanted)).changes, true);
    await provider.update(id, outs, wanted);
    assert.deepEqual(names(), ["Sales"]);
  });

  it("is taken for changed where the portal shows the change a moment later", async () => {
    await given();
    const { id, outs = {} } = await provider.create({ lineName: "Support" });
    const result = await portal.as().call("imopenlines.config.get", { CONFIG_ID: id });
    portal.fail({ method: "imopenlines.config.get", result, times: 2 });
    const { result: changed, told } = await telling(() => provider.update(id, outs, { lineName: "Sales" }));
    assert.deepEqual(told, []);
    assert.deepEqual(changed.outs?.["__stored"], {});
  });

  it("is taken for changed where the portal keeps what its plan lacks, and spaces and marks of a text, as they were", async () => {
    await given();
    const before = { lineName: "Support", queueType: "evenly", voteMessage: false, closeText: "Bye", queueTime: 30 };
    const { id, outs = {} } = await provider.create(before);
    portal.fail({ method: "imopenlines.config.update", result: true });
    for (const change of [{ queueType: "all", voteMessage: true, queueTime: 60 }, { closeText: " Bye \u{1F44B}\n" }]) {
      const { told } = await telling(() => provider.update(id, outs, { ...before, ...change }));
      assert.match(told.join("\n"), /the portal did not store everything as asked/);
    }
  });

  it("arrives with every character of a long text, quotes, macros and marks", async () => {
    await given();
    const text = `"'\\ $result[a][b] %41 \u202E\u{1F642} <b>&amp; #x; \n${"long ".repeat(200_000)}`;
    await provider.create({ lineName: '"$result[x]" %d', welcomeMessageText: text, noAnswerText: text });
    const { fields } = portal.lines[0] ?? assert.fail("no line");
    assert.equal(fields["LINE_NAME"], '"$result[x]" %d');
    assert.equal(fields["WELCOME_MESSAGE_TEXT"], text);
    assert.equal(fields["NO_ANSWER_TEXT"], text);
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
    const user = (entityId: number): object => ({ entityType: "user", entityId });
    const { told } = await telling(() =>
      provider.create({ lineName: "Support", queue: [user(portal.administrator.id), user(4711)] }),
    );
    assert.equal(told.length, 1);
    assert.match(told[0] ?? "", /queue: asked for user 1, user 4711, stored user 1/);
    assert.deepEqual(
      portal.calls("imopenlines.config.update").map(({ params }) => params["PARAMS"]),
      [{ LINE_NAME: "Support", ACTIVE: "Y" }],
    );
  });
});
