import { checks } from "./checks";

/** Between these two lines of the local portal's page stand the statements that were seen on real portals. */
const begin = "<!-- seen live: written by npm run verify -- --mark REPORT -->";
const end = "<!-- end of seen live -->";

/** What a report says of its portal and of each statement. */
interface Reported {
  readonly where: string;
  readonly day: string;
  /** Statement → whether it holds there. */
  readonly holds: ReadonlyMap<string, boolean>;
}

/** Reads a report as `verify` has written it. */
export function readReport(text: string): Reported {
  const head =
    /^Statements about a portal of generation "(old|middle|new)", plan \S+, looked at on (\d{4}-\d\d-\d\d)\.$/m;
  const [, where, day] = head.exec(text) ?? [];
  if (where === undefined || day === undefined) throw new Error("This is no report of npm run verify.");
  const holds = new Map<string, boolean>();
  for (const { statement } of checks) {
    if (text.includes(`\n✓ ${statement}: `)) holds.set(statement, true);
    else if (text.includes(`\n✗ ${statement}: `)) holds.set(statement, false);
  }
  return { where, day, holds };
}

/** The page with the marks of a report; those of other generations, and of statements that it has not looked at, stay. */
export function withMarks(page: string, { where, day, holds }: Reported): string {
  const [from, to] = [page.indexOf(begin), page.indexOf(end)];
  if (from < 0 || to < from) throw new Error("The page has no place for marks.");
  const rows = rowsOf(page.slice(from, to));
  for (const [statement, isSo] of holds) {
    const marks = rows.get(statement) ?? new Map<string, string>();
    rows.set(statement, marks.set(where, isSo ? day : `**not so**, ${day}`));
  }
  return `${page.slice(0, from)}${begin}\n${tableOf(rows)}${page.slice(to)}`;
}

type Rows = Map<string, Map<string, string>>;
const generations = ["new", "middle", "old"];

function rowsOf(text: string): Rows {
  const cells = text
    .split("\n")
    .filter((line) => /^\| (?!Statement|---)/.test(line))
    .map((line) => line.slice(2, -2).split(" | "));
  return new Map(
    cells.map(([statement = "", ...marks]) => [
      statement,
      new Map(
        marks.flatMap((mark, index): [string, string][] => (mark === "" ? [] : [[generations[index] ?? "", mark]])),
      ),
    ]),
  );
}

function tableOf(rows: Rows): string {
  const lines = checks.flatMap(({ statement }) => {
    const marks = rows.get(statement);
    if (marks === undefined) return [];
    return [`| ${[statement, ...generations.map((name) => marks.get(name) ?? "")].join(" | ")} |`];
  });
  return ["| Statement | `new` | `middle` | `old` |", "|---|---|---|---|", ...lines, ""].join("\n");
}
