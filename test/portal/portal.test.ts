import assert from "node:assert/strict";
import { refusals, startPortal, type ErrorCode, type Portal } from "../../provider/portal";
import { callRest } from "../../provider/portal/client";

describe("local portal: requests and answers", () => {
  let portal: Portal;

  beforeEach(async () => {
    portal = await startPortal();
  });

  afterEach(() => portal.close());

  async function text(path: string, init: RequestInit = {}): Promise<{ status: number; text: string }> {
    const response = await fetch(`${portal.url}${path}`, { redirect: "manual", ...init });
    return { status: response.status, text: await response.text() };
  }

  const profile = (): Promise<{ status: number; text: string }> => text(`/rest/profile?auth=${portal.accessToken}`);

  it("answers result and time, and errors without time", async () => {
    const { status, body } = await callRest(portal, "profile");
    assert.equal(status, 200);
    assert.deepEqual(Object.keys(body), ["result", "time"]);
    assert.deepEqual(Object.keys(body.time ?? {}), [
      "start",
      "finish",
      "duration",
      "processing",
      "date_start",
      "date_finish",
      "operating",
      "operating_reset_at",
    ]);
    const missing = await callRest(portal, "imconnector.activate");
    assert.deepEqual(missing, {
      status: 400,
      body: {
        error: "ERROR_ARGUMENT",
        error_description: "Argument 'CONNECTOR' is null or empty",
        argument: "CONNECTOR",
      },
    });
  });

  it("takes parameters from the query, a form, a multipart form and JSON", async () => {
    const token = portal.accessToken;
    const form = new URLSearchParams({ auth: token, "ACCESS[]": "U7" });
    const multipart = new FormData();
    multipart.set("auth", token);
    multipart.set("ACCESS[0]", "U7");
    await text(`/rest/user.access?auth=${token}&ACCESS[]=U7`);
    await text("/rest/user.access.json", { method: "POST", body: form });
    await text("/rest/user.access/", { method: "POST", body: multipart });
    await callRest(portal, "USER.ACCESS", { ACCESS: ["U7"] });
    assert.deepEqual(
      portal.calls("user.access").map((call) => call.params),
      Array.from({ length: 4 }, () => ({ ACCESS: ["U7"] })),
    );
    assert.deepEqual(
      portal.journal.map((entry) => entry.tokenIn),
      ["query", "body", "body", "body"],
    );
    assert.ok(portal.journal.every((entry) => entry.error === undefined));
  });

  it("takes the token from a Bearer header too", async () => {
    const { status } = await text("/rest/profile", { headers: { authorization: `Bearer ${portal.accessToken}` } });
    assert.deepEqual([status, portal.journal[0]?.tokenIn], [200, "header"]);
  });

  it("takes broken JSON for no parameters at all", async () => {
    const init = { method: "POST", headers: { "content-type": "application/json" }, body: '{"ACCESS":' };
    const { status, text: answer } = await text(`/rest/user.access?auth=${portal.accessToken}`, init);
    assert.equal(status, 400);
    assert.match(answer, /ERROR_ARGUMENT/);
  });

  it("writes JSON as PHP does", async () => {
    await portal.as().call("imopenlines.config.add", { PARAMS: { LINE_NAME: `<a/b> & 'c' "d" \\ ü` } });
    const { text: answer } = await text(`/rest/imopenlines.config.get?CONFIG_ID=1&auth=${portal.accessToken}`);
    assert.ok(answer.includes(String.raw`\u003Ca\/b\u003E \u0026 \u0027c\u0027 \u0022d\u0022 \\ ü`));
    assert.doesNotThrow(() => JSON.parse(answer) as unknown);
  });

  it("looks for the method before it looks at the token", async () => {
    assert.deepEqual(await callRest(portal, "no.such.method", {}, "wrong"), {
      status: 404,
      body: { error: "ERROR_METHOD_NOT_FOUND", error_description: "Method not found!" },
    });
  });

  describe("authorization", () => {
    const errorOf = async (token: string): Promise<[number, string | undefined]> => {
      const { status, body } = await callRest(portal, "imconnector.list", {}, token);
      return [status, body.error];
    };

    it("tells a missing, an unknown and an expired token apart", async () => {
      assert.deepEqual(await errorOf(""), [401, "NO_AUTH_FOUND"]);
      assert.deepEqual(await errorOf("wrong"), [401, "invalid_token"]);
      portal.expireTokens();
      assert.deepEqual(await errorOf(portal.accessToken), [401, "expired_token"]);
      assert.equal((await callRest(portal, "imconnector.list", {}, portal.issueTokens().accessToken)).status, 200);
    });

    it("lets a token expire by the clock", async () => {
      let now = Date.now();
      const other = await startPortal({ clock: () => now });
      now += 3_599_000;
      assert.equal((await callRest(other, "profile")).status, 200);
      now += 1000;
      assert.equal((await callRest(other, "profile")).body.error, "expired_token");
      await other.close();
    });

    it("wants a scope of the method; self-hosted portals answer with another status", async () => {
      const token = portal.issueTokens({ application: portal.addApplication({ scopes: ["crm"] }) }).accessToken;
      assert.deepEqual(await errorOf(token), [403, "insufficient_scope"]);
      const old = await startPortal({ generation: "old" });
      const application = old.addApplication({ scopes: [] });
      const answer = await callRest(old, "imconnector.list", {}, old.issueTokens({ application }).accessToken);
      assert.deepEqual([answer.status, answer.body.error], [401, "insufficient_scope"]);
      await old.close();
    });

    it("refuses users who are inactive or may not use the application, and applications that are gone", async () => {
      const user = portal.addUser();
      const restricted = portal.addApplication({ users: [99] });
      assert.deepEqual(await errorOf(portal.issueTokens({ application: restricted, user }).accessToken), [
        403,
        "user_access_error",
      ]);
      const token = portal.issueTokens({ user }).accessToken;
      user.active = false;
      assert.deepEqual(await errorOf(token), [401, "authorization_error"]);
      portal.removeApplication(portal.application);
      assert.deepEqual(await errorOf(portal.accessToken), [401, "APPLICATION_NOT_FOUND"]);
    });

    it("lets webhooks manage lines, but no connectors, events and placements", async () => {
      const { url } = portal.addWebhook();
      const path = url.slice(portal.url.length);
      assert.match((await text(`${path}imopenlines.config.add`)).text, /"result":1/);
      for (const method of ["imconnector.status", "event.get", "placement.list"]) {
        const { status, text: answer } = await text(path + method);
        assert.equal(status, 403);
        assert.match(answer, /WRONG_AUTH_TYPE/);
      }
      const info = await text(`${path}app.info`);
      assert.equal(info.status, 200);
      assert.match(info.text, /"result":\{"SCOPE":\["imopenlines",[^\]]*\],"LICENSE":"en_pro100"\}/);
      assert.match((await text("/rest/1/wrong/profile")).text, /INVALID_CREDENTIALS/);
    });

    it("gives event and placement another code on old portals", async () => {
      const old = await startPortal({ generation: "old" });
      const { url } = old.addWebhook();
      const errors = ["event.get", "placement.get", "imconnector.list"].map(async (method) => {
        return ((await (await fetch(url + method)).json()) as { error: string }).error;
      });
      assert.deepEqual(await Promise.all(errors), ["ACCESS_DENIED", "ACCESS_DENIED", "WRONG_AUTH_TYPE"]);
      await old.close();
    });
  });

  it("tells about the application, the user, the scopes and the time", async () => {
    const info = (await callRest(portal, "app.info")).body.result as Record<string, unknown>;
    assert.deepEqual(
      [info["CODE"], info["STATUS"], info["INSTALLED"], info["LICENSE"], info["LICENSE_FAMILY"]],
      [portal.application.clientId, "L", true, "en_pro100", "pro"],
    );
    const user = (await callRest(portal, "profile")).body.result as Record<string, unknown>;
    assert.deepEqual([user["ID"], user["ADMIN"]], ["1", true]);
    assert.deepEqual((await callRest(portal, "scope")).body.result, portal.application.scopes);
    assert.match(
      String((await callRest(portal, "server.time")).body.result),
      /^\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\+00:00$/,
    );
    assert.deepEqual((await callRest(portal, "feature.get", { CODE: "rest_auth_connector" })).body.result, {
      value: "Y",
    });
    assert.equal((await callRest(portal, "feature.get")).body.error, "CODE_EMPTY");
    assert.equal((await callRest(portal, "user.current")).body.error, "insufficient_scope");
  });

  it("knows which methods exist and which the token may call", async () => {
    const ask = async (name: string): Promise<unknown> => (await callRest(portal, "method.get", { name })).body.result;
    assert.deepEqual(await ask("imconnector.list"), { isExisting: true, isAvailable: true });
    assert.deepEqual(await ask("user.current"), { isExisting: true, isAvailable: false });
    assert.deepEqual(await ask("nothing"), { isExisting: false, isAvailable: false });
    const own = (await callRest(portal, "methods")).body.result as string[];
    const all = (await callRest(portal, "methods", { full: true })).body.result as string[];
    assert.deepEqual([own.includes("user.get"), all.includes("user.get")], [false, true]);
  });

  describe("misbehaviour on demand", () => {
    it("answers every error of its table with its status, code and text", async () => {
      for (const code of Object.keys(refusals) as ErrorCode[]) {
        portal.fail({ method: "profile", code, times: 1 });
        const { status, body } = await callRest(portal, "profile");
        const { text: description } = refusals[code];
        assert.deepEqual([status, body], [refusals[code].status, { error: code, error_description: description }]);
      }
      assert.equal((await callRest(portal, "profile")).status, 200);
    });

    it("strikes as often as it was told, or until it is removed", async () => {
      const rule = portal.fail({ method: /^imconnector\./, code: "ERROR_CORE", description: "Once", httpStatus: 418 });
      const twice = portal.fail({ code: "OVERLOAD_LIMIT", times: 2, method: "profile" });
      assert.deepEqual(await callRest(portal, "imconnector.list"), {
        status: 418,
        body: { error: "ERROR_CORE", error_description: "Once" },
      });
      assert.deepEqual([(await profile()).status, (await profile()).status, (await profile()).status], [503, 503, 200]);
      rule.remove();
      assert.equal((await callRest(portal, "imconnector.list")).status, 200);
      assert.deepEqual([rule.hits, twice.hits], [1, 2]);
    });

    it("looks at the parameters when it is told to", async () => {
      portal.fail({
        when: (params, method) => method === "imconnector.status" && params["LINE"] === 7,
        code: "ERROR_CORE",
      });
      const errorFor = async (line: number): Promise<string | undefined> =>
        (await callRest(portal, "imconnector.status", { CONNECTOR: "a", LINE: line })).body.error;
      assert.deepEqual([await errorFor(6), await errorFor(7)], [undefined, "ERROR_CORE"]);
    });

    it("cuts the connection before or after the work", async () => {
      const add = (): Promise<unknown> => callRest(portal, "imopenlines.config.add");
      portal.fail({ method: "imopenlines.config.add", reset: "before", times: 1 });
      await assert.rejects(add());
      assert.equal(portal.lines.length, 0);
      portal.fail({ method: "imopenlines.config.add", reset: "after", times: 1 });
      await assert.rejects(add());
      assert.equal(portal.lines.length, 1);
      assert.deepEqual(
        portal.journal.map((entry) => entry.status),
        [0, 0],
      );
    });

    it("answers with HTML, a bare status or half of the JSON", async () => {
      portal.fail({ html: true, times: 1 });
      assert.match((await profile()).text, /^<!DOCTYPE html>/);
      portal.fail({ httpStatus: 504, times: 1 });
      assert.equal((await profile()).status, 504);
      portal.fail({ truncated: true, times: 1 });
      const cut = await profile();
      assert.equal(cut.status, 200);
      assert.throws(() => JSON.parse(cut.text) as unknown, SyntaxError);
    });

    it("does the work first when the failure shall come after it", async () => {
      portal.fail({ method: "imopenlines.config.add", httpStatus: 502, afterWork: true, times: 1 });
      assert.equal((await text(`/rest/imopenlines.config.add?auth=${portal.accessToken}`)).status, 502);
      portal.fail({ method: "imopenlines.config.add", code: "ERROR_CORE", afterWork: true, times: 1 });
      assert.equal((await callRest(portal, "imopenlines.config.add")).body.error, "ERROR_CORE");
      assert.equal(portal.lines.length, 2);
    });

    it("refuses softly: false, or a code inside an HTTP 200", async () => {
      portal.fail({ method: "imconnector.activate", soft: true, times: 1 });
      assert.equal(
        (await callRest(portal, "imconnector.activate", { CONNECTOR: "a", LINE: 1, ACTIVE: 1 })).body.result,
        false,
      );
      portal.fail({ method: "imconnector.register", soft: true, code: "NO_APPLICATION_ID", times: 1 });
      const { status, body } = await callRest(portal, "imconnector.register");
      assert.deepEqual([status, body.result, body.error], [200, false, "NO_APPLICATION_ID"]);
      assert.equal(portal.journal.at(-1)?.error, "NO_APPLICATION_ID");
    });

    it("waits when it is told to", async () => {
      portal.fail({ delay: 30, times: 1 });
      const start = performance.now();
      await profile();
      assert.ok(performance.now() - start >= 25);
    });

    it("closes at once although an answer is being delayed", async () => {
      portal.fail({ delay: 60_000 });
      const waiting = assert.rejects(profile());
      while (portal.requestCount === 0) await new Promise((resolve) => setImmediate(resolve));
      await portal.close();
      await waiting;
    });
  });

  describe("another address", () => {
    it("redirects once to a second address that is the same portal", async () => {
      portal.fail({ method: "imopenlines.config.add", redirect: true, times: 1 });
      const first = await fetch(`${portal.url}/rest/imopenlines.config.add?auth=${portal.accessToken}`, {
        redirect: "manual",
      });
      const location = first.headers.get("location") ?? "";
      assert.equal(first.status, 302);
      assert.equal(await first.text(), "");
      assert.notEqual(new URL(location).host, new URL(portal.url).host);
      assert.equal((await fetch(location)).status, 200);
      assert.equal(portal.lines.length, 1);
      assert.equal((await profile()).status, 200);
    });

    it("answers 302 at the old address after it has moved", async () => {
      const before = portal.url;
      const after = await portal.move();
      assert.deepEqual([portal.url, before === after], [after, false]);
      const response = await fetch(`${before}/rest/profile`, { method: "POST", redirect: "manual" });
      assert.deepEqual([response.status, response.headers.get("location")], [302, `${after}/rest/profile`]);
      assert.equal((await profile()).status, 200);
    });
  });

  it("keeps a journal that can be cleared or switched off", async () => {
    await callRest(portal, "imconnector.status", { CONNECTOR: "a", LINE: 1 });
    const [entry] = portal.journal;
    assert.deepEqual(
      [entry?.httpMethod, entry?.path, entry?.method, entry?.status, entry?.token, entry?.application],
      ["POST", "/rest/imconnector.status", "imconnector.status", 200, portal.accessToken, portal.application.clientId],
    );
    assert.deepEqual(entry?.params, { CONNECTOR: "a", LINE: 1 });
    portal.clearJournal();
    assert.equal(portal.journal.length, 0);
    const silent = await startPortal({ journal: false });
    await callRest(silent, "profile");
    assert.deepEqual([silent.journal.length, silent.requestCount], [0, 1]);
    await silent.close();
  });

  it("can be filled before it listens, and called directly without leaving a trace", async () => {
    const seeded = await startPortal({
      seed: async (own) => void (await own.as().call("imopenlines.config.add", { PARAMS: { LINE_NAME: "First" } })),
    });
    assert.equal(seeded.lines[0]?.fields["LINE_NAME"], "First");
    seeded.fail({ code: "ERROR_CORE" });
    assert.equal(await seeded.as().call("user.admin"), true);
    await assert.rejects(seeded.as().call("imconnector.activate"), { code: "ERROR_ARGUMENT" });
    assert.equal(seeded.requestCount, 0);
    await seeded.close();
  });
});
