import type { AskedPortal, Seen } from "./portal";

export type Generation = "old" | "middle" | "new";

/** Everything that a check makes has a name that begins with this. */
export const prefix = "pb24verify_";

/** A statement about the servers, and how it is looked at. */
export interface Check {
  /** As in the local portal's tables. */
  readonly statement: string;
  /** What is expected of a generation, in short. */
  readonly expected: (generation: Generation) => string;
  /** What the portal says, in the same short form: no names, no texts, no addresses of people. */
  readonly look: (portal: AskedPortal, line: number) => Promise<string>;
}

const icon = { DATA_IMAGE: "data:image/svg+xml,%3Csvg xmlns='http://www.w3.org/2000/svg'/%3E" };
const handler = "https://verify.example/pb24verify";
const registration = (id: string, more: Readonly<Record<string, unknown>> = {}): Record<string, unknown> => ({
  ID: `${prefix}${id}`,
  NAME: `${prefix}${id}`,
  ICON: icon,
  PLACEMENT_HANDLER: handler,
  ...more,
});

/** A soft refusal stands at the top or inside of the result. */
function brief({ status, result, error }: Seen): string {
  const inner =
    typeof result === "object" && result !== null ? (result as Record<string, unknown>)["error"] : undefined;
  if (typeof error === "string") return `${String(status)} ${error}, at the top`;
  return typeof inner === "string"
    ? `${String(status)} ${inner}, inside the result`
    : `${String(status)} ${JSON.stringify(result)}`;
}

const always = (text: string) => (): string => text;
const soft =
  (code: string) =>
  (generation: Generation): string =>
    `200 ${code}, ${generation === "new" ? "at the top" : "inside the result"}`;

async function flags(portal: AskedPortal, connector: string, line: number): Promise<string> {
  const { result } = await portal.call("imconnector.status", { CONNECTOR: `${prefix}${connector}`, LINE: line });
  const { CONFIGURED, STATUS, ERROR } = (result ?? {}) as Record<string, unknown>;
  return JSON.stringify([CONFIGURED, STATUS, ERROR]);
}

