import type { OpenLineArgs } from "./args";
import { restName, toParameters } from "../shared/names";
import type { Parameters, Value } from "../rest/command";

/** What the REST API understands by a field's value. */
export type Kind =
  | "flag"
  | "number"
  | "text"
  /** A text that the portal stores HTML-escaped. */
  | "escapedText"
  /** `HH:MM` for us; the portal has forms of its own. */
  | "time"
  /** A list of texts. */
  | "list"
  /** A list that is written as one text, separated by commas. */
  | "joinedList"
  /** A list of IDs, of which not all need be numbers. */
  | "recipients"
  | "operatorData"
  | "queue";

/** Inputs that are fields of a line. */
export type LineField = Exclude<keyof OpenLineArgs, "adopt" | "lineId">;

/** Every documented field of `imopenlines.config.add` and `update`. */
export const lineFields: Readonly<Record<LineField, Kind>> = {
  lineName: "text",
  active: "flag",
  queue: "queue",
  queueType: "text",
  queueTime: "number",
  noAnswerTime: "number",
  checkAvailable: "flag",
  watchTyping: "flag",
  maxChat: "number",
  typeMaxChat: "text",
  operatorData: "text",
  defaultOperatorData: "operatorData",
  crm: "flag",
  crmCreate: "text",
  crmCreateSecond: "text",
  crmCreateThird: "flag",
  crmForward: "flag",
  crmChatTracker: "flag",
  crmTransferChange: "flag",
  crmSource: "text",
  welcomeMessage: "flag",
  welcomeMessageText: "text",
  sendWelcomeEachSession: "flag",
  welcomeBotEnable: "flag",
  welcomeBotJoin: "text",
  welcomeBotId: "number",
  welcomeBotTime: "number",
  welcomeBotLeft: "text",
  useWelcomeForm: "flag",
  welcomeFormId: "number",
  welcomeFormDelay: "flag",
  ignoreWelcomeFormResponsible: "flag",
  noAnswerRule: "text",
  noAnswerText: "text",
  noAnswerFormId: "number",
  noAnswerBotId: "number",
  worktimeEnable: "flag",
  worktimeFrom: "time",
  worktimeTo: "time",
  worktimeTimezone: "text",
  worktimeDayoff: "list",
  worktimeHolidays: "joinedList",
  worktimeDayoffRule: "text",
  worktimeDayoffText: "text",
  worktimeDayoffFormId: "number",
  worktimeDayoffBotId: "number",
  closeRule: "text",
  closeText: "text",
  closeFormId: "number",
  closeBotId: "number",
  fullCloseTime: "number",
  confirmClose: "flag",
  autoCloseRule: "text",
  autoCloseText: "text",
  autoCloseFormId: "number",
  autoCloseBotId: "number",
  autoCloseTime: "number",
  autoExpireTime: "number",
  voteMessage: "flag",
  voteClosingDelay: "flag",
  voteBeforeFinish: "flag",
  voteTimeLimit: "number",
  voteMessage1Text: "text",
  voteMessage1Like: "text",
  voteMessage1Dislike: "text",
  voteMessage2Text: "text",
  voteMessage2Like: "text",
  voteMessage2Dislike: "text",
  kpiFirstAnswerTime: "number",
  kpiFirstAnswerAlert: "flag",
  kpiFirstAnswerList: "recipients",
  kpiFirstAnswerText: "escapedText",
  kpiFurtherAnswerTime: "number",
  kpiFurtherAnswerAlert: "flag",
  kpiFurtherAnswerList: "recipients",
  kpiFurtherAnswerText: "escapedText",
  kpiCheckOperatorActivity: "flag",
  categoryEnable: "flag",
  categoryId: "number",
  sessionPriority: "number",
  languageId: "text",
  quickAnswersIblockId: "number",
  temporary: "flag",
};

/** Names of all fields. */
export const lineFieldNames = Object.keys(lineFields) as LineField[];

/** Fields that the portal only understands together: the first switches the others on, or all count alike. */
const together: readonly (readonly LineField[])[] = [
  ["welcomeBotEnable", "welcomeBotId", "welcomeBotTime", "welcomeBotLeft"],
  ["categoryEnable", "categoryId"],
  ["worktimeFrom", "worktimeTo"],
];

/** The given fields and those that have to go with them. */
export function withCompanions(names: Iterable<string>): Set<LineField> {
  const all = new Set([...names].filter((name): name is LineField => Object.hasOwn(lineFields, name)));
  for (const group of together) if (group.some((name) => all.has(name))) for (const name of group) all.add(name);
  return all;
}

/** How servers want what not all of them take in the documented form. */
export interface Dialect {
  /** Times as `18.30` instead of `18:30`. */
  readonly dottedTimes?: boolean;
  /** The queue as IDs of users alone. */
  readonly bareQueue?: boolean;
}

/** `09:00` → `9`, `18:30` → `18.30`. */
function dotted(time: string): string {
  const [hours = "0", minutes = "00"] = time.split(":");
  return minutes === "00" ? String(Number(hours)) : `${Number(hours)}.${minutes}`;
}

type Entry = { readonly entityType: string; readonly entityId: number };

/** Whether a queue can be written as IDs of users. */
export function isUsersOnly(queue: readonly Entry[]): boolean {
  return queue.every((entry) => entry.entityType === "user");
}

function parameter(kind: Kind, value: unknown, dialect: Dialect): Value {
  switch (kind) {
    case "time":
      return dialect.dottedTimes ? dotted(value as string) : (value as string);
    case "joinedList":
      return (value as string[]).join(",");
    case "operatorData":
      return toParameters(value as object);
    case "queue": {
      const queue = value as Entry[];
      // Both fields as texts, as in the documentation.
      return dialect.bareQueue && isUsersOnly(queue)
        ? queue.map((entry) => String(entry.entityId))
        : queue.map((entry) => ({ ENTITY_TYPE: entry.entityType, ENTITY_ID: String(entry.entityId) }));
    }
    default:
      return value as Value;
  }
}

/** The `PARAMS` for the named fields, as far as they are set. */
export function lineParameters(inputs: object, names: Iterable<LineField>, dialect: Dialect = {}): Parameters {
  const given = inputs as Partial<Record<LineField, unknown>>;
  const set = [...names].filter((name) => given[name] !== undefined);
  const values = set.map((name) => [name, parameter(lineFields[name], given[name], dialect)] as const);
  return toParameters(Object.fromEntries(values));
}

/** The name under which the portal knows a field. */
export function lineParameterName(name: LineField): string {
  return restName(name);
}
