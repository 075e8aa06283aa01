import * as pulumi from "@pulumi/pulumi";

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
 * A refusal in the program's own process. It has no stack: the language host, which leaves the stack of such errors out, shows
 * it all the same where the program has ended already.
 */
export function programRefusal(text: string | RefusalText): pulumi.RunError {
  const message = typeof text === "string" ? text : refusalText(text);
  return Object.assign(new pulumi.RunError(message), { stack: "" });
}
