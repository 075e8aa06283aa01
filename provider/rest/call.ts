import { operationLimit } from "./bounds";
import type { Command } from "./command";
import type { Outcome } from "./envelope";
import { classify, stopped } from "./refusal";
import type { ClassifiedRefusal } from "./refusal";

/** An operation of the engine, or a function of a program, as the queue sees it. */
export interface Operation {
  /** The clock's time at which it is over, whatever it waits for. */
  until: number;
}

/** A call on its way. */
export interface Waiting {
  readonly command: Command;
  /** A look to be made in the same request, after the call. */
  readonly then?: Command;
  readonly repeatable: boolean;
  /** Whose call it is; it ends with its operation. */
  readonly operation: Operation;
  /** Calls of the same operation that change something are carried out in the order in which they were made. */
  readonly inOrder: boolean;
  /** How often it has been refused, by code. */
  readonly refusals: Map<string, number>;
  /** What it was refused with last. */
  refusal?: ClassifiedRefusal;
  /** Whether an attempt so far may have been carried out. */
  mayBeDone?: boolean;
  /** `then` is undefined where the look could not be part of the request. */
  settle(result: Settled): void;
  /** Called when it is on its way: from then on the answer can be older than what happens elsewhere. */
  leaves?(): void;
}

export type Answered = Extract<Outcome, { value: unknown }>;

/** What a call came to. */
export type Result = Answered | { readonly refusal: ClassifiedRefusal };

export type Settled =
  | {
      readonly outcome: Result;
      readonly detail?: string;
      readonly then?: Outcome;
      /** Whether it ended because its operation's time is over. */
      readonly isLate?: boolean;
    }
  /** Not an answer of the portal: no credentials could be had. */
  | { readonly error: unknown };

export const timeIsUp = `It was not asked again: an operation may take ${operationLimit / 60_000} minutes in all, and these are over or would be by then.`;

/** The outcome of a call, its refusal classified for the call's method. */
export function resultOf({ command }: Waiting, outcome: Outcome): Result {
  return "refusal" in outcome ? { refusal: classify(outcome.refusal, command.method) } : outcome;
}

export function refusedWith(outcome: Outcome, code: string): boolean {
  return "refusal" in outcome && outcome.refusal.code === code;
}

/** What a call comes to that is not asked again; it may have been carried out in an attempt before. */
export function ended(
  { mayBeDone }: Pick<Waiting, "mayBeDone">,
  refusal: ClassifiedRefusal,
  detail?: string,
): Extract<Settled, { outcome: Result }> {
  return { outcome: { refusal: mayBeDone ? { ...refusal, mayBeDone } : refusal }, detail };
}

/** What a call comes to that would have been sent after the command was interrupted. */
export function interrupted(call: Waiting): Settled {
  return ended(call, classify(stopped(call.mayBeDone ?? false), call.command.method));
}

/**
 * What a call comes to that cannot wait as long as it would have to: its last refusal, if it has had one.
 * @param acceptedFrom Unix time in milliseconds from which the portal takes the method again, where it has told
 */
export function outOfTime(call: Waiting, isBlocked: boolean, acceptedFrom: number | undefined): Settled {
  const { method } = call.command;
  const reason = isBlocked ? `the portal blocks ${method}` : "it waited for its turn";
  const from =
    isBlocked && acceptedFrom !== undefined && acceptedFrom > Date.now()
      ? ` It is accepted again from ${new Date(acceptedFrom).toISOString()} on.`
      : "";
  const refusal = call.refusal ?? classify({ code: "NO_TIME_LEFT", description: reason }, method);
  return { ...ended(call, refusal, `${timeIsUp}${from}`), isLate: true };
}
