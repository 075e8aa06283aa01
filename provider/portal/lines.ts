import { refusal } from "./errors";
import { initialFields, lineName, readFields } from "./line-fields";
import type { LineFields } from "./line-fields";
import { queueForNew, queueForUpdate, withFormerCards, withUserFields } from "./line-queue";
import type { LineRecord, Params, QueueUser } from "./model";
import { isArray, isSet, phpArray, toInteger, toText } from "./php";
import type { Call } from "./call";

/** `imopenlines.config.add`: anybody may, nothing is required, and it is not idempotent. */
export function add(call: Call): number | string | false {
  const { state } = call;
  const params = paramsOf(call);
  const name = lineName(params) ?? generatedName(call);
  if (name.length > 255) return false;
  const id = state.nextId("line");
  const { queue, configQueue } = queueForNew(call, params["QUEUE"]);
  const now = state.clock();
  state.lines.set(id, {
    ID: id,
    fields: {
      ...initialFields(),
      ...tariffDefaults(call),
      ...readFields(params, state.php8, state.tariff),
      LINE_NAME: name,
    },
    queue: isSet(params["QUEUE"]) ? withUserFields(queue, params["QUEUE_USERS_FIELDS"]) : queue,
    configQueue,
    modifyUserId: call.caller.user.id,
    created: now,
    modified: now,
  });
  return state.generation === "old" ? String(id) : id;
}

/** Defaults the tariff changes. */
function tariffDefaults({ state }: Call): LineFields {
  const { rating, queueAll, crm } = state.tariff;
  return {
    ...(rating ? {} : { VOTE_MESSAGE: "N" }),
    ...(queueAll ? {} : { QUEUE_TYPE: "evenly" }),
    ...(crm ? {} : { CRM: "N" }),
  };
}

/** The site's name for the first line, else a running number. */
function generatedName({ state }: Call): string {
  return state.lines.size === 0 ? "Bitrix24" : `Open Channel ${String(state.lines.size + 1)}`;
}

/** Anything but an array is an empty one. */
function paramsOf({ params }: Call): Params {
  return isArray(params["PARAMS"]) ? (params["PARAMS"] as Params) : {};
}

/** `imopenlines.config.update`: what is left out keeps its value. */
export function update(call: Call): boolean {
  const line = modifiableLine(call);
  if (line === undefined) return false;
  const { state } = call;
  const params = paramsOf(call);
  const name = lineName(params);
  if (name !== undefined && name.length > 255) return false;
  const queue = isSet(params["QUEUE"]) ? queueForUpdate(call, params["QUEUE"]) : line;
  // New portals check the queue before anything is written, older ones ignore its failure afterwards.
  if (queue === undefined && state.generation === "new") return false;
  Object.assign(line.fields, readFields(params, state.php8, state.tariff), {
    LINE_NAME: name ?? line.fields["LINE_NAME"],
  });
  if (queue !== undefined && isSet(params["QUEUE"])) {
    line.queue = withUserFields(withFormerCards(queue.queue, line.queue), params["QUEUE_USERS_FIELDS"]);
    line.configQueue = queue.configQueue;
  }
  if (!Object.hasOwn(params, "SKIP_MODIFY_MARK")) {
    line.modifyUserId = call.caller.user.id;
    line.modified = state.clock();
  }
  return true;
}

/** `imopenlines.config.delete`: takes the activations of all connectors with it. */
export function remove(call: Call): boolean {
  const line = modifiableLine(call);
  if (line === undefined) return false;
  call.state.activations.removeLine(line.ID);
  raiseForAll(call, "ONIMCONNECTORLINEDELETE", line.ID);
  return call.state.lines.delete(line.ID);
}

/** A deleted line concerns every application. */
function raiseForAll({ state, caller: { user } }: Call, event: string, data: unknown): void {
  for (const application of state.applications.keys()) state.raise({ event, data, application, user });
}

/** The line, if it exists; refuses before that when the user may not modify it. */
function modifiableLine(call: Call): LineRecord | undefined {
  const id = configId(call);
  const line = call.state.lines.get(id);
  if (!mayModify(call, line)) throw refusal("CONFIG_WRONG_USER_PERMISSION");
  return line;
}

