import assert from "node:assert/strict";
import { startPortal, type Portal } from "../../provider/portal";
import { callRest, postToken } from "../../provider/portal/client";

describe("local portal: authorization server", () => {
  let portal: Portal;
  let now: number;

  beforeEach(async () => {
    now = Date.now();
    portal = await startPortal({ clock: () => now });
  });

  afterEach(() => portal.close());

  const credentials = (): { client_id: string; client_secret: string } => ({
    client_id: portal.application.clientId,
    client_secret: portal.application.clientSecret,
  });

  const refresh = (refresh_token: string, changed: Record<string, string> = {}): ReturnType<typeof postToken> =>
    postToken(portal, { grant_type: "refresh_token", ...credentials(), refresh_token, ...changed });

  it("stands at another host than the portal", () => {
    assert.notEqual(new URL(portal.url).host, new URL(portal.authorizationServer).host);
  });

  it("renews a pair, and the old refresh token is dead", async () => {
    const { status, body } = await refresh(portal.refreshToken);
    assert.equal(status, 200);
    assert.deepEqual(body, {
      access_token: body["access_token"],
      refresh_token: body["refresh_token"],
      expires: Math.floor(now / 1000) + 3600,
      expires_in: 3600,
      scope: portal.application.scopes.join(","),
      domain: new URL(portal.authorizationServer).host,
      server_endpoint: `${portal.authorizationServer}/rest/`,
      client_endpoint: `${portal.url}/rest/`,
      status: "L",
      member_id: portal.memberId,
      user_id: 1,
    });
    assert.equal((await callRest(portal, "profile", {}, String(body["access_token"]))).status, 200);
    const again = await refresh(portal.refreshToken);
    assert.deepEqual([again.status, again.body["error"]], [400, "invalid_grant"]);
    assert.equal((await refresh(String(body["refresh_token"]))).status, 200);
  });

  it("takes the parameters of a GET too, and shows them in the journal", async () => {
    const query = new URLSearchParams({
      grant_type: "refresh_token",
      ...credentials(),
      refresh_token: portal.refreshToken,
    });
    const response = await fetch(`${portal.authorizationServer}/oauth/token/?${query.toString()}`);
    assert.equal(response.status, 200);
    const [entry] = portal.journal;
    assert.deepEqual(
      [entry?.server, entry?.method, entry?.httpMethod, entry?.query],
      ["authorization", "oauth.token", "GET", query.toString()],
    );
  });

  it("lets a refresh token die after 180 days", async () => {
    now += 180 * 24 * 3600 * 1000;
    assert.equal((await refresh(portal.refreshToken)).body["error"], "invalid_grant");
  });

  it("issues tokens of the lifetime a test asks for", async () => {
    portal.tokenLifetime = 5;
    const { body } = await refresh(portal.refreshToken);
    now += 5000;
    assert.equal((await callRest(portal, "profile", {}, String(body["access_token"]))).body.error, "expired_token");
  });

  it("sends the browser back with a code that works once, for thirty seconds", async () => {
    const authorize = async (): Promise<URL> => {
      const query = new URLSearchParams({ client_id: portal.application.clientId, state: "st a/te" });
      const response = await fetch(`${portal.url}/oauth/authorize/?${query.toString()}`, { redirect: "manual" });
      assert.equal(response.status, 302);
      return new URL(response.headers.get("location") ?? "");
    };
    const exchange = (code: string): ReturnType<typeof postToken> =>
      postToken(portal, { grant_type: "authorization_code", ...credentials(), code });
    const back = await authorize();
    const given = Object.fromEntries(back.searchParams);
    assert.equal(`${back.origin}${back.pathname}`, portal.application.redirectUri);
    assert.deepEqual(given, {
      code: given["code"],
      state: "st a/te",
      domain: new URL(portal.url).host,
      member_id: portal.memberId,
      scope: portal.application.scopes.join(","),
      server_domain: new URL(portal.authorizationServer).host,
    });
    assert.equal((await exchange(given["code"] ?? "")).status, 200);
    assert.equal((await exchange(given["code"] ?? "")).body["error"], "invalid_grant");
    const late = (await authorize()).searchParams.get("code") ?? "";
    now += 30_000;
    assert.equal((await exchange(late)).body["error"], "invalid_grant");
  });

  it("shows a page, and sends nobody anywhere, when the application is unknown", async () => {
    const response = await fetch(`${portal.url}/oauth/authorize/?client_id=unknown`, { redirect: "manual" });
    assert.equal(response.headers.get("location"), null);
    assert.match(response.headers.get("content-type") ?? "", /^text\/html/);
  });

  it("refuses each wrong request with its own code, and keeps the refresh token usable", async () => {
    const other = portal.addApplication();
    const cases: [Record<string, string>, number, string][] = [
      [{ grant_type: "password" }, 400, "invalid_request"],
      [{ refresh_token: "" }, 400, "invalid_request"],
      [{ client_secret: "" }, 400, "invalid_request"],
      [{ client_secret: "wrong" }, 401, "invalid_client"],
      [{ client_id: "local.unknown" }, 401, "invalid_client"],
      [{ client_id: other.clientId, client_secret: other.clientSecret }, 400, "invalid_grant"],
      [{ refresh_token: "wrong" }, 400, "invalid_grant"],
      [{ scope: "imopenlines crm" }, 400, "invalid_scope"],
    ];
    for (const [changed, status, error] of cases) {
      const answer = await refresh(portal.refreshToken, changed);
      assert.deepEqual([answer.status, answer.body["error"]], [status, error], JSON.stringify(changed));
    }
    portal.application.paymentExpired = true;
    assert.equal((await refresh(portal.refreshToken)).body["error"], "PAYMENT_REQUIRED");
    portal.application.paymentExpired = false;
    assert.equal((await refresh(portal.refreshToken)).status, 200);
  });

  it("gives no tokens for an application that was removed or a user who left", async () => {
    const user = portal.addUser();
    const { refreshToken } = portal.issueTokens({ user });
    user.active = false;
    assert.equal((await refresh(refreshToken)).body["error"], "invalid_grant");
    portal.removeApplication(portal.application);
    assert.equal((await refresh(portal.refreshToken)).body["error"], "invalid_client");
  });

  it("misbehaves on demand: refuses, answers no JSON, or forgets to answer after it has renewed", async () => {
    portal.fail({ method: "oauth.token", code: "wrong_client", times: 1 });
    assert.deepEqual((await refresh(portal.refreshToken)).body["error"], "wrong_client");
    portal.fail({ method: "oauth.token", httpStatus: 503, times: 1 });
    await assert.rejects(refresh(portal.refreshToken), SyntaxError);
    portal.fail({ method: "oauth.token", reset: "after", times: 1 });
    await assert.rejects(refresh(portal.refreshToken), TypeError);
    assert.equal((await refresh(portal.refreshToken)).body["error"], "invalid_grant");
  });

  it("serves app.info for a token, and the portal of the cloud the token endpoint too", async () => {
    const info = async (token: string): Promise<Record<string, unknown>> =>
      (await (await fetch(`${portal.authorizationServer}/rest/app.info?auth=${token}`)).json()) as Record<
        string,
        unknown
      >;
    assert.equal(((await info(portal.accessToken))["result"] as { install: { status: string } }).install.status, "L");
    assert.equal((await info("wrong"))["error"], "invalid_token");
    const init = {
      method: "POST",
      body: new URLSearchParams({ grant_type: "refresh_token", ...credentials(), refresh_token: portal.refreshToken }),
    };
    assert.equal((await fetch(`${portal.url}/oauth/token/`, init)).status, 200);
  });

  it("hands out the new address after the portal has moved", async () => {
    const url = await portal.move();
    assert.equal((await refresh(portal.refreshToken)).body["client_endpoint"], `${url}/rest/`);
  });
});
