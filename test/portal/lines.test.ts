import assert from "node:assert/strict";
import { startPortal, type Generation, type LineRecord, type Portal, type PortalOptions } from "../../provider/portal";
import { callRest } from "../../provider/portal/client";

describe("local portal: open lines", () => {
  let portal: Portal;

  async function open(options: PortalOptions = {}): Promise<void> {
    await portal.close();
    portal = await startPortal(options);
  }

  beforeEach(async () => {
    portal = await startPortal();
  });

  afterEach(() => portal.close());

  const call = async (method: string, params: Record<string, unknown> = {}): Promise<unknown> =>
    (await callRest(portal, `imopenlines.config.${method}`, params)).body.result;

  const errorOf = async (
    method: string,
    params: Record<string, unknown> = {},
    token = portal.accessToken,
  ): Promise<unknown[]> => {
    const { status, body } = await callRest(portal, `imopenlines.config.${method}`, params, token);
    return [status, body.error];
  };

  const add = (params: Record<string, unknown> = {}): Promise<unknown> => call("add", { PARAMS: params });
  const update = (params: Record<string, unknown>, id: unknown = 1): Promise<unknown> =>
    call("update", { CONFIG_ID: id, PARAMS: params });

  function line(id = 1): LineRecord {
    const found = portal.lines.find((one) => one.ID === id);
    assert.ok(found);
    return found;
  }

  it("adds a line with nothing given, named by the portal, with the caller in its queue", async () => {
    assert.equal(await call("add"), 1);
    assert.equal(await call("add", { params: { LINE_NAME: "lower case is ignored" } }), 2);
    const { fields, configQueue, queue } = line();
    assert.deepEqual([fields["LINE_NAME"], line(2).fields["LINE_NAME"]], ["Bitrix24", "Open Channel 2"]);
    assert.deepEqual(
      [fields["ACTIVE"], fields["QUEUE_TYPE"], fields["AUTO_CLOSE_TIME"], fields["WORKTIME_TO"]],
      ["Y", "all", "14400", "18.30"],
    );
    assert.deepEqual(configQueue, [{ ENTITY_TYPE: "user", ENTITY_ID: "1" }]);
    assert.deepEqual(
      queue.map((user) => user.USER_ID),
      [1],
    );
  });

  it("gives the ID as text on old portals", async () => {
    await open({ generation: "old" });
    assert.equal(await add(), "1");
  });

  it("reads a line back with all scalars as text, empty lists as one empty text", async () => {
    await add({ LINE_NAME: "Support", QUEUE_TIME: 90 });
    const result = (await call("get", { CONFIG_ID: 1 })) as Record<string, unknown>;
    assert.deepEqual(
      [result["ID"], result["LINE_NAME"], result["QUEUE_TIME"], result["DATE_CREATE"]],
      ["1", "Support", "90", {}],
    );
    assert.deepEqual([result["WORKTIME_DAYOFF"], result["DEFAULT_OPERATOR_DATA"], result["QUEUE"]], [[""], [], ["1"]]);
    const without = (await call("get", { CONFIG_ID: 1, WITH_QUEUE: "N" })) as Record<string, unknown>;
    assert.equal("QUEUE" in without || "QUEUE_FULL" in without, false);
  });

  it("answers false for a line that is not there, and an error without an ID", async () => {
    for (const method of ["get", "update", "delete"]) {
      assert.equal(await call(method, { CONFIG_ID: 9 }), false);
      assert.deepEqual(await errorOf(method), [400, "CONFIG_ID_EMPTY"]);
      assert.deepEqual(await errorOf(method, { config_id: 1 }), [400, "CONFIG_ID_EMPTY"]);
    }
  });

  it("takes a non-empty array for the line 1", async () => {
    await add();
    assert.equal(await call("delete", { CONFIG_ID: { a: 1 } }), true);
    assert.equal(portal.lines.length, 0);
  });

  it("keeps what an update leaves out, and names the last modifier", async () => {
    await add({ LINE_NAME: "Support", CLOSE_TEXT: "Bye", QUEUE_TIME: 90 });
    const user = portal.addUser({ mayModifyLines: true });
    const { accessToken } = portal.issueTokens({ user });
    await callRest(
      portal,
      "imopenlines.config.update",
      { CONFIG_ID: 1, PARAMS: { LINE_NAME: "", CLOSE_TEXT: null, QUEUE_TIME: "30" } },
      accessToken,
    );
    const { fields, modifyUserId } = line();
    assert.deepEqual(
      [fields["LINE_NAME"], fields["CLOSE_TEXT"], fields["QUEUE_TIME"], modifyUserId],
      ["Support", "Bye", "30", user.id],
    );
  });

  it("reports a name that is too long as a plain false", async () => {
    assert.equal(await add({ LINE_NAME: "x".repeat(256) }), false);
    await add();
    assert.equal(await update({ LINE_NAME: "x".repeat(256) }), false);
    assert.equal(portal.lines.length, 1);
  });

  describe("values it changes without saying so", () => {
    const stored = async (params: Record<string, unknown>): Promise<LineRecord["fields"]> =>
      line(Number(await add(params))).fields;

    it("compares flags loosely, so that a JSON true switches some of them off", async () => {
      const fields = await stored({
        ACTIVE: true,
        CRM: false,
        CHECK_AVAILABLE: "0",
        WATCH_TYPING: true,
        CONFIRM_CLOSE: 1,
        VOTE_BEFORE_FINISH: "y",
      });
      assert.deepEqual(
        [
          fields["ACTIVE"],
          fields["CRM"],
          fields["CHECK_AVAILABLE"],
          fields["WATCH_TYPING"],
          fields["CONFIRM_CLOSE"],
          fields["VOTE_BEFORE_FINISH"],
        ],
        ["N", "Y", "Y", "Y", "N", "N"],
      );
    });

    it("takes the number 0 differently before and since PHP 8", async () => {
      assert.equal((await stored({ ACTIVE: 0 }))["ACTIVE"], "Y");
      await open({ generation: "middle" });
      assert.equal((await stored({ ACTIVE: 0 }))["ACTIVE"], "N");
    });

    it("replaces unknown words", async () => {
      const fields = await stored({
        QUEUE_TYPE: "random",
        TYPE_MAX_CHAT: "?",
        OPERATOR_DATA: "?",
        CLOSE_RULE: "?",
        WELCOME_BOT_JOIN: "?",
        CRM_CREATE: "?",
      });
      assert.deepEqual(
        [
          fields["QUEUE_TYPE"],
          fields["TYPE_MAX_CHAT"],
          fields["OPERATOR_DATA"],
          fields["CLOSE_RULE"],
          fields["WELCOME_BOT_JOIN"],
          fields["CRM_CREATE"],
        ],
        ["all", "answered_new", "profile", "none", "always", "lead"],
      );
    });

    it("clamps numbers, cuts texts and escapes reminders", async () => {
      const fields = await stored({
        SESSION_PRIORITY: 100_000,
        MAX_CHAT: -3,
        LANGUAGE_ID: "english",
        VOTE_MESSAGE_1_TEXT: "x".repeat(120),
        KPI_FIRST_ANSWER_TEXT: "<b>",
      });
      assert.deepEqual([fields["SESSION_PRIORITY"], fields["MAX_CHAT"], fields["LANGUAGE_ID"]], ["86400", "0", "en"]);
      assert.deepEqual(
        [fields["VOTE_MESSAGE_1_TEXT"], fields["KPI_FIRST_ANSWER_TEXT"]],
        ["x".repeat(100), "&lt;b&gt;"],
      );
    });

    it("forgets bot and category unless the same call switches them on", async () => {
      await add({
        WELCOME_BOT_ENABLE: "Y",
        WELCOME_BOT_ID: 5,
        WELCOME_BOT_TIME: 60,
        CATEGORY_ENABLE: "Y",
        CATEGORY_ID: 3,
      });
      assert.deepEqual([line().fields["WELCOME_BOT_ID"], line().fields["CATEGORY_ID"]], ["5", "3"]);
      await update({ WELCOME_BOT_TIME: 30, CATEGORY_ID: 4 });
      const { fields } = line();
      assert.deepEqual(
        [fields["WELCOME_BOT_ID"], fields["WELCOME_BOT_TIME"], fields["CATEGORY_ID"]],
        ["0", "600", "0"],
      );
    });

    it("takes working hours only together and in order", async () => {
      const hours = async (from: unknown, to?: unknown): Promise<unknown[]> => {
        const fields = await stored({ WORKTIME_FROM: from, WORKTIME_TO: to });
        return [fields["WORKTIME_FROM"], fields["WORKTIME_TO"]];
      };
      assert.deepEqual(await hours("8"), ["9", "18.30"]);
      assert.deepEqual(await hours("8", "17.30"), ["8", "17.30"]);
      assert.deepEqual(await hours("09:00", "21:30"), ["9", "21.30"]);
      assert.deepEqual(await hours("early", "17"), ["9", "18.30"]);
      assert.deepEqual(await hours("18", "9"), ["18", "19"]);
      assert.deepEqual(await hours("23.50", "23.55"), ["23.30", "23.55"]);
      await open({ generation: "old" });
      assert.deepEqual(await hours("09:00", "21:30"), ["9", "18.30"]);
    });

    it("drops unknown days and malformed holidays", async () => {
      const fields = await stored({ WORKTIME_DAYOFF: ["SA", "XX"], WORKTIME_HOLIDAYS: "01.01,25.12" });
      assert.deepEqual([fields["WORKTIME_DAYOFF"], fields["WORKTIME_HOLIDAYS"]], [["SA"], ["01.01", "25.12"]]);
      assert.deepEqual((await stored({ WORKTIME_DAYOFF: "SA", WORKTIME_HOLIDAYS: "Christmas" }))["WORKTIME_HOLIDAYS"], [
        "",
      ]);
    });

    it("switches off what the tariff lacks", async () => {
      Object.assign(portal.tariff, { rating: false, workingHours: false, queueAll: false });
      const fields = await stored({ VOTE_MESSAGE: "Y", WORKTIME_ENABLE: "Y", QUEUE_TYPE: "all" });
      assert.deepEqual([fields["VOTE_MESSAGE"], fields["WORKTIME_ENABLE"], fields["QUEUE_TYPE"]], ["N", "N", "evenly"]);
    });
  });

  describe("the queue", () => {
    const entity = (id: number | string, type = "user"): Record<string, unknown> => ({
      ENTITY_TYPE: type,
      ENTITY_ID: String(id),
    });
    const users = (id = 1): number[] => line(id).queue.map((user) => user.USER_ID);

    beforeEach(() => addStaff());

    /** Users 2 and 3 in department 2, user 4 in its child 3, an inactive 5, department 4 without users. */
    function addStaff(): void {
      portal.addDepartment({ id: 2 });
      portal.addDepartment({ id: 3, parent: 2 });
      portal.addDepartment({ id: 4 });
      for (const [id, departments] of [
        [2, [2]],
        [3, [2]],
        [4, [3]],
      ] as const)
        portal.addUser({ id, departments });
      portal.addUser({ id: 5, active: false });
    }

    it("expands departments with those below them, and keeps the queue as it was given beside it", async () => {
      await add({ QUEUE: [entity(3), entity(2, "department"), entity(5), entity(99)] });
      assert.deepEqual(users(), [3, 2, 4]);
      const [row] = (await call("list.get", { OPTIONS: { CONFIG_QUEUE: "Y", QUEUE: "Y" } })) as Record<
        string,
        unknown
      >[];
      assert.deepEqual(row?.["CONFIG_QUEUE"], [entity(3), entity(2, "department")]);
      assert.deepEqual(row?.["QUEUE"], [3, 2, 4]);
      const full = ((await call("get", { CONFIG_ID: 1 })) as { QUEUE_FULL: Record<string, { DEPARTMENT_ID: string }> })
        .QUEUE_FULL;
      assert.deepEqual([full["3"]?.DEPARTMENT_ID, full["4"]?.DEPARTMENT_ID], ["0", "2"]);
    });

    it("puts the caller into a new line's queue when nobody is left, and nobody when an entry is malformed", async () => {
      await add({ QUEUE: [entity(5)] });
      await add({ QUEUE: [{ entity_type: "user", entity_id: 2 }] });
      await add({ QUEUE: [2, 3] });
      await add({ QUEUE: [entity(4, "department")] });
      assert.deepEqual([users(1), users(2), users(3), users(4)], [[1], [], [2, 3], []]);
    });

    it("refuses on new portals an update with an empty, bare or malformed queue, and changes nothing", async () => {
      await add({ LINE_NAME: "Support", QUEUE: [entity(2)] });
      for (const QUEUE of [[], [3], [{ ENTITY_TYPE: "robot", ENTITY_ID: 1 }], [entity(4, "department")]]) {
        assert.equal(await update({ LINE_NAME: "Changed", QUEUE }), false);
      }
      assert.deepEqual([users(), line().fields["LINE_NAME"]], [[2], "Support"]);
      assert.equal(await update({ QUEUE: [entity(5)] }), true);
      assert.deepEqual(users(), [1]);
    });

    it("puts the caller in on older portals when the queue is empty, and writes the fields all the same", async () => {
      for (const generation of ["middle", "old"] satisfies Generation[]) {
        await open({ generation });
        addStaff();
        await add({ QUEUE: [2] });
        assert.equal(await update({ LINE_NAME: "Changed", QUEUE: [] }), true);
        assert.deepEqual([users(), line().fields["LINE_NAME"]], [[1], "Changed"]);
        await update({ QUEUE: [2, 3] });
        assert.deepEqual(users(), [2, 3]);
        await update({ QUEUE: [entity(4)] });
        assert.deepEqual(users(), generation === "old" ? [2, 3] : [4]);
      }
    });

    it("hides inactive and, when asked, offline users", async () => {
      await add({ QUEUE: [entity(2), entity(3)] });
      portal.addUser({ id: 2, active: false });
      portal.addUser({ id: 3, online: false });
      const shown = async (params: object): Promise<unknown> => {
        const { QUEUE, QUEUE_ONLINE } = (await call("get", { CONFIG_ID: 1, ...params })) as Record<string, unknown>;
        return [QUEUE, QUEUE_ONLINE];
      };
      assert.deepEqual(await shown({}), [["3"], "N"]);
      assert.deepEqual(await shown({ SHOW_OFFLINE: "N" }), [[], "N"]);
    });

    it("keeps cards of users, and clears those of users who are not mentioned", async () => {
      const QUEUE = [entity(2), entity(3)];
      await add({ QUEUE, QUEUE_USERS_FIELDS: { 2: { USER_NAME: "Ann" } } });
      assert.deepEqual(
        line().queue.map((user) => user.USER_NAME),
        ["Ann", null],
      );
      await update({ QUEUE, QUEUE_USERS_FIELDS: { 3: { USER_NAME: "Bob" } } });
      assert.deepEqual(
        line().queue.map((user) => user.USER_NAME),
        [null, "Bob"],
      );
    });
  });

  describe("rights", () => {
    it("lets anybody add and read, but only the entitled modify", async () => {
      const user = portal.addUser();
      const { accessToken } = portal.issueTokens({ user });
      await add();
      assert.deepEqual(await errorOf("add", {}, accessToken), [200, undefined]);
      assert.deepEqual(await errorOf("get", { CONFIG_ID: 1 }, accessToken), [200, undefined]);
      const refused = [403, "CONFIG_WRONG_USER_PERMISSION"];
      assert.deepEqual(await errorOf("update", { CONFIG_ID: 1 }, accessToken), refused);
      assert.deepEqual(await errorOf("delete", { CONFIG_ID: 99 }, accessToken), refused);
      assert.deepEqual(await errorOf("update", { CONFIG_ID: 2 }, accessToken), [200, undefined]);
      user.mayModifyLines = [1];
      assert.deepEqual(await errorOf("update", { CONFIG_ID: 1 }, accessToken), [200, undefined]);
    });
  });

  it("takes the activations of all connectors with a deleted line", async () => {
    await add();
    await add();
    for (const LINE of [1, 2]) await portal.as().call("imconnector.activate", { CONNECTOR: "a", LINE, ACTIVE: 1 });
    assert.deepEqual([await call("delete", { CONFIG_ID: 1 }), await call("delete", { CONFIG_ID: 1 })], [true, false]);
    assert.deepEqual(
      portal.activations.map((record) => record.LINE),
      [2],
    );
    assert.equal(await add(), 3);
  });

  describe("list.get", () => {
    const list = async (PARAMS: unknown = {}, OPTIONS: unknown = {}): Promise<Record<string, unknown>[]> =>
      (await call("list.get", { PARAMS, OPTIONS })) as Record<string, unknown>[];

    beforeEach(async () => {
      for (const [name, active] of [
        ["Beta", "Y"],
        ["alpha", "N"],
        ["Gamma 😀", "Y"],
      ])
        await add({ LINE_NAME: name, ACTIVE: active });
    });

    it("selects, filters and orders", async () => {
      assert.deepEqual(await list({ select: ["ID"], filter: { ACTIVE: "Y" }, order: { ID: "desc" } }), [
        { ID: "3" },
        { ID: "1" },
      ]);
      assert.deepEqual(await list({ select: ["ID"], filter: { "%LINE_NAME": "ALP" } }), [{ ID: "2" }]);
      assert.deepEqual(await list({ select: ["ID"], filter: { ">ID": 1, "!ACTIVE": "N" } }), [{ ID: "3" }]);
      assert.deepEqual(await list({ select: ["ID"], filter: { ID: [1, 2] }, limit: 1, offset: 1 }), [{ ID: "2" }]);
      assert.deepEqual(
        (await list({ select: ["LINE_NAME"], order: { LINE_NAME: "ASC" } })).map((row) => row["LINE_NAME"]),
        ["alpha", "Beta", "Gamma :f09f9880:"],
      );
    });

    it("has no total and no next, gives fifty rows on new portals unless told, all on older ones", async () => {
      for (let count = 3; count < 60; count++) await portal.as().call("imopenlines.config.add");
      const { body } = await callRest(portal, "imopenlines.config.list.get", { start: 50 });
      assert.deepEqual(Object.keys(body), ["result", "time"]);
      assert.deepEqual([(body.result as unknown[]).length, (await list({ limit: 200 })).length], [50, 60]);
      await open({ generation: "middle" });
      for (let count = 0; count < 60; count++) await portal.as().call("imopenlines.config.add");
      assert.equal((await list()).length, 60);
    });

    it("leaves the queue empty without the ID in the selection, and knows only exactly Y", async () => {
      assert.deepEqual(await list({ select: ["ACTIVE"], filter: { ID: 2 } }, { QUEUE: "Y" }), [
        { ACTIVE: "N", QUEUE: [], QUEUE_USERS_FIELDS: [] },
      ]);
      assert.deepEqual(await list({ select: ["ID"], filter: { ID: 2 } }, { QUEUE: true }), [{ ID: "2" }]);
    });

    it("refuses unknown names and wrong forms, each generation in its own way", async () => {
      const refusal = (PARAMS: unknown): Promise<unknown[]> => errorOf("list.get", { PARAMS });
      const wrong = [
        { FILTER: {} },
        { select: ["NOPE"] },
        { filter: { NOPE: 1 } },
        { select: "ID" },
        { order: { ID: "up" } },
        { limit: "many" },
      ];
      for (const PARAMS of wrong)
        assert.deepEqual(await refusal(PARAMS), [400, "INVALID_FORMAT"], JSON.stringify(PARAMS));
      assert.deepEqual(await refusal("none"), [200, undefined]);
      await open({ generation: "old" });
      assert.deepEqual(await refusal({ FILTER: {} }), [400, "ERROR_ARGUMENT"]);
      assert.deepEqual(await refusal({ select: ["NOPE"] }), [400, "ERROR_CORE"]);
    });
  });

  it("tells its address and revision", async () => {
    assert.deepEqual(await call("path.get"), { SERVER_ADDRESS: portal.url, PUBLIC_PATH: "/contact_center/" });
    assert.deepEqual((await callRest(portal, "imopenlines.revision.get")).body.result, { rest: 2, web: 1, mobile: 1 });
  });
});
