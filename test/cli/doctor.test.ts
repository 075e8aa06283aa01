import assert from "node:assert/strict";
import { join } from "node:path";
import { startPortal, type Portal, type PortalOptions } from "../../provider/portal";
import { hides, runCli, temporaryFolders, tokenRequests, writePair, type Run } from "../access/support";

describe("pulumi-bitrix24 doctor", () => {
  const folder = temporaryFolders();
  let portal: Portal;

  async function start(options: PortalOptions = {}): Promise<void> {
    await portal?.close();
    portal = await startPortal(options);
  }
  beforeEach(() => start());
  afterEach(() => portal.close());

  const examine = (environment: Record<string, string> = {}, ...options: string[]) =>
    runCli(["doctor", ...options], {
      BITRIX24_PORTAL: portal.url,
      BITRIX24_ACCESS_TOKEN: portal.accessToken,
      BITRIX24_OAUTH_SERVER: portal.authorizationServer,
      ...environment,
    });

  function withTokenFile(expiresIn?: number): Record<string, string> {
    const file = writePair(join(folder(), "token.json"), portal, portal.issueTokens({ expiresIn }));
    return { BITRIX24_TOKEN_FILE: file };
  }

  function line(run: Run, pattern: RegExp): void {
    assert.ok(
      run.output.split("\n").some((one) => pattern.test(one)),
      `${String(pattern)} is not in:\n${run.output}${run.errors}`,
    );
  }

  it("finds nothing wrong with a good set-up, one line each, and changes nothing", async () => {
    const run = await examine(withTokenFile());
    assert.deepEqual([run.exitCode, run.errors], [0, ""]);
    const names = run.output
      .trim()
      .split("\n")
      .map((one) => one.replace(/:.*/, ""));
    const expected = [
      "settings",
      "credentials",
      "authorization server",
      "portal",
      "token",
      "clock",
      "application",
      "plan",
      "scopes",
      "user",
      "connectors",
    ];
    assert.deepEqual(
      names,
      expected.map((name) => `✓ ${name}`),
    );
    line(run, /Ada Admin \(ID \d+\), administrator/);
    const methods = portal.calls().map(({ method }) => method);
    assert.deepEqual(methods, ["server.time", "app.info", "scope", "profile", "imconnector.list"]);
    assert.equal(tokenRequests(portal).length, 0);
  });

  it("prints the same as JSON", async () => {
    const { output, exitCode } = await examine({}, "--json");
    const report = JSON.parse(output) as { ok: boolean; portal: string; checks: { name: string; status: string }[] };
    assert.deepEqual([exitCode, report.ok, report.portal], [0, true, portal.url]);
    assert.deepEqual(report.checks.find(({ name }) => name === "credentials")?.status, "warning");
    assert.ok(report.checks.some(({ name, status }) => name === "scopes" && status === "ok"));
  });

  it("names everything that is not configured", async () => {
    const run = await runCli(["doctor"]);
    assert.equal(run.exitCode, 1);
    line(run, /^✗ configuration: The portal is not configured.*BITRIX24_PORTAL/);
    line(run, /^✗ configuration: No credentials/);
  });

  it("recognizes a webhook's address without showing its secret", async () => {
    const { url, secret } = portal.addWebhook();
    for (const json of [[], ["--json"]]) {
      const run = await examine({ BITRIX24_PORTAL: url }, ...json);
      assert.equal(run.exitCode, 1);
      assert.match(run.output, /incoming webhook/);
      hides(run.output + run.errors, [secret]);
    }
  });

  it("renews a token file whose token has expired, as a deployment would", async () => {
    const environment = withTokenFile();
    portal.expireTokens();
    const run = await examine(environment);
    assert.equal(run.exitCode, 0);
    assert.equal(tokenRequests(portal).length, 1);
  });

  for (const accessToken of ["expired", undefined]) {
    it(`does not use up a refresh token from the configuration when the access token is ${accessToken ?? "missing"}`, async () => {
      portal.expireTokens();
      const { clientId, clientSecret } = portal.application;
      const run = await examine({
        BITRIX24_ACCESS_TOKEN: accessToken ? portal.accessToken : "",
        BITRIX24_REFRESH_TOKEN: portal.refreshToken,
        BITRIX24_CLIENT_ID: clientId,
        BITRIX24_CLIENT_SECRET: clientSecret,
      });
      assert.equal(tokenRequests(portal).length, 0);
      assert.equal(run.exitCode, 0);
      line(run, /^! credentials: .*refresh token.*bitrix24:tokenFile/);
      line(run, /^! token: .*A deployment will renew it/);
    });
  }

  it("says when the refresh token in a token file is about to end", async () => {
    const pair = portal.issueTokens();
    const longAgo = { ...pair, expires: Math.floor(Date.now() / 1000) - 175 * 24 * 3600 };
    const file = writePair(join(folder(), "token.json"), portal, longAgo);
    line(await examine({ BITRIX24_TOKEN_FILE: file }), /^! credentials: .*refresh token is good until about \d{4}-/);
  });

  it("says that a token file cannot be renewed without the client secret", async () => {
    const file = writePair(join(folder(), "token.json"), portal, portal.issueTokens(), { clientSecret: undefined });
    const run = await examine({ BITRIX24_TOKEN_FILE: file });
    assert.equal(run.exitCode, 1);
    line(run, /^✗ credentials: .*without clientSecret it cannot be renewed/);
  });

  type Case = readonly [string, () => unknown, RegExp, number?];
  const cases: readonly Case[] = [
    [
      "an unknown token",
      () => portal.fail({ method: "server.time", code: "invalid_token" }),
      /^✗ token: .*invalid_token.* → /,
    ],
    [
      "an expired token that nothing can renew",
      () => portal.expireTokens(),
      /^✗ token: .*expired.* → .*bitrix24:tokenFile/,
    ],
    ["a removed application", () => (portal.application.active = false), /^✗ application: .*APPLICATION_NOT_FOUND/],
    [
      "a token without an application",
      () => portal.fail({ method: "app.info", code: "ACCESS_DENIED", httpStatus: 400 }),
      /^✗ application: .*ACCESS_DENIED.* → .*OAuth application/,
    ],
    ["an application that is not paid", () => (portal.application.paymentExpired = true), /^✗ application: .*not paid/],
    [
      "an unfinished installation",
      () => (portal.application.installed = false),
      /^! application: .*not installed completely/,
      0,
    ],
    [
      "missing scopes",
      () => (portal.application.scopes = ["im", "imopenlines"]),
      /^✗ scopes: imconnector missing.* → Add imconnector/,
    ],
    [
      "scopes that only placements need",
      () => (portal.application.scopes = ["imconnector", "imopenlines"]),
      /^! scopes: .*without placement and contact_center/,
      0,
    ],
    [
      "a user who is no administrator",
      () => Object.assign(portal.administrator, { administrator: false, mayModifyConnectors: true }),
      /^! user: .*not an administrator/,
      0,
    ],
    [
      "a user who may not modify connectors",
      () => (portal.administrator.administrator = false),
      /^✗ connectors: .*ACCESS_DENIED.* → /,
    ],
    [
      "a plan without REST API",
      () =>
        portal.fail({
          code: "ACCESS_DENIED",
          httpStatus: 403,
          description: "REST API is available only on commercial plans",
        }),
      /^✗ plan: .*no REST API/,
    ],
    ["a deleted portal", () => portal.fail({ code: "PORTAL_DELETED" }), /^✗ portal: .*PORTAL_DELETED/],
    ["a web page in place of the portal", () => portal.fail({ html: true }), /^✗ portal: .*NO_JSON/],
  ];
  for (const [what, arrange, pattern, exitCode = 1] of cases) {
    it(`recognizes ${what}`, async () => {
      await arrange();
      const run = await examine();
      line(run, pattern);
      assert.equal(run.exitCode, exitCode, run.output);
      assert.doesNotMatch(run.output, /^ +at /m);
      hides(run.output + run.errors, [portal.accessToken]);
    });
  }

  it("recognizes a portal that has moved", async () => {
    const old = portal.url;
    await portal.move();
    const run = await examine({ BITRIX24_PORTAL: old });
    line(run, /^! address: .*moved to http.*bitrix24:formerPortal/);
    assert.equal(run.exitCode, 0);
  });

  it("recognizes a clock that is wrong", async () => {
    await start({ clock: () => Date.now() + 10 * 60_000 });
    line(await examine(), /^! clock: .*(599|600|601) seconds behind the portal's → .*NTP/);
  });

  it("recognizes a portal and an authorization server that cannot be reached", async () => {
    const environment = withTokenFile();
    const closed = { BITRIX24_PORTAL: portal.url, BITRIX24_OAUTH_SERVER: portal.authorizationServer };
    await portal.close();
    const run = await runCli(["doctor"], { ...environment, ...closed });
    await start();
    assert.equal(run.exitCode, 1);
    line(run, /^✗ authorization server: .*UNREACHABLE "ECONNREFUSED".* → /);
    line(run, /^✗ portal: .*UNREACHABLE/);
  });

  it("tells the limits of the plan", async () => {
    line(await examine(), /^✓ plan: .* allows \d+ requests at once/);
    portal.license = "en_ent250";
    line(await examine(), /^✓ plan: en_ent250, .*250 requests at once and 5 a second/);
    portal.license = "en_basic";
    line(await examine(), /^✓ plan: en_basic, .*50 requests at once and 2 a second/);
  });
});
