import { addApplication, addDepartment, addUser } from "../members";
import { eventKey } from "../events";
import { initialFields, lineFields } from "../line-fields";
import { expand } from "../line-queue";
import { connectorFlags } from "../model";
import type {
  ActivationRecord,
  Application,
  ConnectorFlag,
  ConnectorRecord,
  EventRecord,
  Flag,
  LineRecord,
  PlacementRecord,
  QueueUser,
  User,
} from "../model";
import type { Module } from "../module";
import * as modules from "../modules";
import { clearOffline } from "../offline";
import { isDeeperThan, mostLevels } from "../php";
import { putPlacement } from "../placements";
import { initialLicense, State } from "../state";
import { camelCase } from "./names";
import { contentSchema, problemsOf } from "./schemas";
import type {
  ActivationEntry,
  ApplicationEntry,
  ConnectorEntry,
  Content,
  DepartmentEntry,
  DialogEntry,
  EventHandlerEntry,
  LineEntry,
  PlacementEntry,
  UserEntry,
} from "./schemas";

/** What a seed asks for cannot be; the message is a sentence for whoever wrote it. */
export class SeedError extends Error {
  override readonly name = "SeedError";
}

/** Puts content into a portal: all of it, or, when something is wrong with it, nothing. */
export function seed(state: State, given: unknown): void {
  if (isDeeperThan(given, mostLevels))
    throw new SeedError(`The body is nested deeper than ${String(mostLevels)} levels.`);
  const parsed = contentSchema.safeParse(given);
  if (!parsed.success) throw new SeedError(problemsOf(parsed.error));
  const content = parsed.data;
  checkApplications(state, content);
  checkUsers(state, content);
  checkModules(state, content);
  const each = <T>(entries: readonly T[] | undefined, put: (state: State, entry: T) => void): void =>
    entries?.forEach((entry) => {
      put(state, entry);
    });
  state.license = content.plan ?? state.license;
  each(content.departments, seedDepartment);
  each(content.users, seedUser);
  each(content.applications, seedApplication);
  each(content.lines, seedLine);
  each(content.connectors, seedConnector);
  each(content.activations, seedActivation);
  each(content.eventHandlers, seedEventHandler);
  each(content.placements, seedPlacement);
  each(content.dialogs, seedDialog);
  seedModules(state, content);
}

/** A module refuses what it cannot keep: it is tried on a portal that nobody knows. */
function checkModules({ generation, clock, applications }: State, content: Content): void {
  const trial = new State({ generation, clock, lateWrites: false });
  for (const [clientId, application] of applications) trial.applications.set(clientId, application);
  for (const { clientId } of content.applications ?? []) addApplication(trial, { clientId });
  try {
    seedModules(trial, content);
  } catch (error) {
    throw new SeedError(error instanceof Error ? error.message : String(error));
  }
}

function seedModules(state: State, content: Readonly<Record<string, unknown>>): void {
  for (const [name, module] of Object.entries<Module>(modules)) {
    for (const given of (content[name] ?? []) as Record<string, unknown>[]) {
      const application = typeof given["application"] === "string" ? given["application"] : undefined;
      module.put(state, applicationOf(state, application), given);
    }
  }
}

/** What belongs to an application needs one that is there, or comes along. */
function checkApplications(state: State, content: Content): void {
  const known = new Set([...state.applications.keys(), ...(content.applications ?? []).map((one) => one.clientId)]);
  for (const name of ["connectors", "eventHandlers", "placements", ...Object.keys(modules)]) {
    const entries = ((content as Record<string, unknown>)[name] ?? []) as { application?: string }[];
    for (const [index, { application }] of entries.entries()) {
      // Bots of a webhook belong to the token that they were registered with.
      if (application !== undefined && !known.has(application) && !application.startsWith("token ")) {
        throw new SeedError(`${name}[${String(index)}].application: there is no application "${application}".`);
      }
    }
  }
}

