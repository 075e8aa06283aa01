import type { ClassifiedRefusal } from "./refusal";

/** All that the decision depends on. */
export interface Situation {
  readonly refusal: ClassifiedRefusal;
  /** Whether carrying out the call twice is the same as once. */
  readonly repeatable: boolean;
  /** How often the call has been refused in this way already, this time included. */
  readonly attempt: number;
  /** Unix time in seconds at which the method's run time shrinks, if the portal has told it. */
  readonly operatingResetAt?: number;
  /** Unix time in milliseconds. */
  readonly now: number;
  /** Between 0 and 1, for the jitter. */
  readonly random: number;
}

export type Decision =
  | { readonly action: "fail"; readonly detail?: string }
  | { readonly action: "renew" }
  /** Ask again after the wait; `scope` tells who waits: everybody, or only calls of this method. */
  | { readonly action: "wait"; readonly milliseconds: number; readonly scope: "portal" | "method" };

const longestReset = 120_000;
const attempts = { portal: 10, method: 6, repeat: 4, unreachable: 4 } as const;

/** Doubles from `first` to `longest`; the jitter keeps parallel runs from asking at the same moment. */
function backOff(first: number, attempt: number, longest: number, random: number): number {
  return Math.round(Math.min(first * 2 ** (attempt - 1), longest) * (0.8 + 0.4 * random));
}

function operationTime({ operatingResetAt, now, attempt, random }: Situation): Decision {
  if (operatingResetAt !== undefined && operatingResetAt * 1000 > now) {
    const left = operatingResetAt * 1000 - now;
    if (left > longestReset) {
      return {
        action: "fail",
        detail: `The portal accepts the method again from ${new Date(operatingResetAt * 1000).toISOString()} on.`,
      };
    }
    return { action: "wait", milliseconds: left + Math.round(1000 * random), scope: "method" };
  }
  if (attempt > attempts.method)
    return { action: "fail", detail: "The portal did not say when it accepts the method again." };
  return { action: "wait", milliseconds: backOff(2_000, attempt, 30_000, random), scope: "method" };
}

function tooMany({ attempt, random }: Situation): Decision {
  if (attempt > attempts.portal) return { action: "fail" };
  return { action: "wait", milliseconds: backOff(500, attempt, 8_000, random), scope: "portal" };
}

/**
 * Decides what to do about a refusal. What the portal refused before doing anything may always be asked again; what it may
 * have begun is asked again only if that is harmless.
 */
export function decide(situation: Situation): Decision {
  const { refusal, attempt, random, repeatable } = situation;
  switch (refusal.code) {
    case "expired_token":
      return attempt === 1 ? { action: "renew" } : { action: "fail" };
    case "OPERATION_TIME_LIMIT":
      return attempt > attempts.portal ? { action: "fail" } : operationTime(situation);
    case "QUERY_LIMIT_EXCEEDED":
      return tooMany(situation);
    default:
      // The methods of bots have a limit of their own, and the documentation names its status alone.
      if (refusal.httpStatus === 429 && refusal.code !== "OVERLOAD_LIMIT") return tooMany(situation);
      break;
  }
  if (refusal.reaction === "wait" && attempt < attempts.unreachable) {
    return { action: "wait", milliseconds: backOff(300, attempt, 4_000, random), scope: "portal" };
  }
  if (refusal.reaction === "repeat" && repeatable && attempt < attempts.repeat) {
    return { action: "wait", milliseconds: backOff(500, attempt, 4_000, random), scope: "portal" };
  }
  return { action: "fail" };
}
