import { functions } from "../../provider/plugin/functions";
import type { Exports } from "../schema/descriptions";
import { page, paragraphs, program } from "./markdown";
import { nameOf } from "./schema";
import type { FunctionSchema, PluginSchema, PropertySchema, TypeSchema } from "./schema";
import { Tables } from "./tables";

/** What a function gives to a program in TypeScript: a list stands in an object for the other languages alone. */
function given(
  { outputs }: FunctionSchema,
  schema: PluginSchema,
): { readonly isList: boolean; readonly type: TypeSchema } {
  const [only, ...others] = Object.values(outputs.properties ?? {});
  const reference = others.length === 0 ? only?.items?.$ref : undefined;
  const type = reference === undefined ? undefined : schema.types[`bitrix24:index:${nameOf(reference)}`];
  return type ? { isList: true, type } : { isList: false, type: outputs };
}

/** The properties of an answer without those of the resource that it describes. */
function ownProperties(
  { properties = {} }: TypeSchema,
  schema: PluginSchema,
  name: string,
): Record<string, PropertySchema> {
  if (!/OpenLine/.test(name)) return { ...properties };
  const known = schema.resources["bitrix24:index:OpenLine"]?.inputProperties ?? {};
  return Object.fromEntries(
    Object.entries(properties).filter(([property]) => property === "lineId" || !(property in known)),
  );
}

function section(name: string, schema: PluginSchema, exports: Exports): string {
  const spec = schema.functions[`bitrix24:index:${name}`];
  if (!spec) throw new Error(`the schema has no ${name}`);
  const tables = new Tables(schema);
  const { isList, type } = given(spec, schema);
  const own = ownProperties(type, schema, name);
  const begin = isList ? "Gives a list; each entry has" : "Gives";
  const gives = /OpenLine/.test(name)
    ? `${begin} the [inputs of a line](open-line.md#inputs) as the portal has them, and:`
    : `${begin}:`;
  const nested = tables.objects(own).map(([inner, { properties = {}, required }]) => {
    return `### ${inner}\n\n${tables.outputs(properties, required)}`;
  });
  const links = exports
    .links(name)
    .map((link) => `[${link.replace(/^.*\/|\.html$/g, "").replaceAll("-", ".")}](${link})`);
  const inputs = spec.inputs && tables.inputs(spec.inputs.properties, spec.inputs.required, () => undefined);
  return [
    `## ${name}`,
    paragraphs(spec.description),
    program(exports.example(name)),
    ...(inputs === undefined ? [] : ["Arguments:", inputs]),
    gives,
    tables.outputs(own, type.required),
    ...nested,
    `REST: ${links.join(", ")}`,
  ]
    .filter((part) => part !== undefined)
    .join("\n\n");
}

function helper(name: string, exports: Exports): string {
  const parameters = exports.parameters(name).map(([parameter, text]) => `- \`${parameter}\`: ${text}`);
  return [`## ${name}`, paragraphs(exports.description(name)), parameters.join("\n")].join("\n\n");
}

/** The page of all functions. */
export function functionsPage(schema: PluginSchema, exports: Exports): string {
  const introduction = `Functions that read what a portal has, in each preview and each update, and two that make images. Each has an \`…Output\` form for arguments that are outputs of resources. They fail with what Bitrix24 refused: the cause of the error is a \`Bitrix24Error\` or a \`ProviderError\`, [both with code, meaning and hint](../errors.md). In [other languages](../languages.md) a list stands in an object. [Tests with mocks](../testing.md#mocks) answer them.`;
  return page("Functions", [
    ["", paragraphs(introduction)],
    ["", functions.map(({ name }) => section(name, schema, exports)).join("\n\n")],
    ["", ["svgIcon", "botAvatar"].map((name) => helper(name, exports)).join("\n\n")],
  ]);
}
