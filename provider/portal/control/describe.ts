import type {
  ActivationContent,
  ApplicationContent,
  ConnectorContent,
  DepartmentContent,
  DialogContent,
  EventHandlerContent,
  LineContent,
  PlacementContent,
  PortalContent,
  UserContent,
} from "../content";
import type { Dialog } from "../dialogs";
import { lineFields } from "../line-fields";
import { connectorFlags } from "../model";
import type {
  ActivationRecord,
  Application,
  ConnectorRecord,
  Department,
  EventRecord,
  LineRecord,
  PlacementRecord,
  User,
} from "../model";
import type { Module } from "../module";
import * as modules from "../modules";
import { toText } from "../php";
import type { State } from "../state";
import { camelCase, camelKeys } from "./names";

/** All that the portal contains, without a credential. */
export function describe(state: State): Required<PortalContent> {
  return {
    generation: state.generation,
    portal: state.url,
    plan: state.license,
    connectors: state.connectors.all().map(connector),
    activations: state.activations.all().map(activation),
    lines: [...state.lines.values()].map(line),
    eventHandlers: [...state.events.values()].map(eventHandler),
    placements: [...state.placements.values()].map(placement),
    dialogs: state.dialogs.all().map(dialog),
    users: [...state.users.values()].map(user),
    departments: [...state.departments.values()].map(department),
    ...Object.fromEntries(Object.entries<Module>(modules).map(([name, module]) => [name, ofModule(state, module)])),
    applications: [...state.applications.values()].map(application),
  };
}

/** A module may keep what its records look like to itself; whose they are is told for all. */
function ofModule(state: State, module: Module): Record<string, unknown>[] {
  return [...module.records.of(state).values()].map((record) => ({
    ...module.shown(record),
    application: record.application,
  }));
}

function connector(record: ConnectorRecord): ConnectorContent {
  const flags = connectorFlags.map((name): [string, boolean] => [camelCase(name), record[name] === "Y"]);
  return {
    connectorId: record.ID,
    name: record.NAME,
    icon: camelKeys({ ...record.ICON }),
    iconDisabled: camelKeys({ ...record.ICON_DISABLED }),
    placementHandler: record.PLACEMENT_HANDLER,
    comment: record.COMMENT,
    ...Object.fromEntries(flags),
    application: record.application,
  };
}

function activation({
  CONNECTOR,
  LINE,
  active,
  connection,
  register,
  error,
  data,
}: ActivationRecord): ActivationContent {
  return { connectorId: CONNECTOR, lineId: LINE, active, connection, register, error, data: camelKeys(data) };
}

function line(record: LineRecord): LineContent {
  const fields = Object.entries(record.fields).map(([name, value]) => [camelCase(name), fieldOf(name, value)] as const);
  return {
    lineId: record.ID,
    lineName: toText(record.fields["LINE_NAME"]),
    ...Object.fromEntries(fields),
    queue: record.configQueue.map((one) => ({ entityType: one.ENTITY_TYPE, entityId: Number(one.ENTITY_ID) })),
    operators: record.queue.map((one) => camelKeys({ ...one }) as unknown as { userId: number }),
    modifyUserId: record.modifyUserId,
    created: new Date(record.created).toISOString(),
    modified: new Date(record.modified).toISOString(),
  };
}

/** Flags are booleans, numbers are numbers, and an empty list has no blank in it. */
function fieldOf(name: string, value: LineRecord["fields"][string] | undefined): unknown {
  const kind = lineFields[name]?.kind;
  if (kind === "flag") return value === "Y";
  if (kind === "integer") return Number(value);
  if (Array.isArray(value)) return value.length === 1 && value[0] === "" ? [] : value;
  return typeof value === "object" && value !== null ? camelKeys(value) : value;
}

function eventHandler(record: EventRecord): EventHandlerContent {
  const { event, handler, authType, connectorId, options, application } = record;
  return {
    event,
    ...(record.offline ? {} : { handler }),
    authType,
    eventType: record.offline ? "offline" : "online",
    ...(connectorId === "" ? {} : { authConnector: connectorId }),
    options,
    application,
  };
}

function placement({ id, icon, langAll, ...record }: PlacementRecord): PlacementContent {
  const texts = Object.entries(langAll).map(([language, { TITLE, DESCRIPTION, GROUP_NAME }]) => [
    language,
    { title: TITLE, description: DESCRIPTION, groupName: GROUP_NAME },
  ]);
  return {
    placementId: id,
    ...record,
    ...(icon === undefined ? {} : { icon: { name: icon[0], content: icon[1] } }),
    langAll: Object.fromEntries(texts) as Required<PlacementContent>["langAll"],
  };
}

export function dialog(record: Dialog): DialogContent {
  return {
    connectorId: record.connector,
    lineId: record.line,
    chatId: record.chat,
    name: record.name,
    user: { ...record.user },
    sessionId: record.sessionId,
    imChatId: record.imChatId,
    ...(record.finished ? { finished: true } : {}),
    messages: record.messages.map((message) => ({ ...message })),
  };
}

function user({ mayModifyConnectors, mayModifyLines, departments, ...rest }: User): UserContent {
  return {
    ...rest,
    mayManageConnectors: mayModifyConnectors,
    mayManageLines: typeof mayModifyLines === "boolean" ? mayModifyLines : [...mayModifyLines],
    departments: [...departments],
  };
}

function department({ id, name, parent }: Department): DepartmentContent {
  return { id, name, ...(parent === undefined ? {} : { parent }) };
}

function application({ id: _id, clientSecret: _secret, users, ...rest }: Application): ApplicationContent {
  return { ...rest, scopes: [...rest.scopes], ...(users === undefined ? {} : { users: [...users] }) };
}
