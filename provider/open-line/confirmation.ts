import { setTimeout as delay } from "node:timers/promises";
import { readLine } from "./calls";
import type { Answer, Line } from "./calls";
import { compare, pick } from "./look";
import type { Values } from "./look";
import { readQueue } from "./queue";
import type { LineField } from "./fields";
import { means } from "./values";

/**
 * Texts that a portal stores as they are. A flag, a word, a number or what belongs to a feature that its plan lacks it may
 * keep as it was, although it has taken the update.
 */
const storedAsGiven: readonly LineField[] = [
  "lineName",
  "welcomeMessageText",
  "noAnswerText",
  "worktimeDayoffText",
  "closeText",
  "autoCloseText",
];

/** What an update of a line has sent, and what the line had before it. */
export interface Change {
  readonly sent: Values;
  readonly before: Values;
}

/** What of a text no portal drops, as it may spaces, emoji and other marks. */
function letters(text: unknown): string {
  return typeof text === "string" ? text.replaceAll(/[^\p{L}\p{N}]+/gu, "") : "";
}

/** Whether a portal has to show this change once it is made. A text that is empty it may take for one that was left out. */
function isSeen({ sent, before }: Change, name: LineField): boolean {
  if (storedAsGiven.includes(name)) return sent[name] !== "" && letters(sent[name]) !== letters(before[name]);
  return name === "defaultOperatorData" && operatorName(sent[name]) !== operatorName(before[name]);
}

function operatorName(data: unknown): string {
  return letters((data as { readonly name?: string } | undefined)?.name);
}

/**
 * Whether a success came from somebody who has not passed the update on: all that was to change is as it was before, a text
 * among it.
 */
export function isUntrue(change: Change, seen: Values): boolean {
  const { sent, before } = change;
  const told = (Object.keys(sent) as LineField[]).filter((name) => before[name] !== undefined && name in seen);
  const changed = told.filter((name) => !means(name, sent[name], before[name]));
  return changed.some((name) => isSeen(change, name)) && changed.every((name) => means(name, before[name], seen[name]));
}

/** A line after an update. */
export interface Updated extends Line {
  /** What the portal has to store. */
  readonly expected: Values;
}

async function compareAll(updated: Updated, asked: Values, answer: Answer): Promise<Values> {
  const queue = asked.queue === undefined ? undefined : await readQueue(updated, false);
  return compare(asked, answer, queue);
}

/** A portal may show an old state for a moment after it has answered, in milliseconds. */
const looksAgainAfter = [250, 750, 1_500] as const;

/**
 * What the portal has of what was expected.
 * @param answer what it has shown in the same request
 * @returns undefined where it shows nothing of the change, a moment later neither; false where the line is gone by then
 */
export async function confirm(updated: Updated, change: Change, answer: Answer): Promise<Values | false | undefined> {
  const { expected } = updated;
  const asked = { ...change.sent, ...expected };
  let seen = await compareAll(updated, asked, answer);
  for (const milliseconds of looksAgainAfter) {
    if (!isUntrue(change, seen)) break;
    await delay(milliseconds);
    const again = await readLine(updated, { fresh: true });
    if (again === false) return false;
    seen = await compareAll(updated, asked, again);
  }
  return isUntrue(change, seen) ? undefined : pick(seen, Object.keys(expected) as LineField[]);
}
