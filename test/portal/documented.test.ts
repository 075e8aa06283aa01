import assert from "node:assert/strict";
import { startPortal, type Portal, type PortalOptions } from "../../provider/portal";
import { callRest } from "../../provider/portal/client";

describe("local portal: what the documentation shows", () => {
  let portal: Portal;
  const start = async (options: PortalOptions = {}): Promise<void> => {
    portal = await startPortal(options);
  };
  afterEach(() => portal.close());
  const result = async (method: string, params: Record<string, unknown> = {}) =>
    (await callRest(portal, method, params)).body.result;

  it("gives the status of an application as the official Python SDK reads it", async () => {
    await start();
    const response = await fetch(`${portal.authorizationServer}/rest/app.info?auth=${portal.accessToken}`);
    const body = (await response.json()) as { result: Record<string, unknown>; time: Record<string, unknown> };
    const { client_id, scope, expires, user_id, install } = body.result;
    assert.deepEqual([client_id, user_id], [portal.clientId, 1]);
    assert.equal(scope, portal.application.scopes.join(","));
    assert.ok(Date.parse(String(expires)) > Date.now());
    assert.deepEqual(install, {
      installed: true,
      version: "1",
      status: "L",
      scope,
      domain: new URL(portal.url).hostname,
      uri: portal.url,
      client_endpoint: `${portal.url}/rest/`,
      member_id: portal.memberId,
      member_type: "bitrix24",
    });
    assert.ok("date_start" in body.time);
  });

  it("filters, sorts and selects users", async () => {
    await start();
    portal.addUser({ name: "Otto", lastName: "Zorn", departments: [1, 5] });
    portal.addUser({ name: "Berta", lastName: "Zorn", active: false });
    portal.addUser({ name: "Carla", lastName: "Abel", extranet: true, online: false });
    const names = async (params: Record<string, unknown>) =>
      (
        (await callRest(portal, "user.get", params, portal.issueTokens({ application: withUsers }).accessToken)).body
          .result as { NAME: string }[]
      ).map(({ NAME }) => NAME);
    const withUsers = portal.addApplication({ scopes: ["user"] });
    for (const [params, expected] of [
      [{ sort: "NAME", order: "DESC" }, ["Otto", "Carla", "Berta", "Ada"]],
      [{ FILTER: { LAST_NAME: "Zorn" } }, ["Otto", "Berta"]],
      [{ FILTER: { "!LAST_NAME": "Zorn" } }, ["Ada", "Carla"]],
      [{ FILTER: { "%LAST_NAME": "OR" } }, ["Otto", "Berta"]],
      [{ FILTER: { "=%LAST_NAME": "Z%" } }, ["Otto", "Berta"]],
      [{ FILTER: { "@ID": [1, 4] } }, ["Ada", "Carla"]],
      [{ FILTER: { ">=ID": 3 } }, ["Berta", "Carla"]],
      [{ FILTER: { ACTIVE: true, IS_ONLINE: "Y" } }, ["Ada", "Otto"]],
      [{ FILTER: { ACTIVE: false } }, ["Berta"]],
      [{ FILTER: { UF_DEPARTMENT: 5 } }, ["Otto"]],
      [{ FILTER: { USER_TYPE: "extranet" } }, ["Carla"]],
      [{ FILTER: { NAME_SEARCH: "zorn ott" } }, ["Otto"]],
    ] as const) {
      assert.deepEqual(await names(params), expected, JSON.stringify(params));
    }
    const { accessToken } = portal.issueTokens({ application: withUsers });
    const { body } = await callRest(
      portal,
      "user.get",
      { select: ["ID", "UF_*", "NOTHING"], FILTER: { ID: 1 } },
      accessToken,
    );
    assert.deepEqual(body.result, [{ ID: "1", UF_EMPLOYMENT_DATE: "", UF_DEPARTMENT: [1] }]);
  });

  it("leaves the cards of operators alone when only the queue changes", async () => {
    await start();
    const other = portal.addUser();
    const entry = (id: number) => ({ ENTITY_TYPE: "user", ENTITY_ID: id });
    const cards = { 1: { USER_NAME: "Alice" } };
    await result("imopenlines.config.add", { PARAMS: { QUEUE: [entry(1)], QUEUE_USERS_FIELDS: cards } });
    await result("imopenlines.config.update", { CONFIG_ID: 1, PARAMS: { QUEUE: [entry(other.id), entry(1)] } });
    const namesOf = async () => {
      const line = (await result("imopenlines.config.get", { CONFIG_ID: 1 })) as {
        QUEUE_USERS_FIELDS: Record<string, { USER_NAME: string | null }>;
      };
      return Object.values(line.QUEUE_USERS_FIELDS).map(({ USER_NAME }) => USER_NAME);
    };
    assert.deepEqual(await namesOf(), ["Alice", null]);
    const fields = { QUEUE: [entry(1)], QUEUE_USERS_FIELDS: { 7: { USER_NAME: "Nobody" } } };
    await result("imopenlines.config.update", { CONFIG_ID: 1, PARAMS: fields });
    assert.deepEqual(await namesOf(), [null]);
  });

  it("tells the operating time on new portals always, on older ones only where it is limited", async () => {
    for (const generation of ["new", "middle", "old"] as const) {
      await start({ generation });
      const { body } = await callRest(portal, "profile");
      assert.equal("operating" in (body.time ?? {}), generation === "new", generation);
      assert.equal("operating_reset_at" in (body.time ?? {}), generation === "new", generation);
      if (generation !== "old") await portal.close();
    }
  });

  it("shows offline handlers without a mark on old portals", async () => {
    await start({ generation: "old" });
    await result("event.bind", { event: "ONIMCONNECTORMESSAGEADD", event_type: "offline", auth_connector: "sync" });
    assert.deepEqual(await result("event.get"), [{ event: "ONIMCONNECTORMESSAGEADD", connector_id: "sync" }]);
  });

  it("refuses status reports of unknown connectors, and OPTIONS that are no list", async () => {
    await start();
    const report = { CONNECTOR: "x", LINE: 1, MESSAGES: [{ im: {}, message: {}, chat: {} }] };
    for (const what of ["delivery", "reading"]) {
      const { status, body } = await callRest(portal, `imconnector.send.status.${what}`, report);
      assert.deepEqual([status, body.error], [400, "IMCONNECTOR_NO_CORRECT_PROVIDER"]);
    }
    const { status, body } = await callRest(portal, "imopenlines.config.list.get", { OPTIONS: "QUEUE" });
    assert.deepEqual([status, body.error], [400, "INVALID_FORMAT"]);
  });

  it("words soft refusals as documented", async () => {
    await start({ generation: "middle" });
    const icon = { DATA_IMAGE: "x" };
    for (const [params, text] of [
      [{ ID: "a.b" }, "Application registration error. Using a dot in the connector identifier is not allowed"],
      [{}, "Connector ID is not specified"],
      [{ ID: "a" }, "Connector name is not specified"],
      [{ ID: "a", NAME: "A" }, "Connector icon is not specified"],
      [{ ID: "a", NAME: "A", ICON: icon }, "Failed to get embedding handler URL"],
      [{ ID: "a", NAME: "A".repeat(256), ICON: icon, PLACEMENT_HANDLER: "h" }, "Application registration error"],
    ] as const) {
      const answer = (await result("imconnector.register", params)) as { error_description: string };
      assert.equal(answer.error_description, text);
    }
    const gone = (await result("imconnector.unregister", { ID: "none" })) as { error_description: string };
    assert.equal(gone.error_description, "Error unregistering the application");
  });

  it("joins external channels and names access codes", async () => {
    await start();
    const code = "0123456789abcdef0123456789abcdef";
    assert.equal(await result("imopenlines.network.join", { CODE: code }), 1);
    assert.equal(await result("imopenlines.network.join", { CODE: code }), 1);
    const wrong = await callRest(portal, "imopenlines.network.join", { CODE: "short" });
    assert.deepEqual(
      [wrong.status, wrong.body.error, wrong.body.error_description],
      [400, "CODE", "You entered an invalid code"],
    );
    assert.deepEqual(await result("access.name", { ACCESS: ["G2", "AU", "X9"] }), {
      G2: { provider: "", name: "All visitors", provider_id: "other" },
      AU: { provider: "", name: "All authorized users", provider_id: "other" },
    });
    assert.equal(await result("access.name"), false);
  });

  it("answers as XML where that is asked for", async () => {
    await start();
    portal.administrator.name = "Ada & <b>";
    const response = await fetch(`${portal.webhook}batch.xml?cmd[get_user]=profile`);
    assert.match(response.headers.get("content-type") ?? "", /^text\/xml/);
    const text = await response.text();
    assert.match(
      text,
      /<response><result><result><get_user><ID>1<\/ID><ADMIN>1<\/ADMIN><NAME>Ada &amp; &lt;b&gt;<\/NAME>/,
    );
    const refused = await fetch(`${portal.url}/rest/profile.xml`);
    assert.equal(refused.status, 401);
    assert.match(await refused.text(), /<response><error>NO_AUTH_FOUND<\/error>/);
  });

  it("refuses event handlers to a plan that has none", async () => {
    await start();
    const handler = { event: "ONAPPTEST", handler: "https://acme.example/" };
    await result("event.bind", handler);
    portal.license = "en_project";
    for (const method of ["event.bind", "event.unbind"]) {
      const { status, body } = await callRest(portal, method, handler);
      assert.deepEqual([status, body.error], [403, "WRONG_LICENSE"]);
    }
    assert.equal(portal.content.eventHandlers?.length, 1);
  });

  it("switches a channel off with 0 and an empty text, on with anything else, and tells who listens", async () => {
    await start();
    const here = { CONNECTOR: "acme", LINE: 1 };
    const status = async (CONNECTOR = "acme") => {
      const seen = (await result("imconnector.status", { ...here, CONNECTOR })) as Record<string, unknown>;
      return [seen["CONNECTOR"], seen["CONFIGURED"], seen["STATUS"], seen["ERROR"]];
    };
    assert.deepEqual(await status("Acme"), ["acme", false, false, false]);
    await result("imopenlines.config.add", {});
    const icon = { DATA_IMAGE: "x" };
    await result("imconnector.register", { ID: "acme", NAME: "A", ICON: icon, PLACEMENT_HANDLER: "h" });
    await result("event.bind", { event: "ONIMCONNECTORSTATUSDELETE", event_type: "offline" });
    for (const [active, on] of [
      ["N", true],
      ["", false],
      [1, true],
      [0, false],
      ["0", false],
    ] as const) {
      assert.equal(await result("imconnector.activate", { ...here, ACTIVE: active }), true);
      assert.deepEqual(await status(), ["acme", on, on, false], JSON.stringify(active));
    }
    for (const active of [{}, { ACTIVE: null }]) {
      const { status: code, body } = await callRest(portal, "imconnector.activate", { ...here, ...active });
      assert.deepEqual([code, body.error, body["argument"]], [400, "ERROR_ARGUMENT", "ACTIVE"]);
    }
    const { events } = (await result("event.offline.get")) as { events: unknown[] };
    // The look after the second has made a record, which the third takes away.
    assert.equal(events.length, 3);
  });

  it("merges the data of a channel, takes empty texts for nothing, and checks neither connector nor line", async () => {
    await start();
    const set = (DATA: unknown) => result("imconnector.connector.data.set", { CONNECTOR: "acme", LINE: 9, DATA });
    for (const data of [{ ID: "1", NAME: "A" }, { URL: "https://a.example", NAME: "" }, {}]) {
      assert.equal(await set(data), true);
    }
    assert.deepEqual(
      portal.content.activations?.map(({ data }) => data),
      [{ id: "1", name: "A", url: "https://a.example" }],
    );
    const { status, body } = await callRest(portal, "imconnector.connector.data.set", { CONNECTOR: "acme", LINE: 9 });
    assert.deepEqual([status, body.error, body["argument"]], [400, "ERROR_ARGUMENT", "DATA"]);
  });

  it("lists connectors to applications only, and says first that the module is missing", async () => {
    await start();
    const asWebhook = async () => {
      const response = await fetch(`${portal.webhook}imconnector.list`);
      return [response.status, ((await response.json()) as { error: string }).error];
    };
    assert.deepEqual(await asWebhook(), [400, "ERROR_CORE"]);
    portal.setOpenLinesInstalled(false);
    assert.deepEqual(await asWebhook(), [400, "ACCESS_DENIED"]);
  });
});
