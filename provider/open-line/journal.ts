import { createHash } from "node:crypto";
import { mkdir, readFile, readdir, rm, stat, writeFile } from "node:fs/promises";
import { homedir } from "node:os";
import { join } from "node:path";
import { z } from "zod";

/** A line that was added, and the name it is to have at the end. */
const entrySchema = z.object({ id: z.number().int().positive(), name: z.string() });
export type Entry = z.infer<typeof entrySchema>;

/** An interrupted run is taken up again sooner than that. */
const keptFor = 30 * 24 * 60 * 60 * 1000;

/** Where Pulumi keeps what it knows on this machine. */
function folder(): string {
  return join(process.env["PULUMI_HOME"] ?? join(homedir(), ".pulumi"), "bitrix24", "lines");
}

function fileOf(portal: string, marker: string): string {
  const name = createHash("sha256")
    .update(JSON.stringify([portal, marker]))
    .digest("hex");
  return join(folder(), `${name.slice(0, 32)}.json`);
}

async function sweep(): Promise<void> {
  for (const name of await readdir(folder())) {
    const file = join(folder(), name);
    if (Date.now() - (await stat(file)).mtimeMs > keptFor) await rm(file, { force: true });
  }
}

let isSwept = false;

async function prepare(): Promise<void> {
  await mkdir(folder(), { recursive: true, mode: 0o700 });
  if (isSwept) return;
  isSwept = true;
  await sweep().catch(() => undefined);
}

/**
 * Remembers a line until the engine is known to have recorded it. It bears no marker any more when it is finished, and the
 * engine writes its number down only after that: a run that is killed in between would leave a line that nobody knows.
 * Where the folder cannot be written, or is another one in the next run, a warning about the name has to do.
 */
export async function remember(portal: string, marker: string, entry: Entry): Promise<void> {
  try {
    await prepare();
    await writeFile(fileOf(portal, marker), JSON.stringify(entry), { mode: 0o600 });
  } catch {
    // See above.
  }
}

/** The line that was added under a marker and may not be recorded. */
export async function recall(portal: string, marker: string): Promise<Entry | undefined> {
  try {
    return entrySchema.parse(JSON.parse(await readFile(fileOf(portal, marker), "utf8")));
  } catch {
    return undefined;
  }
}

/** The engine has recorded this line, or it has gone. */
export async function forget(portal: string, marker: string, id: number): Promise<void> {
  const entry = await recall(portal, marker);
  if (entry?.id === id) await rm(fileOf(portal, marker), { force: true }).catch(() => undefined);
}
