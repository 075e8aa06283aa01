import { globSync } from "node:fs";
import { dirname, join } from "node:path";
import { z } from "zod";
import { secretSettings } from "../../provider/access/settings";
import { definitions } from "../../provider/plugin/definitions";
import type { AnyDefinition } from "../../provider/plugin/definitions";
import { functions } from "../../provider/plugin/functions";
import type { PluginFunction } from "../../provider/plugin/functions";
import { providerSchema } from "../../provider/plugin/provider-schema";
import { root } from "../lib/paths.mjs";
import { Exports } from "./descriptions";
import { described, Types } from "./types";
import type { JsonSchema, PropertySpec } from "./types";

/** What the schema takes from the manifest of the package. */
export interface Manifest {
  readonly version: string;
  readonly homepage: string;
  readonly repository: { readonly url: string };
}

function webAddress(repository: string): string {
  return repository.replace(/^git\+/, "").replace(/\.git$/, "");
}

type Specs = Record<string, PropertySpec>;

function jsonSchema(schema: z.ZodType): JsonSchema {
  return z.toJSONSchema(schema, { io: "input", unrepresentable: "any" }) as JsonSchema;
}

const includes = (names: readonly string[] | undefined, name: string): boolean => names?.includes(name) ?? false;

/** The value that an input has where a program does not give it. */
function defaultOf({ comparable, steering }: AnyDefinition, name: string): { default?: string | number | boolean } {
  if (includes(steering, name)) return { default: false };
  const value = (comparable?.({}) ?? {})[name];
  return typeof value === "string" || typeof value === "number" || typeof value === "boolean" ? { default: value } : {};
}

/** The plugin decides; the second mark is what pages made of a schema show. */
function replaces({ identity, steering }: AnyDefinition, name: string): Partial<PropertySpec> {
  const isIdentity = identity === "all" ? !includes(steering, name) : identity.includes(name);
  return isIdentity ? { replaceOnChanges: true, willReplaceOnChanges: true } : {};
}

/** In C# no member has the name of its class. */
function namedApart(type: string, properties: Specs): Specs {
  const own = (name: string): boolean => name.toLowerCase() === type.toLowerCase();
  return Object.fromEntries(
    Object.entries(properties).map(([name, spec]) => [
      name,
      own(name) ? { ...spec, language: { csharp: { name: `${type}Code` } } } : spec,
    ]),
  );
}

/** What is documented of everything that programs and the plugin name. */
export function documentedExports(): Exports {
  return new Exports("provider/index.ts", "provider/plugin/provider-schema.ts", "provider/plugin/functions.ts");
}

/** Composes the schema of the plugin from the definitions and from what is documented of them. */
class Composer {
  private readonly types: Types;

  constructor(private readonly exports: Exports) {
    this.types = new Types(exports.unions());
  }

  compose({ version, homepage, repository }: Manifest): object {
    const resources = this.list(
      definitions,
      ({ type }) => type,
      (definition) => this.resource(definition),
    );
    const provider = this.provider();
    return {
      name: "bitrix24",
      displayName: "Bitrix24",
      publisher: "pulumi-bitrix24",
      version,
      description: "Bitrix24 Open Channels: connectors, open lines, activations, event handlers and placements.",
      keywords: ["pulumi", "bitrix24", "open-channels", "category/infrastructure", "kind/native"],
      license: "Apache-2.0",
      homepage,
      repository: webAddress(repository.url),
      pluginDownloadURL: `github://api.github.com${new URL(webAddress(repository.url)).pathname}`,
      language: {
        nodejs: { packageName: "pulumi-bitrix24-sdk", respectSchemaVersion: true },
        python: { packageName: "pulumi_bitrix24", respectSchemaVersion: true, pyproject: { enabled: true } },
        go: { respectSchemaVersion: true },
        csharp: { respectSchemaVersion: true, namespaces: { bitrix24: "Bitrix24" } },
      },
      config: { variables: provider },
      provider: {
        description: "A portal, for programs that work with several or that get their credentials at run time.",
        inputProperties: provider,
      },
      types: this.types.named,
      resources,
      functions: this.list(
        functions,
        ({ name }) => name,
        (asked) => this.function(asked),
      ),
    };
  }

