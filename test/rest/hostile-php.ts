/**
 * PHP's `parse_str`, written from PHP's documentation and from how it handles variables, byte by byte: a second reading of
 * the same rules, which shares nothing with the local portal's.
 */

/** A variable as PHP holds it: a text of bytes (each a character below 256), or an array in the order of its keys. */
export type PhpValue = string | PhpArray;
export type PhpArray = Map<string, PhpValue>;

/** `max_input_vars` and `max_input_nesting_level` as they come with PHP. */
const mostVariables = 1000;
const mostLevels = 64;

const isSpace = (byte: string | undefined): boolean => byte !== undefined && " \t\n\v\f\r".includes(byte);

/** `urldecode`, which leaves a per cent sign alone that no two hexadecimal digits follow. */
function decode(text: string): string {
  let bytes = "";
  for (let at = 0; at < text.length; at++) {
    const digits = text.slice(at + 1, at + 3);
    if (text[at] === "%" && /^[0-9a-f]{2}$/i.test(digits)) {
      bytes += String.fromCharCode(Number.parseInt(digits, 16));
      at += 2;
    } else bytes += text[at] === "+" ? " " : text[at];
  }
  return bytes;
}

/** Variable names are C strings: they end at the first NUL. */
const cString = (bytes: string): string => bytes.split("\0", 1)[0] ?? "";

/** The keys that a name leads through, `undefined` for the next free one; undefined where PHP drops the variable. */
function keysOf(name: string): (string | undefined)[] | "too deep" | undefined {
  const given = cString(name).replace(/^ +/, "");
  const bracket = given.indexOf("[");
  const first = (bracket < 0 ? given : given.slice(0, bracket)).replace(/[ .]/g, "_");
  if (first === "") return undefined;
  const keys: (string | undefined)[] = [first];
  let at = bracket < 0 ? given.length : bracket;
  while (given[at] === "[") {
    if (keys.length > mostLevels) return "too deep";
    const begin = at + 1;
    const end = given.indexOf("]", isSpace(given[begin]) ? begin + 1 : begin);
    // An opening bracket that nothing closes becomes part of the last name.
    if (end < 0) return [...keys.slice(0, -1), `${keys.at(-1) ?? ""}_${given.slice(begin)}`];
    const isEmpty = end === begin || (end === begin + 1 && isSpace(given[begin]));
    keys.push(isEmpty ? undefined : given.slice(begin, end));
    at = end + 1;
  }
  return keys;
}

function nextFree(array: PhpArray): string {
  const numbers = [...array.keys()].filter((key) => /^\d+$/.test(key)).map(Number);
  return String(Math.max(-1, ...numbers) + 1);
}

function put(root: PhpArray, keys: readonly (string | undefined)[], value: string): void {
  let array = root;
  for (const key of keys.slice(0, -1)) {
    const name = key ?? nextFree(array);
    const there = array.get(name);
    const next: PhpArray = there instanceof Map ? there : new Map<string, PhpValue>();
    array.set(name, next);
    array = next;
  }
  array.set(keys.at(-1) ?? nextFree(array), value);
}

export function parseStr(query: string): PhpArray {
  const root: PhpArray = new Map();
  const pairs = query.split("&").filter((pair) => pair !== "");
  for (const pair of pairs.slice(0, mostVariables)) {
    const [name = "", ...rest] = pair.split("=");
    const keys = keysOf(decode(name));
    if (keys === "too deep") root.delete(cString(decode(name)).replace(/\[[^]*$/, ""));
    else if (keys) put(root, keys, decode(rest.join("=")));
  }
  return root;
}

/** A reference to another command's result as a server looks for it: PHP's white space, byte by byte. */
const reference = /\$(result|error|next|total|time)[^ \t\n\v\f\r]*\[[^ \t\n\v\f\r]*\]/i;

export function hasReference(value: PhpValue): boolean {
  return typeof value === "string" ? reference.test(value) : [...value.values()].some(hasReference);
}

const bytesOf = (text: string): string => Buffer.from(text, "utf8").toString("latin1");

/** What JSON says, as PHP holds it once everything is text; `undefined` where a query cannot say it. */
export function fromJson(value: unknown): PhpValue | undefined {
  if (typeof value === "string") return bytesOf(value);
  if (typeof value === "number") return String(value);
  if (typeof value !== "object" || value === null) return undefined;
  const entries = Object.entries(value).map(([name, part]) => [bytesOf(name), fromJson(part)] as const);
  return entries.length > 0 && entries.every((entry): entry is readonly [string, PhpValue] => entry[1] !== undefined)
    ? new Map(entries)
    : undefined;
}
