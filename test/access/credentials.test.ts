import assert from "node:assert/strict";
import { z } from "zod";
import { credentialsFrom, SharedCredentials, sourceFrom } from "../../provider/access/credentials";
import { Bitrix24Error } from "../../provider/rest/errors";
import { Session } from "../../provider/rest/session";
import { ConfiguredRefreshToken, PlainToken, TokenCommand, TokenFile } from "../../provider/access/sources";
import { startPortal, type Portal } from "../../provider/portal";
import { failureOf, hides, renewable, sendJson, serve, settings, tokenRequests } from "./support";

const atOnce = () => Promise.resolve();

describe("credentials from the configuration", () => {
  let portal: Portal;

  beforeEach(async () => {
    portal = await startPortal();
  });
  afterEach(() => portal.close());

  const source = (tell: (message: string) => void = () => undefined, more: { accessToken?: string } = {}) => {
    const { application, refreshToken, authorizationServer: oauthServer } = portal;
    return new ConfiguredRefreshToken({ refreshToken, application, oauthServer, tell, wait: atOnce, ...more });
  };

  it("renew the token once for 200 calls that are refused as expired at the same time", async () => {
    const told: string[] = [];
    const { accessToken, refreshToken } = portal;
    const given = settings({ ...renewable(portal), accessToken, refreshToken });
    const credentials = credentialsFrom(given, (message) => told.push(message));
    portal.expireTokens();
    const session = new Session({ portal: portal.url, credentials });
    const calls = Array.from({ length: 200 }, (_, index) =>
      session.look(
        { method: "imconnector.status", parameters: { CONNECTOR: `c${index}`, LINE: 1 } },
        { schema: z.unknown() },
      ),
    );
    assert.equal((await Promise.all(calls)).length, 200);
    assert.equal(tokenRequests(portal).length, 1);
    assert.equal(told.length, 1);
    assert.match(told[0] ?? "", /bitrix24:tokenFile/);
  });

  it("share one renewal among all who need it, also among those who come later with the old token", async () => {
    const credentials = new SharedCredentials(source(undefined, { accessToken: portal.accessToken }));
    const fresh = await Promise.all(Array.from({ length: 50 }, () => credentials.renew(portal.accessToken)));
    assert.equal(new Set(fresh).size, 1);
    assert.equal(await credentials.renew(portal.accessToken), fresh[0]);
    assert.equal(await credentials.token(), fresh[0]);
    assert.equal(tokenRequests(portal).length, 1);
  });

  it("use the rotated refresh token for the next renewal, and tell of it once only", async () => {
    const told: string[] = [];
    const credentials = new SharedCredentials(source((message) => told.push(message)));
    const first = await credentials.token();
    const second = await credentials.renew(first);
    assert.notEqual(second, first);
    assert.equal(tokenRequests(portal).length, 2);
    assert.equal(told.length, 1);
  });

  it("send credentials in the body of a POST request, never in an address", async () => {
    await source().renew();
    const [request] = tokenRequests(portal);
    assert.equal(request?.httpMethod, "POST");
    assert.match(request?.contentType ?? "", /^application\/x-www-form-urlencoded/);
    assert.equal(request?.query, "");
    assert.equal(request?.params.grant_type, "refresh_token");
  });

  it("do not ask again after a refusal", async () => {
    portal.expireRefreshTokens();
    const credentials = new SharedCredentials(source(undefined, { accessToken: portal.accessToken }));
    const refusals = await Promise.all(
      Array.from({ length: 3 }, () => failureOf(() => credentials.renew(portal.accessToken))),
    );
    const later = await failureOf(() => credentials.renew(portal.accessToken));
    assert.equal(later, refusals[0]);
    assert.match(later.message, /invalid_grant[^]*probably used it up[^]*Sign in again/);
    assert.equal(tokenRequests(portal).length, 1);
  });

  it("ask again once an authorization server that could not be reached is back", async () => {
    const credentials = new SharedCredentials(source());
    const broken = portal.fail({ method: "oauth.token", reset: "before" });
    const error = await failureOf(() => credentials.token());
    assert.match(error.message, /^oauth\/token on .* failed: NO_ANSWER/);
    assert.equal(broken.hits, 4);
    broken.remove();
    assert.ok(await credentials.token());
  });

  for (const passing of [
    { httpStatus: 502 },
    { code: "INTERNAL_SERVER_ERROR" },
    { html: true },
    { httpStatus: 429 },
  ] as const) {
    it(`go on after a passing failure of the authorization server: ${JSON.stringify(passing)}`, async () => {
      const fault = portal.fail({ method: "oauth.token", times: 3, ...passing });
      assert.notEqual(await source().renew(), portal.accessToken);
      assert.equal(fault.hits, 3);
    });
  }

  for (const lost of [{ reset: "after" }, { httpStatus: 504, afterWork: true }, { truncated: true }] as const) {
    it(`say that a new sign-in is needed when the answer got lost: ${JSON.stringify(lost)}`, async () => {
      portal.fail({ method: "oauth.token", times: 1, ...lost });
      const error = await failureOf(() => source().renew());
      assert.match(error.message, /failed: invalid_grant[^]*got lost[^]*new sign-in is needed/);
    });
  }

  it("explain each documented refusal of the authorization server in its own words", async () => {
    const codes = [
      "invalid_request",
      "invalid_client",
      "invalid_grant",
      "insufficient_scope",
      "invalid_scope",
      "PAYMENT_REQUIRED",
    ];
    const meanings = new Set<string>();
    for (const code of codes) {
      for (const httpStatus of [200, 400, 401]) {
        const server = await serve((_request, response) =>
          sendJson(response, httpStatus, { error: code, error_description: "so" }),
        );
        const { application, refreshToken } = portal;
        const failing = new ConfiguredRefreshToken({
          refreshToken,
          application,
          oauthServer: server.url,
          tell: () => undefined,
        });
        const error = await failureOf(() => failing.renew());
        await server.close();
        assert.ok(error instanceof Bitrix24Error);
        assert.deepEqual([error.code, error.method, error.httpStatus], [code, "oauth/token", httpStatus]);
        assert.doesNotMatch(error.meaning, /not documented/);
        assert.equal(server.count(), 1);
        meanings.add(error.meaning);
      }
    }
    assert.equal(meanings.size, codes.length);
  });

  it("follow no redirect", async () => {
    let followed = 0;
    const target = await serve((_request, response) => sendJson(response, 200, { access_token: String(++followed) }));
    const server = await serve((_request, response) =>
      response.writeHead(302, { location: `${target.url}/oauth/token/` }).end(),
    );
    const { application, refreshToken } = portal;
    const redirected = new ConfiguredRefreshToken({
      refreshToken,
      application,
      oauthServer: server.url,
      tell: () => undefined,
    });
    const error = await failureOf(() => redirected.renew());
    await Promise.all([server.close(), target.close()]);
    assert.match(error.message, /REDIRECT[^]*bitrix24:oauthServer/);
    assert.equal(followed, 0);
  });

  it("name what is missing in an answer, and show nothing of it", async () => {
    const token = "a-token-that-nobody-may-see";
    const server = await serve((_request, response) =>
      sendJson(response, 200, { refresh_token: token, expires_in: 3600 }),
    );
    const { application, refreshToken } = portal;
    const error = await failureOf(() =>
      new ConfiguredRefreshToken({ refreshToken, application, oauthServer: server.url, tell: () => undefined }).renew(),
    );
    await server.close();
    assert.match(error.message, /UNEXPECTED_ANSWER .*access_token/);
    hides(error.message, [token]);
  });

  it("keep the refresh token when the server gives no new one", async () => {
    const server = await serve((_request, response, count) =>
      sendJson(response, 200, { access_token: `token-number-${count}` }),
    );
    const told: string[] = [];
    const { application, refreshToken } = portal;
    const tell = (message: string) => void told.push(message);
    const kept = new ConfiguredRefreshToken({ refreshToken, application, oauthServer: server.url, tell });
    assert.deepEqual([await kept.renew(), await kept.renew()], ["token-number-1", "token-number-2"]);
    await server.close();
    assert.deepEqual(told, []);
  });

  it("hide credentials that a server repeats in its refusal", async () => {
    const { application, refreshToken } = portal;
    const echo = `${refreshToken} ${application.clientSecret}`;
    portal.fail({ method: "oauth.token", code: "invalid_request", description: echo });
    const error = await failureOf(() => source().renew());
    hides(error.message + JSON.stringify(error) + String(error.stack), [refreshToken, application.clientSecret]);
    assert.match(error.message, /\[secret\] \[secret\]/);
  });

  it("say what to configure when a plain access token has expired", async () => {
    const credentials = credentialsFrom(settings({ portal: portal.url, accessToken: portal.accessToken }));
    assert.equal(await credentials.token(), portal.accessToken);
    const error = await failureOf(() => credentials.renew(portal.accessToken));
    assert.ok(error instanceof Bitrix24Error);
    assert.equal(error.code, "expired_token");
    assert.match(
      error.message,
      /bitrix24:tokenFile.*bitrix24:tokenCommand.*refreshToken with clientId and clientSecret/,
    );
    assert.equal(portal.requestCount, 0);
  });

  it("come from the token file first, then the command, then the refresh token, then the access token", () => {
    const all = {
      ...renewable(portal),
      accessToken: "access-token",
      refreshToken: "refresh-token",
      tokenCommand: "command",
    };
    const chosen = (given: Parameters<typeof settings>[0]) => sourceFrom(settings(given), () => undefined).constructor;
    assert.equal(chosen({ ...all, tokenFile: "file.json" }), TokenFile);
    assert.equal(chosen(all), TokenCommand);
    assert.equal(chosen({ ...all, tokenCommand: undefined }), ConfiguredRefreshToken);
    assert.equal(chosen({ portal: portal.url, accessToken: "access-token" }), PlainToken);
  });
});
