import { explainCode } from "./codes";
import type { CodeEntry } from "./codes";
import { isAmbiguous } from "./retry";
import { redact } from "./secrets";
import { harmless, longestCode } from "./text";

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
}

/** What was being attempted. */
export interface Attempt {
  /** REST method, such as `imconnector.register`. */
  readonly method: string;
  /** What it was about, in the user's words: `connector "acme_chat"`. */
  readonly subject?: string;
  /** Host that was asked. */
  readonly host?: string;
}

/**
 * Bitrix24 refused a call, or could not be asked. The message says what was attempted, what Bitrix24 answered, what that
 * means and what to do. It carries neither request nor credentials.
 */
export class Bitrix24Error extends Error {
  /** Bitrix24's code, such as `ACCESS_DENIED`. */
  readonly code: string;
  /** Bitrix24's own text, without secrets. */
  readonly description: string;
  /** HTTP status of the answer; undefined where there was none. */
  readonly httpStatus: number | undefined;
  /** REST method that was called. */
  readonly method: string;
  /** Whether the portal may have carried out the call all the same. */
  readonly ambiguous: boolean;
  /** What the code means. */
  readonly meaning: string;
  /** What to do. */
  readonly hint: string;

  constructor(attempt: Attempt, refusal: Refusal, detail?: string) {
    const entry = explainCode(refusal.code, attempt.method);
    const code = harmless(refusal.code, longestCode);
    const description = harmless(refusal.description);
    super(redact(compose(attempt, { ...refusal, code, description }, entry, detail)));
    this.name = "Bitrix24Error";
    this.stack = "";
    this.code = code;
    this.description = description;
    this.httpStatus = refusal.httpStatus;
    this.method = attempt.method;
    this.ambiguous = isAmbiguous(refusal);
    this.meaning = entry.meaning;
    this.hint = entry.hint;
  }
}

function compose(attempt: Attempt, refusal: Refusal, entry: CodeEntry, detail: string | undefined): string {
  const subject = attempt.subject ? ` for ${harmless(attempt.subject)}` : "";
  const where = attempt.host ? ` on ${attempt.host}` : "";
  const status = refusal.httpStatus === undefined ? "" : ` (HTTP ${refusal.httpStatus})`;
  const text = refusal.description ? ` "${refusal.description}"` : "";
  const lines = [
    `${attempt.method}${subject}${where} failed: ${refusal.code}${status}${text}`,
    `  Meaning: ${entry.meaning}`,
    `  What to do: ${entry.hint}`,
  ];
  if (detail) lines.splice(1, 0, `  ${harmless(detail)}`);
  return lines.join("\n");
}

/** Whether an error is a {@link Bitrix24Error}, also across two copies of the package. */
export function isBitrix24Error(error: unknown): error is Bitrix24Error {
  return error instanceof Error && error.name === "Bitrix24Error";
}
