// Before `npm pack` and `npm publish` of provider/: builds it, and puts beside it the texts that belong into the package.
import { ensureBuilt } from "./lib/build.mjs";
import { progress } from "./lib/command.mjs";
import { ensureInstalled } from "./lib/install.mjs";
import { writePackageTexts } from "./lib/package-texts.mjs";

try {
  await ensureInstalled();
  await ensureBuilt();
  writePackageTexts();
} catch (error) {
  progress(error instanceof Error ? error.message : String(error));
  process.exitCode = 1;
}
