// `npm run check`: types, lint and format.
import { ensureBuilt } from "./lib/build.mjs";
import { runChecks } from "./lib/checks.mjs";
import { progress } from "./lib/command.mjs";
import { ensureInstalled } from "./lib/install.mjs";

try {
  await ensureInstalled();
  // The examples see the package as users do, through its declarations.
  await ensureBuilt();
  process.exitCode = (await runChecks()) === 0 ? 0 : 1;
} catch (error) {
  progress(error instanceof Error ? error.message : String(error));
  process.exitCode = 1;
}
