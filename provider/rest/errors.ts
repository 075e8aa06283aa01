import { classify } from "./refusal";
import type { ClassifiedRefusal, Refusal } from "./refusal";
import { redact } from "./secrets";
import { explained, harmless, longestCode } from "./text";

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
  /** What the call was about, in the user's words, such as `connector "acme_chat"`. */
  readonly subject: string | undefined;
  /** REST method that was called. */
  readonly method: string;
  /** Whether the portal may have carried out the call all the same. */
  readonly ambiguous: boolean;
  /** What the code means. */
  readonly meaning: string;
  /** What to do. */
  readonly hint: string;
  readonly #isPassing: boolean;

  constructor(attempt: Attempt, refusal: Refusal, detail?: string) {
    const classified = classify(refusal, attempt.method);
    const { entry } = classified;
    const code = harmless(refusal.code, longestCode);
    const description = harmless(refusal.description);
    super(redact(compose(attempt, { ...classified, code, description }, detail)));
    this.name = "Bitrix24Error";
    this.stack = "";
    this.code = code;
    this.description = description;
    this.httpStatus = refusal.httpStatus;
    this.subject = attempt.subject === undefined ? undefined : harmless(attempt.subject);
    this.method = attempt.method;
    this.ambiguous = classified.mayBeDone;
    this.meaning = entry.meaning;
    this.hint = entry.hint;
    this.#isPassing = entry.reaction !== undefined;
  }

  /**
   * Whether the same may go well a moment later.
   * @internal
   */
  get isPassing(): boolean {
    return this.#isPassing;
  }
}

function compose(attempt: Attempt, refusal: ClassifiedRefusal, detail: string | undefined): string {
  const subject = attempt.subject ? ` for ${harmless(attempt.subject)}` : "";
  const where = attempt.host ? ` on ${attempt.host}` : "";
  const status = refusal.httpStatus === undefined ? "" : ` (HTTP ${refusal.httpStatus})`;
  const text = refusal.description ? ` "${refusal.description}"` : "";
  return explained(`${attempt.method}${subject}${where} failed: ${refusal.code}${status}${text}`, {
    meaning: refusal.entry.meaning,
    wayOut: refusal.entry.hint,
    detail: detail ? harmless(detail) : undefined,
  });
}

/** Whether an error is a {@link Bitrix24Error}, also across two copies of the package. */
export function isBitrix24Error(error: unknown): error is Bitrix24Error {
  return error instanceof Error && error.name === "Bitrix24Error";
}
