import { createHash } from "node:crypto";
import { readFile, rm, writeFile } from "node:fs/promises";
import { KeptFiles } from "../shared/kept-files";

/** An interrupted run is taken up again sooner than that. */
const kept = new KeptFiles("senders", 30);

function fileOf(portal: string, code: string): string {
  const name = createHash("sha256")
    .update(JSON.stringify([portal, code]))
    .digest("hex");
  return kept.path(name.slice(0, 32));
}

/**
 * Remembers which resource is about to add a message provider, until the engine is known to have recorded it: Bitrix24 tells
 * nothing but codes, so what a run that was killed has left would look like somebody else's. Where the folder cannot be
 * written, or is another one in the next run, that one has to be told that it may take the provider over.
 */
export async function remember(portal: string, code: string, resource: string): Promise<void> {
  try {
    await kept.prepare();
    await writeFile(fileOf(portal, code), resource, { mode: 0o600 });
  } catch {
    // See above.
  }
}

/** Whether this resource was about to add it. */
export async function wasBegun(portal: string, code: string, resource: string | undefined): Promise<boolean> {
  if (resource === undefined) return false;
  try {
    return (await readFile(fileOf(portal, code), "utf8")) === resource;
  } catch {
    return false; // nothing was remembered
  }
}

/** It is recorded, or gone. */
export async function forget(portal: string, code: string): Promise<void> {
  await rm(fileOf(portal, code), { force: true }).catch(() => undefined);
}
