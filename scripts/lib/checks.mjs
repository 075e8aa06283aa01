// Type-check, lint, format check and whether the schema of the plugin is up to date, side by side, each with its own cache.
import { join } from "node:path";
import { capture } from "./command.mjs";
import { nodeEnvironment, nodeExecutable, root } from "./paths.mjs";

const cache = join(root, "node_modules", ".cache");

const checks = [
  { name: "types", script: "typescript/bin/tsc", args: ["--project", "tsconfig.json", "--pretty", "false"] },
  {
    name: "lint",
    script: "eslint/bin/eslint.js",
    args: [".", "--max-warnings=0", "--cache", "--cache-strategy=content", `--cache-location=${join(cache, "eslint")}`],
  },
  {
    name: "format",
    script: "prettier/bin/prettier.cjs",
    args: [
      ".",
      "--check",
      "--log-level=warn",
      "--cache",
      "--cache-strategy=content",
      `--cache-location=${join(cache, "prettier-check")}`,
    ],
  },
  {
    name: "schema",
    script: "ts-node/dist/bin.js",
    args: [join(root, "scripts", "schema", "index.ts"), "--check"],
  },
];

/**
 * Runs all of them and prints what each found.
 * @returns {Promise<number>} how many found something
 */
export async function runChecks() {
  const found = await Promise.all(
    checks.map(async ({ name, script, args }) => {
      const file = join(root, "node_modules", script);
      const result = await capture(nodeExecutable(), [file, ...args], { cwd: root, env: nodeEnvironment() });
      console.log(result.code === 0 ? `✔ ${name}` : `✘ ${name}\n${result.output.trimEnd()}`);
      return result.code !== 0;
    }),
  );
  return found.filter(Boolean).length;
}
