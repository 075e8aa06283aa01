import assert from "node:assert/strict";
import tls from "node:tls";
import { B24Hook, B24OAuth, type B24OAuthParams } from "@bitrix24/b24jssdk";
import { generate } from "selfsigned";
import { startPortal, type Portal, type TokenPair } from "../../provider/portal";

// The official SDK (JavaScript) talks to the portal over real HTTP; it must not notice the difference.

function oauthClient(portal: Portal, pair: TokenPair = portal.issueTokens()): B24OAuth {
  const { application, user } = pair;
  const params: B24OAuthParams = {
    applicationToken: "unused",
    userId: user.id,
    memberId: portal.memberId,
    accessToken: pair.accessToken,
    refreshToken: pair.refreshToken,
    expires: pair.expires,
    expiresIn: pair.expiresIn,
    scope: application.scopes.join(","),
    domain: new URL(portal.url).host,
    clientEndpoint: `${portal.url}/rest/`,
    serverEndpoint: `${portal.authorizationServer}/rest/`,
    status: "L",
  };
  const { clientId, clientSecret } = application;
  return new B24OAuth(params, { clientId, clientSecret }, { restrictionParams: { maxRetries: 1 } });
}

const connector = {
  ID: "acme_chat",
  NAME: "Acme Chat",
  ICON: { DATA_IMAGE: "data:image/svg+xml,<svg/>", COLOR: "#1900ff" },
  PLACEMENT_HANDLER: "https://acme.example/settings",
};

describe("the official JavaScript SDK with an application's token", () => {
  let portal: Portal;
  let sdk: B24OAuth;

  beforeEach(async () => {
    portal = await startPortal();
    sdk = oauthClient(portal);
  });

  afterEach(() => portal.close());

  async function call(method: string, params: Record<string, unknown> = {}): Promise<unknown> {
    const answer = await sdk.actions.v2.call.make({ method, params });
    assert.deepEqual(answer.getErrorMessages(), []);
    return answer.getData()?.result;
  }

  it("sees the profile and that the user is an administrator", async () => {
    await sdk.initIsAdmin();
    assert.equal(sdk.auth.isAdmin, true);
    assert.equal(await sdk.tools.healthCheck.make(), true);
  });

  it("registers, lists, activates and unregisters a connector", async () => {
    assert.deepEqual(await call("imconnector.register", connector), { result: true });
    assert.equal(((await call("imconnector.list")) as Record<string, string>)["acme_chat"], "Acme Chat");
    assert.equal(await call("imconnector.activate", { CONNECTOR: "acme_chat", LINE: 3, ACTIVE: 1 }), true);
    const status = (await call("imconnector.status", { CONNECTOR: "acme_chat", LINE: 3 })) as Record<string, unknown>;
    assert.equal(status["STATUS"], true);
    assert.deepEqual(await call("imconnector.unregister", { ID: "acme_chat" }), { result: true });
    assert.deepEqual(portal.connectors, []);
  });

  it("reports a refusal with the portal's code and status", async () => {
    portal.expireTokens();
    portal.expireRefreshTokens();
    await assert.rejects(call("profile"), /The provided grant is invalid/);
    const limited = oauthClient(portal, portal.issueTokens({ application: portal.addApplication({ scopes: [] }) }));
    await assert.rejects(
      limited.actions.v2.call.make({ method: "imconnector.list", params: {} }),
      (error: { code?: string; status?: number }) => error.code === "insufficient_scope" && error.status === 403,
    );
  });

  it("adds a line, reads it back and finds it in the list", async () => {
    const id = await call("imopenlines.config.add", { PARAMS: { LINE_NAME: "Support", QUEUE_TYPE: "evenly" } });
    const line = (await call("imopenlines.config.get", { CONFIG_ID: id })) as Record<string, unknown>;
    assert.equal(line["LINE_NAME"], "Support");
    const lines = (await call("imopenlines.config.list.get", { PARAMS: { select: ["ID"] } })) as unknown[];
    assert.deepEqual(lines, [{ ID: String(id) }]);
  });

  it("renews an expired token once for calls that run at the same time, and goes on", async () => {
    portal.expireTokens();
    const renewed: string[] = [];
    sdk.setCallbackRefreshAuth(({ authData }) => Promise.resolve(void renewed.push(authData.access_token)));
    await Promise.all([call("profile"), call("profile"), call("profile")]);
    assert.equal(renewed.length, 1);
    assert.equal(portal.journal.filter((entry) => entry.method === "oauth.token").length, 1);
    assert.equal(portal.journal.at(-1)?.token, renewed[0]);
  });

  it("runs a batch with named commands and with a list, nested parameters included", async () => {
    const named = await sdk.actions.v2.batch.make({
      calls: {
        register: { method: "imconnector.register", params: connector },
        list: { method: "imconnector.list", params: {} },
        broken: { method: "imconnector.activate", params: { CONNECTOR: "acme_chat" } },
      },
      options: { isHaltOnError: false, returnAjaxResult: true },
    });
    const answers = named.getData() as Record<string, { isSuccess: boolean; getErrorMessages(): string[] }>;
    assert.deepEqual(
      Object.entries(answers).map(([key, answer]) => [key, answer.isSuccess]),
      [
        ["register", true],
        ["list", true],
        ["broken", false],
      ],
    );
    assert.equal(portal.connectors[0]?.ICON.COLOR, "#1900ff");
    const list = await sdk.actions.v2.batch.make({
      calls: [
        ["server.time", {}],
        ["user.admin", {}],
      ],
      options: { isHaltOnError: true },
    });
    assert.equal((list.getData() as unknown[])[1], true);
  });

  it("takes a hundred commands apart into batches of fifty", async () => {
    const calls = Array.from({ length: 100 }, (_, index) => ({
      method: "imconnector.register",
      params: { ...connector, ID: `acme_${String(index)}` },
    }));
    const answer = await sdk.actions.v2.batchByChunk.make({ calls, options: { isHaltOnError: true } });
    assert.deepEqual(answer.getErrorMessages(), []);
    assert.equal(portal.connectors.length, 100);
    assert.deepEqual(
      portal.journal.map((entry) => [entry.method, entry.commands?.length]),
      [
        ["batch", 50],
        ["batch", 50],
      ],
    );
  });

  it("walks through a list of several pages", async () => {
    const application = portal.addApplication({ scopes: ["user"] });
    for (let count = 0; count < 120; count++) portal.addUser();
    const client = oauthClient(portal, portal.issueTokens({ application }));
    const all = await client.actions.v2.callList.make<{ ID: string }>({ method: "user.get", params: {}, idKey: "ID" });
    assert.equal(all.getData()?.length, 121);
    const pages: number[] = [];
    for await (const page of client.actions.v2.fetchList.make<{ ID: string }>({
      method: "user.get",
      params: {},
      idKey: "ID",
    })) {
      pages.push(page.length);
    }
    assert.deepEqual(pages, [50, 50, 21]);
    const first = await client.actions.v2.call.make({ method: "user.get", params: { start: 50 } });
    assert.deepEqual([first.getTotal(), first.isMore()], [121, true]);
  });
});

