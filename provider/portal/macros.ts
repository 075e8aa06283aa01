import { isArray, toText } from "./php";

/** What the commands of a batch have left behind for those after them. */
export type MacroRoots = Readonly<Record<string, ReadonlyMap<string, unknown>>>;

/** From the dollar sign to the next white space all belongs to the macro. */
const macro = /\$(result|error|next|total|time)(\S*\[\S*\]\S*)/gi;

/** Replaces `$result[key][field]` in values at every depth; names are left alone. */
export function resolveMacros(value: unknown, roots: MacroRoots, isNew: boolean): unknown {
  if (typeof value === "string") return resolveText(value, roots, isNew);
  if (Array.isArray(value)) return value.map((entry) => resolveMacros(entry, roots, isNew));
  if (!isArray(value)) return value;
  return Object.fromEntries(Object.entries(value).map(([key, entry]) => [key, resolveMacros(entry, roots, isNew)]));
}

function resolveText(text: string, roots: MacroRoots, isNew: boolean): unknown {
  if (!text.includes("$")) return text;
  const matches = [...text.matchAll(macro)];
  const only = matches[0];
  if (matches.length === 1 && only?.[0] === text) return walk(only, roots);
  return text.replace(macro, (...match: string[]) => {
    const found = walk(match, roots);
    const isPlain = typeof found !== "object" || found === null;
    // Older portals write the word "Array".
    return isPlain || !isNew ? toText(found) : (match[0] ?? "");
  });
}

/** A path that does not exist does not fail: the walk stops and yields what it has reached. */
function walk(match: readonly (string | undefined)[], roots: MacroRoots): unknown {
  let reached: unknown = roots[(match[1] ?? "").toLowerCase()] ?? new Map<string, unknown>();
  for (const [, key = ""] of (match[2] ?? "").matchAll(/\[([^\]]*)\]/g)) {
    const next = step(reached, key);
    if (next === undefined) break;
    reached = next.value;
  }
  return reached instanceof Map ? Object.fromEntries(reached) : reached;
}

function step(from: unknown, key: string): { value: unknown } | undefined {
  if (from instanceof Map) return from.has(key) ? { value: from.get(key) as unknown } : undefined;
  if (isArray(from) && Object.hasOwn(from, key)) return { value: (from as Record<string, unknown>)[key] };
  return undefined;
}
