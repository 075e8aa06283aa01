import qs from "qs";

/** Anything that the REST API takes as the value of a parameter. */
export type Value =
  string | number | boolean | null | undefined | readonly Value[] | { readonly [name: string]: Value };
export type Parameters = { readonly [name: string]: Value };

/** One method with its parameters. */
export interface Command {
  readonly method: string;
  readonly parameters: Parameters;
  /** True for what a batch would change: numbers become texts there, and names that belong to the whole request are dropped. */
  readonly alone?: boolean;
}

/** PHP stops reading a query after so many variables, in silence; a margin is left for portals that allow less. */
const mostVariables = 500;
/** PHP drops a variable with more pairs of brackets than 64, and all that has the same first name with it. */
const deepestLevel = 50;

/** With a bracket behind it this is a reference to another command's result in a batch, and nothing makes it literal. */
const macro = /\$(result|error|next|total|time)/iu;

/** Characters of a text that may hold the beginning of a reference without a bracket. */
const longestWithMacro = 10_000;

/** PHP gives these a meaning in the names of variables, replaces them, or stops reading there. */
const specialInNames = /[[\]. \0]/;
/** Brackets around a single white space are to PHP what empty ones are. */
const blankName = /^\s?$/;
/** Half of a character outside of the Basic Multilingual Plane: there is no way to write it in UTF-8. */
const halfCharacter = /\p{Surrogate}/u;

interface Shape {
  variables: number;
  fits: boolean;
}

function inspect(value: Value, shape: Shape, level: number): void {
  if (typeof value === "object" && value !== null) {
    const { variables } = shape;
    inspectParts(value, shape, level + 1);
    // A query has no way to write an empty list or map.
    if (shape.variables === variables) shape.fits = false;
  } else if (value !== undefined) {
    shape.variables += 1;
    if (!isText(value)) shape.fits = false;
  }
}

/**
 * What ends a reference is white space as the server understands that, which may be less than it is here: so any bracket
 * after the first beginning counts. In a long text the server's own search for brackets may go on until PHP ends it.
 */
function hasMacro(text: string): boolean {
  const begin = text.search(macro);
  return begin >= 0 && (text.length > longestWithMacro || text.includes("[", begin));
}

/** Everything in a query is text, and "false" is true there. A number that JSON does not know is null alone. */
function isText(value: string | number | boolean | null): boolean {
  if (typeof value === "number") return Number.isFinite(value);
  return typeof value === "string" && !hasMacro(value) && !halfCharacter.test(value);
}

function isName(name: string): boolean {
  return !blankName.test(name) && !specialInNames.test(name) && !halfCharacter.test(name);
}

function inspectParts(parts: object, shape: Shape, level: number): void {
  const entries = Object.entries(parts) as [string, Value][];
  // What a list leaves out is null alone, and makes the list a map in a query.
  const hasGaps = Array.isArray(parts) && (entries.length < parts.length || parts.includes(undefined));
  if (hasGaps || level > deepestLevel) shape.fits = false;
  for (const [name, part] of entries) {
    // Nothing that has come to light can be taken back, and going on might take long or too deep.
    if (!shape.fits || shape.variables > mostVariables) return;
    if (!isName(name)) shape.fits = false;
    inspect(part, shape, level);
  }
}

/** Whether a command means the same as part of a batch as it does alone. */
export function fitsIntoBatch(command: Command): boolean {
  if (command.alone) return false;
  const shape: Shape = { variables: 0, fits: true };
  inspectParts(command.parameters, shape, 0);
  return shape.fits && shape.variables <= mostVariables;
}

/** A command is asked for this more than once before it leaves, and an icon makes it long. */
const encoded = new WeakMap<Command, string>();

function encode({ method, parameters }: Command): string {
  const query = qs.stringify(parameters, { arrayFormat: "indices" });
  return query === "" ? method : `${method}?${query}`;
}

/** A command as the batch wants it: the method and a query in PHP's notation, every name and value encoded. */
export function encodeCommand(command: Command): string {
  const known = encoded.get(command) ?? encode(command);
  encoded.set(command, known);
  return known;
}
