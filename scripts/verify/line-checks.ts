import { answers, field, kindOf, prefix, refused, shows, since } from "./check";
import type { Check } from "./check";
import type { AskedPortal } from "./portal";

const missing = 2_000_000_000;

async function update(portal: AskedPortal, line: number, params: Readonly<Record<string, unknown>>): Promise<unknown> {
  await portal.call("imopenlines.config.update", { CONFIG_ID: line, PARAMS: params });
  return (await portal.call("imopenlines.config.get", { CONFIG_ID: line })).result;
}

export const lineChecks: readonly Check[] = [
  answers("config.get: a missing line is false", "200 false", (portal) =>
    portal.call("imopenlines.config.get", { CONFIG_ID: missing }),
  ),
  answers("config.get: without a number it is refused", refused(400, "CONFIG_ID_EMPTY"), (portal) =>
    portal.call("imopenlines.config.get"),
  ),
  answers("config.update: a missing line is false", "200 false", (portal) =>
    portal.call("imopenlines.config.update", { CONFIG_ID: missing, PARAMS: { LINE_NAME: `${prefix}no` } }),
  ),
  answers("config.delete: a missing line is false", "200 false", (portal) =>
    portal.call("imopenlines.config.delete", { CONFIG_ID: missing }),
  ),
  shows("config.update: JSON true switches ACTIVE off, by PHP's comparison", '"N"', async (portal, line) =>
    JSON.stringify(field(await update(portal, line, { ACTIVE: true }), "ACTIVE")),
  ),
  shows("config.update: names of parameters have to be in upper case", "kept", async (portal, line) => {
    await portal.call("imopenlines.config.update", { CONFIG_ID: line, params: { LINE_NAME: `${prefix}lower` } });
    const { result } = await portal.call("imopenlines.config.get", { CONFIG_ID: line });
    return field(result, "LINE_NAME") === `${prefix}line` ? "kept" : "changed";
  }),
  shows(
    "config.get: numbers come as texts, an empty list with a blank in it",
    '["string","string",[""]]',
    async (portal, line) => {
      const seen = await update(portal, line, { MAX_CHAT: 4, WORKTIME_DAYOFF: [] });
      return JSON.stringify([
        kindOf(field(seen, "MAX_CHAT")),
        kindOf(field(seen, "QUEUE_TIME")),
        field(seen, "WORKTIME_DAYOFF"),
      ]);
    },
  ),
  shows(
    "config.update: a queue without QUEUE_USERS_FIELDS leaves the operators' cards alone; old portals understand no entities in QUEUE",
    (generation) => (generation === "old" ? "never set" : "kept"),
    async (portal, line) => {
      const user = field((await portal.call("profile")).result, "ID");
      const queue = { QUEUE: [{ ENTITY_TYPE: "user", ENTITY_ID: user }] };
      const card = { QUEUE_USERS_FIELDS: { [String(user)]: { USER_NAME: `${prefix}card` } } };
      const cardIn = (seen: unknown): unknown =>
        field(field(field(seen, "QUEUE_USERS_FIELDS"), String(user)), "USER_NAME");
      if (cardIn(await update(portal, line, { ...queue, ...card })) !== `${prefix}card`) return "never set";
      return cardIn(await update(portal, line, queue)) === `${prefix}card` ? "kept" : "changed";
    },
  ),
  answers(
    "config.list.get: unknown parameters are refused",
    since(refused(400, "INVALID_FORMAT"), refused(400, "ERROR_ARGUMENT")),
    (portal) => portal.call("imopenlines.config.list.get", { PARAMS: { nothing: 1 } }),
  ),
  shows("config.list.get: filters and selects, and IDs are texts", "one row of one text", async (portal, line) => {
    const params = { select: ["ID"], filter: { ID: line } };
    const { result } = await portal.call("imopenlines.config.list.get", { PARAMS: params });
    return JSON.stringify(result) === JSON.stringify([{ ID: String(line) }]) ? "one row of one text" : kindOf(result);
  }),
  shows("config.path.get: an address and a path", '["string","string"]', async (portal) => {
    const { result } = await portal.call("imopenlines.config.path.get");
    return JSON.stringify([kindOf(field(result, "SERVER_ADDRESS")), kindOf(field(result, "PUBLIC_PATH"))]);
  }),
];
