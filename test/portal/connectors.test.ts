import assert from "node:assert/strict";
import { startPortal, type Generation, type Portal, type PortalOptions } from "../../provider/portal";
import { callBatch, callRest } from "../../provider/portal/client";

const generations: readonly Generation[] = ["old", "middle", "new"];

const acme = {
  ID: "acme_chat",
  NAME: "Acme Chat",
  ICON: { DATA_IMAGE: "data:image/svg+xml,<svg/>", COLOR: "#1900ff", SIZE: "80%", POSITION: "center" },
  PLACEMENT_HANDLER: "https://acme.example/settings",
};

/** Starts portals that are closed after the test. */
function portals(): (options?: PortalOptions) => Promise<Portal> {
  const open: Portal[] = [];
  afterEach(async () => {
    await Promise.all(open.splice(0).map((portal) => portal.close()));
  });
  return async (options) => {
    const portal = await startPortal(options);
    open.push(portal);
    return portal;
  };
}

/** The soft refusal of an answer, wherever the generation puts it. */
async function softCode(portal: Portal, method: string, params: Record<string, unknown>): Promise<string | undefined> {
  const { status, body } = await callRest(portal, method, params);
  assert.equal(status, 200);
  const inner = body.result as { error?: string } | boolean;
  return body.error ?? (typeof inner === "object" ? inner.error : undefined);
}

