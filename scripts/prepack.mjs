// Before `npm pack` and `npm publish` of provider/: builds it, and puts beside it the texts that belong into the package.
import { copyFileSync } from "node:fs";
import { join } from "node:path";
import { ensureBuilt } from "./lib/build.mjs";
import { progress } from "./lib/command.mjs";
import { ensureInstalled } from "./lib/install.mjs";
import { root } from "./lib/paths.mjs";

try {
  await ensureInstalled();
  await ensureBuilt();
  for (const file of ["README.md", "CHANGELOG.md", "LICENSE"]) {
    copyFileSync(join(root, file), join(root, "provider", file));
  }
} catch (error) {
  progress(error instanceof Error ? error.message : String(error));
  process.exitCode = 1;
}
