/** A value that another resource of the same program gives. */
export interface Reference {
  readonly from: string;
  readonly output: string;
}

export type Value = string | number | boolean | Reference | readonly Value[] | { readonly [name: string]: Value };

/** The inputs of one resource. */
export type Args = Readonly<Record<string, Value>>;

/** One resource of a program. */
export interface Declared {
  readonly name: string;
  /** Name of its class. */
  readonly type: string;
  readonly args: Args;
}

/** A program as data, so that the simulated and the real engine run the same one. Whoever is referred to stands before. */
export type Program = readonly Declared[];

function isReference(value: Value): value is Reference {
  return typeof value === "object" && "from" in value && "output" in value;
}

/** Names of the resources that a value refers to. */
export function referred(value: Value): string[] {
  if (typeof value !== "object") return [];
  if (isReference(value)) return [value.from];
  return Object.values(value).flatMap((part: Value) => referred(part));
}

/** The value with what the other resources gave. */
export function resolve(value: Value, outputOf: (reference: Reference) => unknown): unknown {
  if (typeof value !== "object") return value;
  if (isReference(value)) return outputOf(value);
  if (Array.isArray(value)) return value.map((part: Value) => resolve(part, outputOf));
  return Object.fromEntries(Object.entries(value).map(([name, part]) => [name, resolve(part, outputOf)]));
}

function expression(value: Value): string {
  if (typeof value !== "object") return JSON.stringify(value);
  if (isReference(value)) return `${identifier(value.from)}.${value.output}`;
  if (Array.isArray(value)) return `[${value.map((part: Value) => expression(part)).join(", ")}]`;
  const parts = Object.entries(value).map(([name, part]) => `${name}: ${expression(part)}`);
  return `{ ${parts.join(", ")} }`;
}

function identifier(name: string): string {
  return name.replaceAll(/[^a-z0-9]/gi, "_");
}

/** The program as a person would write it. */
export function sourceOf(program: Program): string {
  const lines = program.map(
    ({ name, type, args }) =>
      `export const ${identifier(name)} = new bitrix24.${type}(${JSON.stringify(name)}, ${expression(args)});`,
  );
  return [`import * as bitrix24 from "pulumi-bitrix24";`, ...lines, ""].join("\n");
}
