import { table } from "../lib/generated";
import { nameOf } from "./schema";
import type { PluginSchema, Properties, PropertySchema, TypeSchema } from "./schema";

/** A text within a cell of a table. */
export function cell(text: string): string {
  return text.replace(/\s+/g, " ").replaceAll("|", "\\|").trim();
}

const code = (text: string): string => `\`${text}\``;

/** What is said of a property, taken apart. */
interface Said {
  readonly meaning: string;
  readonly rest: string;
  readonly standard: string | undefined;
}

function takeApart(description: string): Said {
  const text = description.replace(/\s+/g, " ").trim();
  const rest = /^REST ((?:`[^`]+`|[^.`])+)\.\s*/.exec(text);
  const afterRest = rest ? text.slice(rest[0].length) : text;
  const standard = /\s*\bDefault: ((?:[^.;]|\.(?=\S))+)\.(?=\s|$)/.exec(afterRest);
  const meaning = standard ? afterRest.replace(standard[0], "") : afterRest;
  return { meaning: meaning.trim(), rest: rest?.[1] ?? "", standard: standard?.[1] };
}

/** Tables of properties, with links to the types that they are made of. */
export class Tables {
  constructor(private readonly schema: PluginSchema) {}

  /** The type of a property as a program in TypeScript writes it. */
  type({ $ref: reference, type, items, additionalProperties, oneOf }: PropertySchema): string {
    if (reference !== undefined) return this.named(nameOf(reference));
    if (items) return this.isText(items) ? code(`${this.plain(items)}[]`) : `list of ${this.type(items)}`;
    if (additionalProperties) return `map to ${this.type(additionalProperties)}`;
    if (oneOf) return oneOf.map((one) => this.type(one)).join(" or ");
    return code(type === "integer" ? "number" : (type ?? "string"));
  }

  /** The types with properties that properties are made of, in their order, each once. */
  objects(properties: Properties): readonly (readonly [string, TypeSchema])[] {
    const found = new Map<string, TypeSchema>();
    const follow = (property: PropertySchema): void => {
      const { $ref: reference, items, additionalProperties } = property;
      const inner = [items, additionalProperties].filter((one) => one !== undefined);
      inner.forEach(follow);
      const name = reference === undefined ? undefined : nameOf(reference);
      const type = name === undefined ? undefined : this.schema.types[`bitrix24:index:${name}`];
      if (name === undefined || !type?.properties || found.has(name)) return;
      found.set(name, type);
      Object.values(type.properties).forEach(follow);
    };
    Object.values(properties).forEach(follow);
    return [...found];
  }

  /** Inputs, with what they are if a program does not give them. */
  inputs(properties: Properties, required: readonly string[], limits: (name: string) => string | undefined): string {
    const rows = Object.entries(properties).map(([name, property]) => {
      const { meaning, rest, standard } = takeApart(property.description ?? "");
      const given = property.default === undefined ? standard : code(String(property.default));
      const limit = limits(name);
      return [
        code(name),
        this.type(property) + (limit === undefined ? "" : `, ${limit}`),
        cell(meaning) || "–",
        required.includes(name) ? "**required**" : cell(given ?? "–"),
        rest || "–",
      ];
    });
    return table(["Input", "Type", "Meaning", "Default", "REST"], rows);
  }

  outputs(properties: Properties, required: readonly string[] = Object.keys(properties)): string {
    const rows = Object.entries(properties).map(([name, property]) => {
      const { meaning, rest } = takeApart(property.description ?? "");
      const may = required.includes(name) ? "" : ", may be missing";
      return [code(name), this.type(property) + may, cell(meaning) || "–", rest || "–"];
    });
    return table(["Output", "Type", "Meaning", "REST"], rows);
  }

  private named(name: string): string {
    const values = this.schema.types[`bitrix24:index:${name}`]?.enum;
    if (values) return values.map(({ value }) => code(`"${value}"`)).join(" or ");
    return `[${code(name)}](#${name.toLowerCase()})`;
  }

  private isText({ $ref: reference, type }: PropertySchema): boolean {
    return reference === undefined && ["string", "integer", "number", "boolean"].includes(type ?? "");
  }

  private plain({ type }: PropertySchema): string {
    return type === "integer" ? "number" : (type ?? "string");
  }
}
