import type { Answer } from "./answer";

/** The same answer as XML: everything within `<response>`, elements of lists as `<item>`. */
export function xmlAnswer(answer: Answer): Answer {
  if (!answer.contentType.startsWith("application/json")) return answer;
  const body = `<?xml version="1.0" encoding="UTF-8"?>\n<response>${content(JSON.parse(answer.body))}</response>`;
  return { ...answer, contentType: "text/xml; charset=utf-8", body };
}

function content(value: unknown): string {
  if (typeof value === "object" && value !== null) {
    return Object.entries(value)
      .map(([key, one]) => element(Array.isArray(value) ? "item" : key, content(one)))
      .join("");
  }
  if (typeof value === "boolean") return value ? "1" : "";
  return escaped(typeof value === "string" || typeof value === "number" ? String(value) : "");
}

function element(key: string, inner: string): string {
  const name = /^[A-Za-z_][\w.-]*$/.test(key) ? key : "item";
  return `<${name}>${inner}</${name}>`;
}

const entities: Readonly<Record<string, string>> = { "&": "&amp;", "<": "&lt;", ">": "&gt;" };

function escaped(text: string): string {
  return text
    .replace(/[&<>]/g, (character) => entities[character] ?? character)
    .replace(/[\u0000-\u0008\u000b\u000c\u000e-\u001f\ufffe\uffff]/g, "");
}
