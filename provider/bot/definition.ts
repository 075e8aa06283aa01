import { z } from "zod";
import { PartialFailure } from "../shared/definition";
import type { Created, Definition } from "../shared/definition";
import { ProviderError } from "../shared/refusal";
import { shownUrl } from "../shared/validation";
import type { Command, Parameters } from "../rest/command";
import { Bitrix24Error } from "../rest/errors";
import type { Session } from "../rest/session";
import { quoted } from "../rest/text";
import {
  foundSchema,
  getBot,
  isForeign,
  listBots,
  listSchema,
  registerBot,
  subjectOf,
  unregisterBot,
  updateBot,
} from "./calls";
import type { Found, Key } from "./calls";
import { codes, refusals } from "./codes";
import type { RefusalCode } from "./codes";
import { colorName } from "./colors";
import { comparableProfile, observeProfile, profileOf } from "./profile";
import { schema } from "./schema";
import type { Inputs, Profile } from "./schema";

export type { Inputs } from "./schema";

interface Computed {
  readonly botId: number;
}

/** What a bot is where the program does not say. */
const defaults = { type: "openline", eventMode: "fetch", isHidden: false, isReactionsEnabled: true } as const;

/** With everything filled in that goes without saying. A bot for open lines supports them anyway. */
function whole(inputs: Partial<Inputs>): Partial<Inputs> {
  const { type = defaults.type, isSupportOpenline } = inputs;
  return { ...defaults, ...inputs, isSupportOpenline: type === "openline" ? undefined : (isSupportOpenline ?? false) };
}

function refused(code: RefusalCode, what: string): ProviderError {
  return new ProviderError({ code, what, ...refusals[code] });
}

/** The bot that is there; undefined where the portal says that there is none. */
async function find(session: Session, key: Key, subject: string): Promise<Found | undefined> {
  try {
    return await session.look(getBot(key), { schema: foundSchema, subject });
  } catch (error) {
    if (error instanceof Bitrix24Error && error.code === "BOT_NOT_FOUND") return undefined;
    throw error;
  }
}

/** Carries a call out, and gives what it was refused with. All of these may be carried out twice. */
async function attempt(session: Session, command: Command, subject: string): Promise<Bitrix24Error | undefined> {
  try {
    await session.write(command, { schema: z.unknown(), subject });
    return undefined;
  } catch (error) {
    if (error instanceof Bitrix24Error) return error;
    throw error;
  }
}

const flags = ["isHidden", "isReactionsEnabled", "isSupportOpenline"] as const;

/** The engine has no way to store something within a value that is not there. */
function withoutUndefined(value: object): object {
  return Object.fromEntries(Object.entries(value).filter(([, part]) => part !== undefined));
}

/** What the portal has otherwise than wanted, as far as it tells; defaults count as wanted. */
function observe(found: Found, wanted: Partial<Inputs>): Partial<Inputs> {
  const { type, eventMode, backgroundId, properties = {}, ...rest } = whole(wanted);
  const observed: Record<string, unknown> = {};
  if (found.type !== undefined && found.type !== type) observed["type"] = found.type;
  if (found.eventMode !== undefined && found.eventMode !== eventMode) observed["eventMode"] = found.eventMode;
  if (found.backgroundId !== undefined && (found.backgroundId ?? undefined) !== backgroundId)
    observed["backgroundId"] = found.backgroundId ?? undefined;
  for (const name of flags)
    if (rest[name] !== undefined && found[name] !== undefined && found[name] !== rest[name])
      observed[name] = found[name];
  const profile = observeProfile(found.user, properties);
  if (Object.keys(profile).length > 0) observed["properties"] = withoutUndefined({ ...properties, ...profile });
  return observed;
}

/** All that the portal tells of a bot, as a program would say it. */
function everythingOf({ code, user, ...found }: Found): Partial<Inputs> {
  const properties = user ? profileOf(user) : { name: code };
  const type = found.type as Inputs["type"];
  return { code, type, properties, ...observe({ code, ...found }, { type }) };
}

/** A bot that is there, as a program would declare it. */
export async function describeBot(session: Session, code: string): Promise<Partial<Inputs> | undefined> {
  const found = await find(session, { code }, subjectOf(code));
  return found && everythingOf(found);
}

function differs(found: Found, wanted: Inputs): boolean {
  return Object.keys(observe(found, wanted)).length > 0;
}

/** Whether the program sets something that Bitrix24 never gives back. */
function hasUnread({ webhookUrl, properties }: Inputs): boolean {
  return webhookUrl !== undefined || properties.avatar !== undefined;
}

/** The profile as it is sent. What the program does not mention any more is emptied, as far as that is possible. */
function profileParameters({ color, ...rest }: Profile, before: Partial<Profile> = {}): Parameters {
  const lost = (["lastName", "workPosition"] as const).filter((name) => before[name] && rest[name] === undefined);
  return {
    ...rest,
    ...Object.fromEntries(lost.map((name) => [name, ""])),
    ...(color === undefined ? {} : { color: colorName(color) }),
  };
}

