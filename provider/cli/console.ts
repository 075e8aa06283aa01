import { Writable } from "node:stream";
import type { Readable } from "node:stream";
import { createInterface } from "node:readline";
import type { Interface } from "node:readline";
import { isBitrix24Error } from "../rest/errors";
import { harmlessLines } from "../rest/text";
import { SettingsError } from "../access/settings";

/** What a command sees of the world. */
export interface Console {
  readonly input: Readable & { readonly isTTY?: boolean };
  readonly output: Writable;
  readonly errors: Writable;
  readonly environment: Readonly<Record<string, string | undefined>>;
  /** The working folder; without one there is no project to look at. */
  readonly folder?: string;
}

export const processConsole: Console = {
  input: process.stdin,
  output: process.stdout,
  errors: process.stderr,
  environment: process.env,
  folder: process.cwd(),
};

/** Something the user can mend; the message says all. */
export class UserError extends Error {
  constructor(message: string) {
    super(message);
    this.name = "UserError";
    this.stack = "";
  }
}

/** Prints a line. Neither credentials nor what could act upon a terminal are part of it; should one be, it is hidden. */
export function print(stream: Writable, line: string): void {
  stream.write(harmlessLines(line) + "\n");
}

/** An error the way a user should see it: without a stack. */
export function describeError(error: unknown): string {
  if (error instanceof UserError || error instanceof SettingsError || isBitrix24Error(error)) return error.message;
  const what = error instanceof Error ? `${error.name}: ${error.message}` : String(error);
  return `Unexpected error: ${what}. Please report this message.`;
}

/**
 * Runs a command to its end.
 * @returns the exit code: 0, or 1 after a failure
 */
export async function runCommand(console: Console, work: () => Promise<number | void>): Promise<number> {
  try {
    return (await work()) ?? 0;
  } catch (error) {
    print(console.errors, describeError(error));
    return 1;
  }
}

/** Passes on what is written, except while it is muted. */
class Mutable extends Writable {
  muted = false;

  constructor(private readonly target: Writable) {
    super();
  }

  override _write(chunk: Buffer, _encoding: BufferEncoding, done: () => void): void {
    if (!this.muted) this.target.write(chunk);
    done();
  }
}

/** Asks the user for lines; from a pipe they may also come all at once. */
export class Prompt {
  /** Whether there is nothing more to come. */
  hasEnded = false;
  private readonly screen: Mutable;
  private readonly reader: Interface;
  private readonly lines: AsyncIterator<string, undefined>;
  private readonly terminal: boolean;

  constructor(private readonly console: Console) {
    this.screen = new Mutable(console.output);
    this.terminal = console.input.isTTY === true;
    const output = this.terminal ? this.screen : undefined;
    this.reader = createInterface({ input: console.input, output, terminal: this.terminal });
    this.lines = this.reader[Symbol.asyncIterator]();
  }

  /**
   * @param what what to ask for
   * @param hidden whether the answer must not show on the screen
   * @throws UserError if nothing is entered
   */
  async ask(what: string, hidden = false): Promise<string> {
    this.show(`${what}: `);
    this.screen.muted = hidden;
    const line = await this.lines.next();
    this.screen.muted = false;
    this.hasEnded = line.done === true;
    if (hidden || !this.terminal) this.console.output.write("\n");
    const answer = line.done === true ? "" : line.value.trim();
    if (answer === "") throw new UserError(`Nothing was entered for: ${what}.`);
    return answer;
  }

  /** On a terminal the reader has to know what stands before the answer, for it draws the line anew when it is edited. */
  private show(question: string): void {
    if (!this.terminal) {
      this.console.output.write(question);
      return;
    }
    this.reader.setPrompt(question);
    this.reader.prompt();
  }

  close(): void {
    this.reader.close();
  }
}
