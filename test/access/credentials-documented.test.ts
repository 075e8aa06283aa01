import assert from "node:assert/strict";
import { readFileSync } from "node:fs";
import { join } from "node:path";
import { explainCode } from "../../provider/rest/codes";
import { parseTokenFile } from "../../provider/access/token-file-format";
import { runTokenCommand } from "../../provider/access/token-command";
import { temporaryFolders, writeFile } from "./support";

const page = readFileSync(join(__dirname, "../../docs/access.md"), "utf8");

describe("the page on access", () => {
  const folder = temporaryFolders();
  const examples = [...page.matchAll(/```json\n([^]*?)```/g)].map(([, text]) => text ?? "");

  it("shows a token file and an output of a token command that are understood", async () => {
    const [printed = "", file = ""] = examples;
    assert.equal(parseTokenFile(file, "example").portal, "acme.bitrix24.com");
    const script = writeFile(join(folder(), "print.js"), `process.stdout.write(${JSON.stringify(printed)})`);
    const { expires } = await runTokenCommand(`"${process.execPath}" "${script}"`);
    assert.equal(expires, Date.UTC(2026, 0, 31, 12) / 1000);
  });

  it("tells what to do about each code of the authorization server, and of no code that is unknown", () => {
    const rows = page.slice(page.indexOf("## When something is refused")).matchAll(/^\| (`[^|]+`) \|/gm);
    const codes = [...rows].flatMap(([, cell]) => [...(cell ?? "").matchAll(/`(\w+)`/g)].map(([, code]) => code ?? ""));
    for (const code of codes) assert.doesNotMatch(explainCode(code, "oauth/token").meaning, /not documented/, code);
    const documented = [
      "invalid_request",
      "invalid_client",
      "insufficient_scope",
      "invalid_scope",
      "invalid_grant",
      "PAYMENT_REQUIRED",
    ];
    assert.deepEqual(
      documented.filter((code) => !codes.includes(code)),
      [],
    );
  });
});
