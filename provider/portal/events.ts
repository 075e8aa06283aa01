import { missingArgument, refusal } from "./errors";
import { eventScopes, onlineOnlyEvents } from "./event-names";
import { handlerRefusal } from "./handlers";
import type { Caller, EventRecord, Params } from "./model";
import { isArray, isEmpty, isSet, isTrue, toInteger, toText } from "./php";
import type { Call } from "./call";
import type { State } from "./state";

type EventKey = Pick<EventRecord, "application" | "event" | "handler" | "authType" | "connectorId">;

export function eventKey(record: EventKey): string {
  return [record.application, record.event, record.handler, String(record.authType), record.connectorId].join(" ");
}

/** The bindings of an application that an event concerns. */
export function handlersOf(state: State, application: string, event: string): EventRecord[] {
  return [...state.events.values()].filter((one) => one.application === application && one.event === event);
}

/** `event.test`: tells the application's own handlers, with what was sent. */
export function test({ state, params, caller }: Call): number {
  const application = caller.application?.clientId ?? "";
  state.raise({ event: "ONAPPTEST", data: { QUERY: params }, application, user: caller.user });
  return 1;
}

/** Plans without applications of one's own have no event handlers either; old portals keep them to administrators. */
function requireRights({ generation, license }: State, { user }: Caller): void {
  if (generation === "new" && license.endsWith("_project")) throw refusal("WRONG_LICENSE");
  if (generation === "old" && !user.administrator) throw refusal("ACCESS_DENIED", "Access denied!");
}

/** `event.bind`. Application, event, handler, user and connector are the key; nothing is updated. */
export function bind(call: Call): boolean {
  const { state, params, caller } = call;
  requireRights(state, caller);
  const offline = isOffline(call);
  const event = eventArgument(params);
  const handler = offline ? "" : onlineHandler(call);
  checkEvent(caller, event);
  if (offline) checkOffline(call, event);
  const authType = offline ? 0 : userOf(call);
  const record: EventRecord = {
    application: caller.application?.clientId ?? "",
    event,
    handler,
    authType,
    connectorId: connectorIdOf(call),
    offline,
    options: isArray(params["OPTIONS"]) ? { ...(params["OPTIONS"] as Params) } : {},
  };
  if (state.events.has(eventKey(record))) {
    throw refusal("ERROR_CORE", "Unable to set event handler: Handler already binded");
  }
  state.events.set(eventKey(record), record);
  return true;
}

function isOffline({ params }: Call): boolean {
  const type = isEmpty(params["EVENT_TYPE"]) ? "online" : toText(params["EVENT_TYPE"]);
  if (type !== "online" && type !== "offline") {
    throw refusal("ERROR_ARGUMENT", "Value must be one of {online|offline}", { argument: "EVENT_TYPE" });
  }
  return type === "offline";
}

function eventArgument(params: Params): string {
  if (isEmpty(params["EVENT"])) throw missingArgument("EVENT");
  return toText(params["EVENT"]).toUpperCase();
}

function onlineHandler({ params, caller, state }: Call): string {
  if (isEmpty(params["HANDLER"])) throw missingArgument("HANDLER");
  const handler = toText(params["HANDLER"]);
  const refused = handlerRefusal(handler);
  if (refused !== undefined) throw refused;
  const own = caller.application?.url;
  if (state.generation === "old" && own !== undefined && new URL(own).host !== new URL(handler).host) {
    throw refusal("ERROR_HANDLER_URL_MATCH");
  }
  return handler;
}

/** An event of a scope the token lacks does not exist for it. */
function checkEvent(caller: Caller, event: string): void {
  const scope = eventScopes.get(event);
  const reached = scope === "" || (scope !== undefined && caller.scopes.has(scope));
  // The documentation of connector events names either scope.
  if (!reached && !(scope === "imconnector" && caller.scopes.has("imopenlines")))
    throw refusal("ERROR_EVENT_NOT_FOUND");
}

function checkOffline({ state, caller }: Call, event: string): void {
  if (!caller.user.administrator) {
    throw refusal("ACCESS_DENIED", "Access denied! Offline events binding requires administrator access rights");
  }
  if (state.generation === "new" && onlineOnlyEvents.has(event)) {
    throw refusal("ERROR_ARGUMENT", "Offline event cannot be registered for this event", { argument: "EVENT_TYPE" });
  }
}

/** Administrators bind for anybody or nobody, others for themselves. */
function userOf({ params, caller }: Call): number {
  const given = params["AUTH_TYPE"];
  if (caller.user.administrator) return toInteger(given);
  if (isTrue(given) && toInteger(given) !== caller.user.id) throw foreignUser("binding");
  return caller.user.id;
}

function foreignUser(what: "binding" | "unbinding"): Error {
  return refusal("ACCESS_DENIED", `Access denied! Event ${what} with AUTH_TYPE requires administrator access rights`);
}

function connectorIdOf({ params, caller }: Call): string {
  return caller.authConnector !== "" ? caller.authConnector : toText(params["AUTH_CONNECTOR"]);
}

/** `event.unbind`: how many went; none is no error. */
export function unbind(call: Call): { count: number } {
  const { state, params, caller } = call;
  requireRights(state, caller);
  const offline = isOffline(call);
  const event = eventArgument(params);
  if (!offline && isEmpty(params["HANDLER"])) throw missingArgument("HANDLER");
  const handler = offline ? "" : toText(params["HANDLER"]);
  if (offline && !caller.user.administrator) {
    throw refusal("ACCESS_DENIED", "Access denied! Offline events unbinding requires administrator access rights");
  }
  const user = unbindUser(call);
  const application = caller.application?.clientId;
  const found = [...state.events].filter(
    ([, one]) =>
      one.application === application &&
      one.event === event &&
      one.handler === handler &&
      one.offline === offline &&
      (user === undefined || one.authType === user) &&
      (!offline || one.connectorId === connectorIdOf(call)),
  );
  for (const [key] of found) state.events.delete(key);
  return { count: found.length };
}

/** Whose binding goes; undefined means everybody's. */
function unbindUser({ params, caller }: Call): number | undefined {
  const given = params["AUTH_TYPE"];
  if (caller.user.administrator) return isSet(given) ? toInteger(given) : undefined;
  // Compared strictly: a user's own ID sent as text is refused too.
  if (isTrue(given) && given !== caller.user.id) throw foreignUser("unbinding");
  return caller.user.id;
}

/** `event.get`: an administrator sees all of the application's, others their own. */
export function get({ state, caller }: Call): Record<string, unknown>[] {
  const visible = [...state.events.values()].filter(
    (one) =>
      one.application === caller.application?.clientId &&
      (caller.user.administrator || one.authType === caller.user.id),
  );
  return visible.map((one) => {
    const binding = one.offline
      ? { event: one.event, connector_id: one.connectorId }
      : { event: one.event, handler: one.handler, auth_type: String(one.authType) };
    return state.generation === "old" ? binding : { ...binding, offline: Number(one.offline) };
  });
}

/** `events`: names, of one scope, of the token's scopes, or all. */
export function names({ params, caller }: Call): string[] {
  const all = [...eventScopes];
  const wanted = params["SCOPE"];
  if (isSet(wanted)) return all.filter(([, scope]) => scope === toText(wanted)).map(([name]) => name);
  const reached = (scope: string): boolean => isTrue(params["FULL"]) || scope === "" || caller.scopes.has(scope);
  return all.filter(([, scope]) => reached(scope)).map(([name]) => name);
}
