import { readFileSync } from "node:fs";
import { join } from "node:path";

/** The schema of the package, as the engine and the generators of SDKs want it. The bundle holds it. */
export const schemaText: string = readFileSync(join(__dirname, "schema.json"), "utf8");
