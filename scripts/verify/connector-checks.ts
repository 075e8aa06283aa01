import { answers, prefix, refused, shows, since, soft } from "./check";
import type { Check } from "./check";
import type { AskedPortal } from "./portal";

/** Of the connectors that have activation records. */
export const connectorIds = ["unknown", "case"];

export const handler = "https://verify.example/pb24verify";
const icon = { DATA_IMAGE: "data:image/svg+xml,%3Csvg xmlns='http://www.w3.org/2000/svg'/%3E" };

const registration = (id: string, more: Readonly<Record<string, unknown>> = {}): Record<string, unknown> => ({
  ID: `${prefix}${id}`,
  NAME: `${prefix}${id}`,
  ICON: icon,
  PLACEMENT_HANDLER: handler,
  ...more,
});

const at = (id: string, line: number): Record<string, unknown> => ({ CONNECTOR: `${prefix}${id}`, LINE: line });

async function flags(portal: AskedPortal, id: string, line: number): Promise<string> {
  const { result } = await portal.call("imconnector.status", at(id, line));
  const { CONFIGURED, STATUS, ERROR } = (result ?? {}) as Record<string, unknown>;
  return JSON.stringify([CONFIGURED, STATUS, ERROR]);
}

const message = { user: { id: "pb24verify" }, message: { id: "1", text: "pb24verify" }, chat: { id: "pb24verify" } };

export const connectorChecks: readonly Check[] = [
  answers("register: without an ID it is refused", soft("CONNECTOR_ID_REQUIRED"), (portal) =>
    portal.call("imconnector.register"),
  ),
  answers("register: a dot in the ID is refused first", soft("APPLICATION_REGISTRATION_ERROR_POINT"), (portal) =>
    portal.call("imconnector.register", { ID: `${prefix}a.b` }),
  ),
  answers('register: "0" is an empty name', soft("NAME_REQUIRED"), (portal) =>
    portal.call("imconnector.register", registration("empty", { NAME: "0" })),
  ),
  answers("register: an icon is required", soft("ICON_REQUIRED"), (portal) =>
    portal.call("imconnector.register", registration("icon", { ICON: {} })),
  ),
  answers("register: a settings page is required", soft("NO_PLACEMENT_HANDLER"), (portal) =>
    portal.call("imconnector.register", registration("page", { PLACEMENT_HANDLER: "" })),
  ),
  answers("register: a name of 256 characters is refused", soft("APPLICATION_REGISTRATION_ERROR"), (portal) =>
    portal.call("imconnector.register", registration("long", { NAME: "n".repeat(256) })),
  ),
  shows("register: the ID is kept in lower case, and listed at once", "true", async (portal) => {
    await portal.call("imconnector.register", registration("Case"));
    const { result } = await portal.call("imconnector.list");
    return String(Object.hasOwn(result ?? {}, `${prefix}case`));
  }),
  shows("register: a second time changes what is there", "true", async (portal) => {
    await portal.call("imconnector.register", registration("case", { NAME: `${prefix}renamed` }));
    const { result } = await portal.call("imconnector.list");
    return String(((result ?? {}) as Record<string, unknown>)[`${prefix}case`] === `${prefix}renamed`);
  }),
  shows("status: an unknown pair is all false", "[false,false,false]", (portal, line) =>
    flags(portal, "unknown", line),
  ),
  shows("status: the line is a number", '"number"', async (portal, line) => {
    const { result } = await portal.call("imconnector.status", at("case", line));
    return JSON.stringify(typeof ((result ?? {}) as Record<string, unknown>)["LINE"]);
  }),
  answers("status: without CONNECTOR it is refused", refused(400, "ERROR_ARGUMENT"), (portal, line) =>
    portal.call("imconnector.status", { LINE: line }),
  ),
  shows("activate: without ACTIVE it is refused, by its name", "400 ERROR_ARGUMENT ACTIVE", async (portal, line) => {
    const { status, error, argument } = await portal.call("imconnector.activate", at("case", line));
    return `${String(status)} ${error ?? ""} ${argument ?? ""}`;
  }),
  shows('activate: "N" is on, and data is not needed for it', "[true,true,false]", async (portal, line) => {
    await portal.call("imconnector.activate", { ...at("case", line), ACTIVE: "N" });
    return flags(portal, "case", line);
  }),
  answers("activate: off answers true where it was on", "200 true", (portal, line) =>
    portal.call("imconnector.activate", { ...at("case", line), ACTIVE: 0 }),
  ),
  answers(
    "activate: off answers true on new portals where nothing was on, false before",
    since("200 true", "200 false"),
    (portal, line) => portal.call("imconnector.activate", { ...at("case", line), ACTIVE: 0 }),
  ),
  answers(
    "connector.data.set: an empty DATA is accepted on new portals, refused before",
    since("200 true", refused(400, "ERROR_ARGUMENT")),
    (portal, line) => portal.call("imconnector.connector.data.set", { ...at("case", line), DATA: {} }),
  ),
  shows("connector.data.set: does not switch a connector on", "[false,false,false]", async (portal, line) => {
    await portal.call("imconnector.connector.data.set", { ...at("case", line), DATA: { ID: "1" } });
    return flags(portal, "case", line);
  }),
  answers("send.messages: a connector that is off is refused", refused(400, "NOT_ACTIVE_LINE"), (portal, line) =>
    portal.call("imconnector.send.messages", { ...at("case", line), MESSAGES: [message] }),
  ),
  answers(
    "send.messages: an unknown connector is refused",
    refused(400, "IMCONNECTOR_NO_CORRECT_PROVIDER"),
    (portal, line) => portal.call("imconnector.send.messages", { ...at("unknown", line), MESSAGES: [message] }),
  ),
  answers(
    "send.status.delivery: an unknown connector is refused",
    refused(400, "IMCONNECTOR_NO_CORRECT_PROVIDER"),
    (portal, line) => portal.call("imconnector.send.status.delivery", { ...at("unknown", line), MESSAGES: [message] }),
  ),
  answers("chat.name.set: without NAME it is refused", refused(400, "ERROR_ARGUMENT"), (portal, line) =>
    portal.call("imconnector.chat.name.set", { ...at("case", line), CHAT_ID: "pb24verify" }),
  ),
  shows(
    "unregister: without an activation record it is refused by the middle generation alone",
    (generation) => (generation === "middle" ? "200 APPLICATION_UNREGISTRATION_ERROR, inside the result" : "200 done"),
    async (portal, line) => {
      await portal.call("imconnector.activate", { ...at("case", line), ACTIVE: 0 });
      const { status, error, result } = await portal.call("imconnector.unregister", { ID: `${prefix}case` });
      const { result: done, error: inner } = (result ?? {}) as Record<string, unknown>;
      if (done === true) return `${String(status)} done`;
      const place = error === undefined ? "inside the result" : "at the top";
      return `${String(status)} ${String(error ?? inner)}, ${place}`;
    },
  ),
  answers("unregister: an activation record without a connector is enough", '200 {"result":true}', (portal) =>
    portal.call("imconnector.unregister", { ID: `${prefix}unknown` }),
  ),
];
