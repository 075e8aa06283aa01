import { answers, brief, field, prefix, refused, shows } from "./check";
import type { Check } from "./check";
import { handler } from "./connector-checks";

const binding = { event: "ONIMCONNECTORMESSAGEADD", handler };

export const eventChecks: readonly Check[] = [
  answers("event.bind: a host without a dot is refused", refused(400, "ERROR_WRONG_HANDLER_URL"), (portal) =>
    portal.call("event.bind", { event: "ONAPPTEST", handler: "https://localhost/" }),
  ),
  answers(
    "event.bind: another scheme than http and https is refused",
    refused(400, "ERROR_UNSUPPORTED_PROTOCOL"),
    (portal) => portal.call("event.bind", { event: "ONAPPTEST", handler: "ftp://verify.example/" }),
  ),
  answers("event.bind: an event that does not exist is refused", refused(400, "ERROR_EVENT_NOT_FOUND"), (portal) =>
    portal.call("event.bind", { event: "ONPB24VERIFY", handler }),
  ),
  answers("event.bind: without a handler it is refused", refused(400, "ERROR_ARGUMENT"), (portal) =>
    portal.call("event.bind", { event: "ONAPPTEST" }),
  ),
  answers("event.bind: event_type is online or offline", refused(400, "ERROR_ARGUMENT"), (portal) =>
    portal.call("event.bind", { event: "ONAPPTEST", handler, event_type: "sometimes" }),
  ),
  answers("event.bind: the same handler again is refused", refused(400, "ERROR_CORE"), async (portal) => {
    await portal.call("event.bind", binding);
    return portal.call("event.bind", binding);
  }),
  shows(
    "event.get: who authorizes is a text; rows of old portals do not tell offline from online",
    (generation) => (generation === "old" ? "string, undefined" : "string, number"),
    async (portal) => {
      const { result } = await portal.call("event.get");
      const rows = Array.isArray(result) ? (result as unknown[]) : [];
      const own = rows.find((row) => field(row, "handler") === handler);
      return `${typeof field(own, "auth_type")}, ${typeof field(own, "offline")}`;
    },
  ),
  shows(
    "event.unbind: counts what went, and nothing is no error",
    '200 {"count":1}, 200 {"count":0}',
    async (portal) => {
      const [first, second] = [await portal.call("event.unbind", binding), await portal.call("event.unbind", binding)];
      return `${brief(first)}, ${brief(second)}`;
    },
  ),
];

export const tile = "https://verify.example/pb24verify/tile";
const place = { PLACEMENT: "CONTACT_CENTER", HANDLER: tile };

export const placementChecks: readonly Check[] = [
  answers(
    "placement.bind: a placement that does not exist is refused",
    refused(400, "ERROR_PLACEMENT_NOT_FOUND"),
    (portal) => portal.call("placement.bind", { ...place, PLACEMENT: "PB24VERIFY" }),
  ),
  answers("placement.bind: a host without a dot is refused", refused(400, "ERROR_WRONG_HANDLER_URL"), (portal) =>
    portal.call("placement.bind", { ...place, HANDLER: "https://localhost/" }),
  ),
  answers("placement.bind: the same handler again is refused", refused(400, "ERROR_CORE"), async (portal) => {
    const title = { TITLE: `${prefix}tile` };
    await portal.call("placement.bind", { ...place, ...title });
    return portal.call("placement.bind", { ...place, ...title });
  }),
  shows(
    "placement.get: options and languages are told since the middle generation, users on new portals",
    (generation) => ({ old: "false, false, false", middle: "true, true, false", new: "true, true, true" })[generation],
    async (portal) => {
      const { result } = await portal.call("placement.get");
      const rows = Array.isArray(result) ? (result as unknown[]) : [];
      const own = Object.keys(rows.find((row) => field(row, "handler") === tile) ?? {});
      return ["options", "langAll", "userId"].map((name) => own.includes(name)).join(", ");
    },
  ),
  answers(
    "placement.unbind: a binding counts twice, on old portals once",
    (generation) => `200 {"count":${generation === "old" ? "1" : "2"}}`,
    (portal) => portal.call("placement.unbind", place),
  ),
];
