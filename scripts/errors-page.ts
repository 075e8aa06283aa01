// Writes the tables of codes that the source explains into docs/errors.md: `npm run docs:errors`.
import { writeFileSync } from "node:fs";
import { join } from "node:path";
import { documentedCodes } from "../provider/rest/codes";
import { definitions, readPage, table, withPart } from "./lib/generated";

/** The page that explains all codes. */
export const errorsPage = join(__dirname, "..", "docs", "errors.md");

const command = "docs:errors";
const head = ["Code", "Meaning", "What to do"];

function row(code: string, meaning: string, hint: string): string[] {
  const [name = code, method] = code.split(" ").reverse();
  const shown = method === undefined ? `\`${name}\`` : `${method} \`${name}\``;
  return [shown, meaning.replaceAll("|", "\\|"), hint.replaceAll("|", "\\|")];
}

/** The page with the tables as the source has them now. */
export function withGeneratedTable(page: string): string {
  const own = definitions.flatMap(({ refusals = {} }) => Object.entries(refusals));
  const codes = [...documentedCodes, ...definitions.flatMap(({ codes = {} }) => Object.entries(codes))];
  const ownRows = own.map(([code, { meaning, wayOut }]) => row(code, meaning, wayOut));
  const rows = codes.map(([code, { meaning, hint }]) => row(code, meaning, hint));
  return withPart(
    withPart(page, command, "refusals of single resources", table(head, ownRows)),
    command,
    "",
    table(head, rows),
  );
}

if (require.main === module) writeFileSync(errorsPage, withGeneratedTable(readPage("docs/errors.md")));
