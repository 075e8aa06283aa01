import { execFile } from "node:child_process";
import { readFile, readlink } from "node:fs/promises";
import { promisify } from "node:util";

const execute = promisify(execFile);

/** Milliseconds that the system's list of processes may take. */
const patience = 5_000;

/** A `pulumi` process: how it was called, and the program that it is. */
export interface Engine {
  readonly id: number;
  /** When it was started, in the words of the system: numbers of processes come again. */
  readonly started: string;
  readonly arguments: readonly string[];
  readonly program: string;
}

interface Process {
  readonly parent: number;
  readonly started: string;
  readonly arguments: readonly string[];
}

async function processOnLinux(id: number): Promise<Process> {
  const [line, status] = await Promise.all([
    readFile(`/proc/${id}/cmdline`, "utf8"),
    readFile(`/proc/${id}/stat`, "utf8"),
  ]);
  // The name of the program, in brackets, may hold anything; then come the state and the parent, and the start as 22nd.
  const fields = status.slice(status.lastIndexOf(")") + 2).split(" ");
  return { parent: Number(fields[1]), started: fields[19] ?? "", arguments: line.split("\0").slice(0, -1) };
}

async function processElsewhere(id: number): Promise<Process> {
  const { stdout } = await execute("ps", ["-o", "ppid=,lstart=,args=", "-p", String(id)], { timeout: patience });
  const [, parent = "", started = "", line = ""] = /^\s*(\d+)\s+((?:\S+\s+){4}\S+)\s+(.*)$/m.exec(stdout) ?? [];
  return { parent: Number(parent), started, arguments: line.split(" ") };
}

const isPulumi = (path: string): boolean => /(^|[\\/])pulumi(\.exe)?$/.test(path);

async function search(): Promise<Engine | undefined> {
  const look = process.platform === "linux" ? processOnLinux : processElsewhere;
  let id = process.ppid;
  for (let step = 0; step < 4 && id > 1; step++) {
    const { parent, started, arguments: words } = await look(id);
    const [first = "", ...rest] = words;
    if (isPulumi(first)) {
      const program = process.platform === "linux" ? await readlink(`/proc/${id}/exe`) : first;
      return { id, started, arguments: rest, program };
    }
    id = parent;
  }
  return undefined;
}

let found: Promise<Engine | undefined> | undefined;

/**
 * The command that this process works for, as a provider or as a program; launchers and hosts stand between the two. Undefined
 * where it is not among the processes that started this one, as in a program of the Automation API, or cannot be told.
 */
export function findEngine(): Promise<Engine | undefined> {
  // Windows has no way to tell it in a moment; elsewhere a process may have ended meanwhile.
  found ??= process.platform === "win32" ? Promise.resolve(undefined) : search().catch(() => undefined);
  return found;
}

const commands = /^(up|update|watch|destroy|down|dn|refresh|preview|import)$/;

/** Which command of Pulumi it is; undefined for any other than those that deploy, remove, read or import. */
export function commandOf({ arguments: words }: Engine): string | undefined {
  return words.find((word) => commands.test(word));
}

/** The values of an option, which may be given several times, under any of its names. */
export function optionValues(words: readonly string[], ...names: string[]): string[] {
  return words.flatMap((word, index) => {
    const [name = "", ...value] = word.split("=");
    if (!names.includes(name)) return [];
    return value.length > 0 ? [value.join("=")] : words.slice(index + 1, index + 2);
  });
}