describe("local portal: connectors", () => {
  const start = portals();

  for (const generation of generations) {
    describe(`on a portal of the generation "${generation}"`, () => {
      it("registers a connector with its defaults and a settings placement, and lists it", async () => {
        const portal = await start({ generation });
        assert.deepEqual((await callRest(portal, "imconnector.register", acme)).body.result, { result: true });
        const [record] = portal.connectors;
        assert.deepEqual([record?.ID, record?.NAME, record?.ICON], [acme.ID, acme.NAME, acme.ICON]);
        assert.deepEqual([record?.DEL_EXTERNAL_MESSAGES, record?.NEED_SIGNATURE, record?.CHAT_GROUP], ["Y", "Y", "N"]);
        assert.deepEqual(
          portal.placements.map(({ placement, handler }) => [placement, handler]),
          [["SETTING_CONNECTOR", acme.PLACEMENT_HANDLER]],
        );
        const list = (await callRest(portal, "imconnector.list")).body.result as Record<string, string>;
        assert.equal(list["acme_chat"], "Acme Chat");
        assert.equal(list["livechat"], "Live chat");
      });

      it("takes names in any case at every depth, and lower-cases the ID", async () => {
        const portal = await start({ generation });
        const { ID, NAME, ICON, PLACEMENT_HANDLER } = acme;
        const params = {
          id: ID.toUpperCase(),
          name: NAME,
          Icon: { data_image: ICON.DATA_IMAGE },
          placement_handler: PLACEMENT_HANDLER,
        };
        assert.equal(await softCode(portal, "imconnector.register", params), undefined);
        assert.equal(portal.connectors[0]?.ID, "acme_chat");
      });

      it("keeps on registering again what is left out, and overwrites what is given", async () => {
        const portal = await start({ generation });
        await portal.as().call("imconnector.register", {
          ...acme,
          CHAT_GROUP: "Y",
          NEWSLETTER: false,
          ICON_DISABLED: { COLOR: "#000" },
        });
        await portal.as().call("imconnector.register", { ...acme, NAME: "New", ICON: { DATA_IMAGE: "data:x" } });
        const [record, ...others] = portal.connectors;
        assert.equal(others.length, 0);
        assert.deepEqual([record?.NAME, record?.CHAT_GROUP, record?.NEWSLETTER], ["New", "Y", "N"]);
        assert.deepEqual([record?.ICON, record?.ICON_DISABLED], [{ DATA_IMAGE: "data:x" }, { COLOR: "#000" }]);
      });

      it("refuses what is missing in its order, softly", async () => {
        const portal = await start({ generation });
        const refusal = (changed: Record<string, unknown>): Promise<string | undefined> =>
          softCode(portal, "imconnector.register", { ...acme, ...changed });
        assert.equal(await refusal({ ID: "a.b", NAME: "" }), "APPLICATION_REGISTRATION_ERROR_POINT");
        assert.equal(await refusal({ ID: "0", NAME: "" }), "CONNECTOR_ID_REQUIRED");
        assert.equal(await refusal({ NAME: "", ICON: {} }), "NAME_REQUIRED");
        assert.equal(await refusal({ ICON: { COLOR: "#000" }, PLACEMENT_HANDLER: "" }), "ICON_REQUIRED");
        assert.equal(await refusal({ PLACEMENT_HANDLER: "" }), "NO_PLACEMENT_HANDLER");
        assert.deepEqual([portal.connectors, portal.placements], [[], []]);
      });

      it("asks no more of a settings page than that there is one", async () => {
        const portal = await start({ generation });
        const page = { ...acme, PLACEMENT_HANDLER: "https://intranet/x", COMMENT: "For support" };
        assert.equal(await softCode(portal, "imconnector.register", page), undefined);
        assert.equal(portal.connectors[0]?.COMMENT, "For support");
      });

      it("leaves a placement behind when a flag is none the column takes", async () => {
        const portal = await start({ generation });
        assert.equal(
          await softCode(portal, "imconnector.register", { ...acme, NEWSLETTER: "yes" }),
          "APPLICATION_REGISTRATION_ERROR",
        );
        assert.deepEqual([portal.connectors.length, portal.placements.length], [0, 1]);
      });

      it("shares a placement between connectors with the same handler, and leaves the old one of a changed handler", async () => {
        const portal = await start({ generation });
        const call = (params: object): Promise<unknown> =>
          portal.as().call("imconnector.register", { ...acme, ...params });
        await call({});
        await call({ ID: "second" });
        assert.equal(portal.placements.length, 1);
        await call({ PLACEMENT_HANDLER: "https://acme.example/new" });
        assert.equal(portal.placements.length, 2);
        for (const ID of ["acme_chat", "second"]) {
          await portal.as().call("imconnector.status", { CONNECTOR: ID, LINE: 1 });
          await portal.as().call("imconnector.unregister", { ID });
        }
        assert.deepEqual([portal.connectors, portal.placements], [[], []]);
      });
    });
  }

  it("puts a soft refusal at the top on new portals and into result on older ones", async () => {
    const refused = { result: false, error: "NAME_REQUIRED", error_description: "Connector name is not specified" };
    const params = { ...acme, NAME: "" };
    assert.deepEqual((await callRest(await start(), "imconnector.register", params)).body, refused);
    const { body } = await callRest(await start({ generation: "middle" }), "imconnector.register", params);
    assert.deepEqual(body.result, refused);
    assert.ok(body.time);
  });

  it("gives a connector of another application to the caller on new portals, and adds a second on older ones", async () => {
    for (const generation of generations) {
      const portal = await start({ generation });
      const other = portal.addApplication();
      await portal.as(other).call("imconnector.register", acme);
      await portal.as().call("imconnector.register", { ...acme, NAME: "Ours" });
      const owners = portal.connectors.map((connector) => connector.application);
      const { clientId } = portal.application;
      assert.deepEqual(owners, generation === "new" ? [clientId] : [other.clientId, clientId]);
    }
  });

  it("unregisters on new portals with true, whatever there was, and never a foreign connector", async () => {
    const portal = await start();
    const other = portal.addApplication();
    await portal.as(other).call("imconnector.register", acme);
    await portal.as(other).call("imconnector.activate", { CONNECTOR: "acme_chat", LINE: 1, ACTIVE: 1 });
    assert.equal(await softCode(portal, "imconnector.unregister", { ID: "acme_chat" }), undefined);
    assert.equal(await softCode(portal, "imconnector.unregister", { ID: "unknown" }), undefined);
    assert.deepEqual([portal.connectors.length, portal.activations.length], [1, 0]);
  });

  it("refuses on middle portals to unregister a connector without an activation record", async () => {
    const portal = await start({ generation: "middle" });
    await portal.as().call("imconnector.register", acme);
    assert.equal(
      await softCode(portal, "imconnector.unregister", { ID: "acme_chat" }),
      "APPLICATION_UNREGISTRATION_ERROR",
    );
    assert.equal(portal.connectors.length, 1);
    await callRest(portal, "imconnector.status", { CONNECTOR: "acme_chat" });
    assert.equal(await softCode(portal, "imconnector.unregister", { ID: "ACME_chat" }), undefined);
    assert.deepEqual([portal.connectors, portal.activations, portal.placements], [[], [], []]);
  });

  it("leaves activation records behind on old portals", async () => {
    const portal = await start({ generation: "old" });
    await portal.as().call("imconnector.register", acme);
    await portal.as().call("imconnector.activate", { CONNECTOR: "acme_chat", LINE: 1, ACTIVE: 1 });
    assert.equal(await softCode(portal, "imconnector.unregister", { ID: "acme_chat" }), undefined);
    assert.deepEqual([portal.connectors.length, portal.activations.length], [0, 1]);
  });

  it("lists connectors only to who may modify them", async () => {
    const portal = await start();
    const user = portal.addUser();
    const list = (): Promise<{ status: number; body: { error?: string } }> =>
      callRest(portal, "imconnector.list", {}, portal.issueTokens({ user }).accessToken);
    const refused = await list();
    assert.deepEqual([refused.status, refused.body.error], [400, "ACCESS_DENIED"]);
    user.mayModifyConnectors = true;
    assert.equal((await list()).status, 200);
    portal.setOpenLinesInstalled(false);
    assert.equal((await list()).body.error, "ACCESS_DENIED");
  });

  it("loses an ID of digits in the list", async () => {
    const portal = await start();
    await portal.as().call("imconnector.register", { ...acme, ID: "12345" });
    const list = (await callRest(portal, "imconnector.list")).body.result as Record<string, string>;
    assert.equal(list["12345"], undefined);
    assert.ok(Object.values(list).includes("Acme Chat"));
  });

  it("registers a thousand connectors with the work of a moment", async () => {
    const portal = await start();
    for (let first = 0; first < 1000; first += 50) {
      const commands = Array.from({ length: 50 }, (_, index): [string, string] => {
        const query = `ID=c_${String(first + index)}&NAME=n&ICON[DATA_IMAGE]=data&PLACEMENT_HANDLER=${encodeURIComponent(acme.PLACEMENT_HANDLER)}`;
        return [`k${String(index)}`, `imconnector.register?${query}`];
      });
      await callBatch(portal, Object.fromEntries(commands));
    }
    assert.deepEqual([portal.connectors.length, portal.placements.length, portal.requestCount], [1000, 1, 20]);
  });
});

