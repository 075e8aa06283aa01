import { isBitrix24Error } from "../rest/errors";
import type { Bitrix24Error } from "../rest/errors";
import { refusesCredentials } from "./credentials";

/** What stopped something. */
interface Cause {
  /** The same for whatever is stopped by the same cause. */
  readonly key: string;
  /** What is left of the message where the cause has been explained already. */
  readonly brief: string;
  /** What was stopped, in the user's words. */
  readonly subject: string | undefined;
}

/** Refusals of whatever an application or a user asks for, besides those of its token. */
const ofEverything = new Set(["ACCESS_DENIED", "WRONG_AUTH_TYPE", "WRONG_LICENSE"]);

/** Whether it is about the portal or the credentials. What is wrong with one resource is explained for each that has it. */
function stopsMany(error: Bitrix24Error): boolean {
  return error.isPassing || refusesCredentials(error) || ofEverything.has(error.code);
}

function causeOf(error: unknown, message: string): Cause | undefined {
  if (isBitrix24Error(error)) {
    if (!stopsMany(error)) return undefined;
    const { method, subject, code, description } = error;
    const about = subject === undefined ? "" : ` for ${subject}`;
    const [, ...explanation] = message.split("\n");
    return { key: [code, description, ...explanation].join("\n"), brief: `${method}${about} failed: ${code}`, subject };
  }
  // A refusal of this package's own begins with its code.
  const code = /^(INVALID_CONFIGURATION|WRONG_PORTAL): /.exec(message)?.[1];
  return code === undefined ? undefined : { key: message, brief: code, subject: undefined };
}

/**
 * What has been explained to the user. A dead token or a portal that is not there stops every resource of a run: the first
 * message says what that means and what to do, and each other one points to it.
 */
export class Explanations {
  private readonly given = new Map<string, string | undefined>();

  /** The message about an error, or one line where another message explains the same cause. */
  once(error: unknown, message: string): string {
    const cause = causeOf(error, message);
    if (!cause) return message;
    const { key, brief, subject } = cause;
    if (!this.given.has(key)) {
      this.given.set(key, subject);
      return message;
    }
    const first = this.given.get(key);
    const other =
      first === undefined || first === subject ? "the other message with this code" : `the message about ${first}`;
    return `${brief} (see ${other})`;
  }
}
