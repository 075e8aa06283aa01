import { createHash } from "node:crypto";
import { readFile, rm, writeFile } from "node:fs/promises";
import { z } from "zod";
import { KeptFiles } from "../shared/kept-files";

/** A line that was added, and the name it is to have at the end. */
const entrySchema = z.object({
  id: z.number().int().positive(),
  name: z.string(),
  /** Whether it was added in the place of another one, which the engine has recorded so far. */
  isReplacement: z.boolean().optional(),
});
export type Entry = z.infer<typeof entrySchema>;

/** An interrupted run is taken up again sooner than that. */
const kept = new KeptFiles("lines", 30);

function fileOf(portal: string, marker: string): string {
  const name = createHash("sha256")
    .update(JSON.stringify([portal, marker]))
    .digest("hex");
  return kept.path(`${name.slice(0, 32)}.json`);
}

/**
 * Remembers a line until the engine is known to have recorded it. It bears no marker any more when it is finished, and the
 * engine writes its number down only after that: a run that is killed in between would leave a line that nobody knows.
 * Where the folder cannot be written, or is another one in the next run, a warning about the name has to do.
 */
export async function remember(portal: string, marker: string, entry: Entry): Promise<void> {
  try {
    await kept.prepare();
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
