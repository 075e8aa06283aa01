/** Markup that is safe: made by `html`, which escapes all that is put into it. */
export class Html {
  constructor(readonly text: string) {}
}

type Part = Html | string | number | false | undefined | readonly Html[];

const entities: Readonly<Record<string, string>> = {
  "&": "&amp;",
  "<": "&lt;",
  ">": "&gt;",
  '"': "&quot;",
  "'": "&#39;",
};

/** Everything that acts upon the order of characters is shown as what it is: names come from anybody. */
const acting = /[\u0000-\u0008\u000b-\u001f\u007f-\u009f\u200b-\u200f\u202a-\u202e\u2060-\u2069\ufeff]/g;

function escaped(part: Part): string {
  if (part instanceof Html) return part.text;
  if (part === false || part === undefined) return "";
  if (typeof part === "object") return part.map((one) => one.text).join("");
  return String(part)
    .replace(/[&<>"']/g, (character) => entities[character] ?? character)
    .replace(acting, "\u00b7");
}

/** A piece of a page. */
export function html(strings: TemplateStringsArray, ...parts: readonly Part[]): Html {
  return new Html(strings.reduce((text, string, index) => text + escaped(parts[index - 1]) + string));
}

/** As many characters as are of use. */
export function shortened(text: string, length = 160): string {
  const characters = [...text];
  return characters.length <= length ? text : `${characters.slice(0, length).join("")}…`;
}
