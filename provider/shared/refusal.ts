import { harmlessLines, refusalText } from "../rest/text";
import type { RefusalText } from "../rest/text";

/**
 * This package refuses to go on, although Bitrix24 did not refuse anything: the portal holds something that must not be
 * overwritten, or a success that a look did not confirm. The message says what it is about, what that means and what to do.
 */
export class ProviderError extends Error {
  /** Names the kind, such as `CONNECTOR_EXISTS`. */
  readonly code: string;
  /** What it means. */
  readonly meaning: string;
  /** What to do. */
  readonly hint: string;

  constructor(text: RefusalText) {
    super(harmlessLines(refusalText(text)));
    this.name = "ProviderError";
    this.stack = "";
    this.code = text.code;
    this.meaning = text.meaning;
    this.hint = text.wayOut;
  }
}

/** What each code means, and the way out. */
export type Refusals = Readonly<Record<string, Pick<RefusalText, "meaning" | "wayOut">>>;

/** Whether an error is a {@link ProviderError}, also across two copies of the package. */
export function isProviderError(error: unknown): error is ProviderError {
  return error instanceof Error && error.name === "ProviderError";
}
