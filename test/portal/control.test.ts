import assert from "node:assert/strict";
import { request } from "node:http";
import { startPortal, type Portal, type PortalContent } from "../../provider/portal";
import { callBatch, callRest, postToken } from "../../provider/portal/client";

interface Answer {
  status: number;
  body: Record<string, unknown> & { error?: string };
}

/** A request of somebody who knows nothing but the address. */
function ask(
  portal: Portal,
  method: string,
  path: string,
  body?: unknown,
  headers: Record<string, string> = {},
): Promise<Answer> {
  return new Promise((resolve, reject) => {
    const sent = request(`${portal.control}${path}`, { method, headers }, (response) => {
      let text = "";
      response.setEncoding("utf8").on("data", (part: string) => (text += part));
      response.on("end", () => {
        resolve({ status: response.statusCode ?? 0, body: JSON.parse(text) as Answer["body"] });
      });
    });
    sent.on("error", reject).end(body === undefined ? undefined : JSON.stringify(body));
  });
}

const icon = { DATA_IMAGE: "data:image/svg+xml,%3Csvg/%3E", COLOR: "#123456" };
const connector = { ID: "Acme", NAME: "Acme <b>", ICON: icon, PLACEMENT_HANDLER: "https://acme.example/settings" };

/** One of everything, made over REST as a deployment does. */
async function fill(portal: Portal): Promise<void> {
  const user = portal.addUser({ name: "Otto", mayModifyLines: [1] });
  portal.addDepartment({ name: "Support" });
  await callRest(portal, "imconnector.register", connector);
  const line = { LINE_NAME: "Support", QUEUE: [{ ENTITY_TYPE: "user", ENTITY_ID: user.id }], WORKTIME_DAYOFF: [] };
  await callRest(portal, "imopenlines.config.add", { PARAMS: line });
  await callRest(portal, "imconnector.activate", { CONNECTOR: "acme", LINE: 1, ACTIVE: 1 });
  await callRest(portal, "imconnector.connector.data.set", {
    CONNECTOR: "acme",
    LINE: 1,
    DATA: { URL_IM: "https://a.b" },
  });
  await callRest(portal, "event.bind", { event: "ONIMCONNECTORMESSAGEADD", handler: "https://acme.example/events" });
  await callRest(portal, "event.bind", {
    event: "ONIMCONNECTORMESSAGEDELETE",
    event_type: "offline",
    auth_connector: "crm",
  });
  await callRest(portal, "placement.bind", {
    PLACEMENT: "CONTACT_CENTER",
    HANDLER: "https://acme.example/tile",
    ICON: { fileData: ["a.png", "aGk="] },
    LANG_ALL: { en: { TITLE: "Tile" } },
  });
  const properties = { name: "Acme", color: "mint" };
  await callRest(portal, "imbot.v2.Bot.register", { fields: { code: "acme", properties } });
  await callRest(portal, "messageservice.sender.add", {
    CODE: "acme",
    TYPE: "SMS",
    NAME: { en: "Acme" },
    HANDLER: "h",
  });
  portal.license = "de_std";
  await callRest(portal, "imconnector.send.messages", {
    CONNECTOR: "acme",
    LINE: 1,
    MESSAGES: [{ user: { id: "u1" }, message: { id: "m1", text: "Hello" }, chat: { id: "c1" } }],
  });
}

const nested = (levels: number): unknown => JSON.parse(`${"[".repeat(levels)}${"]".repeat(levels)}`) as unknown;

