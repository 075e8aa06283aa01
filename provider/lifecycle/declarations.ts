import { createHash } from "node:crypto";
import { appendFile, mkdir, readdir, readFile, rm } from "node:fs/promises";
import { tmpdir, userInfo } from "node:os";
import { dirname, join } from "node:path";
import { findEngine } from "./engine-process";
import type { Engine } from "./engine-process";

/**
 * With `--target` the engine asks the provider only about what is targeted, so `check` does not see what else the program
 * declares. The process of the program knows: it writes down a digest of each thing, in a file that belongs to the one
 * `pulumi` process above both. Where there is none, `check` alone has to do.
 */
function fileOf({ id }: Engine): string {
  return join(tmpdir(), `pulumi-bitrix24-${userInfo().uid}`, `declared-by-${id}`);
}

/** Keys may hold secrets, and all have the same length. */
function digest(key: string, engine: Engine): string {
  return createHash("sha256").update(`${engine.started} ${key}`).digest("base64url");
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

const unwritten: string[] = [];
let prepared: Promise<void> | undefined;

async function prepare(file: string): Promise<void> {
  const folder = dirname(file);
  await mkdir(folder, { recursive: true, mode: 0o700 });
  await sweep(folder);
}

/** What came together is written together. */
async function write(): Promise<void> {
  const engine = await findEngine();
  if (!engine) return;
  prepared ??= prepare(fileOf(engine));
  await prepared;
  const lines = unwritten.splice(0).map((key) => `${digest(key, engine)}\n`);
  if (lines.length > 0) await appendFile(fileOf(engine), lines.join(""), { mode: 0o600 });
}

/** Writes down that the program declares the thing. */
export async function publish(key: string): Promise<void> {
  unwritten.push(key);
  // A folder that cannot be written does no harm: then what `check` sees has to do.
  await write().catch(() => undefined);
}

const commands = /^(up|update|watch|destroy|down|dn|refresh|preview|import)$/;

/** Whether the command wants what the program declares to exist; `destroy` may run the program too. */
function deploys({ arguments: words }: Engine): boolean {
  return ["up", "update", "watch"].includes(words.find((word) => commands.test(word)) ?? "");
}

/** Whether the program of this run declares the thing, as far as its process has written it down. */
export async function isPublished(key: string): Promise<boolean> {
  const engine = await findEngine();
  if (!engine || !deploys(engine)) return false;
  // No program, or one that declares nothing of ours: there is no file.
  const text = await readFile(fileOf(engine), "utf8").catch(() => "");
  return text.includes(digest(key, engine));
}