function registration({ adopt: _adopt, properties, type = defaults.type, ...rest }: Inputs): Command {
  return registerBot({ ...rest, type, properties: profileParameters(properties) });
}

/** Everything but what cannot be changed, because what cannot be read may have been changed by anybody. */
function change(botId: number, inputs: Inputs, before: Partial<Inputs>): Command {
  const { adopt: _adopt, code: _code, type: _type, properties, backgroundId = null, ...rest } = whole(inputs) as Inputs;
  const profile = profileParameters(properties, before.properties);
  return updateBot(botId, { ...rest, backgroundId, properties: profile });
}

function exists(found: Found, code: string): ProviderError {
  const what = `imbot.v2.Bot.register for ${subjectOf(code)} was not sent: the portal already has a bot with this code (number ${found.id})`;
  return isForeign(found)
    ? refused("BOT_IS_FOREIGN", `${what}, of another application.`)
    : refused("BOT_EXISTS", `${what}, with other properties.`);
}

/** Nobody knows what has come of it: it is recorded as unfinished, so that nothing stays behind. */
function unfinished(inputs: Partial<Inputs>, computed: Partial<Computed>, error: unknown): unknown {
  if (!(error instanceof Error) || error instanceof PartialFailure) return error;
  return new PartialFailure<Inputs, Computed>(String(inputs.code), inputs, computed, error);
}

function notRegistered({ portal }: Session, subject: string): ProviderError {
  return refused(
    "BOT_NOT_REGISTERED",
    `imbot.v2.Bot.register for ${subject} on ${portal} reported success, but imbot.v2.Bot.get does not show it.`,
  );
}

function notStored({ portal }: Session, method: "register" | "update", subject: string): ProviderError {
  return refused(
    "BOT_NOT_STORED",
    `imbot.v2.Bot.${method} for ${subject} on ${portal} reported success, but imbot.v2.Bot.get shows other properties.`,
  );
}

function stillRegistered({ portal }: Session, subject: string): ProviderError {
  return refused(
    "BOT_STILL_REGISTERED",
    `imbot.v2.Bot.unregister for ${subject} on ${portal} reported success, but imbot.v2.Bot.get still shows it.`,
  );
}

function hasOtherType(code: string, there: string, wanted: string | undefined): ProviderError {
  return refused(
    "BOT_HAS_OTHER_TYPE",
    `${subjectOf(code)} is there already with the type ${quoted(there)} instead of "${wanted}".`,
  );
}

/** The number of the bot with that code, if there is one. */
async function numberOf(session: Session, code: string | undefined): Promise<number | undefined> {
  return (await find(session, { code }, subjectOf(code)))?.id;
}

async function register(session: Session, inputs: Inputs): Promise<Created<Computed>> {
  const subject = subjectOf(inputs.code);
  const failure = await attempt(session, registration(inputs), subject);
  const found = await find(session, { code: inputs.code }, subject).catch((error: unknown) => {
    throw failure && !failure.ambiguous ? failure : unfinished(inputs, {}, error);
  });
  if (failure && (!found || failure.code === "BOT_CODE_ALREADY_TAKEN"))
    throw failure.ambiguous ? unfinished(inputs, {}, failure) : failure;
  if (!found) throw notRegistered(session, subject);
  const computed = { botId: found.id };
  if (!differs(found, inputs)) return { id: inputs.code, computed };
  const stored = { ...inputs, ...observe(found, inputs) };
  throw unfinished(stored, computed, failure ?? notStored(session, "register", subject));
}

/** Changes a bot that is there. `before` is what the program said until now. */
async function send(session: Session, inputs: Inputs, botId: number, before: Partial<Inputs>): Promise<void> {
  const subject = subjectOf(inputs.code);
  const failure = await attempt(session, change(botId, inputs, before), subject);
  if (failure && !failure.ambiguous) throw failure;
  const found = await find(session, { botId }, subject);
  const isStored = found !== undefined && !differs(found, inputs);
  // What is never told may be as it was.
  if (failure && (!isStored || hasUnread(inputs))) throw failure;
  if (!isStored) throw notStored(session, "update", subject);
}

/** Whether the portal has refused the change itself: then everything is as it was. */
function isRefusal(error: unknown): boolean {
  return error instanceof Bitrix24Error && !error.ambiguous && error.method === "imbot.v2.Bot.update";
}

function takeOverWarning(code: string): string {
  return (
    `${subjectOf(code)} was there already with the same properties, and is taken over. That is right for what an interrupted run has left, and for a resource that was renamed without the option aliases; ` +
    "if another program has registered it, choose another code. adopt: true says that it is intended."
  );
}

