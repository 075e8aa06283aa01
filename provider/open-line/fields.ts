import type { OpenLineArgs } from "./args";
import * as kinds from "./kinds";
import type { Dialect, Kind } from "./kinds";
import type { Parameters, Value } from "../rest/command";
import { restName, toParameters } from "../shared/names";

/** Inputs that are fields of a line. */
export type LineField = Exclude<keyof OpenLineArgs, "adopt" | "lineId">;

/** Every documented field of `imopenlines.config.add` and `update`. */
export const lineFields = {
  lineName: kinds.filledText,
  active: kinds.flag,
  queue: kinds.queue,
  queueType: kinds.choice("evenly", "strictly", "all"),
  queueTime: kinds.number,
  noAnswerTime: kinds.number,
  checkAvailable: kinds.flag,
  watchTyping: kinds.flag,
  maxChat: kinds.number,
  typeMaxChat: kinds.choice("answered", "answered_new", "closed"),
  operatorData: kinds.choice("profile", "queue", "hide"),
  defaultOperatorData: kinds.operatorData,
  crm: kinds.flag,
  crmCreate: kinds.filledText,
  crmCreateSecond: kinds.text,
  crmCreateThird: kinds.flag,
  crmForward: kinds.flag,
  crmChatTracker: kinds.flag,
  crmTransferChange: kinds.flag,
  crmSource: kinds.filledText,
  welcomeMessage: kinds.flag,
  welcomeMessageText: kinds.text,
  sendWelcomeEachSession: kinds.flag,
  welcomeBotEnable: kinds.flag,
  welcomeBotJoin: kinds.choice("first", "always"),
  welcomeBotId: kinds.number,
  welcomeBotTime: kinds.number,
  welcomeBotLeft: kinds.choice("queue", "close"),
  useWelcomeForm: kinds.flag,
  welcomeFormId: kinds.number,
  welcomeFormDelay: kinds.flag,
  ignoreWelcomeFormResponsible: kinds.flag,
  noAnswerRule: kinds.rule,
  noAnswerText: kinds.text,
  noAnswerFormId: kinds.number,
  noAnswerBotId: kinds.number,
  worktimeEnable: kinds.flag,
  worktimeFrom: kinds.time,
  worktimeTo: kinds.time,
  worktimeTimezone: kinds.filledText,
  worktimeDayoff: kinds.days,
  worktimeHolidays: kinds.holidays,
  worktimeDayoffRule: kinds.rule,
  worktimeDayoffText: kinds.text,
  worktimeDayoffFormId: kinds.number,
  worktimeDayoffBotId: kinds.number,
  closeRule: kinds.rule,
  closeText: kinds.text,
  closeFormId: kinds.number,
  closeBotId: kinds.number,
  fullCloseTime: kinds.number,
  confirmClose: kinds.flag,
  autoCloseRule: kinds.rule,
  autoCloseText: kinds.text,
  autoCloseFormId: kinds.number,
  autoCloseBotId: kinds.number,
  autoCloseTime: kinds.number,
  autoExpireTime: kinds.number,
  voteMessage: kinds.flag,
  voteClosingDelay: kinds.flag,
  voteBeforeFinish: kinds.flag,
  voteTimeLimit: kinds.number,
  voteMessage1Text: kinds.ratingText,
  voteMessage1Like: kinds.ratingText,
  voteMessage1Dislike: kinds.ratingText,
  voteMessage2Text: kinds.text,
  voteMessage2Like: kinds.text,
  voteMessage2Dislike: kinds.text,
  kpiFirstAnswerTime: kinds.number,
  kpiFirstAnswerAlert: kinds.flag,
  kpiFirstAnswerList: kinds.recipients,
  kpiFirstAnswerText: kinds.escapedText,
  kpiFurtherAnswerTime: kinds.number,
  kpiFurtherAnswerAlert: kinds.flag,
  kpiFurtherAnswerList: kinds.recipients,
  kpiFurtherAnswerText: kinds.escapedText,
  kpiCheckOperatorActivity: kinds.flag,
  categoryEnable: kinds.flag,
  categoryId: kinds.number,
  sessionPriority: kinds.priority,
  languageId: kinds.language,
  quickAnswersIblockId: kinds.number,
  temporary: kinds.flag,
} satisfies Readonly<Record<LineField, Kind<unknown>>>;

/** What a portal tells of a line besides. */
export const toldFields = {
  agreementMessage: kinds.flag,
  agreementId: kinds.number,
  sendNotificationEmptyQueue: kinds.flag,
  modifyUserId: kinds.number,
  xmlId: kinds.text,
  queueOnline: kinds.flag,
} satisfies Readonly<Record<string, Kind<unknown>>>;

/** Names of all fields. */
export const lineFieldNames = Object.keys(lineFields) as LineField[];

export function kindOf(name: LineField): Kind<unknown> {
  return lineFields[name];
}

/** Fields that only count while another one is switched on. */
export const switches: Partial<Record<LineField, readonly LineField[]>> = {
  welcomeBotEnable: ["welcomeBotId", "welcomeBotTime", "welcomeBotLeft"],
  categoryEnable: ["categoryId"],
};

/** Fields that the portal only understands together. */
const together: readonly (readonly string[])[] = [
  ...Object.entries(switches).map(([name, dependants]) => [name, ...dependants]),
  ["worktimeFrom", "worktimeTo"],
];

function isLineField(name: string): name is LineField {
  return Object.hasOwn(lineFields, name);
}

/** The given fields and those that have to go with them. */
export function withCompanions(names: Iterable<string>): Set<LineField> {
  const given = new Set(names);
  const companions = together.filter((group) => group.some((name) => given.has(name)));
  return new Set([...given, ...companions.flat()].filter(isLineField));
}

/** The `PARAMS` for the named fields, as far as they are set. */
export function lineParameters(inputs: object, names: Iterable<LineField>, dialect: Dialect = {}): Parameters {
  const given = inputs as Partial<Record<LineField, unknown>>;
  const set = [...names].filter((name) => given[name] !== undefined);
  const values = set.map((name) => {
    const kind = kindOf(name);
    return [name, kind.write ? kind.write(given[name], dialect) : (given[name] as Value)] as const;
  });
  return toParameters(Object.fromEntries(values));
}

/** The name under which the portal knows a field. */
export function lineParameterName(name: LineField): string {
  return restName(name);
}
