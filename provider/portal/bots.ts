import { createHash } from "node:crypto";
import { z } from "zod";
import type { Call, Method } from "./call";
import { RestError, refusal } from "./errors";
import { handlerRefusal } from "./handlers";
import { Records } from "./module";
import type { Module } from "./module";
import type { Params } from "./model";
import { isArray, isEmpty, isoDate, isSet, isTrue, toInteger, toText } from "./php";
import type { State } from "./state";

interface Profile {
  name: string;
  lastName: string;
  workPosition: string;
  /** As it was given, in the spelling of the documentation. */
  color: string;
  gender: string;
  /** Content of the image in Base64. */
  avatar: string;
}

export interface BotRecord {
  /** Number of the bot and of its user. */
  id: number;
  code: string;
  type: string;
  eventMode: string;
  webhookUrl: string;
  isHidden: boolean;
  isReactionsEnabled: boolean;
  isSupportOpenline: boolean;
  backgroundId: string | null;
  properties: Profile;
  application: string;
}

const records = new Records<BotRecord>();

/** The refusals of these methods: code → text. */
const texts = {
  BOT_TOKEN_NOT_SPECIFIED: "Bot token is not specified",
  BOT_CODE_REQUIRED: "Bot code is required",
  BOT_PROPERTIES_REQUIRED: "Bot properties are required",
  BOT_CODE_ALREADY_TAKEN: "Bot code is already taken",
  BOT_INVALID_TYPE: "Invalid bot type",
  BOT_INVALID_EVENT_MODE: "Invalid event mode",
  BOT_WEBHOOK_URL_REQUIRED: "Webhook URL is required",
  BOT_INVALID_CALLBACK: "Invalid callback URL",
  BOT_LIMIT_EXCEEDED: "Bot limit exceeded",
  BOT_AVATAR_INCORRECT_TYPE: "Avatar must be an image",
  BOT_ID_REQUIRED: "Bot ID is required",
  BOT_NOT_FOUND: "Bot not found",
  BOT_OWNERSHIP_ERROR: "Bot is registered by another application",
  PARAMS_REQUIRED: "Required parameters are missing",
} as const;

function refuse(code: keyof typeof texts, status = 400): RestError {
  return new RestError(code, texts[code], {}, status);
}

const types: readonly string[] = ["bot", "openline", "supervisor", "personal", "network"];
const eventModes: readonly string[] = ["fetch", "webhook"];
const backgrounds = ["azure", "mint", "steel", "slate", "teal", "cornflower", "sky", "peach", "frost"];
const mostBots = 100;

const colors: Readonly<Record<string, string>> = {
  red: "#df532d",
  green: "#64a513",
  mint: "#4ba984",
  lightBlue: "#4ba5c3",
  darkBlue: "#3e99ce",
  purple: "#8474c8",
  aqua: "#1eb4aa",
  pink: "#f76187",
  lime: "#58cc47",
  brown: "#ab7761",
  azure: "#29619b",
  khaki: "#728f7a",
  sand: "#ba9c7b",
  marengo: "#556574",
  gray: "#909090",
  graphite: "#5e5f5e",
};
const automaticColor = "#df532d";

/** How images begin in Base64: PNG, JPEG, GIF, WebP, BMP. */
const imageBeginning = /^(iVBORw0KGgo|\/9j\/|R0lGOD|UklGR|Qk)/;

/** A true or false of JSON, or the texts that stand for them. */
function flagOf(given: unknown): boolean {
  return given === true || given === "Y" || given === "true" || given === "1" || given === 1;
}

function fieldsOf({ params }: Call): Params {
  return isArray(params["fields"]) ? (params["fields"] as Params) : {};
}

/** Bots of a webhook belong to the token that it brings along, which is a secret and told to nobody. */
function ownerOf({ caller, params }: Call): string {
  if (caller.application) return caller.application.clientId;
  const token = params["botToken"] ?? (params["fields"] as Params | undefined)?.["botToken"];
  if (isEmpty(token)) throw refuse("BOT_TOKEN_NOT_SPECIFIED");
  return `token ${createHash("sha256").update(toText(token)).digest("hex").slice(0, 16)}`;
}

