// `node scripts/run.mjs FILE.ts [arguments]`: installs and builds what is missing, then runs the file with the current Node.js.
// Without a file it only installs and builds.
import { ensureBuilt } from "./lib/build.mjs";
import { progress, runInTerminal } from "./lib/command.mjs";
import { ensureInstalled } from "./lib/install.mjs";
import { nodeEnvironment, nodeExecutable } from "./lib/paths.mjs";

try {
  await ensureInstalled();
  await ensureBuilt();
  const [file, ...args] = process.argv.slice(2);
  if (file !== undefined) {
    const loader = file.endsWith(".ts") ? ["--require", "ts-node/register"] : [];
    process.exitCode = await runInTerminal(nodeExecutable(), [...loader, file, ...args], nodeEnvironment());
  }
} catch (error) {
  progress(error instanceof Error ? error.message : String(error));
  process.exitCode = 1;
}
