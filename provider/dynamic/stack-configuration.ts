import { execFile } from "node:child_process";
import { promisify } from "node:util";
import { z } from "zod";
import { findEngine, optionValues } from "../lifecycle/engine-process";
import { givenBy } from "../access/layers";
import type { Given } from "../access/layers";
import { isKnown, keepInMind } from "./stack-files";

const execute = promisify(execFile);

/** Milliseconds that may pass before the configuration counts as one that cannot be read. */
const patience = 15_000;

/** The settings of a stack, or why they cannot be read. */
export type StackSettings = { readonly settings: Given } | { readonly problem: string };

/** The options of a command that say which stack and which file it means. The engine goes by the last of each. */
function stackOptions(words: readonly string[]): string[] {
  const given = {
    "--stack": optionValues(words, "-s", "--stack"),
    "--config-file": optionValues(words, "--config-file"),
  };
  return Object.entries(given).flatMap(([name, values]) => values.slice(-1).flatMap((value) => [name, value]));
}

const configurationSchema = z.record(z.string(), z.object({ value: z.string().optional() }));

function read(output: string): Given {
  const configuration = configurationSchema.parse(JSON.parse(output));
  return givenBy((name) => configuration[`bitrix24:${name}`]?.value);
}

async function ask(): Promise<StackSettings> {
  const engine = await findEngine();
  if (!engine) return { problem: "the running pulumi command, which says which stack it is, was not found" };
  const words = ["config", "--json", "--show-secrets", "--non-interactive", ...stackOptions(engine.arguments)];
  const environment = { ...process.env, PULUMI_SKIP_UPDATE_CHECK: "true" };
  const options = { env: environment, timeout: patience, killSignal: "SIGKILL", maxBuffer: 2 ** 26 } as const;
  const running = execute(engine.program, words, options);
  // Whatever it wants to know, nobody is there to answer.
  running.child.stdin?.end();
  return { settings: read((await running).stdout) };
}

async function askOrKnow(recorded: Given): Promise<StackSettings> {
  if (await isKnown(recorded)) return { settings: recorded };
  const stack = await ask();
  if ("settings" in stack) await keepInMind(stack.settings);
  return stack;
}

let asked: Promise<StackSettings> | undefined;

/**
 * What the stack's configuration says now, in clear. Where its files have not changed that is what was recorded; else Pulumi's
 * own command reads it, as the user who started this run, for the stack and the file that the run is about; no secret is an
 * argument of it. Asked once in a process.
 * @param recorded the settings that Pulumi recorded at the last `up`
 */
export function currentStackSettings(recorded: Given): Promise<StackSettings> {
  asked ??= askOrKnow(recorded).catch((error: unknown) => {
    // What it printed may hold secrets.
    const { killed } = error as { killed?: boolean };
    return { problem: killed ? "`pulumi config` did not answer in time" : "`pulumi config` could not read it" };
  });
  return asked;
}
