import assert from "node:assert/strict";
import { startPortal, type Portal } from "../../provider/portal";
import { callRest } from "../../provider/portal/client";

/** Stands for a value that may be missing or null, or of this kind. */
const maybe = (kind: unknown): { maybe: unknown } => ({ maybe: kind });
const isMaybe = (kind: unknown): kind is { maybe: unknown } =>
  typeof kind === "object" && kind !== null && "maybe" in kind;

/** Stands for any value. */
const anything = Symbol("anything");

const nameOf = (value: unknown): string =>
  value === null ? "null" : Array.isArray(value) ? "a list" : typeof value === "object" ? "a map" : typeof value;

/** Where an answer is of another shape than an example: names, kinds of values, entries of lists. Values may differ. */
function differences(example: unknown, seen: unknown, path = "result"): string[] {
  if (example === anything) return [];
  if (isMaybe(example)) return seen === null || seen === undefined ? [] : differences(example.maybe, seen, path);
  if (nameOf(example) !== nameOf(seen)) return [`${path} is ${nameOf(seen)} instead of ${nameOf(example)}`];
  if (Array.isArray(example) && Array.isArray(seen)) {
    if (example.length === 0) return seen.length === 0 ? [] : [`${path} is not empty`];
    if (seen.length === 0) return [`${path} is empty`];
    return seen.flatMap((one, index) => differences(example[0], one, `${path}[${String(index)}]`));
  }
  if (typeof example !== "object" || example === null) return [];
  const [wanted, given] = [example as Record<string, unknown>, seen as Record<string, unknown>];
  const names = [...new Set([...Object.keys(wanted), ...Object.keys(given)])];
  return names.flatMap((name) => {
    if (!(name in wanted)) return [`${path}.${name} is not in the example`];
    return name in given || isMaybe(wanted[name])
      ? differences(wanted[name], given[name], `${path}.${name}`)
      : [`${path}.${name} is missing`];
  });
}

type Params = Readonly<Record<string, unknown>>;
/** Method, parameters as on its page, and an answer as on its page. */
type Example = readonly [method: string, params: Params, result: unknown];

const icon = { DATA_IMAGE: "data:image/svg+xml,%3Csvg/%3E", COLOR: "#69acc0", SIZE: "90%", POSITION: "center" };
const client = { id: "ext-7", name: "Clara", last_name: "Client", skip_phone_validate: "Y" };
const chat = { id: "chat-1", name: "Shop", url: "https://acme.example/1" };
const incoming = { user: client, message: { id: "m-1", date: 1773265993, text: "Hello", disable_crm: "Y" }, chat };
const report = {
  im: { chat_id: 1, message_id: 2 },
  message: { id: ["x-1"], date: 1773265993 },
  chat: { id: "chat-1" },
};
const here = { CONNECTOR: "acme", LINE: 1 };
const described = { id: "chat-1", name: "Shop", description: "Link" };

const card = { USER_NAME: maybe(""), USER_WORK_POSITION: maybe(""), USER_AVATAR: maybe(""), USER_AVATAR_ID: "0" };
const flags =
  "ACTIVE CRM CRM_CREATE_THIRD CRM_FORWARD CRM_CHAT_TRACKER CRM_TRANSFER_CHANGE CHECK_AVAILABLE WATCH_TYPING " +
  "WELCOME_BOT_ENABLE WELCOME_MESSAGE VOTE_MESSAGE VOTE_BEFORE_FINISH VOTE_CLOSING_DELAY AGREEMENT_MESSAGE CATEGORY_ENABLE " +
  "WORKTIME_ENABLE TEMPORARY KPI_FIRST_ANSWER_ALERT KPI_FURTHER_ANSWER_ALERT KPI_CHECK_OPERATOR_ACTIVITY " +
  "SEND_NOTIFICATION_EMPTY_QUEUE USE_WELCOME_FORM WELCOME_FORM_DELAY SEND_WELCOME_EACH_SESSION CONFIRM_CLOSE " +
  "IGNORE_WELCOME_FORM_RESPONSIBLE QUEUE_ONLINE";
