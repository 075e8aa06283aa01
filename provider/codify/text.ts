/** What ends a line in one of the languages, or must not stand in a text as it is. */
const unprintable = /[\u007f-\u009f\u2028\u2029\ufeff]/g;

/** A text as all of the languages write it: whatever it holds cannot end it. */
export function quotedText(text: string): string {
  return JSON.stringify(text).replace(
    unprintable,
    (character) => `\\u${character.charCodeAt(0).toString(16).padStart(4, "0")}`,
  );
}

/** A text as comments: whatever it holds, each ends where it should. */
export function commentLines(text: string, mark: string): string[] {
  return text.split(/[\n\v\f\r\u0085\u2028\u2029]+/).map((line) => `${mark} ${line}`.trimEnd());
}

/** Parts of a list or an object between brackets, on one line where that is short enough. */
export function bracketed(
  [open, close]: readonly [string, string],
  items: readonly string[],
  { indent, step, longest }: { readonly indent: string; readonly step: string; readonly longest: number },
): string {
  if (items.length === 0) return `${open.trim()}${close.trim()}`;
  const short = `${open}${items.join(", ")}${close}`;
  if (short.length + indent.length <= longest && !short.includes("\n")) return short;
  const lines = items.map((item) => `${indent}${step}${item},\n`).join("");
  return `${open.trim()}\n${lines}${indent}${close.trim()}`;
}