function profileOf(given: unknown, before?: Profile): Profile {
  const old = before ?? { name: "", lastName: "", workPosition: "", color: "", gender: "M", avatar: "" };
  const fields = isArray(given) ? (given as Params) : {};
  const text = (name: keyof Profile): string => (isSet(fields[name]) ? toText(fields[name]) : old[name]);
  const avatar = text("avatar");
  if (avatar !== "" && !imageBeginning.test(avatar)) throw refuse("BOT_AVATAR_INCORRECT_TYPE");
  const color = Object.keys(colors).find((name) => name.toLowerCase() === text("color").toLowerCase());
  const gender = ["M", "F"].includes(text("gender")) ? text("gender") : old.gender;
  // An empty name and a colour that there is not are ignored.
  const name = text("name") === "" ? old.name : text("name");
  return {
    name,
    lastName: text("lastName"),
    workPosition: text("workPosition"),
    color: color ?? old.color,
    gender,
    avatar,
  };
}

/** What registering and changing have in common; nothing is kept before all of it is accepted. */
function settingsOf(fields: Params, old: Omit<BotRecord, "id" | "code" | "type" | "application">): typeof old {
  const eventMode = isSet(fields["eventMode"]) ? toText(fields["eventMode"]) : old.eventMode;
  if (!eventModes.includes(eventMode)) throw refuse("BOT_INVALID_EVENT_MODE");
  const webhookUrl = isSet(fields["webhookUrl"]) ? toText(fields["webhookUrl"]) : old.webhookUrl;
  if (eventMode === "webhook" && webhookUrl === "") throw refuse("BOT_WEBHOOK_URL_REQUIRED");
  if (eventMode === "webhook" && handlerRefusal(webhookUrl)) throw refuse("BOT_INVALID_CALLBACK");
  const flag = (name: "isHidden" | "isReactionsEnabled" | "isSupportOpenline"): boolean =>
    isSet(fields[name]) ? flagOf(fields[name]) : old[name];
  const background = "backgroundId" in fields ? toText(fields["backgroundId"]) : old.backgroundId;
  return {
    eventMode,
    webhookUrl: eventMode === "webhook" ? webhookUrl : "",
    isHidden: flag("isHidden"),
    isReactionsEnabled: flag("isReactionsEnabled"),
    isSupportOpenline: flag("isSupportOpenline"),
    backgroundId: background !== null && backgrounds.includes(background) ? background : null,
    properties: profileOf(fields["properties"], old.properties),
  };
}

const newBot = {
  eventMode: "fetch",
  webhookUrl: "",
  isHidden: false,
  isReactionsEnabled: true,
  isSupportOpenline: false,
  backgroundId: null,
  properties: profileOf({}),
};

/** `imbot.v2.Bot.register`: a second call with the same code gives the bot that is there, and changes nothing. */
function register(call: Call): unknown {
  const fields = fieldsOf(call);
  const application = ownerOf(call);
  if (isEmpty(fields["code"])) throw refuse("BOT_CODE_REQUIRED");
  const code = toText(fields["code"]);
  const kept = records.of(call.state);
  const known = kept.get(code);
  if (known) {
    if (known.application !== application) throw refuse("BOT_CODE_ALREADY_TAKEN");
    return answerOf(call, known, true);
  }
  if (!isArray(fields["properties"]) || isEmpty((fields["properties"] as Params)["name"]))
    throw refuse("BOT_PROPERTIES_REQUIRED");
  const type = isSet(fields["type"]) ? toText(fields["type"]) : "bot";
  if (!types.includes(type)) throw refuse("BOT_INVALID_TYPE");
  const settings = settingsOf(fields, newBot);
  if (ownBots(call.state, application).length >= mostBots) throw refuse("BOT_LIMIT_EXCEEDED");
  const bot = { id: call.state.nextId("user"), code, type, application, ...settings };
  kept.set(code, bot);
  return answerOf(call, bot, true);
}

function ownBots(state: State, application: string): BotRecord[] {
  return [...records.of(state).values()].filter((bot) => bot.application === application);
}

function byNumber(state: State, id: number): BotRecord | undefined {
  return [...records.of(state).values()].find((bot) => bot.id === id);
}

/** The bot that a call is about, which has to be the caller's own. */
function ownBot(call: Call): BotRecord {
  if (isEmpty(call.params["botId"])) throw refuse("BOT_ID_REQUIRED");
  const bot = byNumber(call.state, toInteger(call.params["botId"]));
  if (!bot) throw refuse("BOT_NOT_FOUND");
  if (bot.application !== ownerOf(call)) throw refuse("BOT_OWNERSHIP_ERROR", 403);
  return bot;
}

/** `imbot.v2.Bot.update`; code and type cannot be changed. */
function update(call: Call): unknown {
  const bot = ownBot(call);
  Object.assign(bot, settingsOf(fieldsOf(call), bot));
  return answerOf(call, bot, true);
}

/** `imbot.v2.Bot.unregister` */
function unregister(call: Call): unknown {
  records.of(call.state).delete(ownBot(call).code);
  return { result: true };
}

