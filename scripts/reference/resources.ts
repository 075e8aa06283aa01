import { existsSync, globSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { z } from "zod";
import { documentedCodes } from "../../provider/rest/codes";
import { kindOf } from "../../test/faults/kinds";
import { definitions, readPage, table } from "../lib/generated";
import { root } from "../lib/paths.mjs";
import type { Exports } from "../schema/descriptions";
import { listed, page, paragraphs, program } from "./markdown";
import { nameOf } from "./schema";
import type { PluginSchema, ResourceSchema } from "./schema";
import { Tables } from "./tables";

type AnyDefinition = (typeof definitions)[number];

/** Name of the page and of the folder of a resource. */
export function fileName(type: string): string {
  return type.replace(/(?<=.)[A-Z]/g, "-$&").toLowerCase();
}

interface Limited {
  readonly maxLength?: number;
  readonly minimum?: number;
  readonly exclusiveMinimum?: number;
  readonly maximum?: number;
}

/** What the schema says of the size of an input, unless its description does. */
function limitOf({ schema }: AnyDefinition, name: string, description: string): string | undefined {
  const { properties = {} } = z.toJSONSchema(schema, { io: "input", unrepresentable: "any" });
  const { maxLength, minimum, exclusiveMinimum, maximum } = (properties[name] ?? {}) as Limited;
  if (maxLength !== undefined)
    return description.includes(`${maxLength} characters`) ? undefined : `at most ${maxLength} characters`;
  if (maximum === undefined) return undefined;
  const least = minimum ?? (exclusiveMinimum ?? 0) + 1;
  if (maximum < Number.MAX_SAFE_INTEGER)
    return description.includes(`${maximum}`) ? undefined : `${least} to ${maximum}`;
  return `${least} or more`;
}

/** What a change of inputs makes of the resource. */
function replacement({ identity, deleteBeforeReplace, steering = [] }: AnyDefinition): string {
  const order = deleteBeforeReplace
    ? "The old one is removed before the new one is made."
    : "The old one is removed once the new one is there.";
  if (identity === "all")
    return `A change of any input${steering.length > 0 ? ` but ${listed(steering)}` : ""} makes another one (replace). ${order}`;
  return `Another ${identity.map((name) => `\`${name}\``).join(" or ")} makes another one (replace). ${order} Everything else is changed in place.`;
}

/** What no method tells, so that a change made elsewhere is not noticed. */
function unreadable(definition: AnyDefinition, { inputProperties }: ResourceSchema): string {
  const { importing, adopting, writeOnly = [] } = definition;
  const said = Object.entries(inputProperties).filter(([, { description = "" }]) =>
    /never\s+given\s+back|never\s+gives\s+it\s+back/i.test(description),
  );
  const names = [
    ...(importing?.unreadable ?? []),
    ...(adopting?.unread ?? []),
    ...writeOnly,
    ...said.map(([name]) => name),
  ];
  const unique = [...new Set<string>(names)];
  if (unique.length === 0)
    return "Nothing: `pulumi refresh` compares everything that the program sets with what the portal has.";
  return `Bitrix24 never gives back ${listed(unique)}. What somebody changes of that elsewhere goes unnoticed; the next change of the resource by a program sends it again.`;
}

function takingOver(type: string, { importing }: AnyDefinition): string {
  const { recognizedBy, firstUp } = kindOf(type).about;
  const adopt = `With \`adopt: true\` a program takes over what is there already, recognized by ${recognizedBy}. The first \`pulumi up\` where the portal matches the program: ${firstUp}. [Adopting a portal](../adopting.md) shows the way, \`npx pulumi-bitrix24 codify\` writes the program.`;
  if (!importing) return adopt;
  return `${adopt}\n\n\`pulumi import bitrix24:index:${type} NAME ID\` does so for programs that use [the plugin](../languages.md#import). The ID is ${importing.id.replace(/such as (\S+)$/, "such as `$1`")}.`;
}

/** Rows of docs/errors.md, by their codes. */
function errorRows(): ReadonlyMap<string, readonly string[]> {
  const lines = readPage("docs/errors.md")
    .split("\n")
    .filter((line) => /^\| .*`\w+` \|/.test(line));
  return new Map(
    lines.map((line) => {
      const [first = "", ...others] = line.slice(2, -2).split(/(?<!\\) \| /);
      return [first, others];
    }),
  );
}

