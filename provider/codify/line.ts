import { kindOf, lineFieldNames, switches } from "../open-line/fields";
import type { LineField } from "../open-line/fields";
import type { OpenLineProperties } from "../open-line/properties";
import { openLineSchema } from "../open-line/schema";
import { means } from "../open-line/values";

/** What a new line has where nothing is said, as far as that is the same on every portal. */
const initial: Partial<Record<LineField, unknown>> = {
  active: true,
  temporary: false,
  crm: true,
  crmForward: true,
  crmChatTracker: true,
  crmTransferChange: true,
  crmCreate: "lead",
  crmCreateSecond: "0",
  crmCreateThird: true,
  crmSource: "create",
  checkAvailable: false,
  watchTyping: true,
  queueTime: 60,
  noAnswerTime: 60,
  maxChat: 0,
  typeMaxChat: "answered",
  operatorData: "profile",
  defaultOperatorData: {},
  welcomeMessage: true,
  sendWelcomeEachSession: false,
  welcomeBotEnable: false,
  welcomeBotJoin: "always",
  welcomeBotLeft: "queue",
  welcomeBotTime: 600,
  useWelcomeForm: true,
  welcomeFormDelay: true,
  ignoreWelcomeFormResponsible: false,
  noAnswerRule: "none",
  worktimeEnable: false,
  voteMessage: true,
  voteClosingDelay: false,
  voteBeforeFinish: true,
  voteTimeLimit: 0,
  kpiFirstAnswerTime: 0,
  kpiFirstAnswerAlert: false,
  kpiFurtherAnswerTime: 0,
  kpiFurtherAnswerAlert: false,
  kpiCheckOperatorActivity: false,
  categoryEnable: false,
  sessionPriority: 0,
  confirmClose: false,
};

/** Fields that say something only while another one has a certain value. */
const needs: readonly (readonly [RegExp, (line: OpenLineProperties) => boolean])[] = [
  [/^welcomeMessageText$/, ({ welcomeMessage }) => welcomeMessage === true],
  [/^worktime(?!Enable)/, ({ worktimeEnable }) => worktimeEnable === true],
  [/^noAnswerText$/, ({ noAnswerRule }) => noAnswerRule === "text"],
  [/^noAnswerFormId$/, ({ noAnswerRule }) => noAnswerRule === "form"],
  [/^noAnswerBotId$/, ({ noAnswerRule }) => noAnswerRule === "bot"],
  [/^closeText$/, ({ closeRule }) => closeRule === "text"],
  [/^autoCloseText$/, ({ autoCloseRule }) => autoCloseRule === "text"],
  [/^voteMessage\d/, ({ voteMessage }) => voteMessage === true],
  [/^kpiFirstAnswer(List|Text)$/, ({ kpiFirstAnswerAlert }) => kpiFirstAnswerAlert === true],
  [/^kpiFurtherAnswer(List|Text)$/, ({ kpiFurtherAnswerAlert }) => kpiFurtherAnswerAlert === true],
];

function isEmpty(value: unknown): boolean {
  return value === undefined || value === "" || value === 0 || (Array.isArray(value) && value.length === 0);
}

function isSwitchedOff(line: OpenLineProperties, name: LineField): boolean {
  const properties = line as Partial<Record<LineField, unknown>>;
  return Object.entries(switches).some(
    ([own, dependants]) => dependants.includes(name) && properties[own as LineField] !== true,
  );
}

/** Whether a program should mention a field: it is set, counts, and is not what a new line has anyway. */
function isTelling(line: OpenLineProperties, name: LineField): boolean {
  const value = (line as Partial<Record<LineField, unknown>>)[name];
  if (name === "lineName" || name === "queue" || name === "queueType") return !isEmpty(value);
  if (name in initial ? means(name, value, initial[name]) : isEmpty(value)) return false;
  return !isSwitchedOff(line, name) && needs.every(([pattern, holds]) => !pattern.test(name) || holds(line));
}

/** What a program says of a line, and the fields whose value it could not say. */
export interface LineText {
  readonly settings: Readonly<Record<string, unknown>>;
  readonly unsayable: readonly string[];
}

/** The settings of a line that are not those of a new one. What a program may not give is left out, and named. */
export function lineSettings(line: OpenLineProperties): LineText {
  const properties = line as Partial<Record<LineField, unknown>>;
  const telling = lineFieldNames.filter((name) => isTelling(line, name));
  const valid = telling.filter((name) => kindOf(name).schema.safeParse(properties[name]).success);
  const settings: Record<string, unknown> = Object.fromEntries(valid.map((name) => [name, properties[name]]));
  const unsayable: string[] = telling.filter((name) => !valid.includes(name));
  const whole = openLineSchema.safeParse({ adopt: true, lineId: line.lineId, ...settings });
  for (const { path } of whole.error?.issues ?? []) {
    const name = String(path[0]);
    if (!(name in settings)) continue;
    delete settings[name];
    unsayable.push(name);
  }
  return { settings, unsayable };
}
