import { z } from "zod";
import type { Command, Parameters } from "../rest/command";

// Every call about bots, and what its answer looks like.

/** A bot in the user's words. */
export function subjectOf(code: string | undefined): string {
  return `bot "${code}"`;
}

/** Registers a bot. One of the same code that the application has already is answered, and stays as it is. */
export function registerBot(fields: Parameters): Command {
  // An avatar makes the request long, which must not keep others from theirs.
  return { method: "imbot.v2.Bot.register", parameters: { fields }, alone: true };
}

/** Changes what is given of a bot. */
export function updateBot(botId: number, fields: Parameters): Command {
  return { method: "imbot.v2.Bot.update", parameters: { botId, fields }, alone: true };
}

export function unregisterBot(botId: number): Command {
  return { method: "imbot.v2.Bot.unregister", parameters: { botId } };
}

/** What tells one bot from the others of a portal. */
export type Key = { readonly code: string | undefined } | { readonly botId: number };

/** Asks for one bot; those of other applications are answered too, in brief. */
export function getBot(key: Key): Command {
  return { method: "imbot.v2.Bot.get", parameters: key };
}

/** Some of the application's bots. */
export function listBots(limit: number, offset = 0): Command {
  return { method: "imbot.v2.Bot.list", parameters: offset === 0 ? { limit } : { limit, offset } };
}

const flag = z.union([z.boolean(), z.stringbool()]).optional().catch(undefined);
/** What a portal leaves out may as well be null. */
const text = z
  .string()
  .nullish()
  .catch(undefined)
  .transform((value) => value ?? undefined);

const botSchema = z.looseObject({
  id: z.coerce.number(),
  code: z.string(),
  type: text,
  isHidden: flag,
  isReactionsEnabled: flag,
  isSupportOpenline: flag,
  /** Null is none; undefined is not told. */
  backgroundId: z.string().nullish().catch(undefined),
  moduleId: text,
  eventMode: text,
});

const userSchema = z.looseObject({
  id: z.coerce.number(),
  name: text,
  firstName: text,
  lastName: text,
  workPosition: text,
  color: text,
  gender: text,
});

/** The profile of a bot, as far as the portal tells it. */
export type User = z.infer<typeof userSchema>;

/** A bot as the portal has it. */
export interface Found extends z.infer<typeof botSchema> {
  readonly user?: User;
}

/** What {@link getBot} is answered. */
export const foundSchema: z.ZodType<Found> = z
  .looseObject({ bot: botSchema, users: z.array(userSchema).optional().catch(undefined) })
  .transform(({ bot, users }) => ({ ...bot, user: users?.find(({ id }) => id === bot.id) }));

/** What {@link listBots} is answered. */
export const listSchema = z.looseObject({ bots: z.array(botSchema), hasNextPage: flag });

/** Whether it belongs to another application: that one's own portal tells such a bot in brief. */
export function isForeign({ moduleId, eventMode }: Found): boolean {
  return moduleId === undefined && eventMode === undefined;
}
