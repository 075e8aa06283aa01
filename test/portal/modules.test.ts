import assert from "node:assert/strict";
import { modules, startPortal } from "../../provider/portal";
import type { Portal } from "../../provider/portal";

const code = (expected: string) => (error: unknown) => (error as { code?: string }).code === expected;

describe("The local portal's bots and message providers", () => {
  let portal: Portal;
  before(async () => {
    portal = await startPortal();
  });
  after(() => portal.close());

  const call = (method: string, params: Record<string, unknown>): Promise<unknown> => portal.as().call(method, params);
  const fields = { code: "greeter", properties: { name: "Acme" }, isHidden: "Y" };

  it("keep a bot as it was registered first, and one that another application has from being registered", async () => {
    const first = await call("imbot.v2.Bot.register", { fields });
    const second = await call("imbot.v2.Bot.register", { fields: { ...fields, properties: { name: "Other" } } });
    assert.deepEqual(second, first);
    const { bot } = first as { bot: { id: number } };
    const other = portal.as(portal.addApplication());
    await assert.rejects(other.call("imbot.v2.Bot.register", { fields }), code("BOT_CODE_ALREADY_TAKEN"));
    await assert.rejects(other.call("imbot.v2.Bot.unregister", { botId: bot.id }), code("BOT_OWNERSHIP_ERROR"));
    const seen = (await other.call("imbot.v2.Bot.get", { code: "greeter" })) as { bot: object };
    assert.ok(!("eventMode" in seen.bot), "in brief");
    assert.deepEqual(await other.call("imbot.v2.Bot.list"), { bots: [], users: [], hasNextPage: false });
  });

  it("refuse what the documentation names", async () => {
    const register = (more: object): Promise<unknown> =>
      call("imbot.v2.Bot.register", { fields: { ...fields, code: "another", ...more } });
    await assert.rejects(register({ code: "" }), code("BOT_CODE_REQUIRED"));
    await assert.rejects(register({ properties: {} }), code("BOT_PROPERTIES_REQUIRED"));
    await assert.rejects(register({ type: "human" }), code("BOT_INVALID_TYPE"));
    await assert.rejects(register({ eventMode: "webhook" }), code("BOT_WEBHOOK_URL_REQUIRED"));
    await assert.rejects(register({ eventMode: "webhook", webhookUrl: "acme" }), code("BOT_INVALID_CALLBACK"));
    await assert.rejects(register({ properties: { name: "A", avatar: "text" } }), code("BOT_AVATAR_INCORRECT_TYPE"));
    await assert.rejects(call("imbot.v2.Bot.get", {}), code("PARAMS_REQUIRED"));
    await assert.rejects(call("imbot.v2.Bot.update", { botId: 999 }), code("BOT_NOT_FOUND"));
    const sender = { CODE: "sms", TYPE: "SMS", NAME: "Acme", HANDLER: "https://acme.example/" };
    assert.equal(await call("messageservice.sender.add", sender), true);
    await assert.rejects(call("messageservice.sender.add", sender), code("ERROR_SENDER_ALREADY_INSTALLED"));
    await assert.rejects(call("messageservice.sender.add", { ...sender, CODE: "s m s" }), /Wrong sender code!/);
    await assert.rejects(
      call("messageservice.sender.update", { CODE: "sms" }),
      code("ERROR_SENDER_OTHER_PARAMS_REQUIRED"),
    );
    await assert.rejects(call("messageservice.sender.delete", { CODE: "other" }), code("ERROR_SENDER_NOT_FOUND"));
  });

  it("are told as content, and are the same after that was put into an empty portal", () => {
    const { bots, senders } = portal.content as unknown as Record<string, { code: string }[]>;
    assert.deepEqual(
      [bots, senders].map((list) => list?.map((one) => one.code)),
      [["greeter"], ["sms"]],
    );
    portal.reset();
    assert.equal(portal.records(modules.bots.records).length, 0);
    portal.seed({ bots, senders } as never);
    assert.deepEqual(portal.content, { ...portal.content, bots, senders });
  });

  it("go with the application that they belong to", () => {
    portal.removeApplication(portal.application);
    assert.equal(portal.records(modules.bots.records).length, 0);
    assert.equal(portal.records(modules.senders.records).length, 0);
  });
});
