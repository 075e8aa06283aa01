import { isDeepStrictEqual } from "node:util";
import { linePages, listLine, rowsSchema } from "./calls";
import type { Line, Row } from "./calls";
import { queueEntries } from "./kinds";
import type { Queue } from "./kinds";
import { Bitrix24Error } from "../rest/errors";
import type { Session } from "../rest/session";

/** The queue of a line, as far as the portal tells it. */
export interface StoredQueue {
  readonly entries: Queue;
  /** Whether it is the queue as it was given; else it is the users that it came to. */
  readonly asGiven: boolean;
}

/** Looks through all lines until it is found; everybody who does so at the same time shares the looks. */
async function findRow({ session, id, subject }: Line): Promise<Row | undefined> {
  for await (const rows of linePages(session, { select: ["ID"], order: "asc", queues: true }, { subject })) {
    const row = rows.find((candidate) => candidate.ID === id);
    if (row) return row;
  }
  return undefined;
}

/** Asks for it alone. */
async function singleRow({ session, id, subject }: Line): Promise<Row | undefined> {
  const rows = await session.look(listLine(id), { schema: rowsSchema, subject });
  return rows.find((candidate) => candidate.ID === id);
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
export async function readQueue(line: Line, shared: boolean): Promise<StoredQueue | undefined> {
  try {
    const row = shared ? await findRow(line) : undefined;
    return storedQueue(line.session, row ?? (await singleRow(line)));
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
