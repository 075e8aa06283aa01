import assert from "node:assert/strict";
import { startPortal, type Portal, type PortalOptions, type User } from "../../provider/portal";
import { callRest } from "../../provider/portal/client";

const handler = "https://acme.example/events";

describe("local portal: events and placements", () => {
  let portal: Portal;

  async function open(options: PortalOptions): Promise<void> {
    await portal.close();
    portal = await startPortal(options);
  }

  beforeEach(async () => {
    portal = await startPortal();
  });

  afterEach(() => portal.close());

  const tokenOf = (user: User): string => portal.issueTokens({ user }).accessToken;

  async function call(method: string, params: Record<string, unknown> = {}, token?: string): Promise<unknown> {
    const { body } = await callRest(portal, method, params, token);
    assert.equal(body.error, undefined, body.error_description);
    return body.result;
  }

  async function refusal(method: string, params: Record<string, unknown> = {}, token?: string): Promise<unknown[]> {
    const { status, body } = await callRest(portal, method, params, token);
    return [status, body.error];
  }

  describe("event.bind", () => {
    const event = "OnImConnectorMessageAdd";

    it("binds a handler once; a second time it is refused and changes nothing", async () => {
      assert.equal(await call("event.bind", { event, handler }), true);
      const again = await callRest(portal, "event.bind", { EVENT: event, HANDLER: handler });
      assert.deepEqual([again.status, again.body.error], [400, "ERROR_CORE"]);
      assert.match(again.body.error_description ?? "", /Handler already binded/);
      assert.deepEqual(await call("event.get"), [
        { event: "ONIMCONNECTORMESSAGEADD", handler, auth_type: "0", offline: 0 },
      ]);
    });

    it("takes another user for another binding, and offline ones without a handler", async () => {
      await call("event.bind", { event, handler });
      await call("event.bind", { event, handler, auth_type: 1 });
      await call("event.bind", { event, event_type: "offline", auth_connector: "sync" });
      assert.deepEqual(await call("event.get"), [
        { event: "ONIMCONNECTORMESSAGEADD", handler, auth_type: "0", offline: 0 },
        { event: "ONIMCONNECTORMESSAGEADD", handler, auth_type: "1", offline: 0 },
        { event: "ONIMCONNECTORMESSAGEADD", connector_id: "sync", offline: 1 },
      ]);
    });

    it("refuses what is missing, wrong or out of reach", async () => {
      const bind = (params: Record<string, unknown>): Promise<unknown[]> =>
        refusal("event.bind", { event, handler, ...params });
      assert.deepEqual(await bind({ event: "" }), [400, "ERROR_ARGUMENT"]);
      assert.deepEqual(await bind({ handler: null }), [400, "ERROR_ARGUMENT"]);
      assert.deepEqual(await bind({ event_type: "later" }), [400, "ERROR_ARGUMENT"]);
      assert.deepEqual(await bind({ handler: "https://localhost/x" }), [400, "ERROR_WRONG_HANDLER_URL"]);
      assert.deepEqual(await bind({ handler: "no address" }), [400, "ERROR_WRONG_HANDLER_URL"]);
      assert.deepEqual(await bind({ handler: "ftp://acme.example" }), [400, "ERROR_UNSUPPORTED_PROTOCOL"]);
      assert.deepEqual(await bind({ event: "ONNOTHING" }), [400, "ERROR_EVENT_NOT_FOUND"]);
      assert.deepEqual(await bind({ event: "ONCRMLEADADD" }), [400, "ERROR_EVENT_NOT_FOUND"]);
      assert.deepEqual(await bind({ event: "ONAPPTEST", event_type: "offline" }), [400, "ERROR_ARGUMENT"]);
      assert.equal(portal.events.length, 0);
    });

    it("lets other users bind for themselves on new portals, and nobody else on old ones", async () => {
      const user = portal.addUser();
      await call("event.bind", { event, handler }, tokenOf(user));
      assert.equal(portal.events[0]?.authType, user.id);
      assert.deepEqual(await refusal("event.bind", { event, handler, auth_type: 1 }, tokenOf(user)), [
        403,
        "ACCESS_DENIED",
      ]);
      assert.deepEqual(await refusal("event.bind", { event, event_type: "offline" }, tokenOf(user)), [
        403,
        "ACCESS_DENIED",
      ]);
      assert.equal(((await call("event.get", {}, tokenOf(portal.addUser()))) as unknown[]).length, 0);
      await open({ generation: "old" });
      assert.deepEqual(await refusal("event.bind", { event, handler }, tokenOf(portal.addUser())), [
        403,
        "ACCESS_DENIED",
      ]);
    });

    it("wants the application's own host on old portals", async () => {
      await open({ generation: "old" });
      const application = portal.addApplication({ url: "https://app.example/" });
      const { accessToken } = portal.issueTokens({ application });
      assert.deepEqual(await refusal("event.bind", { event, handler }, accessToken), [400, "ERROR_HANDLER_URL_MATCH"]);
      await call("event.bind", { event, handler: "https://app.example/events" }, accessToken);
      await call("event.bind", { event, handler });
      assert.deepEqual(await call("event.get"), [{ event: "ONIMCONNECTORMESSAGEADD", handler, auth_type: "0" }]);
    });
  });

  describe("event.unbind", () => {
    const event = "ONIMCONNECTORMESSAGEADD";

    it("counts what went, of all users for an administrator, and nothing is no error", async () => {
      const user = portal.addUser();
      await call("event.bind", { event, handler });
      await call("event.bind", { event, handler, auth_type: user.id });
      assert.deepEqual(await call("event.unbind", { event, handler: "https://other.example" }), { count: 0 });
      assert.deepEqual(await call("event.unbind", { event, handler, auth_type: 0 }), { count: 1 });
      assert.deepEqual(await call("event.unbind", { event, handler }), { count: 1 });
      assert.deepEqual(await refusal("event.unbind", { event }), [400, "ERROR_ARGUMENT"]);
    });

    it("compares the user of somebody else strictly with a number", async () => {
      const user = portal.addUser();
      await call("event.bind", { event, handler }, tokenOf(user));
      const unbind = (auth_type: unknown): Promise<unknown[]> =>
        refusal("event.unbind", { event, handler, auth_type }, tokenOf(user));
      assert.deepEqual(await unbind(String(user.id)), [403, "ACCESS_DENIED"]);
      assert.deepEqual(await unbind(user.id), [200, undefined]);
      assert.equal(portal.events.length, 0);
    });
  });

  it("lists events of the token's scopes, of one scope, or all", async () => {
    const own = (await call("events")) as string[];
    assert.ok(own.includes("ONIMCONNECTORMESSAGEADD") && own.includes("ONAPPINSTALL") && !own.includes("ONCRMLEADADD"));
    assert.deepEqual(await call("events", { SCOPE: "user" }), ["ONUSERADD"]);
    assert.ok(((await call("events", { FULL: true })) as string[]).includes("ONCRMLEADADD"));
  });

  describe("placement.bind", () => {
    const PLACEMENT = "CONTACT_CENTER";
    const HANDLER = "https://acme.example/tile";

    it("binds once per handler and shows it with its texts", async () => {
      assert.equal(
        await call("placement.bind", { placement: "contact_center", handler: HANDLER, title: "Acme" }),
        true,
      );
      assert.deepEqual(await refusal("placement.bind", { PLACEMENT, HANDLER, TITLE: "Other" }), [400, "ERROR_CORE"]);
      assert.deepEqual(await call("placement.get"), [
        {
          placement: PLACEMENT,
          userId: 0,
          handler: HANDLER,
          options: [],
          title: "Acme",
          description: "",
          langAll: { en: { TITLE: "Acme", DESCRIPTION: "", GROUP_NAME: "" } },
        },
      ]);
    });

    it("takes texts per language instead of the single ones, else the application's name", async () => {
      await call("placement.bind", { PLACEMENT, HANDLER, TITLE: "ignored", LANG_ALL: { de: { TITLE: "Acme DE" } } });
      await call("placement.bind", { PLACEMENT, HANDLER: `${HANDLER}/2` });
      const [first, second] = portal.placements;
      assert.deepEqual(first?.langAll, { de: { TITLE: "Acme DE", DESCRIPTION: "", GROUP_NAME: "" } });
      assert.equal(second?.title, portal.application.name);
    });

    it("keeps only options the placement declares, with their defaults", async () => {
      await call("placement.bind", {
        PLACEMENT: "IM_TEXTAREA",
        HANDLER,
        OPTIONS: { iconName: "fa-bars", context: "USER;LINES", other: 1 },
      });
      assert.deepEqual(portal.placements[0]?.options, {
        iconName: "fa-bars",
        context: "USER;LINES",
        role: "USER",
        extranet: "N",
      });
      const bind = (OPTIONS: object): Promise<unknown[]> =>
        refusal("placement.bind", { PLACEMENT: "IM_SIDEBAR", HANDLER, OPTIONS });
      assert.deepEqual(await bind({}), [400, "ERROR_ARGUMENT"]);
      assert.deepEqual(await bind({ iconName: ["x"] }), [400, "ERROR_ARGUMENT"]);
      assert.deepEqual(await bind({ iconName: "x", context: "NOWHERE" }), [400, "INVALID_ERROR_CONTEXT"]);
    });

    it("refuses what is missing, unknown, out of reach or one too many", async () => {
      const bind = (params: Record<string, unknown>): Promise<unknown[]> =>
        refusal("placement.bind", { PLACEMENT, HANDLER, ...params });
      assert.deepEqual(await bind({ PLACEMENT: undefined }), [400, "ERROR_ARGUMENT"]);
      assert.deepEqual(await bind({ PLACEMENT: 5 }), [400, "ERROR_ARGUMENT"]);
      assert.deepEqual(await bind({ HANDLER: "" }), [400, "ERROR_ARGUMENT"]);
      assert.deepEqual(await bind({ PLACEMENT: "NOWHERE" }), [400, "ERROR_PLACEMENT_NOT_FOUND"]);
      assert.deepEqual(await bind({ PLACEMENT: "CRM_LEAD_DETAIL_TAB" }), [400, "ERROR_PLACEMENT_NOT_FOUND"]);
      assert.deepEqual(await bind({ HANDLER: "https://localhost" }), [400, "ERROR_WRONG_HANDLER_URL"]);
      assert.deepEqual(await bind({ USER_ID: 1 }), [400, "ERROR_PLACEMENT_USER_MODE"]);
      assert.deepEqual(await bind({ PLACEMENT: "DEFAULT" }), [500, "INTERNAL_SERVER_ERROR"]);
      assert.deepEqual(await bind({ PLACEMENT: "PAGE_BACKGROUND_WORKER" }), [400, "EMPTY_ERROR_HANDLER_URL"]);
      await call("placement.bind", { PLACEMENT: "REST_APP_URI", HANDLER });
      assert.deepEqual(await bind({ PLACEMENT: "REST_APP_URI" }), [400, "ERROR_PLACEMENT_MAX_COUNT"]);
    });

    it("is for administrators; listing codes is for everybody", async () => {
      const token = tokenOf(portal.addUser());
      for (const method of ["placement.bind", "placement.unbind", "placement.get"]) {
        assert.deepEqual(await refusal(method, { PLACEMENT, HANDLER }, token), [403, "ACCESS_DENIED"]);
      }
      const codes = (await call("placement.list", {}, token)) as string[];
      assert.ok(codes.includes(PLACEMENT) && codes.includes("LEFT_MENU") && !codes.includes("CRM_LEAD_DETAIL_TAB"));
    });
  });

  describe("SETTING_CONNECTOR", () => {
    const HANDLER = "https://acme.example/settings";
    const connector = { ID: "acme_chat", NAME: "Acme", ICON: { DATA_IMAGE: "data:x" }, PLACEMENT_HANDLER: HANDLER };

    it("is the same placement, whether bound or made by registering", async () => {
      await call("placement.bind", { PLACEMENT: "SETTING_CONNECTOR", HANDLER });
      await call("imconnector.register", connector);
      assert.equal(portal.placements.length, 1);
      await call("placement.unbind", { PLACEMENT: "SETTING_CONNECTOR", HANDLER });
      await call("imconnector.register", connector);
      assert.deepEqual(await refusal("placement.bind", { PLACEMENT: "SETTING_CONNECTOR", HANDLER }), [
        400,
        "ERROR_CORE",
      ]);
      const [shown] = (await call("placement.get")) as { placement: string; langAll: unknown }[];
      assert.deepEqual([shown?.placement, shown?.langAll], ["SETTING_CONNECTOR", []]);
    });
  });

  describe("placement.unbind", () => {
    const PLACEMENT = "CONTACT_CENTER";

    it("counts each twice, except on old portals, and takes all without a handler", async () => {
      for (const [generation, factor] of [
        ["new", 2],
        ["middle", 2],
        ["old", 1],
      ] as const) {
        await open({ generation });
        for (const name of ["a", "b", "c"])
          await call("placement.bind", { PLACEMENT, HANDLER: `https://acme.example/${name}` });
        const foreign = portal.issueTokens({ application: portal.addApplication() }).accessToken;
        await call("placement.bind", { PLACEMENT, HANDLER: "https://acme.example/a" }, foreign);
        assert.deepEqual(await call("placement.unbind", { PLACEMENT, HANDLER: "https://acme.example/a" }), {
          count: factor,
        });
        assert.deepEqual(await call("placement.unbind", { PLACEMENT }), { count: 2 * factor });
        assert.deepEqual(await call("placement.unbind", { PLACEMENT: "NOWHERE" }), { count: 0 });
        assert.equal(portal.placements.length, 1);
      }
    });
  });
});
