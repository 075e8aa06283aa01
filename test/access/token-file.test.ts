import assert from "node:assert/strict";
import {
  chmodSync,
  chownSync,
  existsSync,
  mkdirSync,
  readdirSync,
  rmdirSync,
  statSync,
  symlinkSync,
  utimesSync,
} from "node:fs";
import { join } from "node:path";
import { credentialsFrom } from "../../provider/access/credentials";
import { TokenFile } from "../../provider/access/sources";
import { parseTokenFile } from "../../provider/access/token-file-format";
import { readTokenFile } from "../../provider/access/token-file";
import { renewTokenFile, type Order } from "../../provider/access/token-file-renewal";
import { startPortal, type Portal } from "../../provider/portal";
import {
  failureOf,
  hides,
  readJson,
  renewable,
  settings,
  temporaryFolders,
  tokenRequests,
  writeFile,
  writePair,
} from "./support";

const secret = "recognisable-secret-4711";
const pair = { accessToken: `${secret}-a`, refreshToken: `${secret}-r` };

describe("a token file", () => {
  const folder = temporaryFolders();
  const path = () => join(folder(), "token.json");

  it("may be this package's own, or the authorization server's answer saved as it came", () => {
    const own = parseTokenFile(
      JSON.stringify({ ...pair, expires: 1780319382, portal: "https://Acme.bitrix24.com" }),
      "f",
    );
    const answer = {
      access_token: pair.accessToken,
      refresh_token: pair.refreshToken,
      expires: "1780319382",
      client_endpoint: "https://acme.bitrix24.com/rest/",
      server_endpoint: "https://oauth.bitrix24.tech/rest/",
      domain: "oauth.bitrix24.tech",
    };
    const saved = parseTokenFile("\uFEFF" + JSON.stringify(answer), "f");
    for (const { accessToken, refreshToken, expires, portal } of [own, saved]) {
      assert.deepEqual(
        { accessToken, refreshToken, expires, portal },
        { ...pair, expires: 1780319382, portal: "acme.bitrix24.com" },
      );
    }
    assert.equal(saved.oauthServer, "https://oauth.bitrix24.tech");
  });

  const wrong: readonly [string, unknown, RegExp][] = [
    ["no JSON", `${secret} {`, /is no JSON/],
    ["a list", [secret], /must hold a JSON object/],
    ["without a refresh token", { accessToken: secret }, /incomplete: refreshToken \(or refresh_token\) missing/],
    ["with a number for a token", { ...pair, accessToken: 5 }, /incomplete: accessToken/],
    [
      "with a portal that is no address",
      { ...pair, portal: `https://x.example/${secret}` },
      /no usable address in portal/,
    ],
    ["with an authorization server without encryption", { ...pair, oauthServer: "http://a.example" }, /in oauthServer/],
  ];
  for (const [what, content, message] of wrong) {
    it(`is refused when it is ${what}, and nothing of it is shown`, async () => {
      const error = await failureOf(() => readTokenFile(writeFile(path(), content), []));
      assert.match(error.message, message);
      hides(error.message, [secret]);
    });
  }

  for (const mode of [0o640, 0o604, 0o620, 0o666]) {
    it(`is refused when others may use it: ${mode.toString(8)}`, async () => {
      const file = writeFile(join(folder(), "my token's.json"), pair, mode);
      const error = await failureOf(() => readTokenFile(file, []));
      assert.match(error.message, /chmod 600 '.*my token'\\''s\.json'/);
    });
  }

  it("is refused when it is a folder, missing, or too large", async () => {
    assert.match((await failureOf(() => readTokenFile(folder(), []))).message, /not a regular file/);
    assert.match((await failureOf(() => readTokenFile(path(), []))).message, /does not exist.*login --token-file/);
    const large = writeFile(path(), { ...pair, more: "x".repeat(300_000) });
    assert.match((await failureOf(() => readTokenFile(large, []))).message, /too large/);
  });

  it("is refused when it belongs to another portal, unless that is the former address", async () => {
    const file = writeFile(path(), { ...pair, portal: "https://old.bitrix24.com" });
    const given = { portal: "https://new.bitrix24.com", tokenFile: file };
    const error = await failureOf(() => credentialsFrom(settings(given)).token());
    assert.match(error.message, /belongs to the portal old\.bitrix24\.com.*new\.bitrix24\.com.*bitrix24:formerPortal/);
    assert.equal(
      await credentialsFrom(settings({ ...given, formerPortal: "old.bitrix24.com" })).token(),
      pair.accessToken,
    );
  });
});

describe("renewing a token file", () => {
  const folder = temporaryFolders();
  let portal: Portal;
  let path: string;

  beforeEach(async () => {
    portal = await startPortal();
    path = join(folder(), "token.json");
  });
  afterEach(() => portal.close());

  const order = (stale: string, more: Partial<Order> = {}): Order => {
    return { path, portals: [new URL(portal.url).host], stale, oauthServer: "https://oauth.bitrix.info", ...more };
  };
  /** Renews in this process, as the process of its own does. */
  const here = { renewFile: renewTokenFile, portals: [], oauthServer: "https://oauth.bitrix.info" };

  it("replaces the pair for its owner alone and keeps everything else in the file", async () => {
    const issued = portal.issueTokens();
    writePair(path, portal, issued, { note: "mine" });
    assert.deepEqual(await renewTokenFile(order(issued.accessToken)), { outcome: "renewed" });
    const { accessToken, refreshToken, expires, ...rest } = readJson(path);
    const { clientId, clientSecret } = portal.application;
    assert.deepEqual(rest, {
      portal: portal.url,
      clientId,
      clientSecret,
      oauthServer: portal.authorizationServer,
      note: "mine",
    });
    assert.ok(accessToken !== issued.accessToken && refreshToken !== issued.refreshToken);
    assert.ok(Math.abs(Number(expires) - Date.now() / 1000 - 3600) < 60);
    assert.equal(statSync(path).mode & 0o777, 0o600);
    assert.deepEqual(readdirSync(join(path, "..")), ["token.json"]);
  });

  it("keeps the style of the authorization server's answer, and follows a link to the file", async () => {
    const issued = portal.issueTokens();
    const { accessToken: access_token, refreshToken: refresh_token } = issued;
    writeFile(path, {
      access_token,
      refresh_token,
      expires_in: 1,
      client_endpoint: `${portal.url}/rest/`,
      scope: "im",
    });
    const link = join(folder(), "link.json");
    symlinkSync(path, link);
    const { clientId, clientSecret } = portal.application;
    const file = new TokenFile({
      ...here,
      path: link,
      clientId,
      clientSecret,
      oauthServer: portal.authorizationServer,
    });
    const fresh = await file.renew(access_token);
    const after = readJson(path);
    assert.deepEqual(Object.keys(after).sort(), [
      "access_token",
      "client_endpoint",
      "expires",
      "expires_in",
      "refresh_token",
      "scope",
    ]);
    assert.deepEqual([after.access_token, after.expires_in], [fresh, 3600]);
  });

  it("happens once when several processes share the file at the same moment", async () => {
    const issued = portal.issueTokens();
    writePair(path, portal, issued);
    portal.expireTokens();
    const given = settings({ portal: portal.url, tokenFile: path });
    const stacks = Array.from({ length: 3 }, () => credentialsFrom(given));
    const tokens = await Promise.all(stacks.map((credentials) => credentials.renew(issued.accessToken)));
    assert.deepEqual(new Set(tokens), new Set([readJson(path).accessToken]));
    assert.equal(tokenRequests(portal).length, 1);
  });

  it("uses what another process has renewed meanwhile, without asking", async () => {
    const old = portal.issueTokens();
    const current = portal.issueTokens();
    writePair(path, portal, current);
    assert.equal(await new TokenFile({ ...here, path }).renew(old.accessToken), current.accessToken);
    assert.deepEqual(await renewTokenFile(order(old.accessToken)), { outcome: "current" });
    assert.equal(tokenRequests(portal).length, 0);
  });

  it("goes on to ask when what another process has renewed has expired since", async () => {
    const current = portal.issueTokens({ expiresIn: -10 });
    writePair(path, portal, current);
    assert.notEqual(await new TokenFile({ ...here, path }).renew("an older token"), current.accessToken);
    assert.equal(tokenRequests(portal).length, 1);
  });

  it("is not tried again after a refusal, until the file holds another refresh token", async () => {
    const issued = portal.issueTokens();
    writePair(path, portal, issued);
    portal.expireRefreshTokens();
    const file = new TokenFile({ ...here, path });
    const first = await failureOf(() => file.renew(issued.accessToken));
    assert.match(first.message, /^oauth\/token on .* failed: invalid_grant[^]*Sign in again/);
    assert.equal(await failureOf(() => file.renew(issued.accessToken)), first);
    assert.equal(tokenRequests(portal).length, 1);
    assert.equal("renewalBegun" in readJson(path), false);
    const signedIn = portal.issueTokens();
    writePair(path, portal, signedIn);
    assert.equal(await file.renew(issued.accessToken), signedIn.accessToken);
  });

  it("names what is missing when there is no client secret", async () => {
    const issued = portal.issueTokens();
    writePair(path, portal, issued, { clientSecret: undefined });
    const report = await renewTokenFile(order(issued.accessToken));
    assert.ok(report.outcome === "problem");
    assert.match(
      report.problems.join(),
      /Missing: bitrix24:clientSecret \(or the environment variable BITRIX24_CLIENT_SECRET\)/,
    );
  });

  it("prefers the configured client secret and authorization server to those of the file", async () => {
    const issued = portal.issueTokens();
    writePair(path, portal, issued, { clientSecret: "old secret", oauthServer: "http://127.0.0.1:9" });
    const { clientSecret } = portal.application;
    const report = await renewTokenFile(
      order(issued.accessToken, { clientSecret, oauthServer: portal.authorizationServer }),
    );
    assert.deepEqual(report, { outcome: "renewed" });
  });

  it("asks for nothing while the file cannot be replaced", async function () {
    if (process.geteuid === undefined || process.seteuid === undefined) return this.skip();
    const issued = portal.issueTokens();
    writePair(path, portal, issued);
    const self = process.geteuid();
    const closed = join(path, "..");
    if (self === 0) {
      chownSync(path, 65534, 65534);
      chmodSync(closed, 0o755);
      process.seteuid(65534);
    } else chmodSync(closed, 0o555);
    const report = await renewTokenFile(order(issued.accessToken));
    if (self === 0) process.seteuid(0);
    else chmodSync(closed, 0o755);
    assert.ok(report.outcome === "problem");
    assert.match(report.problems.join(), /must exist and be writable/);
    assert.equal(portal.requestCount, 0);
  });

  it("waits for another process, but not for ever", async () => {
    const issued = portal.issueTokens();
    writePair(path, portal, issued);
    mkdirSync(`${path}.lock`);
    const report = await renewTokenFile(order(issued.accessToken), 300);
    assert.ok(report.outcome === "problem");
    assert.match(
      report.problems.join(),
      /Another process has kept .*token\.json locked.*remove the folder .*token\.json\.lock/,
    );
    setTimeout(() => rmdirSync(`${path}.lock`), 100);
    assert.deepEqual(await renewTokenFile(order(issued.accessToken)), { outcome: "renewed" });
  });

  it("takes over the lock of a process that has died", async () => {
    const issued = portal.issueTokens();
    writePair(path, portal, issued);
    mkdirSync(`${path}.lock`);
    const longAgo = Date.now() / 1000 - 60;
    utimesSync(`${path}.lock`, longAgo, longAgo);
    assert.deepEqual(await renewTokenFile(order(issued.accessToken), 1_000), { outcome: "renewed" });
    assert.equal(existsSync(`${path}.lock`), false);
  });

  it("leaves a note in the file when the answer got lost, and explains the refusal that follows", async () => {
    const issued = portal.issueTokens();
    writePair(path, portal, issued);
    portal.fail({ method: "oauth.token", reset: "after" });
    const lost = await renewTokenFile(order(issued.accessToken));
    assert.ok(lost.outcome === "refused" && lost.refusal.code === "NO_ANSWER" && !lost.final);
    assert.equal(typeof readJson(path).renewalBegun, "number");
    portal.heal();
    const later = await failureOf(() => new TokenFile({ ...here, path }).renew(issued.accessToken));
    assert.match(later.message, /invalid_grant[^]*begun at 20.* was cut off[^]*new sign-in is needed/);
  });

  it("takes the note away when nothing had reached the server", async () => {
    const issued = portal.issueTokens();
    writePair(path, portal, issued, { oauthServer: "http://127.0.0.1:9" });
    const report = await renewTokenFile(order(issued.accessToken));
    assert.ok(report.outcome === "refused" && report.refusal.code === "UNREACHABLE");
    const { accessToken, refreshToken, renewalBegun } = readJson(path);
    assert.deepEqual([accessToken, refreshToken, renewalBegun], [issued.accessToken, issued.refreshToken, undefined]);
  });

  it("explains a refusal in the provider's words although another process has got it", async () => {
    const issued = portal.issueTokens();
    writePair(path, portal, issued);
    portal.application.paymentExpired = true;
    const credentials = credentialsFrom(settings({ ...renewable(portal), tokenFile: path }));
    const error = await failureOf(() => credentials.renew(issued.accessToken));
    assert.match(error.message, /failed: PAYMENT_REQUIRED[^]*Meaning:[^]*What to do: Pay/);
  });
});