describe("local portal: activations", () => {
  const start = portals();
  const target = { CONNECTOR: "acme_chat", LINE: 7 };

  it("creates an inactive record by looking", async () => {
    const portal = await start();
    const { body } = await callRest(portal, "imconnector.status", target);
    assert.deepEqual(body.result, { LINE: 7, CONNECTOR: "acme_chat", ERROR: false, CONFIGURED: false, STATUS: false });
    assert.equal(portal.activations.length, 1);
    await callRest(portal, "imconnector.status", { CONNECTOR: "acme_chat" });
    assert.deepEqual(
      portal.activations.map((one) => one.LINE),
      [7, 0],
    );
  });

  it("switches on and off; older portals say false when it was off already", async () => {
    assert.equal((await callRest(await start(), "imconnector.activate", { ...target, ACTIVE: 0 })).body.result, true);
    const portal = await start({ generation: "middle" });
    const activate = async (ACTIVE: unknown): Promise<unknown> =>
      (await callRest(portal, "imconnector.activate", { ...target, ACTIVE })).body.result;
    assert.equal(await activate("N"), true);
    assert.equal(portal.activations[0]?.active, true);
    assert.equal(await activate("0"), true);
    assert.equal(await activate(0), false);
    assert.equal(await activate(""), false);
    assert.equal(portal.activations.length, 0);
  });

  it("wants connector, line and the switch", async () => {
    const portal = await start();
    const argument = async (params: Record<string, unknown>): Promise<unknown> =>
      (await callRest(portal, "imconnector.activate", params)).body.argument;
    assert.equal(await argument({}), "CONNECTOR");
    assert.equal(await argument({ CONNECTOR: "a" }), "LINE");
    assert.equal(await argument(target), "ACTIVE");
    assert.equal((await callRest(portal, "imconnector.connector.data.set", target)).body.argument, "DATA");
  });

  it("merges data: what is missing or empty keeps its value", async () => {
    const portal = await start();
    const set = (DATA: object): Promise<unknown> =>
      callRest(portal, "imconnector.connector.data.set", { ...target, DATA });
    await set({ id: "one", URL: "https://a.example", url_im: "https://b.example" });
    await set({ ID: "two", URL: "", NAME: "Acme" });
    assert.deepEqual(portal.activations[0]?.data, {
      ID: "two",
      URL: "https://a.example",
      URL_IM: "https://b.example",
      NAME: "Acme",
    });
    await portal.as().call("imconnector.activate", { ...target, ACTIVE: 0 });
    await portal.as().call("imconnector.activate", { ...target, ACTIVE: 1 });
    assert.deepEqual(portal.activations[0]?.data, {});
  });

  it("keeps an ID in upper case apart, as only register lower-cases", async () => {
    const portal = await start();
    await callRest(portal, "imconnector.activate", { ...target, CONNECTOR: "ACME_CHAT", ACTIVE: 1 });
    const { body } = await callRest(portal, "imconnector.status", target);
    assert.equal((body.result as { STATUS: boolean }).STATUS, false);
  });

  it("reports an error of the channel until it is activated again", async () => {
    const portal = await start();
    await portal.as().call("imconnector.activate", { ...target, ACTIVE: 1 });
    portal.setError("acme_chat", 7);
    const status = async (): Promise<unknown> => (await callRest(portal, "imconnector.status", target)).body.result;
    assert.deepEqual(await status(), { ...target, ERROR: true, CONFIGURED: true, STATUS: false });
    await portal.as().call("imconnector.activate", { ...target, ACTIVE: 1 });
    assert.deepEqual(await status(), { ...target, ERROR: false, CONFIGURED: true, STATUS: true });
  });

  it("with late writes shows the next request the old state, but a batch its own", async () => {
    const portal = await start({ lateWrites: true });
    const status = async (): Promise<unknown> =>
      ((await callRest(portal, "imconnector.status", target)).body.result as { STATUS: boolean }).STATUS;
    await callRest(portal, "imconnector.activate", { ...target, ACTIVE: 1 });
    assert.deepEqual([await status(), await status()], [false, true]);
    const query = "CONNECTOR=acme_chat&LINE=7";
    const { result } = await callBatch(portal, {
      off: `imconnector.activate?${query}&ACTIVE=0`,
      look: `imconnector.status?${query}`,
    });
    assert.deepEqual(
      [
        (result as Record<string, unknown>)["off"],
        ((result as Record<string, unknown>)["look"] as { STATUS: boolean }).STATUS,
      ],
      [true, false],
    );
  });

  it("with late writes shows tests what will be there", async () => {
    const portal = await start({ lateWrites: true });
    await callRest(portal, "imconnector.activate", { ...target, ACTIVE: 1 });
    assert.equal(portal.activations[0]?.active, true);
    await callRest(portal, "imconnector.activate", { ...target, ACTIVE: 0 });
    await callRest(portal, "imconnector.activate", { ...target, ACTIVE: 0 });
    assert.deepEqual(portal.activations, []);
  });
});

