import { z } from "zod";
import { isQueue, queueText, readQueue, understandsEntries } from "./queue";
import type { StoredQueue } from "./queue";
import { kindOf, lineFieldNames, lineParameterName, lineParameters } from "./fields";
import type { LineField } from "./fields";
import { isUsersOnly, queueEntries } from "./kinds";
import type { Dialect, Queue } from "./kinds";
import type { OpenLineInputs } from "./schema";
import { lineFromAnswer, means } from "./values";
import type { Command } from "../rest/command";
import type { Session } from "../rest/session";
import { harmless, longestShown, quoted, shorten } from "../rest/text";

/** What `imopenlines.config.get` answers; false where there is no such line. */
export const answerSchema = z.union([z.literal(false), z.record(z.string(), z.unknown())]);
export type Answer = Readonly<Record<string, unknown>>;

/** Values of the portal by field. */
export type Values = Partial<Record<LineField, unknown>>;

/** A line in the user's words. */
export function lineSubject(id: number | undefined, name: string | undefined): string {
  return ["open line", id, name === undefined ? undefined : quoted(name)]
    .filter((part) => part !== undefined)
    .join(" ");
}

export function getLine(id: number): Command {
  return { method: "imopenlines.config.get", parameters: { CONFIG_ID: id } };
}

/** How the portal that a session talks to wants what not all take in the documented form. */
const dialects = new WeakMap<Session, Dialect>();
export function dialectOf(session: Session): Dialect {
  return dialects.get(session) ?? {};
}

/** The portal's value of a field; undefined where it does not tell. A value that means what was asked is what was asked. */
function observe(name: LineField, asked: unknown, answer: Answer, line: Values): unknown {
  const raw = answer[lineParameterName(name)];
  if (raw === asked) return asked;
  const value = raw === null ? (line[name] ?? kindOf(name).empty) : line[name];
  return means(name, asked, value) ? asked : value;
}

/** A line as the portal has it, seen from what was asked for: only fields that the portal tells, named in `asked`. */
export function compare(asked: Values, answer: Answer, queue: StoredQueue | undefined): Values {
  const line: Values = { ...lineFromAnswer(answer) };
  const values: Values = {};
  for (const name of Object.keys(asked) as LineField[]) {
    if (name === "queue") {
      const stored = queue ?? { entries: queueEntries(answer["QUEUE"]), asGiven: false };
      if (queue || answer["QUEUE"] !== undefined)
        values[name] = isQueue(asked[name] as Queue, stored) ? asked[name] : stored.entries;
      continue;
    }
    const value = observe(name, asked[name], answer, line);
    if (value !== undefined) values[name] = value;
  }
  return values;
}

/** The fields of a program, by name. */
export function pick(inputs: object, names: Iterable<LineField>): Values {
  const given = inputs as Values;
  return Object.fromEntries([...names].filter((name) => given[name] !== undefined).map((name) => [name, given[name]]));
}

/** Of what was asked, that which the portal has otherwise. */
export function differing(asked: Values, stored: Values): Values {
  const names = (Object.keys(stored) as LineField[]).filter((name) => stored[name] !== asked[name]);
  return Object.fromEntries(names.map((name) => [name, stored[name]]));
}

/** Looks at a line and its queue together. */
export async function lookAt(
  session: Session,
  id: number,
  subject: string,
  asked: Values,
  shared: boolean,
): Promise<Values | undefined> {
  const [answer, queue] = await Promise.all([
    session.look(getLine(id), { schema: answerSchema, subject }),
    asked.queue === undefined ? undefined : readQueue(session, id, subject, shared),
  ]);
  return answer === false ? undefined : compare(asked, answer, queue);
}

/** What may help where the portal did not understand the documented form. */
function otherDialect(
  session: Session,
  asked: Values,
  wrong: Values,
): { dialect: Dialect; names: LineField[] } | undefined {
  const dialect = dialectOf(session);
  const times = "worktimeFrom" in wrong || "worktimeTo" in wrong;
  const dottedTimes = times && !dialect.dottedTimes;
  const bareQueue =
    "queue" in wrong && !dialect.bareQueue && !understandsEntries(session) && isUsersOnly(asked.queue as Queue);
  if (!dottedTimes && !bareQueue) return undefined;
  const names: LineField[] = [
    ...(dottedTimes ? (["worktimeFrom", "worktimeTo"] as const) : []),
    ...(bareQueue ? (["queue"] as const) : []),
  ];
  return {
    dialect: { dottedTimes: dialect.dottedTimes || dottedTimes, bareQueue: dialect.bareQueue || bareQueue },
    names,
  };
}

export function updateLine(id: number, asked: Values, names: Iterable<LineField>, dialect: Dialect): Command {
  return {
    method: "imopenlines.config.update",
    parameters: { CONFIG_ID: id, PARAMS: lineParameters(asked, names, dialect) },
  };
}

/**
 * Sees to it that the portal stores what was sent, and tells the user where it does not.
 * @returns what is stored otherwise than asked
 */
export async function settle(
  session: Session,
  id: number,
  subject: string,
  asked: Values,
  seen: Values,
): Promise<Values> {
  let wrong = differing(asked, seen);
  const other = otherDialect(session, asked, wrong);
  if (other) {
    const accepted = await session.write(updateLine(id, asked, other.names, other.dialect), {
      schema: z.unknown(),
      subject,
    });
    const again = accepted === false ? undefined : await lookAt(session, id, subject, asked, false);
    const left = again ? differing(asked, again) : wrong;
    const helped = other.names.filter((name) => name in wrong && !(name in left));
    const { dottedTimes, bareQueue } = dialectOf(session);
    dialects.set(session, {
      dottedTimes: dottedTimes || helped.includes("worktimeFrom") || helped.includes("worktimeTo"),
      bareQueue: bareQueue || helped.includes("queue"),
    });
    wrong = left;
  }
  tellDifferences(session, subject, asked, wrong, seen);
  return wrong;
}

function valueText(name: LineField, value: unknown): string {
  if (name === "queue") return shorten(queueText(value as Queue), longestShown);
  return typeof value === "string" ? quoted(value) : harmless(JSON.stringify(value));
}

function tellDifferences(session: Session, subject: string, asked: Values, wrong: Values, seen: Values): void {
  const lines = (Object.keys(asked) as LineField[]).flatMap((name) => {
    if (name in wrong)
      return [`  ${name}: asked for ${valueText(name, asked[name])}, stored ${valueText(name, wrong[name])}`];
    return name in seen
      ? []
      : [`  ${name}: asked for ${valueText(name, asked[name])}; this portal does not know the field`];
  });
  if (lines.length === 0) return;
  session.warn(
    [
      `${subject} on ${session.portal}: the portal did not store everything as asked.`,
      ...lines,
      "  Meaning: the portal's plan lacks the feature, a user or department cannot be in a queue, or a value is out of bounds.",
      "  What to do: change the value in the program, or leave it: it is not sent again until one of the two changes.",
    ].join("\n"),
  );
}

/** The fields that a program sets. */
export function fieldsOf(inputs: Partial<OpenLineInputs>): Values {
  return pick(inputs, lineFieldNames);
}
