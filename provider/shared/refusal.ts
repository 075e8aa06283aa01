import { harmlessLines } from "../rest/text";

/** What a refusal of this package's own tells its reader. */
export interface RefusalText {
  /** Names the kind; `docs/errors.md` explains each. */
  readonly code: string;
  /** What happened to what. */
  readonly what: string;
  /** What that means, in one or two sentences. */
  readonly meaning: string;
  /** The way out, as an order. */
  readonly wayOut: string;
}

/** The form that all refusals have, those of Bitrix24 as well. */
export function refusalText({ code, what, meaning, wayOut }: RefusalText): string {
  return `${code}: ${what}\n  Meaning: ${meaning}\n  What to do: ${wayOut}`;
}

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

/** Whether an error is a {@link ProviderError}, also across two copies of the package. */
export function isProviderError(error: unknown): error is ProviderError {
  return error instanceof Error && error.name === "ProviderError";
}
