// Writes the schema of the plugin and the pages of docs/reference: `npm run schema`. With `--check` it says only whether what is
// there is what would be written.
import { existsSync, mkdirSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { dirname, join } from "node:path";
import { root } from "../lib/paths.mjs";
import { referencePages } from "../reference";
import type { PluginSchema } from "../reference/schema";
import { composeSchema, documentedExports, missingDefinitions } from "./package";
import type { Manifest } from "./package";

const manifest = JSON.parse(readFileSync(join(root, "provider", "package.json"), "utf8")) as Manifest;
const reference = "docs/reference";

function written(): ReadonlyMap<string, string> {
  const exports = documentedExports();
  const schema = composeSchema(manifest, exports);
  const pages = referencePages(JSON.parse(schema) as PluginSchema, exports);
  return new Map([
    ["provider/plugin/schema.json", schema],
    ...[...pages].map(([name, text]) => [`${reference}/${name}`, text] as const),
  ]);
}

/** Pages that nothing would write any more. */
function leftOver(files: ReadonlyMap<string, string>): string[] {
  const names = existsSync(join(root, reference)) ? readdirSync(join(root, reference)) : [];
  return names.map((name) => `${reference}/${name}`).filter((file) => !files.has(file));
}

function write(files: ReadonlyMap<string, string>): void {
  for (const [file, text] of files) {
    mkdirSync(dirname(join(root, file)), { recursive: true });
    writeFileSync(join(root, file), text);
  }
  for (const file of leftOver(files)) rmSync(join(root, file));
}

function check(files: ReadonlyMap<string, string>): string[] {
  const isSame = (file: string, text: string): boolean =>
    existsSync(join(root, file)) && readFileSync(join(root, file), "utf8") === text;
  const other = [...files].filter(([file, text]) => !isSame(file, text)).map(([file]) => file);
  return [...other, ...leftOver(files)];
}

const missing = missingDefinitions();
if (missing.length > 0) {
  console.log(`provider/plugin/kinds.ts does not name ${missing.join(", ")}`);
  process.exitCode = 1;
} else if (process.argv.includes("--check")) {
  const other = check(written());
  if (other.length > 0) {
    console.log(`${other.join(", ")}: not what the definitions and their documentation say: run \`npm run schema\``);
    process.exitCode = 1;
  }
} else {
  write(written());
}
