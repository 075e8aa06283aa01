// `npm test`: types, lint and format, then all tests with the real engine. The last line says how many passed and failed;
// a check that found something counts as failed. With arguments: `npm test -- FILE…` runs those tests alone.
import { existsSync, mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { ensureBuilt } from "./lib/build.mjs";
import { runChecks } from "./lib/checks.mjs";
import { progress, runInTerminal } from "./lib/command.mjs";
import { findEngine } from "./lib/engine.mjs";
import { ensureInstalled } from "./lib/install.mjs";
import { nodeEnvironment, nodeExecutable, root } from "./lib/paths.mjs";

/** @typedef {{ passed: number, failed: number, skipped: number }} Counts */

/**
 * Runs mocha and reads what its reporter counted.
 * @param {string[]} args
 * @returns {Promise<Counts>}
 */
async function runMocha(args) {
  const folder = mkdtempSync(join(tmpdir(), "pulumi-bitrix24-result-"));
  const file = join(folder, "result.json");
  try {
    const mocha = join(root, "node_modules", "mocha", "bin", "mocha.js");
    const code = await runInTerminal(nodeExecutable(), [mocha, ...(args.length > 0 ? args : ["test/**/*.test.ts"])], {
      ...nodeEnvironment(),
      TEST_RESULT_FILE: file,
    });
    const counts = existsSync(file)
      ? /** @type {Counts} */ (JSON.parse(readFileSync(file, "utf8")))
      : { passed: 0, failed: 0, skipped: 0 };
    // Mocha itself can fail too: a test file that does not load, a process that dies.
    return code !== 0 && counts.failed === 0 ? { ...counts, failed: 1 } : counts;
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

/**
 * @param {string[]} args
 * @returns {Promise<Counts>}
 */
async function runAll(args) {
  try {
    await ensureInstalled();
    await ensureBuilt();
    const found = args.length === 0 ? await runChecks() : 0;
    await findEngine();
    const counts = await runMocha(args);
    return { ...counts, failed: counts.failed + found };
  } catch (error) {
    progress(error instanceof Error ? error.message : String(error));
    return { passed: 0, failed: 1, skipped: 0 };
  }
}

process.chdir(root);
const { passed, failed, skipped } = await runAll(process.argv.slice(2));
console.log(`${passed} passed, ${failed} failed${skipped > 0 ? `, ${skipped} skipped` : ""}`);
process.exitCode = failed === 0 && passed > 0 ? 0 : 1;