/** Somebody has to be left who may manage the portal: the owner of the token that was handed out. */
function checkUsers(state: State, { lines = [], users = [] }: Content): void {
  const known = new Set([...state.users.keys(), ...users.map(({ id }) => id)]);
  for (const [index, { operators = [] }] of lines.entries()) {
    const missing = operators.find(({ userId }) => !known.has(userId));
    if (missing !== undefined) {
      throw new SeedError(`lines[${String(index)}].operators: there is no user ${String(missing.userId)}.`);
    }
  }
}

function defined<T extends object>(values: T): { [K in keyof T]?: Exclude<T[K], undefined> } {
  const entries = Object.entries(values).filter(([, value]) => value !== undefined);
  return Object.fromEntries(entries) as { [K in keyof T]?: Exclude<T[K], undefined> };
}

function seedDepartment(state: State, { id, ...given }: DepartmentEntry): void {
  const known = id === undefined ? undefined : state.departments.get(id);
  if (known !== undefined) Object.assign(known, given);
  else {
    if (id !== undefined) state.reserveId("department", id - 1);
    // The company stands at the top.
    const options = { ...defined(given), ...(id === undefined ? {} : { id }) };
    addDepartment(state, options);
  }
}

function seedUser(state: State, { id, mayManageConnectors, mayManageLines, ...given }: UserEntry): void {
  const rights = defined({ mayModifyConnectors: mayManageConnectors, mayModifyLines: mayManageLines });
  const options: Partial<User> = { ...defined(given), ...rights };
  const known = id === undefined ? undefined : state.users.get(id);
  if (known !== undefined) Object.assign(known, options);
  else addUser(state, { ...options, id: idFor(state, "user", id) });
}

/** The given ID, or the next one. */
function idFor(state: State, kind: string, id: number | undefined): number {
  if (id === undefined) return state.nextId(kind);
  state.reserveId(kind, id);
  return id;
}

function seedApplication(state: State, given: ApplicationEntry): void {
  const known = state.applications.get(given.clientId);
  const options = defined(given) as Partial<Application>;
  if (known === undefined) addApplication(state, options);
  else Object.assign(known, options);
}

function seedLine(
  state: State,
  { lineId, queue, operators, modifyUserId, created, modified, ...fields }: LineEntry,
): void {
  const id = idFor(state, "line", lineId);
  const administrator = [...state.users.keys()][0] ?? 1;
  const entries = (queue ?? ([{ entityType: "user", entityId: administrator }] as const)).map((one) => ({
    ENTITY_TYPE: one.entityType,
    ENTITY_ID: String(one.entityId),
  }));
  const now = state.clock();
  state.lines.set(id, {
    ID: id,
    fields: { ...initialFields(), ...storedFields(fields) },
    configQueue: entries,
    queue: operators === undefined ? expand(state, entries).queue : operators.map(queueUser),
    modifyUserId: modifyUserId ?? administrator,
    created: created === undefined ? now : Date.parse(created),
    modified: modified === undefined ? now : Date.parse(modified),
  });
}

function queueUser(one: NonNullable<LineEntry["operators"]>[number]): QueueUser {
  return {
    USER_ID: one.userId,
    DEPARTMENT_ID: one.departmentId ?? 0,
    USER_NAME: one.userName ?? null,
    USER_WORK_POSITION: one.userWorkPosition ?? null,
    USER_AVATAR: one.userAvatar ?? null,
    USER_AVATAR_ID: one.userAvatarId ?? 0,
  };
}

/** Fields as the server keeps them: flags as letters, numbers as text, an empty list with a blank in it. */
function storedFields(given: Readonly<Record<string, unknown>>): LineRecord["fields"] {
  const fields: LineRecord["fields"] = {};
  for (const name of Object.keys(lineFields)) {
    const value = given[camelCase(name)];
    if (value !== undefined) fields[name] = storedField(value);
  }
  return fields;
}

function storedField(value: unknown): LineRecord["fields"][string] {
  if (typeof value === "boolean") return value ? "Y" : "N";
  if (typeof value === "number") return String(value);
  if (Array.isArray(value)) return value.length === 0 ? [""] : (value as string[]);
  if (typeof value !== "object" || value === null) return value as string | null;
  return upperKeys(value as Record<string, string>);
}

