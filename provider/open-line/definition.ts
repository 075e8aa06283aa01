import { PartialFailure } from "../shared/definition";
import type { Definition, Making, Properties } from "../shared/definition";
import { isInterrupted, isReplacing, linesOf, makeLine, noteLine, removeAbandoned } from "./add";
import { answerSchema, doneSchema, getLine, lineSubject, readLine, removeLine, updateLine } from "./calls";
import type { Line } from "./calls";
import { confirm } from "./confirmation";
import { deleteRefused, lineGone, nothingToAdopt, updateNotConfirmed, updateRefused } from "./errors";
import { lineFieldNames, withCompanions } from "./fields";
import type { LineField } from "./fields";
import { differing, fieldsOf, lookAt, pick } from "./look";
import type { Values } from "./look";
import { marked, markerFor, markerOf, unfinished, unmarked } from "./marker";
import { openLineSchema } from "./schema";
import type { OpenLineInputs } from "./schema";
import { findLine } from "./queries";
import { inDialect, settle } from "./settle";
import { canonical, means } from "./values";
import type { Session } from "../rest/session";

/** What a line has besides its inputs. */
export interface Computed {
  readonly lineId: number;
  /** What the portal keeps otherwise than asked; missing while nobody has looked at what it keeps. */
  readonly __stored?: Values;
}

function subjectOf(id: number | undefined, inputs: Partial<OpenLineInputs>): string {
  return lineSubject(id, inputs.lineName);
}

/** From here on the line is as the inputs want it, whatever happens; but nobody has seen what the portal stored. */
async function orPartial<T>({ id }: Line, inputs: Values, run: () => Promise<T>): Promise<T> {
  try {
    return await run();
  } catch (error) {
    if (!(error instanceof Error) || error instanceof PartialFailure) throw error;
    throw new PartialFailure<OpenLineInputs, Computed>(
      String(id),
      inputs as Partial<OpenLineInputs>,
      { lineId: id },
      error,
    );
  }
}

/** Fields to be sent, and what that is for. */
interface Sending {
  readonly values: Values;
  readonly names: Iterable<LineField>;
  /** What the portal has, as far as it is known. */
  readonly known: Values;
  /** Inputs that are in force if it fails, ... */
  readonly before: Values;
  /** ... and once it is done. */
  readonly after: Values;
  /** What the portal has to store in the end; what is sent unless given. */
  readonly asked?: Values;
}

/**
 * Sends some of the fields.
 * @returns of what was asked, what the portal stores otherwise
 */
async function send(line: Line, { values, names, known, before, after, asked }: Sending): Promise<Values> {
  const { session, id, subject } = line;
  const sent = pick(values, withCompanions(names));
  const expected = asked ?? sent;
  const command = updateLine(id, inDialect(session, sent));
  const about = { schema: doneSchema, subject };
  const { result, seen } = await orPartial(line, before, () =>
    session.writeThenLook(command, about, getLine(id), { schema: answerSchema, subject }),
  );
  if (result instanceof Error) throw result;
  if (seen === false) throw lineGone(session, subject);
  if (!result) throw updateRefused(session, subject, Object.keys(sent));
  const stored = await orPartial(line, before, () => confirm({ ...line, expected }, { sent, before: known }, seen));
  if (stored === false) throw lineGone(session, subject);
  if (stored === undefined) throw updateNotConfirmed(session, subject);
  return orPartial(line, after, () => settle(line, expected, stored));
}

/** Sends what the line has otherwise, and nothing where it is as it should be. */
async function match(line: Line, inputs: Values, seen: Values): Promise<Values> {
  const names = Object.keys(differing(inputs, seen)) as LineField[];
  return names.length === 0 ? {} : send(line, { values: inputs, names, known: seen, before: {}, after: inputs });
}

/** Gives a line that has just been added its name, makes it active, and sees whether all of it is as wanted. */
async function finish(line: Line, inputs: OpenLineInputs, marker: string): Promise<Values> {
  const asked = whenNew(inputs);
  const values = unmarked(asked);
  const names = Object.keys(values) as LineField[];
  const known = marked(asked, marker);
  return orPartial(line, {}, () => send(line, { values, names, known, before: {}, after: fieldsOf(inputs), asked }));
}

/** Sends what is missing from a line that was left unfinished, or of which nobody has seen what is stored. */
async function complete(line: Line, inputs: OpenLineInputs): Promise<Values> {
  const { session, subject } = line;
  const answer = await readLine(line);
  if (answer === false) throw lineGone(session, subject);
  const fields = fieldsOf(inputs);
  const left = unfinished(whenNew(inputs), answer);
  const wanted = { ...fields, ...left };
  const seen = await lookAt(line, wanted, false);
  if (!seen) throw lineGone(session, subject);
  const names = Object.keys(differing(wanted, seen)) as LineField[];
  if (names.length === 0) return {};
  const asked = left && { ...pick(wanted, names), ...fields };
  return send(line, { values: wanted, names, known: seen, before: {}, after: fields, asked });
}

/** A declared line is one that works. */
function whenNew(inputs: OpenLineInputs): Values {
  return { ...fieldsOf(inputs), active: inputs.active ?? true };
}

async function make(session: Session, inputs: OpenLineInputs, making: Making): Promise<{ id: number; wrong: Values }> {
  const isNotTold = await isReplacing(session, making);
  const marker = markerFor(inputs, making.resource);
  const { id, isNew, tellNamesakes } = await makeLine({
    session,
    subject: subjectOf(undefined, inputs),
    values: whenNew(inputs),
    marker,
    mayRecall: making.resource !== undefined && !isNotTold,
    isReplacing: isNotTold,
  });
  const line: Line = { session, id, subject: subjectOf(id, inputs) };
  const wrong = isNew ? await finish(line, inputs, marker) : await orPartial(line, {}, () => complete(line, inputs));
  tellNamesakes();
  return { id, wrong };
}