describe("local portal: messages", () => {
  const start = portals();
  const message = { user: { id: "1" }, message: { id: "m1", text: "Hello" }, chat: { id: "c1" } };

  async function channel(): Promise<{ portal: Portal; target: { CONNECTOR: string; LINE: number } }> {
    const portal = await start();
    await portal.as().call("imconnector.register", acme);
    const LINE = Number(await portal.as().call("imopenlines.config.add"));
    return { portal, target: { CONNECTOR: "acme_chat", LINE } };
  }

  it("takes messages for an active connector on an active line only", async () => {
    const { portal, target } = await channel();
    const send = (): Promise<{ body: { error?: string; result?: unknown } }> =>
      callRest(portal, "imconnector.send.messages", { ...target, MESSAGES: [message] });
    assert.equal((await send()).body.error, "NOT_ACTIVE_LINE");
    await portal.as().call("imconnector.activate", { ...target, ACTIVE: 1 });
    const { SUCCESS, DATA } = (await send()).body.result as {
      SUCCESS: boolean;
      DATA: { RESULT: { session: object; SUCCESS: boolean }[] };
    };
    assert.deepEqual(
      [SUCCESS, DATA.RESULT[0]?.SUCCESS, DATA.RESULT[0]?.session],
      [true, true, { ID: "1", CHAT_ID: "1" }],
    );
    const unknown = await callRest(portal, "imconnector.send.messages", {
      ...target,
      CONNECTOR: "x",
      MESSAGES: [message],
    });
    assert.equal(unknown.body.error, "IMCONNECTOR_NO_CORRECT_PROVIDER");
  });

  it("updates, deletes and reports delivery", async () => {
    const { portal, target } = await channel();
    await portal.as().call("imconnector.activate", { ...target, ACTIVE: 1 });
    for (const method of ["update.messages", "delete.messages", "send.status.delivery", "send.status.reading"]) {
      const { body } = await callRest(portal, `imconnector.${method}`, { ...target, MESSAGES: [message] });
      assert.equal((body.result as { SUCCESS: boolean }).SUCCESS, true, method);
    }
  });

  it("refuses messages of the wrong form, each in its own words", async () => {
    const { portal, target } = await channel();
    await portal.as().call("imconnector.activate", { ...target, ACTIVE: 1 });
    const refusal = async (MESSAGES: unknown): Promise<string | undefined> =>
      (await callRest(portal, "imconnector.send.messages", { ...target, MESSAGES })).body.error_description;
    assert.match((await refusal(undefined)) ?? "", /'MESSAGES' is null or empty/);
    assert.match((await refusal("text")) ?? "", /must be of type array/);
    assert.match((await refusal(["text"])) ?? "", /array of messages/);
    assert.match((await refusal([{}])) ?? "", /incorrect structure/);
  });

  it("renames a chat, and wants the user unless chats are groups", async () => {
    const { portal, target } = await channel();
    await portal.as().call("imconnector.activate", { ...target, ACTIVE: 1 });
    const rename = (more: object): Promise<{ body: { argument?: string; result?: unknown } }> =>
      callRest(portal, "imconnector.chat.name.set", { ...target, CHAT_ID: "c1", NAME: "New", ...more });
    assert.equal((await rename({})).body.argument, "USER_ID");
    assert.equal(((await rename({ USER_ID: "1" })).body.result as { SUCCESS: boolean }).SUCCESS, true);
  });
});
