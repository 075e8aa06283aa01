import assert from "node:assert/strict";
import { readdirSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { documentedCodes } from "../../provider/rest/codes";
import { errorsPage, withGeneratedTable } from "../../scripts/errors-page";

const provider = join(__dirname, "../..", "provider");
// The local portal answers with the codes of Bitrix24, and has none of its own.
const sources = readdirSync(provider, { recursive: true, encoding: "utf8" })
  .filter((file) => file.endsWith(".ts") && !/^(dist|node_modules|portal|template)[\\/]/.test(file))
  .map((file) => [file, readFileSync(join(provider, file), "utf8")] as const);

/** Codes of the system and of npm packages, which become a reason within a message. */
const notOurs = new Set(["ELOCKED", "ENOENT", "EPERM", "ESRCH", "EACCES", "EEXIST"]);

/** What a user can meet as a code: at the begin of a text, or wherever the source speaks of a code. */
function codesIn(text: string): string[] {
  const begins = [...text.matchAll(/[`"']([A-Z][A-Z0-9_]{3,}): /g)].map(([, code = ""]) => code);
  const named = text
    .split("\n")
    .filter((line) => /\bcode\b/.test(line))
    .flatMap((line) => [...line.matchAll(/"([A-Z][A-Z0-9_]{3,})"/g)].map(([, code = ""]) => code));
  return [...begins, ...named].filter((code) => !notOurs.has(code));
}

const page = readFileSync(errorsPage, "utf8");
const [ownTable = "", rest = ""] = page.split("## Codes of Bitrix24");
const codesOf = (table: string): string[] =>
  table
    .split("\n")
    .filter((line) => line.startsWith("| "))
    .flatMap((line) => [...(line.split(" | ")[0] ?? "").matchAll(/`(\w+)`/g)].map(([, code = ""]) => code));
const own = codesOf(ownTable);
const all = new Set([...own, ...codesOf(rest)]);

describe("The page about codes", () => {
  it("has every code of the source, each with what it means and what to do", () => {
    const used = new Set(sources.flatMap(([, text]) => codesIn(text)));
    assert.ok(used.size > 40, "the source is read");
    assert.deepEqual(
      [...used].filter((code) => !all.has(code)),
      [],
    );
    for (const line of ownTable.split("\n").filter((text) => text.startsWith("| `"))) {
      const cells = line.split(/(?<!\\) \| /);
      assert.ok(cells.length === 3 && cells.every((cell) => cell.replace("|", "").trim().length > 8), line);
    }
  });

  it("has no code of this package that nobody can meet any more, and none twice", () => {
    const text = sources.map(([, source]) => source).join("\n");
    assert.deepEqual(
      own.filter((code) => !new RegExp(`\\b${code}\\b`).test(text)),
      [],
    );
    assert.equal(new Set(own).size, own.length);
  });

  it("has Bitrix24's codes as the source explains them (npm run docs:errors writes them)", () => {
    assert.equal(page, withGeneratedTable(page));
    assert.ok(documentedCodes.length > 60);
  });
});

describe("A refusal", () => {
  it("of this package's own says what it means and what to do, wherever it comes from", () => {
    const incomplete = sources.flatMap(([file, text]) =>
      [...text.matchAll(/`(?:\$\{code\}|[A-Z][A-Z0-9]*(?:_[A-Z0-9]+)+): /g)].flatMap(({ 0: begin, index }) => {
        const message = text.slice(index, text.indexOf("\n}\n", index));
        return message.includes("Meaning: ") && message.includes("What to do: ") ? [] : [`${file}: ${begin}`];
      }),
    );
    assert.deepEqual(incomplete, []);
  });
});
