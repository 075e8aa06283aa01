import { doneSchema, updateLine } from "./calls";
import type { Line } from "./calls";
import { lineParameters } from "./fields";
import type { LineField } from "./fields";
import { isUsersOnly } from "./kinds";
import type { Dialect, Queue } from "./kinds";
import { differing, lookAt } from "./look";
import type { Values } from "./look";
import { queueText, understandsEntries } from "./queue";
import type { Parameters } from "../rest/command";
import type { Session } from "../rest/session";
import { harmless, longestShown, quoted, shorten } from "../rest/text";

/** How the portal that a session talks to wants what not all take in the documented form. */
const dialects = new WeakMap<Session, Dialect>();
function dialectOf(session: Session): Dialect {
  return dialects.get(session) ?? {};
}

/** Values of fields as the portal wants them. */
export function inDialect(session: Session, values: Values): Parameters {
  return lineParameters(values, Object.keys(values) as LineField[], dialectOf(session));
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

/** The other form has helped with these fields. */
function learn(session: Session, helped: readonly LineField[]): void {
  const { dottedTimes, bareQueue } = dialectOf(session);
  dialects.set(session, {
    dottedTimes: dottedTimes || helped.includes("worktimeFrom") || helped.includes("worktimeTo"),
    bareQueue: bareQueue || helped.includes("queue"),
  });
}

/**
 * Sends in another form what the portal did not understand.
 * @returns what is still stored otherwise than asked
 */
async function sendOtherwise(line: Line, asked: Values, wrong: Values): Promise<Values> {
  const { session, id, subject } = line;
  const other = otherDialect(session, asked, wrong);
  if (!other) return wrong;
  const command = updateLine(id, lineParameters(asked, other.names, other.dialect));
  const isDone = await session.write(command, { schema: doneSchema, subject });
  const again = isDone ? await lookAt(line, asked, false) : undefined;
  if (!again) return wrong;
  const left = differing(asked, again);
  learn(
    session,
    other.names.filter((name) => name in wrong && !(name in left)),
  );
  return left;
}

function valueText(name: LineField, value: unknown): string {
  if (name === "queue") return shorten(queueText(value as Queue), longestShown);
  return typeof value === "string" ? quoted(value) : harmless(JSON.stringify(value));
}

function tellDifferences({ session, subject }: Line, asked: Values, wrong: Values, seen: Values): void {
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

/**
 * Sees to it that the portal stores what was sent, and tells the user where it does not.
 * @returns what is stored otherwise than asked
 */
export async function settle(line: Line, asked: Values, seen: Values): Promise<Values> {
  const wrong = await sendOtherwise(line, asked, differing(asked, seen));
  tellDifferences(line, asked, wrong, seen);
  return wrong;
}