async function takeOver(session: Session, inputs: Inputs, found: Found, isOwn: boolean): Promise<Created<Computed>> {
  const { code, adopt } = inputs;
  const isSame = !differs(found, inputs);
  if (!adopt && ((!isSame && !isOwn) || isForeign(found))) throw exists(found, code);
  const { type } = whole(inputs);
  if (found.type !== undefined && found.type !== type) throw hasOtherType(code, found.type, type);
  if (!adopt && !isOwn) session.warn(takeOverWarning(code));
  const computed = { botId: found.id };
  if (!isSame || hasUnread(inputs) || isOwn) {
    // What the stack itself has said of it before counts no more.
    await send(session, inputs, found.id, isOwn ? everythingOf(found) : {}).catch((error: unknown) => {
      throw isRefusal(error) ? error : unfinished(inputs, computed, error);
    });
  }
  return { id: code, computed };
}

/** Whether a bot that was called at an address is not called there any more. */
function hasLeft({ eventMode, webhookUrl }: Partial<Inputs>, now: Partial<Inputs>): boolean {
  return eventMode === "webhook" && (now.eventMode !== "webhook" || now.webhookUrl !== webhookUrl);
}

/** Whether the application has another bot; also where the portal does not say. */
async function hasNeighbours(session: Session, botId: number, subject: string): Promise<boolean> {
  try {
    const { bots } = await session.look(listBots(2), { schema: listSchema, subject });
    return bots.some(({ id }) => id !== botId);
  } catch (error) {
    if (error instanceof Bitrix24Error) return true;
    throw error;
  }
}

/** Only of an application's last bot does Bitrix24 take the former address off the list of those that it calls. */
async function warnOfRemnant(session: Session, { code, webhookUrl }: Partial<Inputs>, botId: number): Promise<void> {
  const subject = subjectOf(code);
  const hasOthers = await hasNeighbours(session, botId, subject);
  if (!hasOthers) return;
  session.warn(
    `${subject}: Bitrix24 goes on sending events to ${shownUrl(webhookUrl)}, because the application has other bots; it stops when the last of them is removed. ` +
      'Let nothing answer there, or call event.unbind for the events ONIMBOTV2… of that address if no other bot uses it. eventMode "fetch" leaves nothing behind.',
  );
}

/** How it is created, read, changed and deleted. */
export const definition: Definition<Inputs, Computed, Session> = {
  type: "Bot",
  schema,
  outputs: ["botId"],
  // An update can change neither.
  identity: ["code", "type"],
  // A code is taken once, and events of the old one end with it only where no other bot is there.
  deleteBeforeReplace: true,
  thing: ({ code }) =>
    code === undefined ? undefined : { key: `bot ${JSON.stringify(code)}`, title: subjectOf(code) },
  steering: ["adopt"],
  writeOnly: ["properties.avatar"],
  comparable(inputs) {
    const { eventMode, webhookUrl, properties, ...rest } = whole(inputs);
    const url = eventMode === "fetch" ? undefined : webhookUrl;
    return { ...rest, eventMode, webhookUrl: url, properties: comparableProfile(properties) };
  },
  codes,
  refusals,
  adopting: { id: ({ code }) => code, unread: ["webhookUrl"] },
  warnings: ({ code, eventMode, webhookUrl }) =>
    webhookUrl !== undefined && eventMode !== "webhook"
      ? [`${subjectOf(code)}: Bitrix24 uses webhookUrl only where eventMode is "webhook".`]
      : [],

  importing: {
    id: "the code of the bot, such as support_bot",
    unreadable: [],
    async find(session, id) {
      const found = await find(session, { code: id }, subjectOf(id));
      return found ? { ...everythingOf(found), botId: found.id } : "absent";
    },
  },

  async create(session, inputs, making) {
    const found = await find(session, { code: inputs.code }, subjectOf(inputs.code));
    return found ? takeOver(session, inputs, found, making.isOwn()) : register(session, inputs);
  },

  async read(session, id, recorded) {
    const found = await find(session, { code: recorded.code ?? id }, subjectOf(recorded.code));
    // A bot of another application may have the code by now.
    if (!found || (isForeign(found) && found.id !== recorded.botId)) return undefined;
    return { inputs: observe(found, recorded), computed: { botId: found.id } };
  },

  async update(session, _id, recorded, inputs) {
    const { botId: known, ...before } = recorded;
    const botId = known ?? (await numberOf(session, inputs.code));
    // An earlier run could not find out whether it was registered: it was not.
    if (botId === undefined) return (await register(session, inputs)).computed;
    // Only of one that was imported: everywhere else another type makes another bot.
    const { type } = whole(inputs);
    if (before.type !== undefined && before.type !== type) throw hasOtherType(inputs.code, before.type, type);
    await send(session, inputs, botId, before).catch((error: unknown) => {
      throw isRefusal(error) ? error : unfinished(before, { botId }, error);
    });
    if (hasLeft(before, inputs)) await warnOfRemnant(session, before, botId);
    return { botId };
  },

  async delete(session, _id, recorded) {
    const { code, botId: known } = recorded;
    const botId = known ?? (await numberOf(session, code));
    if (botId === undefined) return;
    const subject = subjectOf(code);
    const failure = await attempt(session, unregisterBot(botId), subject);
    const found = await find(session, { botId }, subject);
    if (found) throw failure ?? stillRegistered(session, subject);
    if (hasLeft(recorded, {})) await warnOfRemnant(session, recorded, botId);
  },
};