/** The statements that can be seen over REST. They are looked at in this order, and leave nothing behind but what cleanUp takes. */
export const checks: readonly Check[] = [
  {
    statement: "register: a dot in the ID is refused first",
    expected: soft("APPLICATION_REGISTRATION_ERROR_POINT"),
    look: async (portal) => brief(await portal.call("imconnector.register", { ID: `${prefix}a.b` })),
  },
  {
    statement: 'register: "0" is an empty name',
    expected: soft("NAME_REQUIRED"),
    look: async (portal) => brief(await portal.call("imconnector.register", registration("empty", { NAME: "0" }))),
  },
  {
    statement: "register: an icon is required",
    expected: soft("ICON_REQUIRED"),
    look: async (portal) => brief(await portal.call("imconnector.register", registration("icon", { ICON: {} }))),
  },
  {
    statement: "register: the ID is kept in lower case, and listed at once",
    expected: always("true"),
    look: async (portal) => {
      await portal.call("imconnector.register", registration("Case"));
      const { result } = await portal.call("imconnector.list");
      return String(Object.hasOwn(result ?? {}, `${prefix}case`));
    },
  },
  {
    statement: "status: an unknown pair is all false",
    expected: always("[false,false,false]"),
    look: (portal, line) => flags(portal, "unknown", line),
  },
  {
    statement: "activate: without ACTIVE it is refused",
    expected: always("400 ERROR_ARGUMENT, at the top"),
    look: async (portal, line) =>
      brief(await portal.call("imconnector.activate", { CONNECTOR: `${prefix}case`, LINE: line })),
  },
  {
    statement: 'activate: "N" is on, and data is not needed for it',
    expected: always("[true,true,false]"),
    look: async (portal, line) => {
      await portal.call("imconnector.activate", { CONNECTOR: `${prefix}case`, LINE: line, ACTIVE: "N" });
      return flags(portal, "case", line);
    },
  },
  {
    statement: "activate: off answers true where it was on",
    expected: always("200 true"),
    look: async (portal, line) =>
      brief(await portal.call("imconnector.activate", { CONNECTOR: `${prefix}case`, LINE: line, ACTIVE: 0 })),
  },
  {
    statement: "activate: off answers true on new portals where nothing was on, false before",
    expected: (generation) => `200 ${String(generation === "new")}`,
    look: async (portal, line) =>
      brief(await portal.call("imconnector.activate", { CONNECTOR: `${prefix}case`, LINE: line, ACTIVE: 0 })),
  },
  {
    statement: "connector.data.set: an empty DATA is accepted on new portals, refused before",
    expected: (generation) => (generation === "new" ? "200 true" : "400 ERROR_ARGUMENT, at the top"),
    look: async (portal, line) =>
      brief(await portal.call("imconnector.connector.data.set", { CONNECTOR: `${prefix}case`, LINE: line, DATA: {} })),
  },
  {
    statement: "unregister: without an activation record it is refused by the middle generation alone",
    expected: (generation) =>
      generation === "middle" ? "200 APPLICATION_UNREGISTRATION_ERROR, inside the result" : "200 done",
    look: async (portal, line) => {
      await portal.call("imconnector.activate", { CONNECTOR: `${prefix}case`, LINE: line, ACTIVE: 0 });
      const text = brief(await portal.call("imconnector.unregister", { ID: `${prefix}case` }));
      return text.includes("ERROR") ? text : "200 done";
    },
  },
  {
    statement: "config.get: a missing line is false",
    expected: always("200 false"),
    look: async (portal) => brief(await portal.call("imopenlines.config.get", { CONFIG_ID: 2_000_000_000 })),
  },
  {
    statement: "config.get: without a number it is refused",
    expected: always("400 CONFIG_ID_EMPTY, at the top"),
    look: async (portal) => brief(await portal.call("imopenlines.config.get")),
  },
  {
    statement: "config.update: JSON true switches ACTIVE off, by PHP's comparison",
    expected: always('"N"'),
    look: async (portal, line) => {
      await portal.call("imopenlines.config.update", { CONFIG_ID: line, PARAMS: { ACTIVE: true } });
      const { result } = await portal.call("imopenlines.config.get", { CONFIG_ID: line });
      return JSON.stringify((result as { ACTIVE?: unknown }).ACTIVE);
    },
  },
  {
    statement: "config.list.get: unknown parameters are refused",
    expected: (generation) => `400 ${generation === "new" ? "INVALID_FORMAT" : "ERROR_ARGUMENT"}, at the top`,
    look: async (portal) => brief(await portal.call("imopenlines.config.list.get", { PARAMS: { nothing: 1 } })),
  },
  {
    statement: "event.bind: a host without a dot is refused",
    expected: always("400 ERROR_WRONG_HANDLER_URL, at the top"),
    look: async (portal) =>
      brief(await portal.call("event.bind", { event: "ONAPPTEST", handler: "https://localhost/" })),
  },
  {
    statement: "event.bind: the same handler again is refused",
    expected: always("400 ERROR_CORE, at the top"),
    look: async (portal) => {
      await portal.call("event.bind", { event: "ONIMCONNECTORMESSAGEADD", handler });
      return brief(await portal.call("event.bind", { event: "ONIMCONNECTORMESSAGEADD", handler }));
    },
  },
  {
    statement: "event.unbind: counts what went, and nothing is no error",
    expected: always('200 {"count":1}, 200 {"count":0}'),
    look: async (portal) => {
      const parameters = { event: "ONIMCONNECTORMESSAGEADD", handler };
      return `${brief(await portal.call("event.unbind", parameters))}, ${brief(await portal.call("event.unbind", parameters))}`;
    },
  },
  {
    statement: "a method that does not exist is told before the token is looked at",
    expected: always("404 ERROR_METHOD_NOT_FOUND, at the top"),
    look: async (portal) => brief(await portal.call("pb24verify.nothing")),
  },
  {
    statement: "batch: an error belongs to its command, numbers as keys make lists",
    expected: always('{"result":[],"error":["ERROR_METHOD_NOT_FOUND"]}'),
    look: async (portal) => {
      const { result } = await portal.call("batch", { cmd: ["pb24verify.nothing"] });
      const { result: results, result_error: errors } = result as {
        result: unknown;
        result_error: { error: string }[];
      };
      return JSON.stringify({ result: results, error: Object.values(errors).map(({ error }) => error) });
    },
  },
];

/** Takes away what checks have made, whatever became of them. */
export async function cleanUp(portal: AskedPortal, line: number | undefined): Promise<void> {
  await portal.call("event.unbind", { event: "ONIMCONNECTORMESSAGEADD", handler });
  const { result } = await portal.call("imconnector.list");
  const left = Object.keys(result ?? {}).filter((id) => id.startsWith(prefix));
  for (const id of left) {
    // The middle generation unregisters only what has an activation record, which looking makes.
    await portal.call("imconnector.status", { CONNECTOR: id, LINE: line ?? 1 });
    await portal.call("imconnector.unregister", { ID: id });
  }
  if (line === undefined) return;
  for (const id of ["unknown", "case"]) {
    await portal.call("imconnector.activate", { CONNECTOR: `${prefix}${id}`, LINE: line, ACTIVE: 0 });
  }
  await portal.call("imopenlines.config.delete", { CONFIG_ID: line });
}
