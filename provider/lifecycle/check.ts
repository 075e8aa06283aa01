import { closest, distance } from "fastest-levenshtein";
import { z } from "zod";
import { harmless, longestName, quoted } from "../rest/text";
import type { Properties } from "../shared/definition";
import { hasUnknown, valueAt } from "./unknowns";

/** What is wrong with one property. */
export interface Failure {
  /** Its path: `icon.dataImage`; empty where it is no single property. */
  readonly property: string;
  readonly reason: string;
}

/** What is wrong, and where. */
interface Finding {
  readonly path: readonly PropertyKey[];
  readonly reason: string;
  /** Whether there is no property of this name. */
  readonly isUnknown?: true;
}

/** `icon.dataImage`, `queue[0].entityId`. */
function pathText(path: readonly PropertyKey[]): string {
  return path.reduce<string>(
    (text, part) =>
      typeof part === "number" ? `${text}[${part}]` : text === "" ? String(part) : `${text}.${String(part)}`,
    "",
  );
}

type Inner = {
  readonly innerType?: z.core.$ZodType;
  readonly element?: z.core.$ZodType;
  readonly valueType?: z.core.$ZodType;
};

/** The schema of what stands at a path, as far as it is made of objects, lists and maps. */
function schemaAt(schema: z.core.$ZodType, path: readonly PropertyKey[]): z.core.$ZodType | undefined {
  const inner = schema._zod.def as z.core.$ZodTypeDef & Inner;
  if (inner.innerType) return schemaAt(inner.innerType, path);
  if (path.length === 0) return schema;
  const [first, ...rest] = path;
  const next =
    schema instanceof z.ZodObject ? (schema.shape as z.ZodRawShape)[String(first)] : (inner.element ?? inner.valueType);
  return next && schemaAt(next, rest);
}

function knownNames(schema: z.core.$ZodType, path: readonly PropertyKey[]): string[] {
  const found = schemaAt(schema, path);
  return found instanceof z.ZodObject ? Object.keys(found.shape) : [];
}

/** Bitrix24's own spelling is close to ours: `PLACEMENT_HANDLER` and `placementHandler`. */
function folded(name: string): string {
  return name.replaceAll("_", "").toLowerCase();
}

function unknownProperty(names: readonly string[], name: string): string {
  if (names.length === 0) return "is not known";
  const nearest = closest(folded(name), names.map(folded));
  const suggestion = names.find((known) => folded(known) === nearest) ?? nearest;
  const isTypingError = distance(folded(name), nearest) <= Math.max(2, Math.floor(name.length / 3));
  return isTypingError
    ? `is not known; did you mean ${suggestion}?`
    : `is not known; the nearest known name is ${suggestion} (all: ${names.join(", ")})`;
}

const kinds: Readonly<Record<string, string>> = {
  string: "a text",
  number: "a number",
  int: "a whole number",
  boolean: "true or false",
  array: "a list",
  object: "an object",
  record: "an object",
};

/** Where several forms are allowed, what each of them would take. */
function formsOf(branches: readonly (readonly z.core.$ZodIssue[])[]): string {
  const words = branches.flat().map((issue) => issue.message);
  const kind = "must be ";
  if (!words.every((message) => message.startsWith(kind))) return "has none of the forms that are allowed here";
  return kind + [...new Set(words.map((message) => message.slice(kind.length)))].join(" or ");
}

/** What zod says where the schema has no words of its own. */
const plainWords: z.core.$ZodErrorMap = (issue) => {
  if (issue.input === undefined) return "is required";
  if (issue.code === "invalid_type") return `must be ${kinds[issue.expected] ?? issue.expected}`;
  if (issue.code === "invalid_union") return formsOf(issue.errors);
  if (issue.code === "invalid_value")
    return `must be ${issue.values.map((value) => JSON.stringify(value)).join(" or ")}`;
  if (issue.code === "too_small" && issue.origin === "array") {
    return `must have at least ${issue.minimum} ${Number(issue.minimum) === 1 ? "entry" : "entries"}`;
  }
  if (issue.code === "too_small")
    return `must be ${issue.inclusive === false ? "more than" : "at least"} ${issue.minimum}`;
  if (issue.code === "too_big")
    return `must be ${issue.inclusive === false ? "less than" : "at most"} ${issue.maximum}`;
  return undefined;
};

