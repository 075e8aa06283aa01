// `npm run --silent engine`: prints the folder with the Pulumi engine and nothing else; progress goes to stderr.
import { progress } from "./lib/command.mjs";
import { findEngine, findYamlHost } from "./lib/engine.mjs";
import { ensureInstalled } from "./lib/install.mjs";

try {
  await ensureInstalled();
  const engine = await findEngine();
  // Programs in TypeScript do without it.
  await findYamlHost(engine).catch((error) => progress(error instanceof Error ? error.message : String(error)));
  process.stdout.write(`${engine}\n`);
} catch (error) {
  progress(error instanceof Error ? error.message : String(error));
  process.exitCode = 1;
}
