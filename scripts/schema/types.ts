import type { Documented } from "./descriptions";
import { unionKey } from "./descriptions";

/** The part of JSON Schema that the schemas of inputs need. */
export interface JsonSchema {
  readonly type?: string | readonly string[];
  readonly enum?: readonly string[];
  readonly items?: JsonSchema;
  readonly properties?: Readonly<Record<string, JsonSchema>>;
  readonly required?: readonly string[];
  readonly additionalProperties?: JsonSchema | false;
  readonly anyOf?: readonly JsonSchema[];
}

/** What Pulumi's schema says of a type. */
export interface TypeSpec {
  type?: string;
  $ref?: string;
  items?: TypeSpec;
  additionalProperties?: TypeSpec;
  oneOf?: TypeSpec[];
}

/** What it says of a property. */
export interface PropertySpec extends TypeSpec {
  description?: string;
  default?: string | number | boolean;
  secret?: true;
  replaceOnChanges?: true;
  willReplaceOnChanges?: true;
  language?: { csharp: { name: string } };
}

/** A type with a name of its own. */
export interface NamedTypeSpec {
  type: string;
  description?: string;
  properties?: Record<string, PropertySpec>;
  required?: string[];
  enum?: { value: string }[];
}

/** Where a type stands, for those that have no name. */
export interface Place {
  /** Name for a union of texts. */
  readonly name: string;
  readonly documented: Documented | undefined;
}

const capital = (name: string): string => name.slice(0, 1).toUpperCase() + name.slice(1);

/** Makes Pulumi's types of schemas, and collects those that have names. */
export class Types {
  readonly named: Record<string, NamedTypeSpec> = {};

  /** @param unions names of unions of texts, by the texts */
  constructor(private readonly unions: ReadonlyMap<string, string>) {}

  /** The type of a value, as a schema of inputs describes it. */
  fromSchema(schema: JsonSchema, { name, documented }: Place): TypeSpec {
    if (schema.anyOf) return { oneOf: schema.anyOf.map((part) => this.fromSchema(part, { name, documented })) };
    if (schema.enum) return this.union(schema.enum, name);
    if (schema.items) {
      return { type: "array", items: this.fromSchema(schema.items, { name, documented: documented?.entries }) };
    }
    if (schema.properties) return this.object(schema, { name, documented });
    if (schema.additionalProperties) {
      const part = { name, documented: documented?.kind === "map" ? documented.entries : undefined };
      return { type: "object", additionalProperties: this.fromSchema(schema.additionalProperties, part) };
    }
    if (typeof schema.type === "object") return { oneOf: schema.type.map((type) => ({ type })) };
    if (schema.type === undefined) throw new Error(`${name}: nothing is known of its type`);
    return { type: schema.type };
  }

  /** The type of a value, as TypeScript describes it. */
  fromTypeScript(documented: Documented, name: string): TypeSpec {
    const { kind } = documented;
    if (kind === "string" || kind === "integer" || kind === "boolean") return { type: kind };
    if (kind === "literals") return this.documentedUnion(documented.literals, name);
    if (kind === "array") return { type: "array", items: this.fromTypeScript(documented.entries, name) };
    if (kind === "map") return { type: "object", additionalProperties: this.fromTypeScript(documented.entries, name) };
    if (kind === "object") return this.documentedObject(documented, name);
    return { oneOf: [{ type: "string" }, { type: "number" }] };
  }

  /** The properties of something documented. */
  interface(documented: Documented, name: string): NamedTypeSpec {
    const entries = documented.properties.map(({ name: property, description }) => {
      const type = this.fromTypeScript(documented.property(property), name + capital(property));
      return [property, { ...type, ...described(description) }] as const;
    });
    const required = documented.properties.filter(({ isOptional }) => !isOptional).map((property) => property.name);
    return {
      type: "object",
      ...described(documented.description),
      properties: Object.fromEntries(entries),
      ...(required.length > 0 ? { required: required.sort() } : {}),
    };
  }

  /** The properties of a schema, with the sentences that are documented of them. */
  properties(schema: JsonSchema, { name, documented }: Place): Record<string, PropertySpec> {
    const known = new Map(documented?.properties.map((property) => [property.name, property.description]));
    const entries = Object.entries(schema.properties ?? {}).map(([property, part]) => {
      const description = known.get(property);
      if (description === undefined) throw new Error(`${name}: nothing is said of ${property}`);
      const type = this.fromSchema(part, {
        name: name + capital(property),
        documented: documented?.property(property),
      });
      return [property, { ...type, ...described(description) }] as const;
    });
    return Object.fromEntries(entries);
  }

  private object(schema: JsonSchema, { name, documented }: Place): TypeSpec {
    return this.reference(documented?.name ?? name, () => ({
      type: "object",
      ...described(documented?.description ?? ""),
      properties: this.properties(schema, { name, documented }),
      ...(schema.required?.length ? { required: [...schema.required].sort() } : {}),
    }));
  }

  /** What TypeScript has taken the name of is the one of the same properties that is there already. */
  private documentedObject(documented: Documented, name: string): TypeSpec {
    const key = unionKey(documented.properties.map((property) => property.name));
    const known = Object.entries(this.named).find(([, spec]) => unionKey(Object.keys(spec.properties ?? {})) === key);
    if (documented.name === undefined && known) return { $ref: `#/types/${known[0]}` };
    return this.reference(documented.name ?? name, () => this.interface(documented, name));
  }

  private documentedUnion(texts: readonly string[], name: string): TypeSpec {
    const same = ({ enum: values = [] }: NamedTypeSpec): boolean =>
      unionKey(values.map(({ value }) => value)) === unionKey(texts);
    const known = Object.entries(this.named).find(([, spec]) => same(spec));
    return known ? { $ref: `#/types/${known[0]}` } : this.union(texts, name);
  }

  private union(texts: readonly string[], name: string): TypeSpec {
    const values = texts.map((value) => ({ value }));
    return this.reference(this.unions.get(unionKey(texts)) ?? name, () => ({ type: "string", enum: values }));
  }

  private reference(name: string, make: () => NamedTypeSpec): TypeSpec {
    const token = `bitrix24:index:${name.replace(/Args$/, "")}`;
    this.named[token] ??= make();
    return { $ref: `#/types/${token}` };
  }
}

/** A description, where there is one. */
export function described(description: string): { description?: string } {
  return description === "" ? {} : { description };
}
