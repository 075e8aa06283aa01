import assert from "node:assert/strict";
import { existsSync, globSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { root } from "../../scripts/lib/paths.mjs";
import { operations, subjectOf } from "../faults/subjects";
import { kinds } from "../faults/kinds";

/** The page, and those of resources that have one of their own. */
const page = globSync("docs/*.md", { cwd: root })
  .map((file) => readFileSync(join(root, file), "utf8"))
  .filter((text) => text.includes("| Operation | "))
  .join("\n");
const links = [...page.matchAll(/\[([^\]]+)\]\((\S+) "([^"]+)"\)/g)].map(([, text = "", file = "", title = ""]) => ({
  text,
  file: join(root, "docs", file),
  title,
}));

const rows = page.split("\n").filter((line) => line.startsWith("| "));

describe("docs/contract.md", () => {
  it("links to tests that exist, by their titles", () => {
    assert.ok(links.length > 0);
    for (const { text, file, title } of links) {
      assert.equal(text, title);
      assert.ok(existsSync(file), file);
      assert.ok(readFileSync(file, "utf8").includes(`it(${JSON.stringify(title)},`), `${title} in ${file}`);
    }
  });

  it("has a row with a proof for every operation of every resource", () => {
    for (const type of kinds.keys()) {
      for (const operation of operations) {
        if (!subjectOf(type, operation, 1)) continue;
        const isOf = (line: string): boolean =>
          line.startsWith(`| ${operation} `) && line.includes(`"${type} ${operation}"`);
        assert.ok(rows.some(isOf), `${type} ${operation}`);
      }
    }
  });
});