  private list<T>(all: readonly T[], name: (one: T) => string, make: (one: T) => object): Record<string, object> {
    return Object.fromEntries(all.map((one) => [`bitrix24:index:${name(one)}`, make(one)]));
  }

  private provider(): Specs {
    const place = { name: "Provider", documented: this.exports.type("ProviderArgs") };
    const properties = this.types.properties(jsonSchema(providerSchema), place);
    const secrets: readonly string[] = secretSettings;
    return Object.fromEntries(
      Object.entries(properties).map(([name, spec]) => [
        name,
        { ...spec, ...(secrets.includes(name) ? { secret: true } : {}) },
      ]),
    );
  }

  private resource(definition: AnyDefinition): object {
    const { type } = definition;
    const schema = jsonSchema(definition.schema);
    const documented = this.exports.type(`${type}Args`);
    const inputs = namedApart(type, this.types.properties(schema, { name: type, documented }));
    const required = schema.required ?? [];
    const outputs = this.outputs(definition, inputs, required);
    return {
      ...described(this.exports.type(type).description),
      properties: outputs.properties,
      required: outputs.required,
      inputProperties: Object.fromEntries(
        Object.entries(inputs).map(([name, spec]) => [
          name,
          { ...spec, ...defaultOf(definition, name), ...replaces(definition, name) },
        ]),
      ),
      ...(required.length > 0 ? { requiredInputs: [...required].sort() } : {}),
      aliases: [{ type: `pulumi-nodejs:dynamic/bitrix24:${type}` }],
    };
  }

  /** What a resource has once it is there: its inputs but for those that nobody gives back, and what the class adds. */
  private outputs(
    definition: AnyDefinition,
    inputs: Specs,
    requiredInputs: readonly string[],
  ): { properties: Specs; required: string[] } {
    const hidden = [...(definition.steering ?? []), ...(definition.writeOnly ?? [])];
    const given = Object.entries(inputs).filter(([name]) => !hidden.includes(name));
    const documented = this.exports.type(definition.type);
    const own = [...definition.outputs.filter((name) => !name.startsWith("__")), "portal"];
    const added = documented.properties.filter(({ name }) => own.includes(name));
    const computed = added.map(({ name, description }): [string, PropertySpec] => [
      name,
      {
        ...this.types.fromTypeScript(documented.property(name), definition.type + name),
        ...described(description),
        ...(includes(definition.secretOutputs, name) ? { secret: true } : {}),
      },
    ]);
    const always = added.filter(({ isOptional }) => !isOptional).map(({ name }) => name);
    const stays = given.map(([name]) => name).filter((name) => requiredInputs.includes(name));
    return {
      properties: Object.fromEntries([...given, ...computed]),
      required: [...new Set([...stays, ...always])].sort(),
    };
  }

  private function({ name, schema, gives }: PluginFunction): object {
    const json = jsonSchema(schema);
    const capital = name.slice(0, 1).toUpperCase() + name.slice(1);
    const properties = json.properties ?? {};
    const documented = Object.keys(properties).length > 0 ? this.exports.type(`${capital}Args`) : undefined;
    const inputs = this.types.properties(json, { name: capital, documented });
    return {
      ...described(this.exports.description(name)),
      ...(documented
        ? { inputs: { type: "object", properties: inputs, required: [...(json.required ?? [])].sort() } }
        : {}),
      outputs: this.types.interface(this.exports.type(gives), `${capital}Result`),
    };
  }
}

/** Folders of resources that the plugin does not serve. */
export function missingDefinitions(): string[] {
  const folders = globSync("*/definition.ts", { cwd: join(root, "provider") }).map((file) => dirname(file));
  const served = definitions.map(({ type }) => type.replace(/(?<=.)[A-Z]/g, "-$&").toLowerCase());
  return folders.filter((folder) => folder !== "shared" && !served.includes(folder)).sort();
}

/** The schema as it is committed. */
export function composeSchema(manifest: Manifest, exports: Exports): string {
  return `${JSON.stringify(new Composer(exports).compose(manifest), undefined, 1)}
`;
}
