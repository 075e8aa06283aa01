import assert from "node:assert/strict";
import { existsSync, readFileSync } from "node:fs";
import { join } from "node:path";
import { SharedCredentials } from "../../provider/access/credentials";
import { Bitrix24Error } from "../../provider/rest/errors";
import { rememberSecret } from "../../provider/rest/secrets";
import { TokenCommand } from "../../provider/access/sources";
import { fingerprint, runTokenCommand } from "../../provider/access/token-command";
import { failureOf, hides, temporaryFolders, writeFile } from "./support";

const secret = "recognisable-secret-0815";

describe("a token command", () => {
  const folder = temporaryFolders();

  /** A command line that runs a script. */
  function script(source: string): string {
    return `"${process.execPath}" "${writeFile(join(folder(), "command.js"), source)}"`;
  }
  const printing = (output: unknown) => script(`process.stdout.write(${JSON.stringify(JSON.stringify(output))})`);

  const forms: readonly [object, number | undefined][] = [
    [{ Version: 1, AccessToken: secret, Expiration: "2030-01-31T12:00:00Z" }, Date.UTC(2030, 0, 31, 12) / 1000],
    [{ AccessToken: secret }, undefined],
    [{ access_token: secret, expires: 1780319382, refresh_token: "kept out" }, 1780319382],
  ];
  for (const [output, expires] of forms) {
    it(`is understood when it prints ${Object.keys(output).join(", ")}`, async () => {
      assert.deepEqual(await runTokenCommand(printing(output)), { accessToken: secret, expires });
    });
  }

  it("is understood when it prints expires_in", async () => {
    const { expires } = await runTokenCommand(printing({ access_token: secret, expires_in: "3600" }));
    assert.ok(Math.abs((expires ?? 0) - Date.now() / 1000 - 3600) < 60);
  });

  it("is run by the shell, with the user's environment", async () => {
    const command = `${printing({ AccessToken: secret })} && exit 0 || exit 1`;
    assert.equal((await runTokenCommand(command)).accessToken, secret);
  });

  const failures: readonly [string, string, RegExp][] = [
    ["prints no JSON", `console.log("token: ${secret}")`, /printed no JSON \(31 characters\).*"AccessToken"/],
    ["prints no token", `console.log('{"Version":1,"Token":"${secret}"}')`, /AccessToken is missing or wrong/],
    ["speaks another version", `console.log('{"Version":2,"AccessToken":"${secret}"}')`, /Version is missing or wrong/],
    [
      "prints an expiry that is none",
      `console.log('{"AccessToken":"${secret}","Expiration":"soon"}')`,
      /Expiration is missing or wrong/,
    ],
    ["prints too much", `console.log("${secret}".repeat(10000))`, /printed more than 64 KiB/],
    [
      "fails",
      `console.error("vault is sealed\\n try later"); process.exit(3)`,
      /failed \(exit code 3\)\. It said: vault is sealed {2}try later$/m,
    ],
    ["is killed", `process.kill(process.pid, "SIGTERM")`, /failed \((SIGTERM|exit code 143)\)/],
  ];
  for (const [what, source, message] of failures) {
    it(`fails with a reason and without the token when it ${what}`, async () => {
      const error = await failureOf(() => runTokenCommand(script(source)));
      assert.match(error.message, /^INVALID_CONFIGURATION: The token command \(bitrix24:tokenCommand\) /);
      assert.match(error.message, message);
      hides(error.message + String(error.stack), [secret]);
    });
  }

  it("says so when it does not exist", async () => {
    const error = await failureOf(() => runTokenCommand("no-such-command-anywhere"));
    assert.match(error.message, /failed \(exit code 127\)\. It said: .*no-such-command-anywhere/);
  });

  it("has what it says on failure cleared of credentials, known or not", async () => {
    rememberSecret("known secret, in words");
    const said = [
      "known secret, in words",
      "Authorization: Bearer q1w2e3r4t5z6",
      'refresh_token="abc-def-ghi"',
      "0123456789abcdef0123456789abcdef",
      "printed-before-failing",
    ];
    const source = `console.log('{"AccessToken":"printed-before-failing"}'); console.error(${JSON.stringify("denied: " + said.join(" , "))}); process.exit(1)`;
    const error = await failureOf(() => runTokenCommand(script(source)));
    assert.match(error.message, /It said: denied: /);
    hides(error.message, ["in words", "q1w2e3r4t5z6", "abc-def-ghi", "0123456789abcdef", "printed-before-failing"]);
  });

  it("is stopped with all that it has started when it takes too long", async function () {
    if (process.platform === "win32") return this.skip();
    const sign = join(folder(), "still-alive");
    const command = `echo waiting >&2; (sleep 2; touch '${sign}') | cat`;
    const error = await failureOf(() => runTokenCommand(command, undefined, 300));
    assert.match(error.message, /did not end within 0\.3 seconds and was stopped\. It said: waiting/);
    await new Promise((resolve) => setTimeout(resolve, 2_200));
    assert.equal(existsSync(sign), false);
  });

  it("is run once at first, and again when its token has expired, with the expired token's fingerprint", async () => {
    const counter = join(folder(), "runs");
    const source = `
      const { appendFileSync, readFileSync } = require("node:fs");
      appendFileSync(${JSON.stringify(counter)}, (process.env.BITRIX24_EXPIRED_TOKEN_SHA256 ?? "none") + "\\n");
      const run = readFileSync(${JSON.stringify(counter)}, "utf8").trim().split("\\n").length;
      console.log(JSON.stringify({ AccessToken: "token-of-run-" + run }));`;
    const credentials = new SharedCredentials(new TokenCommand(script(source)));
    const first = await Promise.all(Array.from({ length: 20 }, () => credentials.token()));
    assert.deepEqual(new Set(first), new Set(["token-of-run-1"]));
    const second = await Promise.all(Array.from({ length: 20 }, () => credentials.renew("token-of-run-1")));
    assert.deepEqual(new Set(second), new Set(["token-of-run-2"]));
    assert.equal(readFileSync(counter, "utf8"), `none\n${fingerprint("token-of-run-1")}\n`);
  });

  it("is an expired token that cannot be renewed when it prints the same one again, and is not run for every resource", async () => {
    const runs = join(folder(), "runs");
    const source = `require("node:fs").appendFileSync(${JSON.stringify(runs)}, "x"); console.log('{"AccessToken":"${secret}"}')`;
    const credentials = new SharedCredentials(new TokenCommand(script(source)));
    const stale = await credentials.token();
    const error = await failureOf(() => credentials.renew(stale));
    assert.ok(error instanceof Bitrix24Error);
    assert.equal(error.code, "expired_token");
    assert.match(error.message, /printed the same token/);
    assert.equal(await failureOf(() => credentials.renew(stale)), error);
    assert.equal(readFileSync(runs, "utf8"), "xx");
  });
});