describe("the portal's control address", () => {
  let portal: Portal;
  beforeEach(async () => {
    portal = await startPortal();
  });
  afterEach(() => portal.close());

  const state = async (): Promise<PortalContent> => (await ask(portal, "GET", "state")).body as PortalContent;

  it("tells what the portal contains, in the names of this package and without a credential", async () => {
    await fill(portal);
    const { generation, portal: address, connectors, activations, lines, eventHandlers, placements } = await state();
    assert.deepEqual([generation, address], ["new", portal.url]);
    assert.deepEqual(
      connectors?.map(({ connectorId, name, chatGroup, icon: shown }) => [connectorId, name, chatGroup, shown?.color]),
      [["acme", "Acme <b>", false, "#123456"]],
    );
    assert.deepEqual(
      activations?.map(({ connectorId, lineId, active, data }) => [connectorId, lineId, active, data]),
      [["acme", 1, true, { urlIm: "https://a.b" }]],
    );
    const [line] = lines ?? [];
    assert.deepEqual([line?.lineId, line?.lineName, line?.["active"], line?.["maxChat"]], [1, "Support", true, 0]);
    assert.deepEqual(line?.queue, [{ entityType: "user", entityId: 2 }]);
    assert.deepEqual(
      eventHandlers?.map(({ event, handler, eventType }) => [event, handler, eventType]),
      [
        ["ONIMCONNECTORMESSAGEADD", "https://acme.example/events", "online"],
        ["ONIMCONNECTORMESSAGEDELETE", undefined, "offline"],
      ],
    );
    assert.deepEqual(
      placements?.map(({ placement }) => placement),
      ["SETTING_CONNECTOR", "CONTACT_CENTER"],
    );
    const text = JSON.stringify(await state());
    for (const secret of [portal.accessToken, portal.refreshToken, portal.clientSecret])
      assert.ok(!text.includes(secret));
  });

  for (const generation of ["old", "middle", "new"] as const) {
    it(`gives the same state after reset and seed, generation ${generation}`, async () => {
      await portal.close();
      portal = await startPortal({ generation });
      await fill(portal);
      const before = await state();
      assert.equal((await ask(portal, "POST", "reset")).status, 200);
      const empty = await state();
      for (const name of ["connectors", "activations", "lines", "eventHandlers", "placements", "dialogs"] as const) {
        assert.deepEqual(empty[name], [], name);
      }
      assert.deepEqual(
        empty.users?.map(({ name }) => name),
        ["Ada"],
      );
      assert.equal(empty.plan, "en_pro100");
      assert.deepEqual(await ask(portal, "POST", "seed", before), { status: 200, body: {} });
      assert.deepEqual(await state(), before);
      assert.equal((await callRest(portal, "profile")).status, 200);
      const { body } = await callRest(portal, "imopenlines.config.get", { CONFIG_ID: 1 });
      assert.equal((body.result as { LINE_NAME: string }).LINE_NAME, "Support");
    });
  }

  it("fills in what a seed leaves out, as the portal would", async () => {
    const { status } = await ask(portal, "POST", "seed", {
      connectors: [{ connectorId: "acme_chat", name: "Acme Chat" }],
      lines: [{ lineName: "Support" }],
      activations: [{ connectorId: "acme_chat", lineId: 1 }],
      users: [{ name: "Otto", mayManageConnectors: true }],
      eventHandlers: [{ event: "onImConnectorMessageAdd", handler: "https://acme.example/events" }],
    });
    assert.equal(status, 200);
    const answers = await callBatch(portal, {
      list: "imconnector.list",
      status: "imconnector.status?CONNECTOR=acme_chat&LINE=1",
      events: "event.get",
      line: "imopenlines.config.get?CONFIG_ID=1",
    });
    const { list, status: active, events, line } = answers.result as Record<string, Record<string, unknown>>;
    assert.equal(list?.["acme_chat"], "Acme Chat");
    assert.equal(active?.["STATUS"], true);
    assert.equal((events as unknown as { event: string }[])[0]?.event, "ONIMCONNECTORMESSAGEADD");
    assert.deepEqual(line?.["QUEUE"], ["1"]);
    assert.deepEqual((await callRest(portal, "imopenlines.config.add")).body.result, 2);
  });

  it("changes nothing when a seed is refused, and says what is wrong with it", async () => {
    await fill(portal);
    const before = await state();
    for (const [wrong, sentence] of [
      [{ connectors: [{ connectorId: "b", name: "B" }], lines: [{}] }, /lines\[0\]\.lineName/],
      [{ connectors: [{ connectorId: "b", name: "B", colour: "red" }] }, /connectors\[0\].*colour/],
      [{ connectors: [{ connectorId: "a.b", name: "B" }] }, /connectors\[0\]\.connectorId: has neither dots/],
      [{ lines: [{ lineName: "L", active: "Y" }] }, /lines\[0\]\.active/],
      [
        { lines: [{ lineName: "L" }], placements: [{ placement: "X", handler: "h", application: "no" }] },
        /no application "no"/,
      ],
      [{ lines: [{ lineName: "L", operators: [{ userId: 99 }] }] }, /no user 99/],
      [{ conectors: [] }, /conectors/],
      [{ bots: [{ code: 7 }] }, /bots\[0\]\.code/],
      [{ bots: [{ code: "b", properties: "none" }] }, /bots\[0\]\.properties/],
      [{ bots: [{ code: "b", eventMode: "webhook" }] }, /Webhook URL is required/],
      [{ senders: [{ code: "b", colour: "red" }] }, /senders\[0\].*colour/],
      [{ senders: [{ code: "b", application: "no" }] }, /senders\[0\]\.application: there is no application "no"/],
      [{ plan: "cheap" }, /plan: is a language and a plan/],
      [{ eventHandlers: [{ event: "E", options: { deep: nested(600) } }] }, /nested deeper than 512 levels/],
      ["text", /The body/],
    ] as const) {
      const { status, body } = await ask(portal, "POST", "seed", wrong);
      assert.equal(status, 400);
      assert.match(body.error ?? "", sentence);
      assert.deepEqual(await state(), before);
    }
  });

  it("tells the requests, batches taken apart and secrets masked", async () => {
    const long = `data:image/png;base64,${"A".repeat(10_000)}`;
    await callBatch(portal, {
      one: `imconnector.register?ID=a&NAME=A&ICON[DATA_IMAGE]=${encodeURIComponent(long)}&PLACEMENT_HANDLER=h`,
      two: "imconnector.status",
    });
    const handler = `https://acme.example/?t=${portal.accessToken}`;
    await callRest(portal, "event.bind", { event: "ONAPPINSTALL", handler, password: "hush" });
    await postToken(portal, {
      grant_type: "refresh_token",
      client_id: portal.clientId,
      client_secret: "guessed",
      refresh_token: portal.refreshToken,
    });
    await fetch(`${portal.webhook}profile`);
    const { body } = await ask(portal, "GET", "requests");
    const { requests, next } = body as {
      requests: {
        at: string;
        method: string;
        status: number;
        calls: { method: string; parameters: Record<string, unknown>; error?: string }[];
      }[];
      next: number;
    };
    assert.deepEqual(
      requests.map(({ method, status, calls }) => [method, status, calls.map((call) => [call.method, call.error])]),
      [
        [
          "batch",
          200,
          [
            ["imconnector.register", undefined],
            ["imconnector.status", "ERROR_ARGUMENT"],
          ],
        ],
        ["event.bind", 200, [["event.bind", undefined]]],
        ["oauth.token", 401, [["oauth.token", "invalid_client"]]],
        ["profile", 200, [["profile", undefined]]],
      ],
    );
    assert.equal(next, 4);
    assert.match(
      (requests[0]?.calls[0]?.parameters["ICON"] as { DATA_IMAGE: string }).DATA_IMAGE,
      /^data:.*\(10022 characters\)$/,
    );
    assert.deepEqual(requests[1]?.calls[0]?.parameters["handler"], "https://acme.example/?t=***");
    const text = JSON.stringify(body);
    for (const secret of [
      portal.accessToken,
      portal.refreshToken,
      "guessed",
      "hush",
      portal.webhook.split("/").at(-2) ?? "",
    ]) {
      assert.ok(secret !== "" && !text.includes(secret), secret);
    }
    assert.deepEqual((await ask(portal, "GET", "requests?since=3")).body["next"], 4);
    assert.equal(((await ask(portal, "GET", "requests?since=3")).body["requests"] as unknown[]).length, 1);
    assert.equal((await ask(portal, "GET", "requests?since=x")).status, 400);
  });

  it("makes the portal misbehave, and takes it back", async () => {
    const { body } = await ask(portal, "POST", "faults", { method: "profile", code: "QUERY_LIMIT_EXCEEDED", times: 2 });
    assert.equal((await callRest(portal, "profile")).body.error, "QUERY_LIMIT_EXCEEDED");
    const faults = await ask(portal, "GET", "faults");
    assert.deepEqual(faults.body["faults"], [
      { id: body["id"], hits: 1, method: "profile", code: "QUERY_LIMIT_EXCEEDED", times: 2 },
    ]);
    assert.equal((await ask(portal, "DELETE", `faults/${String(body["id"])}`)).status, 200);
    assert.equal((await ask(portal, "DELETE", `faults/${String(body["id"])}`)).status, 404);
    assert.equal((await callRest(portal, "profile")).status, 200);
    await ask(portal, "POST", "faults", { html: true, httpStatus: 502 });
    await ask(portal, "DELETE", "faults");
    assert.equal((await callRest(portal, "profile")).status, 200);
    const shown = ((await ask(portal, "GET", "requests")).body["requests"] as { fault?: true }[]).map(
      (one) => one.fault,
    );
    assert.deepEqual(shown, [true, undefined, undefined]);
    for (const wrong of [{}, { method: "profile" }, { cod: "X" }, { delay: -1 }, { result: nested(600) }]) {
      assert.equal((await ask(portal, "POST", "faults", wrong)).status, 400);
    }
    const body9000 = `{"method": "profile", "result": ${"[".repeat(9000)}${"]".repeat(9000)}}`;
    const deepest = await fetch(`${portal.control}faults`, { method: "POST", body: body9000 });
    assert.equal(deepest.status, 400);
    assert.throws(() => portal.fail({ result: nested(9000) }), /nested deeper than 512 levels/);
    portal.fail({ method: "profile", result: nested(500) });
    assert.equal((await callRest(portal, "profile")).status, 200);
  });

  it("expires tokens, moves the clock, and hands back the credentials of the start with a reset", async () => {
    await ask(portal, "POST", "tokens/expire");
    assert.equal((await callRest(portal, "profile")).body.error, "expired_token");
    await ask(portal, "POST", "reset");
    assert.equal((await callRest(portal, "profile")).status, 200);
    const before = Date.now();
    const { body } = await ask(portal, "POST", "clock", { advance: 3601 });
    assert.ok(Math.abs(Date.parse(String(body["now"])) - before - 3_601_000) < 60_000);
    assert.equal((await callRest(portal, "profile")).body.error, "expired_token");
    await ask(portal, "POST", "reset");
    assert.equal((await callRest(portal, "profile")).status, 200);
    assert.equal((await ask(portal, "POST", "clock", { advance: "soon" })).status, 400);
  });

  it("renames the portal, so that its old name answers 302, and changes its plan", async () => {
    const old = portal.url;
    const { body } = await ask(portal, "POST", "portal", { host: "localhost", plan: "de_ent250" });
    const { port } = new URL(old);
    assert.deepEqual(body, { portal: `http://localhost:${port}`, plan: "de_ent250" });
    const response = await fetch(`${old}/rest/profile`, { method: "POST", redirect: "manual" });
    assert.deepEqual(
      [response.status, response.headers.get("location")],
      [302, `http://localhost:${port}/rest/profile`],
    );
    const info = (await callRest(portal, "app.info")).body.result as { LICENSE: string };
    assert.equal(info.LICENSE, "de_ent250");
    assert.equal((await state()).portal, `http://localhost:${port}`);
    assert.equal((await ask(portal, "POST", "portal", { host: "a b" })).status, 400);
    await ask(portal, "POST", "reset");
    const { portal: url, plan } = await state();
    assert.deepEqual([url, plan], [old, "en_pro100"]);
    assert.equal((await fetch(`${old}/rest/profile`, { method: "POST", redirect: "manual" })).status, 401);
  });

  it("changes the rights of a user", async () => {
    const user = portal.addUser({ administrator: true });
    const { accessToken } = portal.issueTokens({ user });
    const listed = async () => (await callRest(portal, "imconnector.list", {}, accessToken)).status;
    assert.equal(await listed(), 200);
    await ask(portal, "POST", `users/${String(user.id)}`, { administrator: false });
    assert.equal(await listed(), 400);
    const { body } = await ask(portal, "POST", `users/${String(user.id)}`, { mayManageConnectors: true });
    assert.equal(body["mayManageConnectors"], true);
    assert.equal(await listed(), 200);
    assert.equal((await ask(portal, "POST", "users/77", {})).status, 404);
  });

  it("describes itself, and says what it does not serve", async () => {
    const { body } = await ask(portal, "GET", "openapi.json");
    const paths = Object.keys(body["paths"] as object);
    assert.ok(paths.includes("/_portal/state") && paths.includes("/_portal/users/{id}"));
    assert.match((await ask(portal, "GET", "nothing")).body.error ?? "", /openapi\.json/);
    const { status, body: refused } = await ask(portal, "PUT", "state");
    assert.deepEqual([status, refused.error], [405, "/_portal/state takes GET."]);
    assert.equal((await ask(portal, "GET", "/state")).status, 200);
  });

  it("neither shows itself to pages of another origin nor obeys them", async () => {
    const { host } = new URL(portal.url);
    const changes = ["POST", "reset"] as const;
    for (const headers of [
      { origin: "https://evil.example" },
      { origin: "null" },
      { origin: "http://127.0.0.1:1" },
      { "sec-fetch-site": "cross-site" },
      { "sec-fetch-site": "same-site" },
      { host: "evil.example" },
      { host: `evil.example:${new URL(portal.url).port}`, origin: `http://evil.example:${new URL(portal.url).port}` },
      { host: "127.0.0.1.evil.example" },
    ] as Record<string, string>[]) {
      for (const [method, path] of [changes, ["GET", "state"]] as const) {
        const { status, body } = await ask(portal, method, path, undefined, headers);
        assert.equal(status, 403, JSON.stringify(headers));
        assert.match(body.error ?? "", /control address/);
      }
    }
    const own = await ask(portal, ...changes, undefined, { origin: `http://${host}`, "sec-fetch-site": "same-origin" });
    assert.equal(own.status, 200);
    assert.equal((await ask(portal, "GET", "state", undefined, { "sec-fetch-site": "none" })).status, 200);
  });
});
