import assert from "node:assert/strict";
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { Bot, botAvatar } from "../../provider/bot";
import { modules, startPortal } from "../../provider/portal";
import type { Portal } from "../../provider/portal";
import { temporaryFolders } from "../access/support";
import { Direct, failed } from "../direct";
import { createProject, expectOk } from "../engine";
import type { Project } from "../engine";

/** A picture of one pixel. */
const png = "iVBORw0KGgoAAAANSUhEUgAAAAEAAAABCAYAAAAfFcSJAAAADUlEQVR42mNk+M9QDwADhgGAWjR9awAAAABJRU5ErkJggg==";
const url = "https://acme.example/bot";
const bot = { code: "acme_bot", properties: { name: "Acme", workPosition: "First line" } };

const fields = (more: object = {}): Record<string, unknown> => ({
  fields: { code: "acme_bot", properties: { name: "By hand" }, ...more },
});
const botsOf = (portal: Portal) => portal.records(modules.bots.records);
const methodsOf = (portal: Portal): string[] => portal.calls().map(({ method }) => method.replace("imbot.v2.bot.", ""));

describe("Bot", () => {
  let portal: Portal;
  let bots: Direct;
  beforeEach(async () => {
    portal = await startPortal();
    bots = new Direct(Bot, portal);
  });
  afterEach(() => portal.close());

  /** Another command, which knows nothing of what was seen before. */
  const later = (): Direct => new Direct(Bot, portal);
  const register = (more: object = {}, of: Portal = portal) => of.as().call("imbot.v2.Bot.register", fields(more));

  it("is for open lines unless the program says otherwise, and what Bitrix24 gives it goes without saying", async () => {
    const { id, state } = await bots.create(bot);
    assert.equal(id, "acme_bot");
    assert.equal(state["botId"], botsOf(portal)[0]?.id);
    assert.equal(botsOf(portal)[0]?.type, "openline");
    for (const same of [
      { type: "openline" },
      { eventMode: "fetch" },
      { isHidden: false },
      { isReactionsEnabled: true },
    ])
      assert.equal(await bots.differs(id, state, { ...bot, ...same }), false, JSON.stringify(same));
    assert.equal(await bots.differs(id, state, { ...bot, isHidden: true }), true);
  });

  it("that was imported with another type than the program says is not changed, and both are named", async () => {
    await register({ type: "bot" });
    const { id, state } = await bots.create({ ...bot, properties: { name: "By hand" }, type: "bot" });
    const { message } = await failed(bots.update(id, state, bot));
    assert.match(message, /BOT_HAS_OTHER_TYPE: .* with the type "bot" instead of "openline"/);
    assert.ok(!methodsOf(portal).includes("update"));
  });

  it("is refused in a preview with all that is wrong with it", async () => {
    const wrong = {
      code: "",
      type: "chat",
      properties: { lastName: 1, color: "#ff0000", gender: "X", avatar: "acme.png", position: "a" },
      eventMode: "webhook",
      isHidden: "Y",
      backgroundId: "red",
    };
    assert.deepEqual((await bots.refused(wrong)).sort(), [
      'backgroundId must be "azure" or "mint" or "steel" or "slate" or "teal" or "cornflower" or "sky" or "peach" or "frost"',
      'code must not be empty ("0" counts as empty for Bitrix24)',
      "isHidden must be true or false",
      'properties.avatar must be the content of an image in Base64; in TypeScript botAvatar() makes it of a path or a data URI; it is "acme.png"',
      'properties.color must be a colour of Bitrix24: red, green, mint, lightBlue, darkBlue, purple, aqua, pink, lime, brown, azure, khaki, sand, marengo, gray, graphite; it is "#ff0000"',
      'properties.gender must be "M" or "F"; it is "X"',
      "properties.lastName must be a text; it is 1",
      "properties.name is required",
      "properties.position is not known; the nearest known name is workPosition (all: name, lastName, workPosition, color, gender, avatar)",
      'type must be "openline" or "bot" or "supervisor" or "personal" or "network"',
      'webhookUrl is required where eventMode is "webhook"',
    ]);
    const avatars = { text: Buffer.from("no image").toString("base64"), uri: `data:image/png;base64,${png}` };
    assert.match(
      (await bots.refused({ ...bot, properties: { name: "A", avatar: avatars.text } })).join(),
      /must be an image/,
    );
    assert.match((await bots.refused({ ...bot, properties: { name: "A", avatar: avatars.uri } })).join(), /botAvatar/);
    assert.deepEqual(await bots.refused({ ...bot, properties: { name: "A", avatar: png, color: "GREEN" } }), []);
    assert.equal(portal.requestCount, 0);
  });

  it("that is there with other properties is left alone, unless it is to be adopted: then it is changed", async () => {
    await register();
    const { message } = await failed(bots.create(bot));
    assert.match(message, /^BOT_EXISTS: imbot\.v2\.Bot\.register for bot "acme_bot" was not sent/);
    assert.match(message, /adopt: true/);
    assert.equal(botsOf(portal)[0]?.properties.name, "By hand");
    const other = await failed(bots.create({ ...bot, adopt: true }));
    assert.match(
      other.message,
      /^BOT_HAS_OTHER_TYPE: bot "acme_bot" is there already with the type "bot" instead of "openline"/,
    );
    const { state } = await bots.create({ ...bot, type: "bot", adopt: true });
    assert.equal(state["botId"], botsOf(portal)[0]?.id);
    assert.equal(botsOf(portal)[0]?.properties.name, "Acme");
  });

  it("is adopted without a write where it is as the program says", async () => {
    await register({ type: "openline", properties: { name: "Acme", workPosition: "First line" } });
    await bots.create({ ...bot, adopt: true });
    assert.deepEqual(methodsOf(portal), ["get"]);
    assert.deepEqual(bots.told, []);
  });

  it("that an interrupted run has left is taken over, with a warning, and given what nobody can read", async () => {
    const given = { ...bot, eventMode: "webhook", webhookUrl: url };
    await register({ ...given, type: "openline" });
    Object.assign(botsOf(portal)[0] ?? {}, { webhookUrl: "https://other.example/" });
    await bots.create(given);
    assert.equal(botsOf(portal)[0]?.webhookUrl, url);
    assert.match(bots.told.join(), /bot "acme_bot" was there already with the same properties/);
  });

  it("of another application is neither taken over nor removed", async () => {
    const other = portal.addApplication({ name: "Other" });
    await portal.as(other).call("imbot.v2.Bot.register", fields());
    assert.match((await failed(bots.create(bot))).message, /^BOT_IS_FOREIGN: .* of another application/);
    const { message } = await failed(bots.create({ ...bot, type: "bot", adopt: true }));
    assert.match(message, /BOT_OWNERSHIP_ERROR .*\n {2}Meaning: The bot belongs to another application/);
    assert.equal(await bots.isThere("acme_bot", { ...bot, botId: 999, portal: new URL(portal.url).host }), false);
    assert.equal(botsOf(portal)[0]?.properties.name, "By hand");
  });

  it("is changed in place with all it has, and what the program does not mention any more is emptied", async () => {
    const rich = { ...bot.properties, lastName: "Bot", color: "GREEN", gender: "F", avatar: png };
    const { id, state } = await bots.create({ ...bot, properties: rich, backgroundId: "teal", isHidden: true });
    assert.deepEqual(botsOf(portal)[0]?.properties, { ...rich, color: "green" });
    assert.equal(JSON.stringify(state).includes(png), false, "a digest will do");
    const updated = await bots.update(id, state, { ...bot, properties: { name: "New", avatar: png } });
    const { properties, backgroundId, isHidden, type } = botsOf(portal)[0] ?? {};
    const { color, gender } = { color: "green", gender: "F" };
    assert.deepEqual(properties, { name: "New", lastName: "", workPosition: "", color, gender, avatar: png });
    assert.deepEqual([backgroundId, isHidden, type], [null, false, "openline"]);
    assert.equal(updated["botId"], state["botId"]);
  });

  it("shows what others have changed, in the names of the program", async () => {
    const wanted = { ...bot, properties: { ...bot.properties, color: "mint" } };
    const { id, state } = await bots.create(wanted);
    const { botId } = state;
    const change = {
      properties: { workPosition: "Other", color: "red" },
      isReactionsEnabled: false,
      backgroundId: "sky",
    };
    await portal.as().call("imbot.v2.Bot.update", { botId, fields: change });
    assert.deepEqual(await later().drift(id, state), {
      properties: { name: "Acme", workPosition: "Other", color: "red" },
      isReactionsEnabled: false,
      backgroundId: "sky",
    });
    await portal.as().call("imbot.v2.Bot.unregister", { botId });
    assert.equal(await later().isThere(id, state), false);
  });

  for (const [told, user] of Object.entries({
    "the whole name in another order": { name: "Bot Acme", firstName: undefined, lastName: undefined },
    "the whole name alone": { name: "Acme Bot", firstName: undefined, lastName: undefined, color: undefined },
    "a name that was taken apart otherwise": { name: "Acme Bot", firstName: "Acme Bot", lastName: "" },
    "a colour that is none of Bitrix24's": { color: "#123456" },
  })) {
    it(`has not changed where the portal tells ${told}`, async () => {
      const properties = { name: "Acme", lastName: "Bot", color: "mint" };
      const { id, state } = await bots.create({ ...bot, properties });
      const answer = { id: state["botId"], name: "Acme Bot", firstName: "Acme", lastName: "Bot", ...user };
      const result = { bot: { id: state["botId"], code: "acme_bot", type: "openline" }, users: [answer] };
      portal.fail({ method: "imbot.v2.bot.get", result });
      assert.equal(await later().drift(id, state), undefined);
      assert.equal(portal.calls("imbot.v2.bot.get").length, 3, "it was looked at");
    });
  }

  it("is removed once, also where it is gone already, and not where the portal only says so", async () => {
    const { id, state } = await bots.create(bot);
    const untrue = portal.fail({ method: "imbot.v2.bot.unregister", result: { result: true } });
    assert.match((await failed(bots.delete(id, state))).message, /^BOT_STILL_REGISTERED: /);
    untrue.remove();
    await bots.delete(id, state);
    assert.equal(botsOf(portal).length, 0);
    await bots.delete(id, state);
  });

  it("warns that a former address is still called, where the application has other bots", async () => {
    const called = { ...bot, eventMode: "webhook", webhookUrl: `${url}?key=s3cret` };
    const { id, state } = await bots.create(called);
    const moved = await bots.update(id, state, { ...called, webhookUrl: "https://acme.example/new" });
    assert.deepEqual(bots.told, [], "it is the only one");
    await bots.create({ ...bot, code: "other" });
    await bots.update(id, moved, bot);
    assert.match(bots.told.join(), /goes on sending events to https:\/\/acme\.example\/new, because/);
    await bots.delete(id, { ...moved, webhookUrl: called.webhookUrl });
    assert.match(bots.told.at(-1) ?? "", /https:\/\/acme\.example\/bot#/);
    assert.doesNotMatch(bots.told.join(), /s3cret/);
  });

  it("waits where its own request limit is reached", async () => {
    portal.fail({ method: "imbot.v2.bot.register", code: "TOO_MANY", httpStatus: 429, times: 2 });
    await bots.create(bot);
    assert.equal(botsOf(portal).length, 1);
  });

  it("is explained where the portal is too old for it", async () => {
    const old = await startPortal({ generation: "middle" });
    try {
      const { message } = await failed(new Direct(Bot, old).create(bot));
      assert.match(
        message,
        /ERROR_METHOD_NOT_FOUND .*\n {2}Meaning: The portal does not know the current methods of bots/,
      );
    } finally {
      await old.close();
    }
  });
});

describe("botAvatar", () => {
  const folder = temporaryFolders();

  it("takes the path of an image or a data URI, and refuses anything else", () => {
    const file = join(folder(), "acme.png");
    writeFileSync(file, Buffer.from(png, "base64"));
    assert.equal(botAvatar(file), png);
    assert.equal(botAvatar(`data:image/png;base64,${png}`), png);
    assert.throws(
      () => botAvatar("nowhere.png"),
      /^Error: AVATAR_NOT_READABLE: botAvatar: cannot read .*nowhere\.png \(ENOENT\)/,
    );
    writeFileSync(file, "no image");
    assert.throws(() => botAvatar(file), /AVATAR_NOT_IMAGE: botAvatar: .*acme\.png is no image/);
    assert.throws(() => botAvatar("data:text/plain,x"), /AVATAR_NOT_IMAGE: botAvatar: the data URI is no image/);
  });
});

const program = (more: string): string => `import * as bitrix24 from "pulumi-bitrix24";
const bot = new bitrix24.Bot("greeter", { code: "greeter", properties: { name: "Acme" }, ${more} });
new bitrix24.OpenLine("support", { lineName: "Support", welcomeBotEnable: true, welcomeBotId: bot.botId });
export const { botId } = bot;
`;

describe("A stack with a bot", () => {
  let portal: Portal;
  let project: Project;
  beforeEach(async () => {
    portal = await startPortal();
    project = await createProject({ program: program(""), portal });
  });
  afterEach(async () => {
    project.cleanup();
    await portal.close();
  });

  it("registers it for a line, costs nothing while unchanged, and leaves nothing behind", async () => {
    const welcomed = (): unknown => portal.lines[0]?.fields["WELCOME_BOT_ID"];
    await expectOk(project.up());
    const first = (await project.outputs())["botId"];
    assert.equal(String(welcomed()), String(first));
    portal.clearJournal();
    await expectOk(project.up({ preview: true }));
    assert.equal(portal.journal.length, 0);
    assert.equal((await expectOk(project.refresh())).summary.update, undefined);
    // Another type is another bot, which the line is told of.
    project.setProgram(program(`type: "bot", isSupportOpenline: true`));
    const { summary } = await expectOk(project.up());
    assert.deepEqual([summary.replace, summary.update], [1, 1]);
    assert.notEqual(String(welcomed()), String(first));
    assert.equal(String(welcomed()), String(botsOf(portal)[0]?.id));
    await expectOk(project.destroy());
    assert.equal(botsOf(portal).length + portal.lines.length, 0);
  });

  it("keeps it when the resource is renamed, in whatever run the former one is removed", async () => {
    await expectOk(project.up());
    const { id } = botsOf(portal)[0] ?? {};
    project.setProgram(program("").replace(`"greeter", {`, `"renamed", {`));
    const { output } = await expectOk(project.up());
    assert.match(output, /bot "greeter" was there already with the same properties/);
    assert.deepEqual(
      botsOf(portal).map((bot) => bot.id),
      [id],
    );
    await portal.as().call("imbot.v2.Bot.update", { botId: id, fields: { properties: { name: "By hand" } } });
    assert.equal((await expectOk(project.refresh())).summary.update, 1);
    assert.match((await expectOk(project.preview({ args: ["--diff"] }))).output, /name: "By hand" => "Acme"/);
    await expectOk(project.up());
    assert.equal(botsOf(portal)[0]?.properties.name, "Acme");
  });
});
