import { readFileSync } from "node:fs";
import { join } from "node:path";

/** The schema of the package, as the engine and the generators of SDKs want it. The bundle holds it. */
export const schemaText: string = readFileSync(join(__dirname, "schema.json"), "utf8");

interface Manifest {
  readonly engines: { readonly node: string };
}

/** The oldest Node.js that the package promises to run with, such as `22.13`. */
export const oldestNode: string = (
  JSON.parse(readFileSync(join(__dirname, "..", "package.json"), "utf8")) as Manifest
).engines.node.replace(">=", "");
