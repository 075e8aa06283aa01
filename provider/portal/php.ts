/** The portal is a PHP program: how it parses, casts, compares and prints values. */

/** PHP's limit on variables in a form or query (`max_input_vars`); the surplus is dropped silently. */
const maxInputVariables = 1000;
const maxNestingLevel = 64;

type Tree = Map<string, string | Tree>;

/** Parses a query string or form body as PHP does: `a[b][]=x`, `+` is a space, dots in the first name become `_`. */
export function parseQuery(text: string): Record<string, unknown> {
  const root: Tree = new Map();
  let count = 0;
  for (const pair of text.split("&")) {
    if (pair === "") continue;
    if (++count > maxInputVariables) break;
    const equals = pair.indexOf("=");
    const name = equals < 0 ? pair : pair.slice(0, equals);
    assign(root, decode(name), equals < 0 ? "" : decode(pair.slice(equals + 1)));
  }
  return toRecord(root);
}

/** Adds one decoded variable, such as a field of a multipart body, to those parsed so far. */
export function parseFields(fields: readonly (readonly [string, string])[]): Record<string, unknown> {
  const root: Tree = new Map();
  for (const [name, value] of fields.slice(0, maxInputVariables)) assign(root, name, value);
  return toRecord(root);
}

function decode(text: string): string {
  const spaced = text.replaceAll("+", " ");
  try {
    return decodeURIComponent(spaced);
  } catch {
    // A lone or broken per cent sign stays as it is; whole sequences are still decoded.
    return spaced.replace(/(?:%[0-9a-f]{2})+/gi, (run) => Buffer.from(run.replaceAll("%", ""), "hex").toString("utf8"));
  }
}

function assign(root: Tree, fullName: string, value: string): void {
  const path = variablePath(fullName.replace(/^ +/, ""));
  if (path === undefined || path.length > maxNestingLevel) return;
  let node = root;
  for (const part of path.slice(0, -1)) node = childOf(node, keyIn(node, part));
  node.set(keyIn(node, path.at(-1) ?? ""), value);
}

/** `[]` takes the next free index. */
function keyIn(node: Tree, part: string): string {
  return part === "" ? nextIndex(node) : part;
}

function childOf(node: Tree, key: string): Tree {
  const existing = node.get(key);
  if (existing instanceof Map) return existing;
  const created: Tree = new Map();
  node.set(key, created);
  return created;
}

function nextIndex(node: Tree): string {
  let next = 0;
  for (const key of node.keys()) if (isIndex(key) && Number(key) >= next) next = Number(key) + 1;
  return String(next);
}