async function adopt(session: Session, inputs: OpenLineInputs, id: number): Promise<Computed> {
  const line: Line = { session, id, subject: subjectOf(id, inputs) };
  linesOf(session).add(id);
  try {
    const fields = fieldsOf(inputs);
    const seen = await lookAt(line, fields, true);
    if (!seen) throw nothingToAdopt(session, line.subject);
    return { lineId: id, __stored: await match(line, fields, seen) };
  } catch (error) {
    if (!(error instanceof PartialFailure)) linesOf(session).delete(id);
    throw error;
  }
}

/** What is kept of differences that are known: those of fields that the program still sets in the same way. */
function stillStored(stored: Values | undefined, inputs: Values, sent: Iterable<string>): Values {
  const names = new Set<string>(sent);
  return pick(
    stored ?? {},
    (Object.keys(stored ?? {}) as LineField[]).filter((name) => !names.has(name) && inputs[name] !== undefined),
  );
}

/** What a program would say of a line that is there; what a program may not say is left as it is. */
function importable(line: object): Partial<OpenLineInputs> {
  const fields = pick(line, lineFieldNames);
  const parsed = openLineSchema.safeParse(fields);
  if (parsed.success) return parsed.data;
  const wrong = new Set(parsed.error.issues.map(({ path }) => String(path[0])));
  const names = lineFieldNames.filter((name) => name in fields && !wrong.has(name));
  // What is left may be wrong without what has been taken away.
  return names.length < Object.keys(fields).length ? importable(pick(fields, names)) : {};
}

/** How a line is created, read, changed and deleted. */
export const definition: Definition<OpenLineInputs, Computed, Session> = {
  type: "OpenLine",
  schema: openLineSchema,
  outputs: ["lineId", "__stored"],
  identity: ["lineId"],
  thing: ({ lineId, lineName }) =>
    lineId === undefined ? undefined : { key: lineSubject(lineId, undefined), title: lineSubject(lineId, lineName) },
  duplicate: { code: "DUPLICATE_LINE", wayOut: "remove one of them, or give it another lineId." },
  steering: ["adopt"],
  adopting: {
    id: ({ lineId }) => String(lineId),
    unread: [],
    absent: (session, { lineId, lineName }) => nothingToAdopt(session, lineSubject(lineId, lineName)),
  },
  assigned: ["lineId"],
  noted: noteLine,
  isInterrupted,
  tidy: (session, id, inputs, resource) =>
    removeAbandoned({ session, subject: subjectOf(Number(id), inputs), marker: markerOf(resource) }, Number(id)),
  comparable(inputs) {
    const given = inputs as Properties;
    return { ...given, ...Object.fromEntries(lineFieldNames.map((name) => [name, canonical(name, given[name])])) };
  },

  importing: {
    id: "the number of the line, such as 12",
    unreadable: [],
    async find(session, id) {
      const lineId = Number(id);
      if (!/^[1-9]\d*$/.test(id) || !Number.isSafeInteger(lineId)) return undefined;
      const line = await findLine(session, lineId);
      return line ? { ...importable(line), lineId, __stored: {} } : "absent";
    },
  },

  async create(session, inputs, making) {
    if (inputs.adopt && inputs.lineId !== undefined) {
      return { id: String(inputs.lineId), computed: await adopt(session, inputs, inputs.lineId) };
    }
    const { id, wrong } = await make(session, inputs, making);
    return { id: String(id), computed: { lineId: id, __stored: stillStored(wrong, fieldsOf(inputs), []) } };
  },

  async read(session, id, recorded) {
    const lineId = Number(id);
    const asked = fieldsOf(recorded);
    const seen = await lookAt({ session, id: lineId, subject: subjectOf(lineId, recorded) }, asked, true);
    if (!seen) return undefined;
    const known: Values = recorded.__stored ?? {};
    const isKnown = (name: LineField): boolean => name in known && means(name, seen[name], known[name]);
    const names = Object.keys(seen) as LineField[];
    const changed = names.filter((name) => seen[name] !== asked[name] && !isKnown(name));
    const stored =
      recorded.__stored &&
      pick(
        known,
        (Object.keys(known) as LineField[]).filter((name) => !(name in seen) || isKnown(name)),
      );
    return { inputs: pick(seen, changed) as Partial<OpenLineInputs>, computed: { lineId, __stored: stored } };
  },

  async update(session, id, recorded, inputs, changed) {
    const lineId = Number(id);
    const line: Line = { session, id: lineId, subject: subjectOf(lineId, inputs) };
    const fields = fieldsOf(inputs);
    const before = fieldsOf(recorded);
    if (recorded.__stored === undefined) {
      const wrong = await complete(line, inputs);
      return { lineId, __stored: stillStored(wrong, fields, []) };
    }
    // What the program does not set any more is left as it is.
    const names = lineFieldNames.filter((name) => changed.has(name) && fields[name] !== undefined);
    if (names.length === 0) return { lineId, __stored: stillStored(recorded.__stored, fields, []) };
    const known = { ...before, ...recorded.__stored };
    const wrong = await send(line, { values: fields, names, known, before, after: fields });
    return { lineId, __stored: { ...stillStored(recorded.__stored, fields, withCompanions(names)), ...wrong } };
  },

  async delete(session, id, recorded) {
    const lineId = Number(id);
    const subject = subjectOf(lineId, recorded);
    const { result, seen } = await removeLine({ session, id: lineId, subject });
    // Whatever the answer was: a user with limited rights is refused what is gone already.
    if (seen === false) return;
    throw result instanceof Error ? result : deleteRefused(session, subject, result);
  },
};