/** A non-empty array casts to 1. */
function configId({ params }: Call): number {
  const id = toInteger(params["CONFIG_ID"]);
  if (id === 0) throw refusal("CONFIG_ID_EMPTY");
  return id;
}

/** By role, for users in whose queue somebody is, or for who modified it last. */
function mayModify({ caller }: Call, line: LineRecord | undefined): boolean {
  const { user } = caller;
  if (user.administrator || user.mayModifyLines === true) return true;
  if (line?.modifyUserId === user.id) return true;
  const of = user.mayModifyLines;
  return of !== false && line !== undefined && line.queue.some((one) => of.includes(one.USER_ID));
}

/** `imopenlines.config.get`: everybody may; a missing line is `false`. */
export function get(call: Call): unknown {
  const line = call.state.lines.get(configId(call));
  if (line === undefined) return false;
  return { ...scalarsOf(call, line), ...(isOn(call.params["WITH_QUEUE"]) ? queueOf(call, line) : {}) };
}

/** On by default; anything but `Y` is off. */
function isOn(value: unknown): boolean {
  return !isSet(value) || value === "Y";
}

/** All scalars as text; dates have no readable shape. */
export function scalarsOf(call: Call, line: LineRecord): Record<string, unknown> {
  const { tariff } = call.state;
  const { DEFAULT_OPERATOR_DATA: operator, ...fields } = line.fields;
  return {
    ID: String(line.ID),
    ...fields,
    DEFAULT_OPERATOR_DATA: phpArray(new Map(Object.entries(operator ?? {}))),
    ...(tariff.rating ? {} : { VOTE_MESSAGE: "N" }),
    ...(tariff.workingHours ? {} : { WORKTIME_ENABLE: "N" }),
    DATE_CREATE: {},
    DATE_MODIFY: {},
    MODIFY_USER_ID: String(line.modifyUserId),
  };
}

/** Departments are expanded already; inactive users are stored, not shown. */
function queueOf(call: Call, line: LineRecord): Record<string, unknown> {
  const { users, generation } = call.state;
  const active = line.queue.filter((one) => users.get(one.USER_ID)?.active === true);
  const shown = isOn(call.params["SHOW_OFFLINE"])
    ? active
    : active.filter((one) => users.get(one.USER_ID)?.online === true);
  const full = new Map(shown.map((one, sort) => [String(one.USER_ID), fullEntry(one, line, sort)]));
  return {
    QUEUE: shown.map((one) => String(one.USER_ID)),
    ...(generation === "new" ? { QUEUE_FULL: phpArray(full) } : {}),
    QUEUE_USERS_FIELDS: phpArray(new Map(shown.map((one) => [String(one.USER_ID), cardOf(one)]))),
    QUEUE_ONLINE: active.some((one) => users.get(one.USER_ID)?.online === true) ? "Y" : "N",
  };
}

function fullEntry(one: QueueUser, line: LineRecord, sort: number): Record<string, unknown> {
  return {
    ID: String(line.ID * 1000 + sort),
    SORT: String(sort),
    USER_ID: String(one.USER_ID),
    DEPARTMENT_ID: String(one.DEPARTMENT_ID),
    ...cardOf(one),
  };
}

function cardOf(one: QueueUser): Record<string, unknown> {
  return {
    USER_NAME: one.USER_NAME,
    USER_WORK_POSITION: one.USER_WORK_POSITION,
    USER_AVATAR: one.USER_AVATAR,
    USER_AVATAR_ID: String(one.USER_AVATAR_ID),
  };
}

/** `imopenlines.config.path.get` */
export function path({ state }: Call): Record<string, string> {
  return {
    SERVER_ADDRESS: state.url,
    PUBLIC_PATH: state.generation === "new" ? "/contact_center/" : "/services/openlines/",
  };
}

/** `imopenlines.network.join`: a number for each external open channel, the same when it is joined again. */
export function join({ state, params }: Call): number {
  const code = toText(params["CODE"]);
  if (!/^[0-9a-z]{32}$/i.test(code)) throw refusal("CODE");
  const known = state.networkLines.get(code) ?? state.nextId("network bot");
  state.networkLines.set(code, known);
  return known;
}

/** `imopenlines.revision.get` */
export function revision(): Record<string, number> {
  return { rest: 2, web: 1, mobile: 1 };
}
