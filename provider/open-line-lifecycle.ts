import type { DiffResult } from "@pulumi/pulumi/dynamic";
import { z } from "zod";
import { Bridge, PartialFailure } from "./dynamic";
import type { Definition, Properties } from "./dynamic";
import { addLine, linesOf } from "./open-line-add";
import { deleteRefused, duplicateLine, lineGone, nothingToAdopt, updateRefused } from "./open-line-errors";
import { lineFieldNames, withCompanions } from "./open-line-fields";
import type { LineField } from "./open-line-fields";
import {
  answerSchema,
  compare,
  dialectOf,
  differing,
  fieldsOf,
  getLine,
  lineSubject,
  lookAt,
  pick,
  settle,
  updateLine,
} from "./open-line-look";
import type { Values } from "./open-line-look";
import { readQueue } from "./open-line-queue";
import { openLineSchema } from "./open-line-schema";
import type { OpenLineInputs } from "./open-line-schema";
import { canonical, means } from "./open-line-values";
import type { Session } from "./rest/session";

/** What a line has besides its inputs. */
export interface Computed {
  readonly lineId: number;
  /** What the portal keeps otherwise than asked; missing while nobody has looked at what it keeps. */
  readonly __stored?: Values;
}

const anything = z.unknown();

function subjectOf(id: number | undefined, inputs: Partial<OpenLineInputs>): string {
  return lineSubject(id, inputs.lineName);
}

/** A line at hand. */
interface Line {
  readonly session: Session;
  readonly id: number;
  readonly subject: string;
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

/**
 * Sends some of the fields.
 * @returns of what was sent, what the portal stores otherwise
 */
async function send(line: Line, inputs: Values, names: Iterable<LineField>, before: Values): Promise<Values> {
  const { session, id, subject } = line;
  const sent = pick(inputs, withCompanions(names));
  const command = updateLine(id, sent, Object.keys(sent) as LineField[], dialectOf(session));
  const about = { schema: anything, subject };
  const { result, seen } = await orPartial(line, before, () =>
    session.writeThenLook(command, about, getLine(id), { schema: answerSchema, subject }),
  );
  if (result instanceof Error) throw result;
  if (seen === false) throw lineGone(session, subject, command.method);
  if (result === false) throw updateRefused(session, subject, Object.keys(sent));
  return orPartial(line, inputs, async () => {
    const queue = sent.queue === undefined ? undefined : await readQueue(session, id, subject, false);
    return settle(session, id, subject, sent, compare(sent, seen, queue));
  });
}

/** Sends what the line has otherwise, and nothing where it is as it should be. */
async function match(line: Line, inputs: Values, seen: Values): Promise<Values> {
  const names = Object.keys(differing(inputs, seen)) as LineField[];
  return names.length === 0 ? {} : send(line, inputs, names, {});
}

async function adopt(session: Session, inputs: OpenLineInputs, id: number): Promise<Computed> {
  const line: Line = { session, id, subject: subjectOf(id, inputs) };
  if (linesOf(session).has(id)) throw duplicateLine(line.subject);
  linesOf(session).add(id);
  try {
    const fields = fieldsOf(inputs);
    const seen = await lookAt(session, id, line.subject, fields, true);
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
  comparable(inputs) {
    const given = inputs as Properties;
    return { ...given, ...Object.fromEntries(lineFieldNames.map((name) => [name, canonical(name, given[name])])) };
  },

  async create(session, inputs) {
    if (inputs.adopt && inputs.lineId !== undefined) {
      return { id: String(inputs.lineId), computed: await adopt(session, inputs, inputs.lineId) };
    }
    const fields = fieldsOf(inputs);
    // A declared line is one that works.
    const sent = { ...fields, active: inputs.active ?? true };
    const id = await addLine(session, subjectOf(undefined, inputs), sent);
    const line: Line = { session, id, subject: subjectOf(id, inputs) };
    const wrong = await orPartial(line, fields, async () => {
      const seen = await lookAt(session, id, line.subject, sent, false);
      if (!seen) throw lineGone(session, line.subject, "imopenlines.config.get");
      return settle(session, id, line.subject, sent, seen);
    });
    return { id: String(id), computed: { lineId: id, __stored: stillStored(wrong, fields, []) } };
  },

  async read(session, id, recorded) {
    const lineId = Number(id);
    const asked = fieldsOf(recorded);
    const seen = await lookAt(session, lineId, subjectOf(lineId, recorded), asked, true);
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
      const seen = await lookAt(session, lineId, line.subject, fields, false);
      if (!seen) throw lineGone(session, line.subject, "imopenlines.config.update");
      return { lineId, __stored: await match(line, fields, seen) };
    }
    // What the program does not set any more is left as it is.
    const names = lineFieldNames.filter((name) => changed.has(name) && fields[name] !== undefined);
    if (names.length === 0) return { lineId, __stored: stillStored(recorded.__stored, fields, []) };
    const wrong = await send(line, fields, names, before);
    return { lineId, __stored: { ...stillStored(recorded.__stored, fields, withCompanions(names)), ...wrong } };
  },

  async delete(session, id, recorded) {
    const lineId = Number(id);
    // Another resource of the same run has taken it over, as when a resource is renamed without an alias.
    if (linesOf(session).has(lineId)) return;
    const subject = subjectOf(lineId, recorded);
    const command = { method: "imopenlines.config.delete", parameters: { CONFIG_ID: lineId } };
    const look = { schema: answerSchema, subject };
    const { result, seen } = await session.writeThenLook(command, { schema: anything, subject }, getLine(lineId), look);
    // Whatever the answer was: a user with limited rights is refused what is gone already.
    if (seen === false) return;
    throw result instanceof Error ? result : deleteRefused(session, subject, result);
  },
};

/** Where the program gives no number, the one that the portal has given is no change. */
export class LineBridge extends Bridge<OpenLineInputs, Computed, Session> {
  override diff(id: string, olds: Properties, news: Properties): Promise<DiffResult> {
    return super.diff(id, olds, { ...news, lineId: news["lineId"] ?? olds["lineId"] });
  }
}
