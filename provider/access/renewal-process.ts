import { fork } from "node:child_process";
import type { ChildProcessWithoutNullStreams } from "node:child_process";
import { join } from "node:path";
import { text } from "node:stream/consumers";
import { redact } from "../rest/secrets";
import { SettingsError } from "./settings";
import { reportSchema } from "./token-file-renewal";
import type { Order, Report } from "./token-file-renewal";

/** The environment without anything that has to do with credentials: what the helper needs to know it is told. */
function cleanEnvironment(): NodeJS.ProcessEnv {
  const entries = Object.entries(process.env).filter(
    ([name, value]) => !/^(BITRIX24|PULUMI)_/.test(name) && value !== undefined && redact(value) === value,
  );
  return Object.fromEntries(entries);
}

/** The helper's file, as Node.js finds a module, and its arguments. */
let command: readonly [string, ...string[]] = [join(__dirname, "renewal-helper")];

/** Says with which file and arguments the helper runs where it is part of another file than the one beside this. */
export function renewBy(...words: typeof command): void {
  command = words;
}

function unexpected(end: string, errors: string): SettingsError {
  const words = redact(errors).trim().split("\n").slice(-3).join(" ").slice(0, 300);
  return new SettingsError([
    `The process that renews the token file ended without a result (${end})${words ? `: ${words}` : ""}. Run the command again.`,
  ]);
}

/**
 * Lets a process of its own renew the token file; it goes on if this one is killed. It is started with the options of this one,
 * such as the certificates to trust. What it has to know goes through its standard input: arguments and environment can be seen
 * by others.
 */
export async function renewInProcess(order: Order): Promise<Report> {
  const [file, ...args] = command;
  const child = fork(file, args, {
    detached: true,
    windowsHide: true,
    env: cleanEnvironment(),
    stdio: ["pipe", "pipe", "pipe", "ipc"],
  }) as ChildProcessWithoutNullStreams; // as its three pipes say
  const end = new Promise<string>((resolve) => {
    child.once("error", (error: NodeJS.ErrnoException) => resolve(error.code ?? "not started"));
    child.once("close", (code, signal) => resolve(signal ?? `exit code ${code}`));
  });
  // A helper that dies early says so by its end.
  child.stdin.on("error", () => undefined);
  child.stdin.end(JSON.stringify(order));
  const [output, errors, how] = await Promise.all([text(child.stdout), text(child.stderr), end]);
  try {
    return reportSchema.parse(JSON.parse(output));
  } catch {
    throw unexpected(how, errors);
  }
}
