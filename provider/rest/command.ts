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

/** In a batch this begins a reference to another command's result, and there is no way to write it literally. */
const macro = /\$(result|error|next|total|time)[^\s]*\[/i;

/** PHP gives these a meaning in the names of variables, or replaces them. */
const specialInNames = /[[\]. ]/;

interface Shape {
  variables: number;
  fits: boolean;
}

function inspect(value: Value, shape: Shape): Shape {
  if (Array.isArray(value) || (typeof value === "object" && value !== null)) {
    const { variables } = shape;
    inspectParts(value, shape);
    // A query has no way to write an empty list or map.
    if (shape.variables === variables) shape.fits = false;
  } else if (value === null || typeof value === "boolean") {
    // Everything in a query is text, and "false" is true there.
    shape.fits = false;
  } else if (value !== undefined) {
    shape.variables += 1;
    if (typeof value === "string" && macro.test(value)) shape.fits = false;
  }
  return shape;
}

function inspectParts(parts: object, shape: Shape): void {
  for (const [name, part] of Object.entries(parts) as [string, Value][]) {
    if (name === "" || specialInNames.test(name)) shape.fits = false;
    inspect(part, shape);
  }
}

/** Whether a command means the same as part of a batch as it does alone. */
export function fitsIntoBatch(command: Command): boolean {
  if (command.alone) return false;
  const shape: Shape = { variables: 0, fits: true };
  inspectParts(command.parameters, shape);
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
