import { refusal } from "./errors";
import { Page } from "./envelope";
import type { EventRecord, Params } from "./model";
import { isArray, isEmpty, isoDate, isSet, isTrue, toInteger, toText } from "./php";
import { compareText, conditionsOf, orderOf } from "./query";
import type { Call } from "./call";
import type { State } from "./state";

/** An event that waits to be fetched. */
interface OfflineEvent {
  ID: string;
  TIMESTAMP_X: string;
  EVENT_NAME: string;
  EVENT_DATA: unknown;
  EVENT_ADDITIONAL: unknown;
  MESSAGE_ID: string;
  PROCESS_ID: string;
  ERROR: string;
  /** Of whom, and from which source: not told. */
  application: string;
  connectorId: string;
}

const queues = new WeakMap<State, OfflineEvent[]>();

function queueOf(state: State): OfflineEvent[] {
  const queue = queues.get(state) ?? [];
  queues.set(state, queue);
  return queue;
}

export function clearOffline(state: State): void {
  queues.delete(state);
}

/** Puts an event into the queue of the application that has asked for it. */
export function enqueue(state: State, record: EventRecord, data: unknown): void {
  const id = String(state.nextId("offline event"));
  queueOf(state).push({
    ID: id,
    TIMESTAMP_X: isoDate(state.clock()),
    EVENT_NAME: record.event,
    EVENT_DATA: data,
    EVENT_ADDITIONAL: false,
    MESSAGE_ID: id,
    PROCESS_ID: "",
    ERROR: "0",
    application: record.application,
    connectorId: record.connectorId,
  });
}

function requireAdministrator({ caller }: Call): void {
  if (!caller.user.administrator) throw refusal("ACCESS_DENIED", "Access denied!");
}

/** The caller's events of one source, filtered and sorted. */
function found(call: Call, defaultOrder: Params): OfflineEvent[] {
  const { state, caller, params } = call;
  const source = caller.authConnector !== "" ? caller.authConnector : toText(params["AUTH_CONNECTOR"]);
  const conditions = conditionsOf(params["FILTER"]);
  const rows = queueOf(state).filter(
    (one) =>
      one.application === caller.application?.clientId &&
      one.connectorId === source &&
      conditions.every(({ operator, name, wanted }) =>
        compareText(operator, toText((one as unknown as Params)[name.toUpperCase()]), wanted),
      ),
  );
  return orderOf(
    rows as unknown as Params[],
    isEmpty(params["ORDER"]) ? defaultOrder : params["ORDER"],
  ) as unknown as OfflineEvent[];
}

/** `event.offline.list`: all that wait, also those that somebody is working on. */
export function list(call: Call): Page {
  requireAdministrator(call);
  const rows = found(call, { ID: "ASC" });
  const start = Math.max(0, call.start);
  const next = start + 50;
  const shown = rows.slice(start, next).map(({ application: _application, connectorId: _source, ...row }) => row);
  return new Page(shown, rows.length, next < rows.length ? next : undefined);
}

/** `event.offline.get`: hands events out, each once; with `clear=0` they are reserved for a process instead. */
export function take(call: Call): Record<string, unknown> {
  requireAdministrator(call);
  const { state, params } = call;
  const given = isEmpty(params["PROCESS_ID"]) ? "" : toText(params["PROCESS_ID"]);
  const clear = !isSet(params["CLEAR"]) || isTrue(params["CLEAR"]);
  const limit = isSet(params["LIMIT"]) ? Math.max(0, toInteger(params["LIMIT"])) : 50;
  const rows = found(call, { TIMESTAMP_X: "ASC" })
    .filter((one) => one.PROCESS_ID === given && (isTrue(params["ERROR"]) || one.ERROR === "0"))
    .slice(0, limit);
  const process = clear || rows.length === 0 ? given : given || `process${String(state.nextId("process"))}`;
  if (clear) remove(state, rows);
  else for (const row of rows) row.PROCESS_ID = process;
  return { process_id: process === "" ? null : process, events: rows.map(shortRow) };
}

function shortRow({ ID, TIMESTAMP_X, EVENT_NAME, EVENT_DATA, EVENT_ADDITIONAL, MESSAGE_ID }: OfflineEvent): object {
  return { ID, TIMESTAMP_X, EVENT_NAME, EVENT_DATA, EVENT_ADDITIONAL, MESSAGE_ID };
}

function remove(state: State, rows: readonly OfflineEvent[]): void {
  queues.set(
    state,
    queueOf(state).filter((one) => !rows.includes(one)),
  );
}

/** The events that a process has reserved, those of certain IDs or messages where they are named. */
function reserved({ state, caller, params }: Call): OfflineEvent[] {
  if (isEmpty(params["PROCESS_ID"]))
    throw refusal("ERROR_ARGUMENT", "Argument 'PROCESS_ID' is null or empty", { argument: "PROCESS_ID" });
  const valuesOf = (name: string): string[] | undefined =>
    isArray(params[name]) ? Object.values(params[name]).map(toText) : undefined;
  const ids = valuesOf("ID");
  const messages = ids === undefined ? valuesOf("MESSAGE_ID") : undefined;
  return queueOf(state).filter(
    (one) =>
      one.application === caller.application?.clientId &&
      one.PROCESS_ID === toText(params["PROCESS_ID"]) &&
      (ids?.includes(one.ID) ?? true) &&
      (messages?.includes(one.MESSAGE_ID) ?? true),
  );
}

/** `event.offline.clear` */
export function clear(call: Call): boolean {
  requireAdministrator(call);
  remove(call.state, reserved(call));
  return true;
}

/** `event.offline.error` */
export function markError(call: Call): boolean {
  requireAdministrator(call);
  for (const one of reserved(call)) one.ERROR = "1";
  return true;
}
