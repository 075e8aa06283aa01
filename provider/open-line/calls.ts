import { z } from "zod";
import { decodeEmoji } from "./notation";
import type { Command, Parameters } from "../rest/command";
import type { Bitrix24Error } from "../rest/errors";
import type { Session } from "../rest/session";
import { quoted } from "../rest/text";

// Every call about open lines, and what its answer means.

/** A line at hand. */
export interface Line {
  readonly session: Session;
  readonly id: number;
  /** The line in the user's words. */
  readonly subject: string;
}

/** A line in the user's words. */
export function lineSubject(id: number | undefined, name: string | undefined): string {
  return ["open line", id, name === undefined ? undefined : quoted(name)]
    .filter((part) => part !== undefined)
    .join(" ");
}

/** Makes a line. Bitrix24 chooses its number, and makes another one each time. */
export function addLine(fields: Parameters): Command {
  return { method: "imopenlines.config.add", parameters: { PARAMS: fields } };
}

/** The number of the line that {@link addLine} has made; false where it has made none. */
export const addedSchema = z.union([
  z.literal(false),
  z.number().int().positive(),
  z
    .string()
    .regex(/^[1-9]\d*$/)
    .transform(Number),
]);

/** Changes the given fields of a line. */
export function updateLine(id: number, fields: Parameters): Command {
  return { method: "imopenlines.config.update", parameters: { CONFIG_ID: id, PARAMS: fields } };
}

/** Whether a change was carried out, as far as the portal says so: it says `false`, and no reason, where it was not. */
export const doneSchema = z.unknown().transform((answer) => answer !== false);

function deleteLine(id: number): Command {
  return { method: "imopenlines.config.delete", parameters: { CONFIG_ID: id } };
}

/** Asks for all fields of a line. */
export function getLine(id: number): Command {
  return { method: "imopenlines.config.get", parameters: { CONFIG_ID: id } };
}

/** What {@link getLine} is answered; false where there is no such line. */
export const answerSchema = z.union([z.literal(false), z.record(z.string(), z.unknown())]);
export type Answer = Readonly<Record<string, unknown>>;

/** Looks at all fields of a line; false where there is no such line. */
export function readLine({ session, id, subject }: Line, how: { fresh?: boolean } = {}): Promise<Answer | false> {
  return session.look(getLine(id), { schema: answerSchema, subject, ...how });
}

/** Deletes a line, then looks at it: it is gone where `seen` is false, whatever the answer was. */
export function removeLine({
  session,
  id,
  subject,
}: Line): Promise<{ readonly result: boolean | Bitrix24Error; readonly seen: Answer | false }> {
  const look = { schema: answerSchema, subject };
  return session.writeThenLook(deleteLine(id), { schema: doneSchema, subject }, getLine(id), look);
}

/** What is to be listed. */
export interface Listing {
  /** All fields unless given. */
  readonly select?: readonly string[];
  readonly order: "asc" | "desc";
  /** Whether the queues are listed too. */
  readonly queues: boolean;
}

/** Inactive users are in it, unlike in `imopenlines.config.get`; and only here the queue stands as it was given. */
const queues = { QUEUE: "Y", CONFIG_QUEUE: "Y" };

/** The documented maximum. */
const pageSize = 200;

/** A part of the list of all lines, by their numbers. */
export function listLines(listing: Listing, offset = 0): Command {
  const { select, order } = listing;
  const query = { ...(select ? { select } : {}), order: { ID: order }, limit: pageSize, offset };
  return {
    method: "imopenlines.config.list.get",
    parameters: { PARAMS: query, ...(listing.queues ? { OPTIONS: queues } : {}) },
  };
}

/** One line with its queue, as the list has it. */
export function listLine(id: number): Command {
  const query = { select: ["ID"], filter: { ID: id } };
  return { method: "imopenlines.config.list.get", parameters: { PARAMS: query, OPTIONS: queues } };
}

function withEmoji<T extends object>(row: T): T {
  const fields = Object.entries(row) as [string, unknown][];
  return Object.fromEntries(
    fields.map(([name, value]) => [name, typeof value === "string" ? decodeEmoji(value) : value]),
  ) as T;
}

/** What {@link listLines} and {@link listLine} are answered. */
export const rowsSchema = z.array(z.looseObject({ ID: z.coerce.number() }).transform(withEmoji));
export type Row = z.infer<typeof rowsSchema>[number];

/**
 * All lines, page by page. A page is only asked for when it is wanted; everybody who asks for the same one at the same time
 * shares the look.
 */
export async function* linePages(
  session: Session,
  listing: Listing,
  how: { subject: string; writesMatter?: boolean },
): AsyncGenerator<readonly Row[], void> {
  const known = new Set<number>();
  for (let offset = 0; ;) {
    const rows = await session.look(listLines(listing, offset), { schema: rowsSchema, ...how });
    const before = known.size;
    for (const { ID: id } of rows) known.add(id);
    yield rows;
    offset += rows.length;
    // Some servers give all rows at once, whatever page is asked for.
    if (rows.length < pageSize || known.size === before) return;
  }
}
