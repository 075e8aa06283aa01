import { isDeepStrictEqual } from "node:util";
import { z } from "zod";
import { queueEntries } from "./kinds";
import type { Queue } from "./kinds";
import type { Command } from "../rest/command";
import { Bitrix24Error } from "../rest/errors";
import type { Session } from "../rest/session";

/** The queue of a line, as far as the portal tells it. */
export interface StoredQueue {
  readonly entries: Queue;
  /** Whether it is the queue as it was given; else it is the users that it came to. */
  readonly asGiven: boolean;
}

/** Rows of `imopenlines.config.list.get`, as far as they matter here. */
const rowsSchema = z.array(z.looseObject({ ID: z.coerce.number() }));
type Row = z.infer<typeof rowsSchema>[number];

/** The documented maximum. */
const pageSize = 200;

/** Inactive users are in it, unlike in `imopenlines.config.get`; and only here the queue stands as it was given. */
const options = { QUEUE: "Y", CONFIG_QUEUE: "Y" };

function page(offset: number): Command {
  const query = { select: ["ID"], order: { ID: "asc" }, limit: pageSize, offset };
  return { method: "imopenlines.config.list.get", parameters: { PARAMS: query, OPTIONS: options } };
}

function single(id: number): Command {
  return {
    method: "imopenlines.config.list.get",
    parameters: { PARAMS: { select: ["ID"], filter: { ID: id } }, OPTIONS: options },
  };
}

/** Looks through all lines; everybody who does so at the same time shares the looks. */
async function findRow(session: Session, id: number, subject: string): Promise<Row | undefined> {
  let offset = 0;
  let last = 0;
  for (;;) {
    const rows = await session.look(page(offset), { schema: rowsSchema, subject });
    const row = rows.find((candidate) => candidate.ID === id);
    const newest = Math.max(0, ...rows.map((candidate) => candidate.ID));
    // Some servers give all rows at once, whatever page is asked for.
    if (row || rows.length < pageSize || newest <= last) return row;
    last = newest;
    offset += rows.length;
  }
}

/** Portals that keep a queue as it was given, and so understand its entries. */
const keepsEntries = new WeakSet<Session>();

/** Whether a portal is known to understand the documented form of a queue. */
export function understandsEntries(session: Session): boolean {
  return keepsEntries.has(session);
}

function storedQueue(session: Session, row: Row | undefined): StoredQueue | undefined {
  const given = queueEntries(row?.["CONFIG_QUEUE"]);
  if (given.length > 0) {
    keepsEntries.add(session);
    return { entries: given, asGiven: true };
  }
  return row?.["QUEUE"] === undefined ? undefined : { entries: queueEntries(row["QUEUE"]), asGiven: false };
}

/** The look itself is refused where the list knows less than the documentation says. */
function isUnsupported(error: unknown): boolean {
  const codes = ["INVALID_FORMAT", "ERROR_ARGUMENT", "ERROR_CORE", "ERROR_METHOD_NOT_FOUND", "UNEXPECTED_ANSWER"];
  return error instanceof Bitrix24Error && codes.includes(error.code);
}

/**
 * The queue of a line; undefined where only `imopenlines.config.get` tells it. `shared` is for reading many lines: then one
 * look serves them all.
 */
export async function readQueue(
  session: Session,
  id: number,
  subject: string,
  shared: boolean,
): Promise<StoredQueue | undefined> {
  try {
    const row = shared ? await findRow(session, id, subject) : undefined;
    return storedQueue(
      session,
      row ?? (await session.look(single(id), { schema: rowsSchema, subject })).find(({ ID }) => ID === id),
    );
  } catch (error) {
    if (isUnsupported(error)) return undefined;
    throw error;
  }
}

/** Users that a department came to are not told from those that were given by name. */
export function isQueue(asked: Queue, stored: StoredQueue): boolean {
  const isExact = stored.asGiven || asked.every(({ entityType }) => entityType === "user");
  if (isExact) return isDeepStrictEqual(asked.map(plain), stored.entries.map(plain));
  const users = asked.filter(({ entityType }) => entityType === "user");
  return users.every((user) =>
    stored.entries.some((entry) => entry.entityType === "user" && entry.entityId === user.entityId),
  );
}

function plain({ entityType, entityId }: Queue[number]): string {
  return `${entityType} ${entityId}`;
}

/** `user 1, department 3`, for messages. */
export function queueText(entries: Queue): string {
  return entries.length === 0 ? "nobody" : entries.map(plain).join(", ");
}