function variablePath(name: string): string[] | undefined {
  const bracket = name.indexOf("[");
  const first = (bracket <= 0 ? name : name.slice(0, bracket)).replace(/[. [\]]/g, (character) =>
    character === "]" ? character : "_",
  );
  if (first === "" || name === "") return undefined;
  if (bracket <= 0) return [first];
  const path = [first];
  let rest = name.slice(bracket);
  while (rest.startsWith("[")) {
    const end = rest.indexOf("]");
    if (end < 0) {
      // An opening bracket without its end belongs to the name.
      if (path.length === 1) return [name.replace(/[. []/g, "_")];
      break;
    }
    path.push(rest.slice(1, end));
    rest = rest.slice(end + 1);
  }
  return path;
}

function toRecord(tree: Tree): Record<string, unknown> {
  const record: Record<string, unknown> = Object.create(null) as Record<string, unknown>;
  for (const [key, value] of tree) record[key] = value instanceof Map ? toValue(value) : value;
  return record;
}

function toValue(tree: Tree): unknown {
  if (!isSequence(tree.keys())) return toRecord(tree);
  return [...tree.values()].map((value) => (value instanceof Map ? toValue(value) : value));
}

function isIndex(key: string): boolean {
  return /^(0|[1-9]\d{0,14})$/.test(key);
}

/** Are these the keys 0…n−1 in order, so that PHP prints a JSON list? */
function isSequence(keys: Iterable<string>): boolean {
  let expected = 0;
  for (const key of keys) if (key !== String(expected++)) return false;
  return true;
}

/** A PHP array as JSON shows it: empty and sequential ones are lists. */
export function phpArray(entries: ReadonlyMap<string, unknown>): unknown {
  return isSequence(entries.keys()) ? [...entries.values()] : Object.fromEntries(entries);
}

/** PHP writes and reads JSON of so many levels, unless told otherwise. */
export const mostLevels = 512;

/** Whether a value of JSON is nested deeper. It is not looked at recursively: that is what deep ones are dangerous for. */
export function isDeeperThan(value: unknown, levels: number): boolean {
  let level = [value].filter(isArray);
  for (let depth = 1; level.length > 0; depth++) {
    if (depth > levels) return true;
    level = level.flatMap((one) => Object.values(one).filter(isArray));
  }
  return false;
}

export function isArray(value: unknown): value is Record<string, unknown> | unknown[] {
  return typeof value === "object" && value !== null;
}

/** PHP's `empty()`. */
export function isEmpty(value: unknown): boolean {
  if (value === undefined || value === null || value === false || value === 0 || value === "" || value === "0")
    return true;
  if (value instanceof Map) return value.size === 0;
  return isArray(value) && Object.keys(value).length === 0;
}

export function isTrue(value: unknown): boolean {
  return !isEmpty(value);
}

/** PHP's `isset()`. */
export function isSet(value: unknown): boolean {
  return value !== undefined && value !== null;
}

/** PHP's `(int)`; a non-empty array casts to 1. */
export function toInteger(value: unknown): number {
  if (typeof value === "number") return Math.trunc(value);
  if (typeof value === "string") return Number.parseInt(value.trim().match(/^[+-]?\d+/)?.[0] ?? "0", 10);
  return isTrue(value) ? 1 : 0;
}

/** PHP's `(string)`; an array becomes the word "Array". */
export function toText(value: unknown): string {
  if (typeof value === "string") return value;
  if (value === true) return "1";
  if (value === undefined || value === null || value === false) return "";
  if (typeof value === "number") return String(value);
  return "Array";
}

export function isNumeric(value: unknown): boolean {
  if (typeof value === "number") return true;
  return typeof value === "string" && /^\s*[+-]?(\d+(\.\d*)?|\.\d+)([eE][+-]?\d+)?\s*$/.test(value);
}

/** PHP's `==` against a text that is no number, such as `Y`. The number 0 equals it before PHP 8. */
export function looselyEquals(value: unknown, text: string, php8: boolean): boolean {
  if (typeof value === "string") return value === text;
  if (typeof value === "boolean") return value === isTrue(text);
  if (typeof value === "number") return !php8 && value === 0;
  return value === null && text === "";
}

/** Upper-cases the names of the first level, or of every level. */
export function upperCaseKeys(value: Record<string, unknown>, deep: boolean): Record<string, unknown> {
  const result: Record<string, unknown> = {};
  for (const [key, entry] of Object.entries(value)) {
    result[key.toUpperCase()] = deep && isArray(entry) && !Array.isArray(entry) ? upperCaseKeys(entry, true) : entry;
  }
  return result;
}

const escapes: Record<string, string> = {
  "<": "\\u003C",
  ">": "\\u003E",
  "&": "\\u0026",
  "'": "\\u0027",
  '\\"': "\\u0022",
  "/": "\\/",
  "\\\\": "\\\\",
};

/** JSON in the spelling of PHP's `json_encode` with the portal's options. */
export function toJson(value: unknown): string {
  return JSON.stringify(value).replace(/\\\\|\\"|[<>&'/]/g, (match) => escapes[match] ?? match);
}

/** `2026-03-16T15:25:05+00:00` */
export function isoDate(milliseconds: number): string {
  return `${new Date(milliseconds).toISOString().slice(0, 19)}+00:00`;
}
