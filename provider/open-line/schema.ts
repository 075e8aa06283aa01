import type * as pulumi from "@pulumi/pulumi";
import { z } from "zod";
import type { OpenLineArgs } from "./args";
import { lineId, requiredText } from "../shared/validation";

const flag = z.boolean().optional();
const text = z.string().optional();
const number = z.number().int("must be a whole number").nonnegative("must not be negative").optional();
const rule = z.enum(["none", "text", "form", "bot"]).optional();
const recipients = z.array(z.union([z.number(), z.string()], { error: "must be a number or a text" })).optional();
/** What the portal cuts off. */
const ratingText = z
  .string()
  .refine((value) => [...value].length <= 100, "must have at most 100 characters")
  .optional();
const time = z
  .string()
  .regex(/^([01]\d|2[0-3]):[0-5]\d$/, "must be a time from 00:00 to 23:59 such as 09:00")
  .optional();

/** 29 February is a holiday like any other. */
const daysInMonths = [31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31] as const;
function isDay(value: string): boolean {
  const [, day, month] = /^(\d\d)\.(\d\d)$/.exec(value) ?? [];
  return Number(day) >= 1 && Number(day) <= (daysInMonths[Number(month) - 1] ?? 0);
}

/** Older documentation has bare IDs of users there. */
function entryForm(given: unknown): string {
  const id = typeof given === "number" || (typeof given === "string" && /^[1-9]\d*$/.test(given)) ? given : 1;
  return `must be an entry such as { entityType: "user", entityId: ${id} }`;
}

const queueEntry = z.strictObject(
  {
    entityType: z.enum(["user", "department"]),
    entityId: z.number().int("must be a whole number").positive("must be an ID (1 or more)"),
  },
  { error: ({ code, input }) => (code === "invalid_type" ? entryForm(input) : undefined) },
);

type QueueEntry = z.infer<typeof queueEntry>;

const fields = z.strictObject({
  lineName: requiredText.optional(),
  active: flag,
  queue: z
    .array(queueEntry)
    .min(1, "must not be empty: Bitrix24 would put the user of the access token there")
    .optional(),
  queueType: z.enum(["evenly", "strictly", "all"]).optional(),
  queueTime: number,
  noAnswerTime: number,
  checkAvailable: flag,
  watchTyping: flag,
  maxChat: number,
  typeMaxChat: z.enum(["answered", "answered_new", "closed"]).optional(),
  operatorData: z.enum(["profile", "queue", "hide"]).optional(),
  defaultOperatorData: z.strictObject({ name: text, avatar: text, avatarId: number }).optional(),
  crm: flag,
  crmCreate: requiredText.optional(),
  crmCreateSecond: text,
  crmCreateThird: flag,
  crmForward: flag,
  crmChatTracker: flag,
  crmTransferChange: flag,
  crmSource: requiredText.optional(),
  welcomeMessage: flag,
  welcomeMessageText: text,
  sendWelcomeEachSession: flag,
  welcomeBotEnable: flag,
  welcomeBotJoin: z.enum(["first", "always"]).optional(),
  welcomeBotId: number,
  welcomeBotTime: number,
  welcomeBotLeft: z.enum(["queue", "close"]).optional(),
  useWelcomeForm: flag,
  welcomeFormId: number,
  welcomeFormDelay: flag,
  ignoreWelcomeFormResponsible: flag,
  noAnswerRule: rule,
  noAnswerText: text,
  noAnswerFormId: number,
  noAnswerBotId: number,
  worktimeEnable: flag,
  worktimeFrom: time,
  worktimeTo: time,
  worktimeTimezone: requiredText.optional(),
  worktimeDayoff: z.array(z.enum(["MO", "TU", "WE", "TH", "FR", "SA", "SU"])).optional(),
  worktimeHolidays: z.array(z.string().refine(isDay, "must be a day as DD.MM such as 01.05")).optional(),
  worktimeDayoffRule: rule,
  worktimeDayoffText: text,
  worktimeDayoffFormId: number,
  worktimeDayoffBotId: number,
  closeRule: rule,
  closeText: text,
  closeFormId: number,
  closeBotId: number,
  fullCloseTime: number,
  confirmClose: flag,
  autoCloseRule: rule,
  autoCloseText: text,
  autoCloseFormId: number,
  autoCloseBotId: number,
  autoCloseTime: number,
  autoExpireTime: number,
  voteMessage: flag,
  voteClosingDelay: flag,
  voteBeforeFinish: flag,
  voteTimeLimit: number,
  voteMessage1Text: ratingText,
  voteMessage1Like: ratingText,
  voteMessage1Dislike: ratingText,
  voteMessage2Text: text,
  voteMessage2Like: text,
  voteMessage2Dislike: text,
  kpiFirstAnswerTime: number,
  kpiFirstAnswerAlert: flag,
  kpiFirstAnswerList: recipients,
  kpiFirstAnswerText: text,
  kpiFurtherAnswerTime: number,
  kpiFurtherAnswerAlert: flag,
  kpiFurtherAnswerList: recipients,
  kpiFurtherAnswerText: text,
  kpiCheckOperatorActivity: flag,
  categoryEnable: flag,
  categoryId: number,
  sessionPriority: z
    .number()
    .int("must be a whole number")
    .min(0, "must be 0 to 86400")
    .max(86400, "must be 0 to 86400")
    .optional(),
  languageId: z
    .string()
    .regex(/^[a-z]{2}$/i, "must be a language in two letters such as de")
    .optional(),
  quickAnswersIblockId: number,
  temporary: flag,
  adopt: flag,
  lineId: lineId.optional(),
});

