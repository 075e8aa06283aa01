import { kindOf } from "../../test/faults/kinds";
import { definitions, table } from "../lib/generated";
import type { Exports } from "../schema/descriptions";
import { functionsPage } from "./functions";
import { page } from "./markdown";
import { openChannelPage } from "./open-channel";
import { fileName, resourcePages } from "./resources";
import type { PluginSchema } from "./schema";

function overview(schema: PluginSchema): string {
  const rows = [
    ...definitions.map(({ type }) => [`[\`${type}\`](${fileName(type)}.md)`, kindOf(type).about.what]),
    ["[`OpenChannel`](open-channel.md)", "all of a working channel in one declaration"],
    [
      "[Functions](functions.md)",
      `\`${Object.keys(schema.functions)
        .map((token) => token.replace(/.*:/, ""))
        .join("`, `")}\`, and what makes images`,
    ],
  ];
  const languages =
    "Written for TypeScript; [in other languages](../languages.md) the names follow the language. Settings of the provider: [configuration](../configuration.md).";
  return page("Reference", [
    ["", table(["", "What it is"], rows)],
    ["", languages],
  ]);
}

/** The pages of the reference by their names, made of the schema of the plugin, the definitions and what is documented of them. */
export function referencePages(schema: PluginSchema, exports: Exports): ReadonlyMap<string, string> {
  return new Map([
    ["README.md", overview(schema)],
    ...resourcePages(schema, exports),
    ["open-channel.md", openChannelPage(exports)],
    ["functions.md", functionsPage(schema, exports)],
  ]);
}
