import { mkdtempSync, realpathSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";

/** Inherited by the processes that a run starts. */
const variable = "PULUMI_BITRIX24_TEST_RUN";
let created: string | undefined;

/** The folder of this run, shared by all its processes. */
export function runFolder(): string {
  const inherited = process.env[variable];
  if (inherited !== undefined) {
    return inherited;
  }
  // The real path: on macOS the temporary folder is a link, and Node.js resolves modules from real paths.
  created = realpathSync(mkdtempSync(join(tmpdir(), "pulumi-bitrix24-")));
  process.env[variable] = created;
  return created;
}

/** Removes the folder of this run with everything in it, if it was this process that made it. */
export function removeRunFolder(): void {
  if (created !== undefined) {
    rmSync(created, { recursive: true, force: true });
    created = undefined;
    delete process.env[variable];
  }
}

/** A new folder that goes away with the run at the latest. */
export function temporaryFolder(prefix: string): string {
  return mkdtempSync(join(runFolder(), `${prefix}-`));
}
