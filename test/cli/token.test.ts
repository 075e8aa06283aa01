import assert from "node:assert/strict";
import { join } from "node:path";
import { z } from "zod";
import { credentialsFrom } from "../../provider/access/credentials";
import { Session } from "../../provider/rest/session";
import { fingerprint } from "../../provider/access/token-command";
import { startPortal, type Portal } from "../../provider/portal";
import { hides, readJson, runCli, settings, temporaryFolders, tokenRequests, writePair } from "../access/support";

describe("pulumi-bitrix24 token", () => {
  const folder = temporaryFolders();
  let portal: Portal;
  let path: string;

  beforeEach(async () => {
    portal = await startPortal();
    path = join(folder(), "token.json");
  });
  afterEach(() => portal.close());

  it("prints the current token as a token command does, and asks nobody", async () => {
    const issued = portal.issueTokens();
    writePair(path, portal, issued);
    const run = await runCli(["token", "--token-file", path]);
    assert.deepEqual([run.exitCode, run.errors], [0, ""]);
    const expiration = new Date(issued.expires * 1000).toISOString();
    assert.deepEqual(JSON.parse(run.output), { Version: 1, AccessToken: issued.accessToken, Expiration: expiration });
    assert.equal(portal.requestCount, 0);
  });

  for (const expiresIn of [-1000, 30]) {
    it(`renews a token that ${expiresIn < 0 ? "has expired" : "is about to expire"} and keeps the new pair in the file`, async () => {
      const issued = portal.issueTokens({ expiresIn });
      writePair(path, portal, issued);
      const run = await runCli(["token"], { BITRIX24_TOKEN_FILE: path, BITRIX24_PORTAL: portal.url });
      const { AccessToken } = JSON.parse(run.output) as { AccessToken: string };
      assert.notEqual(AccessToken, issued.accessToken);
      assert.equal(readJson(path).accessToken, AccessToken);
      assert.equal(tokenRequests(portal).length, 1);
    });
  }

  it("renews a token that the portal has refused before its time, when it is told so", async () => {
    const issued = portal.issueTokens();
    writePair(path, portal, issued);
    const refused = { BITRIX24_EXPIRED_TOKEN_SHA256: fingerprint(issued.accessToken) };
    const run = await runCli(["token", "--token-file", path], refused);
    assert.notEqual((JSON.parse(run.output) as { AccessToken: string }).AccessToken, issued.accessToken);
    assert.equal((await runCli(["token", "--token-file", path], refused)).exitCode, 0);
    assert.equal(tokenRequests(portal).length, 1);
  });

  it("fails with the reason on standard error and nothing on standard output", async () => {
    const issued = portal.issueTokens({ expiresIn: -1 });
    writePair(path, portal, issued);
    portal.expireRefreshTokens();
    const run = await runCli(["token", "--token-file", path]);
    assert.deepEqual([run.exitCode, run.output], [1, ""]);
    assert.match(run.errors, /invalid_grant/);
    hides(run.errors, [issued.accessToken, issued.refreshToken, portal.application.clientSecret]);
    const foreign = await runCli(["token", "--token-file", path, "--portal", "https://other.bitrix24.com"]);
    assert.match(foreign.errors, /belongs to the portal/);
  });

  it("serves as bitrix24:tokenCommand, also for tokens that the portal refuses before their time", async () => {
    const issued = portal.issueTokens();
    writePair(path, portal, issued);
    portal.expireTokens();
    const cli = join(__dirname, "../../provider/cli/index.ts");
    const tokenCommand = `"${process.execPath}" --require ts-node/register/transpile-only "${cli}" token --token-file "${path}"`;
    const session = new Session({
      portal: portal.url,
      credentials: credentialsFrom(settings({ portal: portal.url, tokenCommand })),
    });
    const answer = await session.look(
      { method: "app.info", parameters: {} },
      { schema: z.looseObject({ CODE: z.string() }) },
    );
    assert.equal(answer.CODE, portal.application.code);
    assert.equal(tokenRequests(portal).length, 1);
  });
});
