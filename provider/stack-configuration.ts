import { execFile } from "node:child_process";
import { readFile, readlink } from "node:fs/promises";
import { promisify } from "node:util";
import { z } from "zod";
import { settingNames } from "./rest/settings";
import type { Given } from "./rest/layers";

const execute = promisify(execFile);

/** Milliseconds that may pass before the configuration counts as one that cannot be read. */
const patience = 15_000;

/** The settings of a stack, or why they cannot be read. */
export type StackSettings = { readonly settings: Given } | { readonly problem: string };

/** A `pulumi` process: how it was called, and the program that it is. */
interface Engine {
  readonly arguments: readonly string[];
  readonly program: string;
}

interface Process {
  readonly parent: number;
  readonly arguments: readonly string[];
}

async function processOnLinux(id: number): Promise<Process> {
  const [line, status] = await Promise.all([
    readFile(`/proc/${id}/cmdline`, "utf8"),
    readFile(`/proc/${id}/status`, "utf8"),
  ]);
  return { parent: Number(/^PPid:\s*(\d+)/m.exec(status)?.[1]), arguments: line.split("\0").slice(0, -1) };
}

async function processElsewhere(id: number): Promise<Process> {
  const { stdout } = await execute("ps", ["-o", "ppid=,args=", "-p", String(id)], { timeout: patience });
  const [, parent = "", line = ""] = /^\s*(\d+)\s+(.*)$/m.exec(stdout) ?? [];
  return { parent: Number(parent), arguments: line.split(" ") };
}

const isPulumi = (path: string): boolean => /(^|[\\/])pulumi(\.exe)?$/.test(path);

/** The command that this process works for: the launcher of a provider stands between the two. */
async function findEngine(): Promise<Engine | undefined> {
  const look = process.platform === "linux" ? processOnLinux : processElsewhere;
  let id = process.ppid;
  for (let step = 0; step < 4 && id > 1; step++) {
    const { parent, arguments: words } = await look(id);
    const [first = "", ...rest] = words;
    if (isPulumi(first)) {
      const program = process.platform === "linux" ? await readlink(`/proc/${id}/exe`) : first;
      return { arguments: rest, program };
    }
    id = parent;
  }
  return undefined;
}

/** The options of a command that say which stack and which file it means. */
function stackOptions(words: readonly string[]): string[] {
  const wanted = new Map([
    ["-s", "--stack"],
    ["--stack", "--stack"],
    ["--config-file", "--config-file"],
  ]);
  return words.flatMap((word, index) => {
    const [name = "", ...value] = word.split("=");
    const option = wanted.get(name);
    const given = value.length > 0 ? value.join("=") : words[index + 1];
    return option === undefined || given === undefined ? [] : [option, given];
  });
}

const configurationSchema = z.record(z.string(), z.object({ value: z.string().optional() }));

function read(output: string): Given {
  const configuration = configurationSchema.parse(JSON.parse(output));
  const entries = settingNames.map((name) => [name, configuration[`bitrix24:${name}`]?.value] as const);
  return Object.fromEntries(entries.filter(([, value]) => value !== undefined));
}

async function ask(): Promise<StackSettings> {
  // There is no way to learn it on Windows in a moment.
  if (process.platform === "win32") return { problem: "the running command cannot be read on Windows" };
  const engine = await findEngine();
  if (!engine) return { problem: "the running pulumi command was not found" };
  const words = ["config", "--json", "--show-secrets", "--non-interactive", ...stackOptions(engine.arguments)];
  const environment = { ...process.env, PULUMI_SKIP_UPDATE_CHECK: "true" };
  const options = { env: environment, timeout: patience, killSignal: "SIGKILL", maxBuffer: 2 ** 26 } as const;
  const running = execute(engine.program, words, options);
  // Whatever it wants to know, nobody is there to answer.
  running.child.stdin?.end();
  return { settings: read((await running).stdout) };
}

let asked: Promise<StackSettings> | undefined;

/**
 * What the stack's configuration says now, in clear. Pulumi's own command reads it, as the user who started this run, for
 * the stack and the file that the run is about; no secret is an argument of it. Asked once in a process.
 */
export function currentStackSettings(): Promise<StackSettings> {
  asked ??= ask().catch((error: unknown) => {
    // What it printed may hold secrets.
    const { killed } = error as { killed?: boolean };
    return { problem: killed ? "`pulumi config` did not answer in time" : "`pulumi config` could not read it" };
  });
  return asked;
}
