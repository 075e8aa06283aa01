import { explainCode } from "./codes";
import type { CodeEntry } from "./codes";

/** What the portal (or the network) answered instead of a result. */
export interface Refusal {
  /** Bitrix24's code, or one of this package's own for what happened on the way. */
  readonly code: string;
  /** Bitrix24's text; often in the language of the portal. */
  readonly description: string;
  /** HTTP status; undefined where no answer came. */
  readonly httpStatus?: number;
  /**
   * True where the call may have been carried out although the code does not say so: an earlier attempt may have been, or
   * the answer is none that says that it was not.
   */
  readonly mayBeDone?: boolean;
  /** True where nobody waited for the answer any longer: the portal may be at work still, and carry the call out later. */
  readonly isOverdue?: boolean;
}

/** A refusal with what is known of it: found out once, for the method that was called, and handed on. */
export interface ClassifiedRefusal extends Refusal {
  readonly entry: CodeEntry;
  /** What the client may do by itself. That is less than the code allows where the HTTP status says that the fault stays. */
  readonly reaction: CodeEntry["reaction"];
  /** Whether the portal may have carried out the call although it was not answered with a result. */
  readonly mayBeDone: boolean;
}

/** These end a call before it begins, whatever their HTTP status. */
const beforehand = new Set(["OVERLOAD_LIMIT", "PORTAL_DELETED"]);

/** The work was done, only its answer could not be written or read. */
const afterwards = new Set(["WRONG_ENCODING", "ANSWER_TOO_LARGE"]);

/** A web page with a status below 500 is a wrong address, not a passing fault. */
function isTransient(refusal: Refusal): boolean {
  return refusal.code !== "NO_JSON" || (refusal.httpStatus ?? 0) >= 500;
}

function isAmbiguous(refusal: Refusal, reaction: CodeEntry["reaction"]): boolean {
  if (refusal.mayBeDone || afterwards.has(refusal.code)) return true;
  // A command of a batch has no HTTP status of its own, so the code has to do.
  if (reaction === "repeat") return true;
  return reaction === undefined && !beforehand.has(refusal.code) && (refusal.httpStatus ?? 0) >= 500;
}

/** Finds out what a refusal means, unless that has come with it. */
export function classify(refusal: Refusal | ClassifiedRefusal, method: string): ClassifiedRefusal {
  if ("entry" in refusal) return refusal;
  const entry = explainCode(refusal.code, method);
  const reaction = entry.reaction === "repeat" && !isTransient(refusal) ? undefined : entry.reaction;
  return { ...refusal, entry, reaction, mayBeDone: isAmbiguous(refusal, reaction) };
}

/** What a call comes to after the command was interrupted. */
export function stopped(sent: boolean): Refusal {
  return sent
    ? { code: "INTERRUPTED", description: "the request was on its way and may have been carried out", mayBeDone: true }
    : { code: "INTERRUPTED", description: "the request was not sent" };
}
