import assert from "node:assert/strict";
import { spawn } from "node:child_process";
import { existsSync, statSync } from "node:fs";
import { join } from "node:path";
import { PassThrough } from "node:stream";
import { text } from "node:stream/consumers";
import { startPortal, type Portal } from "../../provider/portal";
import {
  hides,
  readJson,
  runCli,
  Screen,
  serve,
  temporaryFolders,
  tokenRequests,
  writeFile,
  writePair,
  type Run,
} from "../access/support";

/** Lets the application in, as the browser of an administrator does: gives the address at which it ends up. */
async function browse(address: string): Promise<string> {
  const answer = await fetch(address, { redirect: "manual" });
  return answer.headers.get("location") ?? assert.fail("The portal sent the browser nowhere.");
}

describe("pulumi-bitrix24 login", () => {
  const folder = temporaryFolders();
  let portal: Portal;
  let path: string;

  beforeEach(async () => {
    portal = await startPortal();
    path = join(folder(), "token.json");
  });
  afterEach(() => portal.close());

  const environment = () => ({ BITRIX24_CLIENT_SECRET: portal.application.clientSecret });
  const options = () => [
    ...["login", "--portal", portal.url, "--client-id", portal.application.clientId],
    ...["--oauth-server", portal.authorizationServer, "--token-file", path],
  ];

  /** Signs in, entering what `enter` makes of the address that is shown. */
  async function signIn(enter: (address: string) => Promise<string> | string, more: string[] = []): Promise<Run> {
    const input = new PassThrough();
    const output = new Screen();
    const run = runCli([...options(), ...more], environment(), input, output);
    const [address] = await output.shows(/http\S+authorize\S+/);
    input.write(`${await enter(address)}\n`);
    return run;
  }

  function showsNoSecret({ output, errors }: Run): void {
    const issued = existsSync(path) ? [String(readJson(path).accessToken), String(readJson(path).refreshToken)] : [];
    hides(output + errors, [portal.application.clientSecret, ...issued]);
  }

  it("takes the address at which the browser ended up, and writes a token file for its owner alone", async () => {
    const run = await signIn(browse);
    assert.deepEqual([run.exitCode, run.errors], [0, ""]);
    assert.match(
      run.output,
      /Signed in.*token\.json[^]*pulumi config set --plaintext bitrix24:tokenFile .*token\.json[^]*\.gitignore/,
    );
    assert.equal(statSync(path).mode & 0o777, 0o600);
    const { clientId, clientSecret } = portal.application;
    const { accessToken, refreshToken, expires, userId, scope, ...rest } = readJson(path);
    const recorded = { portal: portal.url, clientId, clientSecret, oauthServer: portal.authorizationServer };
    assert.deepEqual(rest, { ...recorded, memberId: portal.memberId });
    assert.ok(accessToken && refreshToken && expires && userId && scope);
    assert.deepEqual(
      portal.calls().map(({ method }) => method),
      ["app.info"],
    );
    showsNoSecret(run);
  });

  it("makes the folder of the token file, for its owner alone", async () => {
    path = join(folder(), "new", "folder", "token.json");
    assert.equal((await signIn(browse)).exitCode, 0);
    assert.ok(readJson(path).accessToken);
    for (const made of ["..", "."]) assert.equal(statSync(join(path, "..", made)).mode & 0o777, 0o700);
  });

  it("refuses a folder that cannot be made, before anything is asked", async () => {
    const file = writeFile(path, "{}");
    path = join(file, "folder", "token.json");
    const run = await runCli(options(), environment());
    assert.equal(run.exitCode, 1);
    assert.match(run.errors, /^The folder .*folder is not there or not writable \(ENOTDIR\)/);
    assert.equal(portal.requestCount, 0);
  });

  it("takes the code alone", async () => {
    const run = await signIn(() => portal.issueCode());
    assert.equal(run.exitCode, 0);
    assert.ok(readJson(path).accessToken);
  });

  it("sends no credential in an address", async () => {
    await signIn(browse);
    for (const { path: where, query } of portal.journal) {
      hides(where + query, [
        portal.application.clientSecret,
        String(readJson(path).accessToken),
        String(readJson(path).refreshToken),
      ]);
    }
    assert.equal(tokenRequests(portal)[0]?.httpMethod, "POST");
  });

  it("leaves the client secret out of the file when asked to", async () => {
    const run = await signIn(browse, ["--omit-client-secret"]);
    assert.match(run.output, /BITRIX24_CLIENT_SECRET/);
    assert.equal("clientSecret" in readJson(path), false);
  });

  const refused: readonly [string, (address: string) => string | Promise<string>, RegExp][] = [
    [
      "an address of another sign-in",
      async (address) => (await browse(address)).replace(/state=\w+/, "state=other"),
      /another sign-in/,
    ],
    [
      "an address without a state",
      async (address) => (await browse(address)).replace(/&?state=\w+/, ""),
      /another sign-in/,
    ],
    ["the address that was to be opened", (address) => address, /has no code in it/],
    ["something else", () => "I have done it", /neither a code nor an address/],
    ["nothing", () => "", /Nothing was entered/],
    ["a code that is no good", () => "0123456789abcdef", /oauth\/token on .* failed: invalid_grant[^]*Sign in again/],
  ];
  for (const [what, enter, message] of refused) {
    it(`refuses ${what}, and writes nothing`, async () => {
      const run = await signIn(enter);
      assert.equal(run.exitCode, 1);
      assert.match(run.errors, message);
      assert.doesNotMatch(run.errors, /^ +at /m);
      assert.equal(existsSync(path), false);
      showsNoSecret(run);
    });
  }

  it("says what is wrong when the client secret is wrong", async () => {
    portal.application.clientSecret = "another secret";
    const input = new PassThrough();
    input.write("0123456789abcdef\n");
    const run = await runCli(options(), { BITRIX24_CLIENT_SECRET: "mistyped secret" }, input);
    assert.equal(run.exitCode, 1);
    assert.match(run.errors, /invalid_client[^]*bitrix24:clientSecret/);
    hides(run.errors + run.output, ["mistyped secret"]);
  });

  it("does not take the client secret as an argument, and does not repeat it", async () => {
    for (const given of [["--client-secret", "given-by-mistake"], ["--client-secret=given-by-mistake"]]) {
      const run = await runCli([...options(), ...given]);
      assert.equal(run.exitCode, 1);
      assert.match(run.errors, /not taken as an argument[^]*BITRIX24_CLIENT_SECRET/);
      hides(run.errors + run.output, ["given-by-mistake"]);
    }
    for (const given of [["--secret=given-by-mistake"], ["given-by-mistake"]]) {
      const run = await runCli([...options(), ...given]);
      assert.equal(run.exitCode, 2);
      hides(run.errors + run.output, ["given-by-mistake"]);
    }
  });

  it("writes nothing when the portal does not accept the new token", async () => {
    portal.fail({ method: "app.info", code: "ACCESS_DENIED", httpStatus: 403 });
    const run = await signIn(browse);
    assert.equal(run.exitCode, 1);
    assert.match(run.errors, /^app\.info on .* failed: ACCESS_DENIED/);
    assert.equal(existsSync(path), false);
  });

  it("keeps the tokens when the portal is only busy, and says so", async () => {
    portal.fail({ method: "app.info", code: "QUERY_LIMIT_EXCEEDED" });
    const run = await signIn(browse);
    assert.equal(run.exitCode, 0);
    assert.match(run.output, /could not be tried out[^]*QUERY_LIMIT_EXCEEDED/);
    assert.ok(readJson(path).accessToken);
  });

  it("warns of an application whose installation is not finished", async () => {
    portal.application.installed = false;
    assert.match((await signIn(browse)).output, /! The application is not installed completely/);
  });

  it("replaces the tokens of the same portal", async () => {
    const old = portal.issueTokens();
    writePair(path, portal, old);
    assert.equal((await signIn(browse)).exitCode, 0);
    assert.notEqual(readJson(path).accessToken, old.accessToken);
  });

  it("leaves a file of another portal, or another file, alone, before anything is asked", async () => {
    const others = [
      { accessToken: "a-token", refreshToken: "r-token", portal: "https://other.bitrix24.com" },
      { name: "package" },
    ];
    for (const content of others) {
      writeFile(path, content);
      const run = await runCli(options(), environment());
      assert.equal(run.exitCode, 1);
      assert.match(run.errors, /left alone/);
      assert.deepEqual(readJson(path), content);
    }
    assert.equal(portal.requestCount, 0);
  });

  it("refuses a webhook's address and an address without encryption", async () => {
    const webhook = await runCli(["login", "--portal", "https://acme.bitrix24.com/rest/1/secret-of-webhook/"]);
    assert.match(webhook.errors, /incoming webhook/);
    hides(webhook.errors, ["secret-of-webhook"]);
    assert.match((await runCli(["login", "--portal", "http://acme.bitrix24.com"])).errors, /http:\/\//);
  });

  describe("with an application whose handler path is on this machine", () => {
    let callback: string;
    beforeEach(async () => {
      const free = await serve(() => undefined);
      await free.close();
      callback = `${free.url}/signed-in`;
      portal.application.redirectUri = callback;
    });

    it("takes the code from the browser, and nothing has to be entered", async () => {
      const output = new Screen();
      const run = runCli([...options(), "--callback", callback], environment(), new PassThrough(), output);
      const [address] = await output.shows(/http\S+authorize\S+/);
      await output.shows(/Address or code/);
      const other = await fetch(`${callback}?code=0123&state=other`);
      assert.deepEqual([other.status, (await fetch(callback)).status], [400, 404]);
      const page = await (await fetch(address)).text();
      assert.match(page, /The code has arrived/);
      assert.equal((await run).exitCode, 0);
      assert.ok(readJson(path).accessToken);
    });

    it("opens the browser that BROWSER names, and waits for it where nobody can enter anything", async () => {
      const browser = join(folder(), "browser.mjs");
      writeFile(browser, `#!${process.execPath}\nawait fetch(process.argv[2]);\n`, 0o700);
      const run = await runCli([...options(), "--callback", callback], { ...environment(), BROWSER: browser });
      assert.deepEqual([run.exitCode, run.errors], [0, ""]);
      showsNoSecret(run);
    });

    it("refuses an address of another machine", async () => {
      const run = await runCli([...options(), "--callback", "http://acme.example:8724"], environment());
      assert.match(run.errors, /--callback must be an address of this machine/);
    });
  });

  it("asks for what is missing, and works with a pipe as a program of its own", async () => {
    const { clientId, clientSecret } = portal.application;
    const command = [
      "--require",
      "ts-node/register/transpile-only",
      join(__dirname, "../../provider/cli/index.ts"),
      "login",
    ];
    const child = spawn(process.execPath, [...command, "--token-file", path], {
      env: { ...process.env, BITRIX24_OAUTH_SERVER: portal.authorizationServer },
    });
    const errors = text(child.stderr);
    const output = new Screen();
    child.stdout.pipe(output);
    child.stdin.write(`${portal.url}\n${clientId}\n${clientSecret}\n`);
    const [address] = await output.shows(/http\S+authorize\S+/);
    child.stdin.write(`${await browse(address)}\n`);
    const exitCode = await new Promise((resolve) => child.once("exit", resolve));
    assert.deepEqual([exitCode, await errors], [0, ""]);
    assert.equal(readJson(path).clientSecret, clientSecret);
    hides(output.text, [clientSecret]);
  });
});