/** `imbot.v2.Bot.get`: also bots of other applications, in brief. */
function get(call: Call): unknown {
  const { params, state } = call;
  const owner = ownerOf(call);
  if (isEmpty(params["botId"]) && isEmpty(params["code"])) throw refuse("PARAMS_REQUIRED");
  const bot = isEmpty(params["botId"])
    ? records.of(state).get(toText(params["code"]))
    : byNumber(state, toInteger(params["botId"]));
  if (!bot) throw refuse("BOT_NOT_FOUND");
  return answerOf(call, bot, bot.application === owner);
}

/** `imbot.v2.Bot.list`: the caller's own. */
function list(call: Call): unknown {
  const { params, state } = call;
  const filter = isArray(params["filter"]) ? (params["filter"] as Params) : {};
  const own = ownBots(state, ownerOf(call)).filter(({ type }) => isEmpty(filter["type"]) || type === filter["type"]);
  const limit = isTrue(params["limit"]) ? toInteger(params["limit"]) : 50;
  const offset = toInteger(params["offset"]);
  const shown = own.slice(offset, offset + limit);
  return {
    bots: shown.map((bot) => botOf(bot, true)),
    users: shown.map((bot) => userOf(bot, state.clock())),
    hasNextPage: own.length > offset + limit,
  };
}

function answerOf({ state }: Call, bot: BotRecord, isOwn: boolean): unknown {
  return { bot: botOf(bot, isOwn), users: [userOf(bot, state.clock())] };
}

function botOf(bot: BotRecord, isOwn: boolean): Record<string, unknown> {
  const { id, code, type, isHidden, isSupportOpenline, isReactionsEnabled, backgroundId, eventMode } = bot;
  const counters = { countMessage: 0, countCommand: 0, countChat: 0, countUser: 0 };
  return {
    ...{ id, code, type, isHidden, isSupportOpenline, isReactionsEnabled, backgroundId, language: "en" },
    ...(isOwn ? { moduleId: "rest", eventMode, ...counters } : {}),
  };
}

function userOf({ id, properties }: BotRecord, now: number): Record<string, unknown> {
  const { name, lastName, workPosition, gender, color, avatar } = properties;
  return {
    id,
    active: true,
    name: [name, lastName].filter((part) => part !== "").join(" "),
    firstName: name,
    lastName,
    workPosition,
    color: colors[color] ?? automaticColor,
    avatar: avatar === "" ? "" : `/upload/avatar/${String(id)}`,
    ...{ gender, birthday: "", extranet: false, bot: true, connector: false, externalAuthId: "bot", status: "online" },
    ...{ idle: false, lastActivityDate: isoDate(now), absent: false, departments: [1], phones: false, type: "bot" },
  };
}

/** These methods came with the cloud of 2026. */
const method = (run: (call: Call) => unknown): Method => ({
  scopes: ["imbot"],
  names: "exact",
  run(call) {
    if (call.state.generation !== "new") throw refusal("ERROR_METHOD_NOT_FOUND");
    return run(call);
  },
});

const text = z.string().optional();
const flag = z.boolean().optional();

const entry = z.strictObject({
  botId: z.int().positive().optional(),
  code: z.string().min(1),
  type: z.enum(types).optional(),
  eventMode: z.enum(eventModes).optional(),
  webhookUrl: text,
  ...{ isHidden: flag, isReactionsEnabled: flag, isSupportOpenline: flag },
  backgroundId: z.enum(backgrounds).nullish(),
  properties: z
    .strictObject({
      ...{ name: text, lastName: text, workPosition: text, color: text },
      gender: z.enum(["M", "F"]).optional(),
      avatar: text,
    })
    .optional(),
  application: z.string().min(1).optional(),
});

function put(state: State, application: string, given: Readonly<Record<string, unknown>>): void {
  const code = toText(given["code"]);
  const type = isSet(given["type"]) ? toText(given["type"]) : "openline";
  const id = isSet(given["botId"]) ? toInteger(given["botId"]) : state.nextId("user");
  records.of(state).set(code, { id, code, type, application, ...settingsOf(given, newBot) });
}

export const bots: Module<BotRecord> = {
  methods: {
    "imbot.v2.bot.register": method(register),
    "imbot.v2.bot.update": method(update),
    "imbot.v2.bot.unregister": method(unregister),
    "imbot.v2.bot.get": method(get),
    "imbot.v2.bot.list": method(list),
  },
  scope: "imbot",
  records,
  entry,
  shown: ({ id, application: _application, ...bot }) => ({ botId: id, ...bot }),
  put,
};
