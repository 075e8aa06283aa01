import { table } from "../lib/generated";
import type { Documented, Exports } from "../schema/descriptions";
import { page, paragraphs, program } from "./markdown";
import { fileName } from "./resources";
import { cell } from "./tables";

/** What the parts of a channel are called, where they are resources of their own. */
const parts = ["Connector", "OpenLine", "ConnectorActivation", "EventHandler"];

function linked(name: string): string {
  return parts.includes(name) ? `[\`${name}\`](${fileName(name)}.md)` : `\`${name}\``;
}

function typeOf(documented: Documented): string {
  const { kind, name } = documented;
  if (kind === "array") return `list of ${typeOf(documented.entries)}`;
  if (kind === "object" && name !== undefined) {
    const type = name.replace(/Args$/, "");
    return type === "ConnectorData" ? "[`ConnectorData`](connector-activation.md#connectordata)" : linked(type);
  }
  return `\`${kind === "integer" ? "number" : kind}\``;
}

function rows(documented: Documented, own: (name: string) => boolean): string[][] {
  return documented.properties
    .filter(({ name }) => own(name))
    .map(({ name, description, isOptional }) => [
      `\`${name}\``,
      typeOf(documented.property(name)),
      cell(description) + (isOptional ? "" : " **Required.**"),
    ]);
}

/** The page of the component, which programs in TypeScript and JavaScript have. */
export function openChannelPage(exports: Exports): string {
  const outputs = ["line", "connector", "activation", "eventHandlers", "connectorId", "lineId", "configured"];
  const of = rows(exports.type("OpenChannel"), (name) => outputs.includes(name)).map(
    ([name = "", type = "", text = ""]) => [name, type, text.replace(" **Required.**", "")],
  );
  return page("OpenChannel", [
    ["", paragraphs(exports.description("OpenChannel"))],
    ["Example", program(exports.example("OpenChannel"))],
    [
      "Inputs",
      table(
        ["Input", "Type", "Meaning"],
        rows(exports.type("OpenChannelArgs"), () => true),
      ),
    ],
    ["Outputs", table(["Output", "Type", "Meaning"], of)],
    [
      "Its parts",
      paragraphs(
        `What can be read back, errors, REST methods and how an existing part is taken over stand on the pages of the parts: ${parts.map(linked).join(", ")}. \`adopt: true\` of the channel counts for all of them but the line.`,
      ),
    ],
  ]);
}
