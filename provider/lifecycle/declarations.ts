import { createHash } from "node:crypto";
import { appendFile, mkdir, readdir, readFile, rm } from "node:fs/promises";
import { tmpdir, userInfo } from "node:os";
import { dirname, join } from "node:path";
import { commandOf, findEngine } from "./engine-process";
import type { Engine } from "./engine-process";

/**
 * `check` does not see all that a program declares: with `--target` the engine asks the provider only about what is targeted, and
 * of a plugin there is a process for each provider. Whoever knows more, the process of a program in TypeScript or each of
 * the plugin's, writes down a digest of each thing, in a file that belongs to the one `pulumi` process above them all. Where
 * there is none, `check` alone has to do.
 */
function fileOf({ id }: Engine): string {
  return join(tmpdir(), `pulumi-bitrix24-${userInfo().uid}`, `declared-by-${id}`);
}

/** A thing that a program declares, and the portal where it does; undefined where that cannot be told. */
interface Declared {
  readonly key: string;
  readonly portal: string | undefined;
}

/** Keys may hold secrets, and all have the same length. */
function digest({ key, portal = "" }: Declared, engine: Engine): string {
  return createHash("sha256").update(`${engine.started} ${portal} ${key}`).digest("base64url");
}

function isRunning(id: number): boolean {
  try {
    process.kill(id, 0);
    return true;
  } catch (error) {
    return (error as NodeJS.ErrnoException).code === "EPERM";
  }
}

/** Files of commands that have ended are of no more use. */
async function sweep(folder: string): Promise<void> {
  for (const name of await readdir(folder)) {
    const id = Number(/^declared-by-(\d+)$/.exec(name)?.[1]);
    if (id > 0 && !isRunning(id)) await rm(join(folder, name), { force: true });
  }
}

/**
 * Whether the command wants what the program declares to exist; `destroy` may run the program too. Not `watch`: its process
 * lives through many versions of the program, and what one of them has declared would never be removed.
 */
function deploys(engine: Engine): boolean {
  return ["up", "update"].includes(commandOf(engine) ?? "");
}

const unwritten: Declared[] = [];
let prepared: Promise<void> | undefined;

async function prepare(file: string): Promise<void> {
  const folder = dirname(file);
  await mkdir(folder, { recursive: true, mode: 0o700 });
  await sweep(folder);
}

/** What came together is written together. */
async function write(): Promise<void> {
  const engine = await findEngine();
  if (!engine || !deploys(engine)) return;
  prepared ??= prepare(fileOf(engine));
  await prepared;
  const lines = unwritten.splice(0).map((declared) => `${digest(declared, engine)}\n`);
  if (lines.length > 0) await appendFile(fileOf(engine), lines.join(""), { mode: 0o600 });
}

/**
 * Writes down that the program declares the thing.
 * @param portal its host; undefined where it cannot be told: then the thing is kept on every portal
 */
export async function publish(key: string, portal: string | undefined): Promise<void> {
  unwritten.push({ key, portal });
  // A folder that cannot be written does no harm: then what `check` sees has to do.
  await write().catch(() => undefined);
}

/** Whether the program of this run declares the thing on that portal, as far as its process has written it down. */
export async function isPublished(key: string, portal: string): Promise<boolean> {
  const engine = await findEngine();
  if (!engine || !deploys(engine)) return false;
  // No program, or one that declares nothing of ours: there is no file.
  const text = await readFile(fileOf(engine), "utf8").catch(() => "");
  return [portal, undefined].some((where) => text.includes(digest({ key, portal: where }, engine)));
}
