import { execFile } from "node:child_process";
import { existsSync, renameSync, rmSync } from "node:fs";
import { join } from "node:path";
import { promisify } from "node:util";
import { goModules } from "../../scripts/lib/engine-parts.mjs";
import { withLock } from "../../scripts/lib/lock.mjs";
import { root } from "../../scripts/lib/paths.mjs";
import { runFolder } from "../engine/temporary";

/**
 * The SDKs that Pulumi's own generators make of the schema, a folder for each language; made once for all tests of a run.
 * @throws where they have a remark on the schema
 */
export async function generatedSdks(): Promise<string> {
  const folder = join(runFolder(), "sdks");
  await withLock(`${folder}.lock`, async () => {
    if (existsSync(folder)) return;
    const schema = join(root, "provider", "plugin", "schema.json");
    const half = `${folder}.new`;
    rmSync(half, { recursive: true, force: true });
    const env = { ...process.env, GOWORK: "off", GOFLAGS: "-buildvcs=false" };
    const options = { cwd: goModules.cli, env };
    await promisify(execFile)("go", ["run", "-mod=readonly", "./sdks", schema, half], options);
    renameSync(half, folder);
  });
  return folder;
}
