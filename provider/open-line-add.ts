import { setTimeout as pause } from "node:timers/promises";
import { z } from "zod";
import { addRefused, addUnclear, severalLines } from "./open-line-errors";
import { lineParameters } from "./open-line-fields";
import type { LineField } from "./open-line-fields";
import { answerSchema, compare, dialectOf, differing, getLine } from "./open-line-look";
import type { Values } from "./open-line-look";
import type { Command } from "./rest/command";
import { documentedCodes } from "./rest/codes";
import { Bitrix24Error } from "./rest/errors";
import type { Session } from "./rest/session";

/** What this process knows of the lines that it has made. */
interface Made {
  /** Lines that belong to a resource of this process. */
  readonly ids: Set<number>;
  /** Names that were asked for. */
  readonly names: Set<string>;
  /** The last add under each name; those without a name wait for each other too. */
  readonly turns: Map<string, Promise<unknown>>;
}

const made = new WeakMap<Session, Made>();

function madeIn(session: Session): Made {
  const known = made.get(session) ?? { ids: new Set(), names: new Set(), turns: new Map() };
  made.set(session, known);
  return known;
}

/** Lines that this process has created or taken over: no resource of an earlier run may remove them. */
export function linesOf(session: Session): Set<number> {
  return madeIn(session).ids;
}

const rowsSchema = z.array(z.looseObject({ ID: z.coerce.number() }));
const addedSchema = z.union([
  z.literal(false),
  z.number().int().positive(),
  z
    .string()
    .regex(/^[1-9]\d*$/)
    .transform(Number),
]);

function newestLine(): Command {
  const query = { select: ["ID"], order: { ID: "desc" }, limit: 1 };
  return { method: "imopenlines.config.list.get", parameters: { PARAMS: query } };
}

/** As many as one page can hold: more lines than fit into a few batches have not come since the look before. */
function newestLines(): Command {
  const query = { select: ["ID"], order: { ID: "desc" }, limit: 200 };
  return { method: "imopenlines.config.list.get", parameters: { PARAMS: query } };
}

/** Everybody who creates a line in this run shares the look; the numbers of lines only grow. */
async function newestBefore(session: Session, subject: string): Promise<number> {
  const rows = await session.look(newestLine(), { schema: rowsSchema, subject, writesMatter: false });
  return Math.max(0, ...rows.map(({ ID }) => ID));
}

/** What an add has to be recognized by when its answer is lost. */
interface Add {
  readonly session: Session;
  readonly subject: string;
  readonly sent: Values;
  readonly newest: number;
}

/** A line without a name of its own is recognized by all that was asked for, and by a name that nobody asked for. */
async function isCandidate({ session, subject, sent }: Add, id: number): Promise<boolean> {
  // Not from the list: there, some characters of a name come encoded.
  const answer = await session.look(getLine(id), { schema: answerSchema, subject });
  if (answer === false) return false;
  const { names } = madeIn(session);
  const name = sent.lineName as string | undefined;
  if (name !== undefined) return String(answer["LINE_NAME"]).trim() === name.trim();
  const { queue: _queue, ...comparable } = sent;
  return (
    !names.has(String(answer["LINE_NAME"])) &&
    Object.keys(differing(comparable, compare(comparable, answer, undefined))).length === 0
  );
}

async function candidates(add: Add): Promise<number[]> {
  const { session, subject, newest } = add;
  const rows = await session.look(newestLines(), { schema: rowsSchema, subject, fresh: true });
  const strangers = rows.map(({ ID }) => ID).filter((id) => id > newest && !linesOf(session).has(id));
  const fitting = await Promise.all(strangers.map((id) => isCandidate(add, id)));
  return strangers.filter((id, index) => fitting[index] && !linesOf(session).has(id)).sort((a, b) => a - b);
}

/** A portal that is slow may still be at work when the connection is lost already. */
const slowness = 2_000;

/** The line that an add without an answer has made; undefined where it has made none. */
async function findAdded(add: Add): Promise<number | undefined> {
  let found = await candidates(add);
  if (found.length === 0) {
    await pause(slowness);
    found = await candidates(add);
  }
  if (found.length > 1) throw severalLines(add.session, add.subject, found);
  return found[0];
}

async function send({ session, subject, sent }: Add): Promise<number> {
  const parameters = { PARAMS: lineParameters(sent, Object.keys(sent) as LineField[], dialectOf(session)) };
  const id = await session.write(
    { method: "imopenlines.config.add", parameters },
    { schema: addedSchema, subject, once: true },
  );
  if (id === false) throw addRefused(session, subject);
  return id;
}

const documented = new Set(documentedCodes.map(([code]) => code));

/**
 * Whether the line may have been made all the same: besides what is ambiguous anyway after an answer that cannot be read,
 * an error of the portal's own, which may have come later, and a code that nobody knows.
 */
function mayHaveMade({ ambiguous, code }: Bitrix24Error): boolean {
  return ambiguous || ["NO_JSON", "UNEXPECTED_ANSWER", "ERROR_CORE"].includes(code) || !documented.has(code);
}

/** The line that a call has made in spite of the error; undefined where it has certainly made none. */
async function madeInSpiteOf(error: Bitrix24Error, add: Add): Promise<number | undefined> {
  try {
    return await findAdded(add);
  } catch (reason) {
    if (!(reason instanceof Bitrix24Error)) throw reason;
    throw addUnclear(add.session, add.subject, error);
  }
}

/** Adds the line, a second time only when the first time has certainly made none. */
async function addSafely(add: Add): Promise<number> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await send(add);
    } catch (error) {
      if (!(error instanceof Bitrix24Error) || !mayHaveMade(error)) throw error;
      const found = await madeInSpiteOf(error, add);
      if (found !== undefined) return found;
      if (attempt === 2 || !error.ambiguous) throw error;
    }
  }
}

/**
 * Adds a line. The call is not idempotent and names need not be unique: so lines of one name are added one after the other,
 * and when an answer is lost, the portal's new lines tell what it came to.
 */
export async function addLine(session: Session, subject: string, sent: Values): Promise<number> {
  const { ids, names, turns } = madeIn(session);
  const name = sent.lineName as string | undefined;
  if (name !== undefined) names.add(name);
  const newest = await newestBefore(session, subject);
  const key = name ?? "";
  const before = turns.get(key) ?? Promise.resolve();
  const add = async (): Promise<number> => {
    const id = await addSafely({ session, subject, sent, newest });
    ids.add(id);
    return id;
  };
  const turn = before.then(add, add);
  turns.set(key, turn);
  return turn;
}
