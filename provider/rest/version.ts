import { readFileSync } from "node:fs";
import { join } from "node:path";
import { z } from "zod";

/** From the package's own package.json, which is one folder further away in the published package. */
function readVersion(): string {
  const schema = z.object({ name: z.literal("pulumi-bitrix24"), version: z.string() });
  for (const folder of ["..", "../.."]) {
    let text: string;
    try {
      text = readFileSync(join(__dirname, folder, "package.json"), "utf8");
    } catch {
      continue; // not this folder
    }
    const parsed = schema.safeParse(JSON.parse(text));
    if (parsed.success) return parsed.data.version;
  }
  throw new Error(
    "pulumi-bitrix24 is not installed completely: its package.json is missing. Install the package again.",
  );
}

/** The version of this package. */
export const version: string = readVersion();
