import { createHash } from "node:crypto";
import { isDeepStrictEqual } from "node:util";
import type { z } from "zod";
import type { Properties, Recorded } from "../shared/definition";
import { takeApart } from "./marks";
import type { Marks } from "./marks";
import { hasUnknown } from "./unknowns";

/** Digests of inputs that are not stored a second time. */
const digestsKey = "__digests";
/** Set while something is still to be done. */
const incompleteKey = "__incomplete";
/** Set where it was imported: what is not recorded could not be read, and is what the recorded inputs say. */
const importedKey = "__imported";

/** The same for equal values, whatever the order of their properties. */
function canonical(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(canonical);
  if (typeof value !== "object" || value === null) return value;
  const entries = Object.entries(value).filter(([, part]) => part !== undefined);
  return Object.fromEntries(
    entries.sort(([a], [b]) => (a < b ? -1 : 1)).map(([name, part]) => [name, canonical(part)]),
  );
}

/** The same for equal values. */
export function digest(value: unknown): string {
  return createHash("sha256")
    .update(JSON.stringify(canonical(value)))
    .digest("base64url")
    .slice(0, 22);
}

/** The part of a definition that says how its inputs are stored and compared. */
interface Described {
  readonly schema: { readonly shape: z.ZodRawShape };
  readonly steering?: readonly string[];
  readonly writeOnly?: readonly string[];
  readonly assigned?: readonly string[];
  readonly comparable?: (inputs: never) => Properties;
}

function isIn(names: readonly string[] | undefined, name: string): boolean {
  return names?.includes(name) ?? false;
}

function isObject(value: unknown): value is Properties {
  return typeof value === "object" && value !== null && !Array.isArray(value);
}

/** Inputs, and apart from them those that are kept as digests, by their names or paths. */
function split(definition: Described, inputs: Properties): { kept: Properties; unread: Properties } {
  const kept = { ...inputs };
  const unread: Properties = {};
  for (const path of definition.writeOnly ?? []) {
    const [name = "", part] = path.split(".");
    const value = kept[name];
    if (part === undefined) {
      unread[path] = value;
      delete kept[name];
    } else if (isObject(value)) {
      const { [part]: taken, ...rest } = value;
      unread[path] = taken;
      kept[name] = rest;
    }
  }
  return { kept, unread };
}

/** Digests of what is there. */
function digestsOf(values: Properties): Properties {
  const known = Object.entries(values).filter(([, value]) => value !== undefined);
  return Object.fromEntries(known.map(([path, value]) => [path, digest(value)]));
}

/** What the state keeps of a resource. */
export interface StateParts {
  readonly portal: string;
  readonly inputs: Properties;
  readonly computed: Properties;
  readonly incomplete?: boolean;
  /** Digests that are in force where the inputs themselves are not at hand. */
  readonly digests?: Properties;
  readonly imported?: boolean;
  readonly marks?: Marks;
}

/** Composes the outputs that the engine stores. */
export function toState(definition: Described, parts: StateParts): Properties {
  const { kept: all, unread } = split(definition, parts.inputs);
  const digests: Properties = { ...parts.digests, ...digestsOf(unread) };
  const kept: Properties = {};
  for (const [name, value] of Object.entries(all)) {
    // The engine has no way to store something that is not there.
    if (value === undefined || isIn(definition.steering, name)) continue;
    kept[name] = value;
  }
  const computed = Object.entries(parts.computed).filter(([, value]) => value !== undefined);
  return {
    ...kept,
    ...Object.fromEntries(computed),
    ...(Object.keys(digests).length > 0 ? { [digestsKey]: digests } : {}),
    ...(parts.incomplete ? { [incompleteKey]: true } : {}),
    ...(parts.imported ? { [importedKey]: true } : {}),
    ...parts.marks,
    portal: parts.portal,
  };
}

/** What was recorded, taken apart again. */
export interface State<R> {
  readonly portal: string | undefined;
  readonly recorded: R;
  readonly digests: Properties;
  readonly incomplete: boolean;
  readonly imported: boolean;
  readonly marks: Marks;
}

export function fromState<I, C>(state: Properties): State<Recorded<I, C>> {
  const { own, marks } = takeApart(state);
  const { portal, [digestsKey]: digests, [incompleteKey]: incomplete, [importedKey]: imported, ...recorded } = own;
  return {
    portal: typeof portal === "string" ? portal : undefined,
    recorded: recorded as Recorded<I, C>,
    digests: (digests ?? {}) as Properties,
    incomplete: incomplete === true,
    imported: imported === true,
    marks,
  };
}

/** What was imported, with the inputs that could not be read then. */
export function withUnread<I, C>(
  definition: Described,
  state: State<Recorded<I, C>>,
  inputs: Properties,
): State<Recorded<I, C>> {
  const { kept, unread } = split(definition, inputs);
  const names = Object.keys(definition.schema.shape).filter((name) => !isIn(definition.steering, name) && name in kept);
  const recorded = { ...Object.fromEntries(names.map((name) => [name, kept[name]])), ...state.recorded };
  return { ...state, recorded, digests: { ...digestsOf(unread), ...state.digests } };
}

/** The inputs whose values differ from what is recorded. */
export function changedInputs(definition: Described, state: State<Properties>, inputs: Properties): Set<string> {
  const comparable = (definition.comparable ?? ((same) => same)) as (given: Properties) => Properties;
  const before = comparable(state.recorded);
  const given = (definition.assigned ?? []).filter((name) => inputs[name] === undefined && name in state.recorded);
  const whole = comparable({ ...inputs, ...Object.fromEntries(given.map((name) => [name, state.recorded[name]])) });
  const { kept: after, unread } = split(definition, whole);
  const digests = digestsOf(unread);
  const changed = new Set<string>();
  for (const path of definition.writeOnly ?? [])
    if (digests[path] !== state.digests[path]) changed.add(path.split(".")[0] ?? path);
  for (const name of Object.keys(definition.schema.shape)) {
    if (isIn(definition.steering, name)) continue;
    const same = isIn(definition.writeOnly, name) || isDeepStrictEqual(canonical(before[name]), canonical(after[name]));
    if (!same || hasUnknown(whole[name])) changed.add(name);
  }
  return changed;
}