export type OpenLineInputs = z.infer<typeof fields>;

/** The program's types and the schema describe the same thing. */
type Same<A, B> = [A] extends [B] ? ([B] extends [A] ? true : never) : never;
true satisfies Same<pulumi.Unwrap<OpenLineArgs>, OpenLineInputs>;

type Problem = readonly [path: readonly (string | number)[], message: string];

/** What only counts while something else is switched on. Values need not be known yet: then they are anything. */
function unswitched(inputs: OpenLineInputs): Problem[] {
  const needs = {
    welcomeBotEnable: ["welcomeBotId", "welcomeBotTime", "welcomeBotLeft"],
    categoryEnable: ["categoryId"],
    adopt: ["lineId"],
  } as const;
  return Object.entries(needs).flatMap(([key, dependants]) => {
    const name = key as keyof typeof needs;
    if (inputs[name] !== undefined && inputs[name] !== false) return [];
    const given = (dependants as readonly (keyof OpenLineInputs)[]).filter(
      (dependant) => inputs[dependant] !== undefined,
    );
    return given.map((dependant): Problem => [
      [dependant],
      name === "adopt"
        ? "goes with adopt: true; a new line gets its number from Bitrix24"
        : `counts only with ${name}: true`,
    ]);
  });
}

const isTime = (value: string): boolean => /^\d\d:\d\d$/.test(value);

/** Bitrix24 rewrites hours that it does not like in silence. */
function hours({ worktimeFrom: from, worktimeTo: to }: OpenLineInputs): Problem[] {
  if (from === undefined || to === undefined) {
    if (from === to) return [];
    return from === undefined
      ? [[["worktimeTo"], "counts only with worktimeFrom"]]
      : [[["worktimeFrom"], "counts only with worktimeTo"]];
  }
  const problems: Problem[] = [];
  if (isTime(from) && from > "23:30") problems.push([["worktimeFrom"], "must be 23:30 at the latest"]);
  if (isTime(from) && isTime(to) && to <= from) problems.push([["worktimeTo"], "must be later than worktimeFrom"]);
  return problems;
}

/** Bitrix24 keeps an entry once. */
function repeated({ queue }: OpenLineInputs): Problem[] {
  const seen = new Set<string>();
  return (Array.isArray(queue) ? queue : []).flatMap((entry: Partial<QueueEntry> | null, index): Problem[] => {
    const { entityType, entityId } = entry ?? {};
    if (entityType === undefined || entityId === undefined) return [];
    const key = `${entityType} ${entityId}`;
    if (seen.has(key)) return [[["queue", index], `names ${key} a second time`]];
    seen.add(key);
    return [];
  });
}

function problems(inputs: OpenLineInputs): Problem[] {
  const adopting: Problem[] =
    inputs.adopt === true && inputs.lineId === undefined
      ? [[["adopt"], "needs lineId, the number of the line to take over"]]
      : [];
  return [...unswitched(inputs), ...hours(inputs), ...repeated(inputs), ...adopting];
}

/** What is valid, each field by itself and all of them together. */
export const openLineSchema = fields.superRefine(
  (inputs, context) => {
    for (const [path, message] of problems(inputs)) context.addIssue({ code: "custom", path: [...path], message });
  },
  // Together with what is wrong with the fields themselves.
  { when: () => true },
);