const texts =
  "ID LINE_NAME CRM_CREATE CRM_CREATE_SECOND CRM_SOURCE QUEUE_TIME NO_ANSWER_TIME QUEUE_TYPE WELCOME_MESSAGE_TEXT " +
  "VOTE_TIME_LIMIT VOTE_MESSAGE_1_TEXT VOTE_MESSAGE_1_LIKE VOTE_MESSAGE_1_DISLIKE VOTE_MESSAGE_2_TEXT VOTE_MESSAGE_2_LIKE " +
  "VOTE_MESSAGE_2_DISLIKE AGREEMENT_ID CATEGORY_ID WELCOME_BOT_JOIN WELCOME_BOT_ID WELCOME_BOT_TIME WELCOME_BOT_LEFT " +
  "NO_ANSWER_RULE NO_ANSWER_FORM_ID NO_ANSWER_BOT_ID NO_ANSWER_TEXT WORKTIME_FROM WORKTIME_TO WORKTIME_TIMEZONE " +
  "WORKTIME_DAYOFF_RULE WORKTIME_DAYOFF_FORM_ID WORKTIME_DAYOFF_BOT_ID WORKTIME_DAYOFF_TEXT CLOSE_RULE CLOSE_FORM_ID " +
  "CLOSE_BOT_ID CLOSE_TEXT FULL_CLOSE_TIME AUTO_CLOSE_RULE AUTO_CLOSE_FORM_ID AUTO_CLOSE_BOT_ID AUTO_CLOSE_TIME " +
  "AUTO_CLOSE_TEXT AUTO_EXPIRE_TIME MODIFY_USER_ID LANGUAGE_ID QUICK_ANSWERS_IBLOCK_ID SESSION_PRIORITY TYPE_MAX_CHAT " +
  "MAX_CHAT OPERATOR_DATA KPI_FIRST_ANSWER_TIME KPI_FIRST_ANSWER_TEXT KPI_FURTHER_ANSWER_TIME KPI_FURTHER_ANSWER_TEXT " +
  "WELCOME_FORM_ID";
const line = {
  ...Object.fromEntries(`${flags} ${texts}`.split(" ").map((name) => [name, ""])),
  ...{ WORKTIME_HOLIDAYS: [""], WORKTIME_DAYOFF: [""], DATE_CREATE: {}, DATE_MODIFY: {}, DEFAULT_OPERATOR_DATA: [] },
  ...{ XML_ID: maybe(""), KPI_FIRST_ANSWER_LIST: maybe(""), KPI_FURTHER_ANSWER_LIST: maybe("") },
  QUEUE: [""],
  QUEUE_FULL: { "1": { ID: "1", SORT: "0", USER_ID: "1", DEPARTMENT_ID: "0", ...card } },
  QUEUE_USERS_FIELDS: { "1": card },
};

const user = {
  ...{ ID: "1", ACTIVE: true, NAME: "", LAST_NAME: "", SECOND_NAME: "", EMAIL: "", LAST_LOGIN: "", DATE_REGISTER: "" },
  ...{ TIME_ZONE: "", IS_ONLINE: "Y", TIMESTAMP_X: {}, LAST_ACTIVITY_DATE: {}, PERSONAL_GENDER: "", PERSONAL_WWW: "" },
  ...{ PERSONAL_BIRTHDAY: "", PERSONAL_MOBILE: "", PERSONAL_CITY: "", WORK_PHONE: "", WORK_POSITION: "" },
  ...{ UF_EMPLOYMENT_DATE: "", UF_DEPARTMENT: [1], USER_TYPE: "employee" },
};
const { TIMESTAMP_X: _changed, USER_TYPE: _type, ...current } = { ...user, LAST_ACTIVITY_DATE: "2026-01-01 00:00:00" };