/** `urlIm` is `URL_IM`. */
function upperKeys(values: Readonly<Record<string, string | undefined>>): Record<string, string> {
  const entries = Object.entries(values).map(([name, value]) => [name.replace(/[A-Z]/g, "_$&").toUpperCase(), value]);
  return Object.fromEntries(entries.filter(([, value]) => value !== undefined)) as Record<string, string>;
}

/** The application that was there first, unless another is named. */
function applicationOf(state: State, given: string | undefined): string {
  return given ?? [...state.applications.keys()][0] ?? "";
}

function seedConnector(state: State, given: ConnectorEntry): void {
  const flags = connectorFlags.map((name): [ConnectorFlag, Flag] => {
    const value = (given as Record<string, unknown>)[camelCase(name)] ?? name !== "CHAT_GROUP";
    return [name, value === true ? "Y" : "N"];
  });
  const record: ConnectorRecord = {
    ...(Object.fromEntries(flags) as Record<ConnectorFlag, Flag>),
    ID: given.connectorId,
    NAME: given.name,
    ICON: upperKeys(given.icon ?? {}),
    ICON_DISABLED: upperKeys(given.iconDisabled ?? {}),
    PLACEMENT_HANDLER: given.placementHandler ?? "",
    COMMENT: given.comment ?? "",
    application: applicationOf(state, given.application),
  };
  state.connectors.put(record);
}

function seedActivation(state: State, given: ActivationEntry): void {
  const { connectorId: connector, lineId: line, active = true, error = false, data = {} } = given;
  const { connection = active, register = active } = given;
  const record: ActivationRecord = {
    ...{ CONNECTOR: connector, LINE: line, active, connection, register, error },
    data: upperKeys(data),
  };
  const request = Symbol("seed");
  state.activations.write(request, connector, line, record);
  state.activations.flush(request);
}

function seedEventHandler(state: State, given: EventHandlerEntry): void {
  const offline = given.eventType === "offline";
  const record: EventRecord = {
    event: given.event.toUpperCase(),
    handler: offline ? "" : (given.handler ?? ""),
    authType: given.authType ?? 0,
    connectorId: given.authConnector ?? "",
    offline,
    options: given.options ?? {},
    application: applicationOf(state, given.application),
  };
  state.events.set(eventKey(record), record);
}

function seedPlacement(state: State, { placementId, icon, langAll = {}, application, ...given }: PlacementEntry): void {
  const texts = Object.entries(langAll).map(([language, { title, description, groupName }]) => [
    language,
    { TITLE: title, DESCRIPTION: description, GROUP_NAME: groupName },
  ]);
  putPlacement(state, {
    ...defined(given),
    placement: given.placement,
    handler: given.handler,
    id: idFor(state, "placement", placementId),
    langAll: Object.fromEntries(texts) as PlacementRecord["langAll"],
    ...(icon === undefined ? {} : { icon: [icon.name, icon.content] }),
    application: applicationOf(state, application),
  });
}

function seedDialog(state: State, given: DialogEntry): void {
  const { connectorId: connector, lineId: line, chatId: chat, name = "", user = { id: chat } } = given;
  state.dialogs.put({
    ...{ connector, line, chat, name, user: { ...defined(user), id: user.id } },
    sessionId: idFor(state, "session", given.sessionId),
    imChatId: idFor(state, "chat", given.imChatId),
    finished: given.finished ?? false,
    messages: given.messages.map((message) => {
      const { id, from, text, messageId, ...rest } = message;
      return { id, messageId: idFor(state, "message", messageId), from, text, ...defined(rest) };
    }),
  });
}

/** Empty again, as after the start: applications and their credentials stay, and the first user with all rights. */
export function clear(state: State): void {
  for (const { records } of Object.values<Module>(modules)) records.of(state).clear();
  for (const store of [state.lines, state.events, state.placements, state.dialogs, state.connectors]) store.clear();
  state.activations.clear();
  state.networkLines.clear();
  clearOffline(state);
  state.license = initialLicense;
  for (const id of state.users.keys()) if (id !== 1) state.users.delete(id);
  for (const id of state.departments.keys()) if (id !== 1) state.departments.delete(id);
  state.resetIds({ user: 1 });
}