function errors(type: string, { codes = {}, refusals = {} }: AnyDefinition): string {
  const sources = globSync("*.ts", { cwd: join(root, "provider", fileName(type)) })
    .map((file) => readFileSync(join(root, "provider", fileName(type), file), "utf8"))
    .join("\n");
  const { methods } = kindOf(type).about;
  const ofMethods = documentedCodes.map(([key]) => key.split(" ")).filter(([method = ""]) => methods.includes(method));
  const wanted = new Set([
    ...Object.keys(refusals),
    ...[...sources.matchAll(/"([A-Z]+(?:_[A-Z0-9]+)+)"/g)].map(([, code = ""]) => code),
    ...[...Object.keys(codes).map((key) => key.split(" ")), ...ofMethods].map(([first = "", second]) =>
      second === undefined ? first : `${first} ${second}`,
    ),
  ]);
  const keyOf = (shown: string): string => shown.replaceAll("`", "");
  const rows = [...errorRows()].flatMap(([shown, others]) => {
    // A row may explain several codes.
    const all = [...shown.matchAll(/`(\w+)`/g)].map(([, code = ""]) => code);
    const isWanted = wanted.has(keyOf(shown)) || (shown.startsWith("`") && all.some((code) => wanted.has(code)));
    return isWanted ? [[shown, ...others]] : [];
  });
  const own = rows.length === 0 ? "" : `${table(["Code", "Meaning", "What to do"], rows)}\n\n`;
  return `${own}[All codes](../errors.md), those of limits, access and connection among them.`;
}

/** REST methods with their pages; every method that a resource calls has one. */
function methods(type: string, exports: Exports): string {
  const links = exports.links(type);
  return kindOf(type)
    .about.methods.map((method) => {
      const name = method.toLowerCase().replaceAll(".", "-");
      const link = links.find((one) => name.endsWith(one.replace(/^.*\/|\.html$/g, "")));
      if (link === undefined) throw new Error(`${type}: no @see names the page of ${method}`);
      return `- [\`${method}\`](${link})`;
    })
    .join("\n");
}

function more(type: string): string {
  const own = `docs/${fileName(type)}.md`;
  const links = [
    `[What happens when an answer is lost, late or nonsense, or the run is killed](${hasContract(type) ? `../contract.md#${type.toLowerCase()}` : `../${fileName(type)}.md`})`,
    ...(existsSync(join(root, own)) && hasContract(type) ? [`[More about it](../${fileName(type)}.md)`] : []),
  ];
  return links.map((link) => `- ${link}`).join("\n");
}

function hasContract(type: string): boolean {
  return readPage("docs/contract.md").includes(`\n## ${type}\n`);
}

function resource(definition: AnyDefinition, spec: ResourceSchema, schema: PluginSchema, exports: Exports): string {
  const { type, outputs } = definition;
  const tables = new Tables(schema);
  const { inputProperties: inputs, properties, requiredInputs = [] } = spec;
  const hidden = [
    ...(definition.steering ?? []),
    ...(definition.writeOnly ?? []).filter((name) => !name.includes(".")),
  ];
  const added = Object.entries(properties).filter(([name]) => !(name in inputs) || outputs.includes(name as never));
  const kept = `Every input${hidden.length > 0 ? ` but ${listed(definition.steering ?? [])}` : ""} is an output of the same name. Besides:`;
  const nested = tables.objects(inputs).map(([name, inner]) => {
    const limits = (): undefined => undefined;
    return [
      `### ${name}`,
      paragraphs(inner.description ?? ""),
      tables.inputs(inner.properties ?? {}, inner.required ?? [], limits),
    ]
      .filter((part) => part !== "")
      .join("\n\n");
  });
  const limits = (name: string): string | undefined => limitOf(definition, name, inputs[name]?.description ?? "");
  return page(type, [
    ["", paragraphs(spec.description)],
    ["Example", program(exports.example(type))],
    [
      "Inputs",
      [tables.inputs(inputs, requiredInputs, limits), paragraphs(replacement(definition)), ...nested].join("\n\n"),
    ],
    ["Outputs", `${paragraphs(kept)}\n\n${tables.outputs(Object.fromEntries(added))}`],
    ["What cannot be read back", paragraphs(unreadable(definition, spec))],
    ["Taking over what is there", paragraphs(takingOver(type, definition))],
    ["Errors", errors(type, definition)],
    ["REST methods", methods(type, exports)],
    ["More", more(type)],
  ]);
}

/** A page for each resource that both doors know. */
export function resourcePages(schema: PluginSchema, exports: Exports): ReadonlyMap<string, string> {
  return new Map(
    definitions.map((definition) => {
      const spec = schema.resources[`bitrix24:index:${definition.type}`];
      if (!spec) throw new Error(`the schema has no ${definition.type}`);
      return [`${fileName(nameOf(definition.type))}.md`, resource(definition, spec, schema, exports)];
    }),
  );
}
