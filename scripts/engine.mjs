// `npm run --silent engine`: prints the folder with the Pulumi engine and nothing else; progress goes to stderr.
import { progress } from "./lib/command.mjs";
import { findEngine } from "./lib/engine.mjs";
import { ensureInstalled } from "./lib/install.mjs";

try {
  await ensureInstalled();
  process.stdout.write(`${await findEngine()}\n`);
} catch (error) {
  progress(error instanceof Error ? error.message : String(error));
  process.exitCode = 1;
}
