// Writes what is to be said of every resource into the pages that list them: `npm run docs:resources`.
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { neededScopes, scopesByKind } from "../provider/rest/scopes";
import { kindOf } from "../test/faults/kinds";
import { definitions, readPage, table, withPart } from "./lib/generated";
import { root } from "./lib/paths.mjs";
import { fileName } from "./reference/resources";

const code = (text: string): string => `\`${text}\``;

/** `placement.bind`, `unbind`, `get`: what the first has in common with the others is said once. */
function shortened([first = "", ...others]: readonly string[]): string {
  const common = first.slice(0, first.lastIndexOf(".") + 1);
  const rest = others.map((method) => (method.startsWith(common) ? method.slice(common.length) : method));
  return [first, ...rest].map(code).join(", ");
}

/** The page of a resource in the reference. */
function linked(type: string): string {
  return `[${code(type)}](docs/reference/${fileName(type)}.md)`;
}

const described = definitions.map(({ type }) => ({ type, ...kindOf(type).about }));

const resources = table(
  ["Resource", "What it is", "REST methods"],
  [
    ...described.map(({ type, what, methods }) => [linked(type), what, shortened(methods)]),
    [linked("OpenChannel"), "all of a working channel in one declaration", "–"],
  ],
);

const adoption = table(
  ["resource", "recognized by", "if the portal matches the program"],
  described.map(({ type, recognizedBy, firstUp }) => [code(type), recognizedBy, firstUp]),
);

const scopes = table(
  ["Needed by", "Scopes"],
  [
    ["everything", neededScopes.map(code).join(", ")],
    ...[...scopesByKind()].map(([kind, names]) => [code(kind), names.map(code).join(", ")]),
  ],
);

const parts = [
  { file: "README.md", part: "resources", content: resources },
  { file: "docs/adopting.md", part: "adoption", content: adoption },
  { file: "docs/access.md", part: "scopes", content: scopes },
] as const;

/** Each page as it should be now. */
export const pages: readonly { readonly file: string; readonly text: string }[] = parts.map(
  ({ file, part, content }) => ({ file, text: withPart(readPage(file), "docs:resources", part, content) }),
);

if (require.main === module) for (const { file, text } of pages) writeFileSync(join(root, file), text);