const ofBot = {
  ...{ id: 2, code: "", type: "bot", isHidden: false, isSupportOpenline: false, isReactionsEnabled: true },
  ...{ backgroundId: maybe(""), language: "en", moduleId: "rest", eventMode: "fetch" },
  ...{ countMessage: 0, countCommand: 0, countChat: 0, countUser: 0 },
};
const userOfBot = {
  ...{
    id: 2,
    active: true,
    name: "",
    firstName: "",
    lastName: "",
    workPosition: "",
    color: "",
    avatar: "",
    gender: "M",
  },
  ...{
    birthday: "",
    extranet: false,
    bot: true,
    connector: false,
    externalAuthId: "bot",
    status: "online",
    idle: false,
  },
  ...{ lastActivityDate: "", absent: false, departments: [1], phones: false, type: "bot" },
};
const oneBot = { bot: ofBot, users: [userOfBot] };

const offline = {
  ID: "1",
  TIMESTAMP_X: "",
  EVENT_NAME: "",
  MESSAGE_ID: "",
  EVENT_DATA: anything,
  EVENT_ADDITIONAL: anything,
};

/** In the order in which they can be asked of one portal. */
const examples: readonly Example[] = [
  [
    "imopenlines.config.add",
    {
      PARAMS: {
        ...{
          LINE_NAME: "Support",
          ACTIVE: "Y",
          QUEUE: [{ ENTITY_TYPE: "user", ENTITY_ID: "1" }],
          QUEUE_TYPE: "strictly",
        },
        ...{ QUEUE_TIME: 45, CRM: "Y", CRM_CREATE: "deal", MAX_CHAT: 4, TYPE_MAX_CHAT: "answered_new" },
        ...{ WORKTIME_ENABLE: "Y", WORKTIME_FROM: "09:00", WORKTIME_TO: "21:00", WORKTIME_DAYOFF: ["SA", "SU"] },
      },
    },
    1,
  ],
  ["imopenlines.config.get", { CONFIG_ID: 1, WITH_QUEUE: "Y", SHOW_OFFLINE: "Y" }, line],
  [
    "imopenlines.config.list.get",
    {
      PARAMS: {
        select: ["ID", "LINE_NAME", "ACTIVE"],
        order: { ID: "ASC" },
        filter: { ACTIVE: "Y" },
        limit: 50,
        offset: 0,
      },
      OPTIONS: { QUEUE: "Y", CONFIG_QUEUE: "Y" },
    },
    [
      {
        ...{ ID: "1", LINE_NAME: "", ACTIVE: "Y", QUEUE: [1], CONFIG_QUEUE: [{ ENTITY_ID: "1", ENTITY_TYPE: "user" }] },
        QUEUE_USERS_FIELDS: { "1": { ...card, USER_AVATAR_ID: maybe(0) } },
      },
    ],
  ],
  ["imopenlines.config.path.get", {}, { SERVER_ADDRESS: "", PUBLIC_PATH: "" }],
  ["imopenlines.config.update", { CONFIG_ID: 1, PARAMS: { LINE_NAME: "Support (VIP)", QUEUE_TIME: 45 } }, true],
  ["imopenlines.network.join", { CODE: "ab515f5d85a8b844d484f6ea75a2e494" }, 1],
  ["imopenlines.revision.get", {}, { rest: 2, web: 1, mobile: 1 }],
  [
    "placement.bind",
    {
      ...{
        PLACEMENT: "CONTACT_CENTER",
        HANDLER: "https://acme.example/tile",
        TITLE: "Acme",
        DESCRIPTION: "",
        GROUP_NAME: "",
      },
      LANG_ALL: { de: { TITLE: "Acme", DESCRIPTION: "Kanal", GROUP_NAME: "Gruppe" } },
    },
    true,
  ],
  [
    "placement.get",
    {},
    [
      {
        ...{ placement: "", userId: 0, handler: "", options: [], title: "", description: "" },
        langAll: { de: { TITLE: "", DESCRIPTION: "", GROUP_NAME: "" } },
      },
    ],
  ],
  ["placement.list", {}, [""]],
  ["placement.unbind", { PLACEMENT: "CONTACT_CENTER", HANDLER: "https://acme.example/tile" }, { count: 2 }],
  [
    "imconnector.register",
    {
      ...{
        ID: "acme",
        NAME: "Acme",
        ICON: icon,
        ICON_DISABLED: icon,
        PLACEMENT_HANDLER: "https://acme.example/settings",
      },
      ...{ DEL_EXTERNAL_MESSAGES: true, NEED_SIGNATURE: true, CHAT_GROUP: true },
    },
    { result: true },
  ],
  ["imconnector.list", {}, { livechat: "", telegrambot: "", network: "", acme: "" }],
  ["imconnector.activate", { ...here, ACTIVE: "1" }, true],
  ["imconnector.connector.data.set", { ...here, DATA: { ID: "c", URL: "https://acme.example", NAME: "Acme" } }, true],
  [
    "imconnector.status",
    { CONNECTOR: "acme", LINE: "1" },
    { ...{ LINE: 1, CONNECTOR: "", ERROR: false }, CONFIGURED: true, STATUS: true },
  ],
  [
    "imconnector.send.messages",
    { ...here, MESSAGES: [incoming] },
    {
      SUCCESS: true,
      DATA: {
        RESULT: [
          {
            ...{ user: "1", message: { id: "", date: {}, text: "", files: [] }, chat: described, SUCCESS: true },
            ...{ extra: { skip_phone_validate: "Y", disable_tracker: "Y" }, session: { ID: "1", CHAT_ID: "1" } },
          },
        ],
      },
    },
  ],
  [
    "imconnector.update.messages",
    { ...here, MESSAGES: [{ ...incoming, message: { id: "m-1", text: "Hello!" } }] },
    {
      SUCCESS: true,
      DATA: { RESULT: [{ user: "1", message: { id: "", date: {}, text: "" }, chat: described, SUCCESS: true }] },
    },
  ],
  [
    "imconnector.delete.messages",
    { ...here, MESSAGES: [{ user: { id: "ext-7" }, message: { id: "m-1" }, chat: { id: "chat-1" } }] },
    { SUCCESS: true, DATA: { RESULT: [{ user: "1", message: { id: "" }, chat: { id: "" }, SUCCESS: true }] } },
  ],
  ["imconnector.send.status.delivery", { ...here, MESSAGES: [report] }, { SUCCESS: true, DATA: [] }],
  ["imconnector.send.status.reading", { ...here, MESSAGES: [report] }, { SUCCESS: true, DATA: [] }],
  [
    "imconnector.chat.name.set",
    { ...here, CHAT_ID: "chat-1", NAME: "Shop 2" },
    { SUCCESS: true, DATA: { RESULT: {} } },
  ],
  ["event.bind", { event: "ONAPPTEST", handler: "https://acme.example/handler/" }, true],
  ["event.bind", { event: "ONIMCONNECTORSTATUSDELETE", event_type: "offline", auth_connector: "sync" }, true],
  ["imconnector.activate", { ...here, ACTIVE: "0" }, true],
  [
    "event.offline.list",
    { filter: { ERROR: 0 }, order: { ID: "DESC" }, auth_connector: "sync" },
    [{ ...offline, PROCESS_ID: "", ERROR: "0" }],
  ],
  [
    "event.offline.get",
    { filter: { ">=ID": 1 }, auth_connector: "sync", clear: 0 },
    { process_id: maybe(""), events: [offline] },
  ],
  ["event.offline.clear", { process_id: "yh3gu929sf0d32lsfysqas2y1hlpp09q", id: [2] }, true],
  ["event.offline.error", { process_id: "yh3gu929sf0d32lsfysqas2y1hlpp09q", message_id: ["2"] }, true],
  [
    "event.get",
    {},
    [{ ...{ event: "", handler: maybe(""), auth_type: maybe(""), offline: 0 }, connector_id: maybe("") }],
  ],
  ["events", {}, [""]],
  ["event.test", { any: "value" }, 1],
  ["event.unbind", { event: "ONAPPTEST", handler: "https://acme.example/handler/" }, { count: 1 }],
  [
    "app.info",
    {},
    {
      ...{ ID: 1, CODE: "", VERSION: 1, STATUS: "L", INSTALLED: true, PAYMENT_EXPIRED: "N", DAYS: maybe(0) },
      ...{ LANGUAGE_ID: "en", LICENSE: "", LICENSE_TYPE: "", LICENSE_FAMILY: "" },
    },
  ],
  ["scope", { full: true }, [""]],
  ["methods", { scope: "user" }, [""]],
  ["method.get", { name: "user.get" }, { isExisting: true, isAvailable: true }],
  ["feature.get", { CODE: "rest_offline_extended" }, { value: "Y" }],
  [
    "access.name",
    { ACCESS: ["G2", "AU"] },
    { G2: { provider: "", name: "", provider_id: "" }, AU: { provider: "", name: "", provider_id: "" } },
  ],
  ["server.time", {}, "2026-01-01T00:00:00+00:00"],
  ["profile", {}, { ID: "1", ADMIN: true, NAME: "", LAST_NAME: "", PERSONAL_GENDER: "", TIME_ZONE: "" }],
  ["user.admin", {}, true],
  ["user.access", { ACCESS: ["G2", "AU"] }, true],
  ["user.get", { UF_DEPARTMENT: 1, SORT: "ID", ORDER: "asc", start: 0 }, [user]],
  ["user.current", {}, current],
  [
    "imbot.v2.Bot.register",
    {
      fields: {
        code: "helper",
        properties: { name: "Helper", workPosition: "Assistant" },
        type: "bot",
        eventMode: "fetch",
      },
    },
    oneBot,
  ],
  ["imbot.v2.Bot.get", { code: "helper" }, oneBot],
  [
    "imbot.v2.Bot.list",
    { filter: { type: "bot" }, limit: 10 },
    { bots: [ofBot], users: [userOfBot], hasNextPage: false },
  ],
  ["imbot.v2.Bot.update", { botId: 2, fields: { properties: { name: "Helper 2" }, isHidden: true } }, oneBot],
  ["imbot.v2.Bot.unregister", { botId: 2 }, { result: true }],
  [
    "messageservice.sender.add",
    { CODE: "sms", TYPE: "SMS", HANDLER: "https://acme.example/sms", NAME: "Acme", DESCRIPTION: "Main" },
    true,
  ],
  ["messageservice.sender.list", {}, [""]],
  ["messageservice.sender.update", { CODE: "sms", NAME: "Acme 2" }, true],
  ["messageservice.sender.delete", { CODE: "sms" }, true],
  ["imopenlines.config.delete", { CONFIG_ID: 1 }, true],
  ["imconnector.unregister", { ID: "acme" }, { result: true }],
];

describe("the example of the documentation holds:", () => {
  let portal: Portal;
  let accessToken: string;
  before(async () => {
    portal = await startPortal();
    portal.application.scopes.push("user");
    ({ accessToken } = portal.issueTokens());
  });
  after(() => portal.close());

  for (const [method, params, result] of examples) {
    it(`${method} ${JSON.stringify(params).slice(0, 60)}`, async () => {
      const { status, body } = await callRest(portal, method, params, accessToken);
      assert.equal(status, 200, JSON.stringify(body));
      assert.deepEqual(differences(result, body.result), []);
      assert.deepEqual(differences(time, body.time, "time"), []);
    });
  }

  it("every method that is served has one", async () => {
    const { body } = await callRest(portal, "methods", { full: true }, accessToken);
    const shown = new Set(examples.map(([method]) => method.toLowerCase()));
    assert.deepEqual(
      (body.result as string[]).filter((method) => !shown.has(method)),
      [],
    );
  });
});

const time = {
  ...{ start: 1, finish: 1.5, duration: 0.5, processing: 0, date_start: "", date_finish: "" },
  ...{ operating_reset_at: 1, operating: 0 },
};
