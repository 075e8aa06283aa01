import { refusal, softRefusal } from "./errors";
import type { ErrorCode } from "./errors";
import { connectorFlags } from "./model";
import type { ConnectorFlag, ConnectorRecord, Flag, IconRecord, Params } from "./model";
import { isArray, isEmpty, isSet, phpArray, toText } from "./php";
import { findPlacement, putPlacement, removePlacement } from "./placements";
import type { Call } from "./call";
import type { State } from "./state";

/** `imconnector.register`: creates or updates; what is left out keeps its value. */
export function register(call: Call): unknown {
  const refused = firstRefusal(call);
  if (refused !== undefined) return softRefusal(refused);
  const { state, params } = call;
  const application = call.caller.application?.clientId ?? "";
  const id = toText(params["ID"]).toLowerCase();
  const flags = readFlags(params);
  // Outside of any transaction: it stays when the connector itself cannot be written.
  makePlacement(call, application);
  if (flags === undefined || id.length > 255 || toText(params["NAME"]).length > 255) {
    return softRefusal("APPLICATION_REGISTRATION_ERROR");
  }
  const before = state.connectors.find(id, application);
  state.connectors.put(merged(before, { id, application, flags, params }));
  return { result: true };
}

/** The checks in their order; "empty" is PHP's, so a name "0" is refused. */
function firstRefusal({ params, caller }: Call): ErrorCode | undefined {
  const isFilledText = (value: unknown): boolean => typeof value === "string" && !isEmpty(value);
  const icon = params["ICON"];
  if (toText(params["ID"]).includes(".")) return "APPLICATION_REGISTRATION_ERROR_POINT";
  if (!isFilledText(params["ID"])) return "CONNECTOR_ID_REQUIRED";
  if (!isFilledText(params["NAME"])) return "NAME_REQUIRED";
  if (!isArray(icon) || !isFilledText((icon as Params)["DATA_IMAGE"])) return "ICON_REQUIRED";
  if (caller.application === undefined) return "NO_APPLICATION_ID";
  return isFilledText(params["PLACEMENT_HANDLER"]) ? undefined : "NO_PLACEMENT_HANDLER";
}

interface Registration {
  id: string;
  application: string;
  flags: Partial<Record<ConnectorFlag, Flag>>;
  params: Params;
}

function merged(before: ConnectorRecord | undefined, given: Registration): ConnectorRecord {
  const { params } = given;
  const initial = Object.fromEntries(connectorFlags.map((flag) => [flag, flag === "CHAT_GROUP" ? "N" : "Y"]));
  return {
    ...(initial as Record<ConnectorFlag, Flag>),
    ICON_DISABLED: {},
    COMMENT: "",
    ...before,
    ...given.flags,
    ID: given.id,
    NAME: toText(params["NAME"]),
    ICON: iconOf(params["ICON"]),
    ...(isSet(params["ICON_DISABLED"]) ? { ICON_DISABLED: iconOf(params["ICON_DISABLED"]) } : {}),
    ...(isSet(params["COMMENT"]) ? { COMMENT: toText(params["COMMENT"]) } : {}),
    PLACEMENT_HANDLER: toText(params["PLACEMENT_HANDLER"]),
    application: given.application,
  };
}

function iconOf(value: unknown): IconRecord {
  const icon: IconRecord = {};
  if (!isArray(value)) return icon;
  for (const field of ["DATA_IMAGE", "COLOR", "SIZE", "POSITION"] as const) {
    const given = (value as Params)[field];
    if (isSet(given)) icon[field] = toText(given);
  }
  return icon;
}

/** The flags that are present; undefined when one is nothing the column takes. */
function readFlags(params: Params): Partial<Record<ConnectorFlag, Flag>> | undefined {
  const flags: Partial<Record<ConnectorFlag, Flag>> = {};
  for (const name of connectorFlags) {
    const value = params[name];
    if (!isSet(value)) continue;
    if (["Y", "1", 1, true, "true"].includes(value as string)) flags[name] = "Y";
    else if (["N", "0", 0, false, "false"].includes(value as string)) flags[name] = "N";
    else return undefined;
  }
  return flags;
}

/** The settings page: connectors with the same handler share one placement. */
function makePlacement(call: Call, application: string): void {
  const handler = toText(call.params["PLACEMENT_HANDLER"]);
  if (findPlacement(call.state, application, "SETTING_CONNECTOR", handler) !== undefined) return;
  putPlacement(call.state, {
    placement: "SETTING_CONNECTOR",
    handler,
    application,
    title: toText(call.params["NAME"]),
    description: toText(call.params["COMMENT"]),
  });
}

/** `imconnector.unregister`: each generation has its own idea of success. */
export function unregister(call: Call): unknown {
  const { state, caller } = call;
  const id = toText(call.params["ID"]).toLowerCase();
  if (caller.application === undefined) return softRefusal("NO_APPLICATION_ID");
  if (id === "") return softRefusal("APPLICATION_UNREGISTRATION_ERROR");
  if (state.generation !== "old") {
    const removed = state.activations.removeConnector(id);
    if (state.generation === "middle" && removed === 0) return softRefusal("APPLICATION_UNREGISTRATION_ERROR");
  }
  const connector = state.connectors.remove(id, caller.application.clientId);
  if (connector !== undefined) removeUnusedPlacement(state, connector);
  return { result: true };
}

function removeUnusedPlacement(state: State, removed: ConnectorRecord): void {
  const { application, PLACEMENT_HANDLER: handler } = removed;
  if (state.connectors.usesHandler(application, handler)) return;
  removePlacement(state, application, "SETTING_CONNECTOR", handler);
}

/** `imconnector.list`: ID and name of all connectors, whoever registered them. */
export function list({ state, caller }: Call): unknown {
  if (!state.openLinesInstalled) throw accessDenied("The ImOpenLines module is not installed");
  if (caller.application === undefined) {
    throw state.generation === "new"
      ? refusal("ERROR_CORE", "Application context required")
      : refusal("WRONG_AUTH_TYPE");
  }
  if (!caller.user.administrator && !caller.user.mayModifyConnectors) {
    throw accessDenied("You don't have access to this action");
  }
  const names = new Map(state.builtInConnectors);
  for (const connector of state.connectors.all()) names.set(connector.ID, connector.NAME);
  return phpArray(renumbered(names));
}

function accessDenied(text: string): Error {
  return refusal("ACCESS_DENIED", text, undefined, 400);
}

/** PHP numbers keys of digits anew when it merges arrays, so such an ID is lost. */
function renumbered(names: ReadonlyMap<string, string>): Map<string, string> {
  const result = new Map<string, string>();
  let next = 0;
  for (const [id, name] of names) result.set(/^(0|[1-9]\d*)$/.test(id) ? String(next++) : id, name);
  return result;
}
