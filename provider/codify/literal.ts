/** Something that stands in a program as it is, and not as a text. */
export class Code {
  constructor(readonly text: string) {}
}

const step = "  ";
/** Longer lists and objects stand on several lines. */
const longestLine = 100;

function propertyName(name: string): string {
  return /^[A-Za-z_$][\w$]*$/.test(name) ? name : JSON.stringify(name);
}

/** What one item is made of, and the brackets around all of them. */
function parts(value: object, indent: string): { open: string; close: string; items: string[] } {
  if (Array.isArray(value)) {
    return { open: "[", close: "]", items: value.map((part) => literal(part, indent + step)) };
  }
  const entries = Object.entries(value).filter(([, part]) => part !== undefined);
  const items = entries.map(([name, part]) => `${propertyName(name)}: ${literal(part, indent + step)}`);
  return { open: "{ ", close: " }", items };
}

/** A value as a program writes it. */
export function literal(value: unknown, indent = ""): string {
  if (value instanceof Code) return value.text;
  // What a text holds cannot end it: line ends that JSON lets stand are written out.
  if (typeof value !== "object" || value === null) {
    return JSON.stringify(value).replace(/[\u2028\u2029]/g, (end) => `\\u${end.charCodeAt(0).toString(16)}`);
  }
  const { open, close, items } = parts(value, indent);
  if (items.length === 0) return `${open.trim()}${close.trim()}`;
  const short = `${open}${items.join(", ")}${close}`;
  if (short.length + indent.length <= longestLine && !short.includes("\n")) return short;
  const lines = items.map((item) => `${indent}${step}${item},\n`).join("");
  return `${open.trim()}\n${lines}${indent}${close.trim()}`;
}

/** A text as a comment: whatever it holds, the comment ends where it should. */
export function comment(text: string): string {
  return text
    .split(/[\n\r\u2028\u2029]+/)
    .map((line) => `// ${line}\n`)
    .join("");
}