function findingsOf(issue: z.core.$ZodIssue, schema: z.core.$ZodType, inputs: Properties): Finding[] {
  if (issue.code === "unrecognized_keys") {
    const names = knownNames(schema, issue.path);
    return issue.keys.map((key) => ({
      path: [...issue.path, key],
      reason: unknownProperty(names, key),
      isUnknown: true,
    }));
  }
  return hasUnknown(valueAt(inputs, issue.path)) ? [] : [{ path: issue.path, reason: issue.message }];
}

function findings(schema: z.core.$ZodType, inputs: Properties): Finding[] {
  const parsed = z.safeParse(schema, inputs, { error: plainWords });
  return parsed.success ? [] : parsed.error.issues.flatMap((issue) => findingsOf(issue, schema, inputs));
}

/** Everything that is wrong with the inputs; what is not known yet is not judged. */
export function findFailures(schema: z.core.$ZodType, inputs: Properties): Failure[] {
  return findings(schema, inputs).map(({ path, reason }) => ({ property: pathText(path), reason }));
}

function isPlain(value: unknown): value is string | number | boolean {
  return ["string", "number", "boolean"].includes(typeof value);
}

function shown(value: unknown): string {
  if (typeof value === "string") return quoted(value);
  return isPlain(value) ? String(value) : harmless(JSON.stringify(value) ?? "nothing", longestName);
}

/** Whether the value that a finding is about says more than the reason does, and may be shown. */
function isTelling({ path, isUnknown }: Finding, inputs: Properties, secretInputs: readonly string[]): boolean {
  if (path.length === 0 || isUnknown || secretInputs.includes(String(path[0]))) return false;
  return valueAt(inputs, path) !== undefined;
}

function sentence(finding: Finding, inputs: Properties, secretInputs: readonly string[]): string {
  const { path, reason } = finding;
  const value = isTelling(finding, inputs, secretInputs) ? `; it is ${shown(valueAt(inputs, path))}` : "";
  return `${pathText(path)} ${reason}${value}`.trim();
}

/** Everything that is wrong with the inputs, a sentence each that names property and value. */
export function failureSentences(
  schema: z.core.$ZodType,
  inputs: Properties,
  secretInputs: readonly string[],
): string[] {
  return findings(schema, inputs).map((finding) => sentence(finding, inputs, secretInputs));
}

/**
 * The same for the engine. It prints the value of a property that a failure names: a secret one too, and nothing that anybody
 * understands where it is not plain or not at the top. So it gets the name only where it does well.
 * @param dispensable names of inputs that may be missing
 */
export function failuresForEngine(
  schema: z.core.$ZodType,
  inputs: Properties,
  secretInputs: readonly string[],
  dispensable: readonly string[] = [],
): Failure[] {
  const isDispensed = ({ path: [name] }: Finding): boolean =>
    dispensable.includes(String(name)) && inputs[String(name)] === undefined;
  const relevant = findings(schema, inputs).filter((finding) => !isDispensed(finding));
  return relevant.map((finding) => {
    const { path, reason } = finding;
    const isShownWell = path.length === 1 && isPlain(valueAt(inputs, path)) && isTelling(finding, inputs, secretInputs);
    return isShownWell
      ? { property: pathText(path), reason }
      : { property: "", reason: (path.length > 0 ? "property " : "") + sentence(finding, inputs, secretInputs) };
  });
}

/** A property that is null is one that is not there. */
export function withoutNulls(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withoutNulls);
  if (typeof value !== "object" || value === null) return value;
  const entries = Object.entries(value).filter(([, part]) => part !== null && part !== undefined);
  return Object.fromEntries(entries.map(([name, part]) => [name, withoutNulls(part)]));
}
