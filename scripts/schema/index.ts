// Writes the schema of the plugin: `npm run schema`. With `--check` it says only whether the one that is there is the one that
// would be written.
import { readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { root } from "../lib/paths.mjs";
import { composeSchema, missingDefinitions } from "./package";

const file = join(root, "provider", "plugin", "schema.json");
const { version } = JSON.parse(readFileSync(join(root, "provider", "package.json"), "utf8")) as { version: string };

const schema = composeSchema(version);
const missing = missingDefinitions();
if (missing.length > 0) {
  console.log(`provider/plugin/kinds.ts does not name ${missing.join(", ")}`);
  process.exitCode = 1;
} else if (!process.argv.includes("--check")) {
  writeFileSync(file, schema);
} else if (readFileSync(file, "utf8") !== schema) {
  console.log("provider/plugin/schema.json is not what the definitions say: run `npm run schema`");
  process.exitCode = 1;
}