describe("the official JavaScript SDK with a webhook", () => {
  let portal: Portal;
  let trusted: string[];

  // The SDK's webhook client knows https only, so the portal gets a certificate that this process trusts.
  before(async () => {
    const { cert, private: key } = await generate([{ name: "commonName", value: "127.0.0.1" }], {
      extensions: [{ name: "subjectAltName", altNames: [{ type: 7, ip: "127.0.0.1" }] }],
    });
    trusted = tls.getCACertificates("default");
    tls.setDefaultCACertificates([...trusted, cert]);
    portal = await startPortal({ https: { key, cert } });
  });

  after(async () => {
    await portal.close();
    tls.setDefaultCACertificates(trusted);
  });

  it("manages open lines, which need no application", async () => {
    const sdk = B24Hook.fromWebhookUrl(portal.addWebhook().url, { restrictionParams: { maxRetries: 1 } });
    const added = await sdk.actions.v2.call.make({
      method: "imopenlines.config.add",
      params: { PARAMS: { LINE_NAME: "Support" } },
    });
    assert.equal(added.getData()?.result, 1);
    assert.equal(portal.journal.at(-1)?.tokenIn, "path");
  });

  it("is refused by imconnector, which needs an application", async () => {
    const sdk = B24Hook.fromWebhookUrl(portal.addWebhook().url, { restrictionParams: { maxRetries: 1 } });
    await assert.rejects(
      sdk.actions.v2.call.make({ method: "imconnector.status", params: {} }),
      (error: { code?: string; status?: number }) => error.code === "WRONG_AUTH_TYPE" && error.status === 403,
    );
  });

  it("loses the connection before or after the work", async () => {
    const line = (): Promise<Response> =>
      fetch(`${portal.addWebhook().url}imopenlines.config.add`, { method: "POST", body: "PARAMS[LINE_NAME]=Support" });
    for (const reset of ["before", "after"] as const) {
      const before = portal.lines.length;
      portal.fail({ method: "imopenlines.config.add", reset, times: 1 });
      await assert.rejects(line(), ({ cause }: { cause?: { code?: string } }) => cause?.code === "ECONNRESET");
      assert.equal(portal.lines.length - before, reset === "before" ? 0 : 1);
    }
  });
});
