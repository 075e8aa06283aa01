import * as pulumi from "@pulumi/pulumi";
import type { DiffResult } from "@pulumi/pulumi/dynamic";
import { z } from "zod";
import { host } from "./connection";
import { Bridge, PartialFailure } from "./dynamic";
import type { Definition, Properties } from "./dynamic";
import { toProperties, typeToken } from "./dynamic/resource";
import { addLine, linesOf } from "./open-line-add";
import type { DefaultOperatorDataArgs, Day, OpenLineArgs, QueueEntryArgs, Rule } from "./open-line-args";
import { deleteRefused, duplicateLine, lineGone, nothingToAdopt, updateRefused } from "./open-line-errors";
import { lineFieldNames, withCompanions } from "./open-line-fields";
import type { LineField } from "./open-line-fields";
import {
  answerSchema,
  compare,
  dialectOf,
  differing,
  fieldsOf,
  getLine,
  lineSubject,
  lookAt,
  pick,
  settle,
  updateLine,
} from "./open-line-look";
import type { Values } from "./open-line-look";
import { readQueue } from "./open-line-queue";
import { openLineSchema } from "./open-line-schema";
import type { OpenLineInputs } from "./open-line-schema";
import { canonical, means } from "./open-line-values";
import type { Session } from "./rest/session";

interface Computed {
  readonly lineId: number;
  /** What the portal keeps otherwise than asked; missing while nobody has looked at what it keeps. */
  readonly __stored?: Values;
}

const anything = z.unknown();

function subjectOf(id: number | undefined, inputs: Partial<OpenLineInputs>): string {
  return lineSubject(id, inputs.lineName);
}

/** A line at hand. */
interface Line {
  readonly session: Session;
  readonly id: number;
  readonly subject: string;
}

/** From here on the line is as the inputs want it, whatever happens; but nobody has seen what the portal stored. */
async function orPartial<T>({ id }: Line, inputs: Values, run: () => Promise<T>): Promise<T> {
  try {
    return await run();
  } catch (error) {
    if (!(error instanceof Error) || error instanceof PartialFailure) throw error;
    throw new PartialFailure<OpenLineInputs, Computed>(
      String(id),
      inputs as Partial<OpenLineInputs>,
      { lineId: id },
      error,
    );
  }
}

/**
 * Sends some of the fields.
 * @returns of what was sent, what the portal stores otherwise
 */
async function send(line: Line, inputs: Values, names: Iterable<LineField>, before: Values): Promise<Values> {
  const { session, id, subject } = line;
  const sent = pick(inputs, withCompanions(names));
  const command = updateLine(id, sent, Object.keys(sent) as LineField[], dialectOf(session));
  const about = { schema: anything, subject };
  const { result, seen } = await orPartial(line, before, () =>
    session.writeThenLook(command, about, getLine(id), { schema: answerSchema, subject }),
  );
  if (result instanceof Error) throw result;
  if (seen === false) throw lineGone(session, subject, command.method);
  if (result === false) throw updateRefused(session, subject, Object.keys(sent));
  return orPartial(line, inputs, async () => {
    const queue = sent.queue === undefined ? undefined : await readQueue(session, id, subject, false);
    return settle(session, id, subject, sent, compare(sent, seen, queue));
  });
}

/** Sends what the line has otherwise, and nothing where it is as it should be. */
async function match(line: Line, inputs: Values, seen: Values): Promise<Values> {
  const names = Object.keys(differing(inputs, seen)) as LineField[];
  return names.length === 0 ? {} : send(line, inputs, names, {});
}

async function adopt(session: Session, inputs: OpenLineInputs, id: number): Promise<Computed> {
  const line: Line = { session, id, subject: subjectOf(id, inputs) };
  if (linesOf(session).has(id)) throw duplicateLine(line.subject);
  linesOf(session).add(id);
  try {
    const fields = fieldsOf(inputs);
    const seen = await lookAt(session, id, line.subject, fields, true);
    if (!seen) throw nothingToAdopt(session, line.subject);
    return { lineId: id, __stored: await match(line, fields, seen) };
  } catch (error) {
    if (!(error instanceof PartialFailure)) linesOf(session).delete(id);
    throw error;
  }
}

/** What is kept of differences that are known: those of fields that the program still sets in the same way. */
function stillStored(stored: Values | undefined, inputs: Values, sent: Iterable<string>): Values {
  const names = new Set<string>(sent);
  return pick(
    stored ?? {},
    (Object.keys(stored ?? {}) as LineField[]).filter((name) => !names.has(name) && inputs[name] !== undefined),
  );
}

const definition: Definition<OpenLineInputs, Computed, Session> = {
  type: "OpenLine",
  schema: openLineSchema,
  outputs: ["lineId", "__stored"],
  identity: ["lineId"],
  steering: ["adopt"],
  comparable(inputs) {
    const given = inputs as Properties;
    return { ...given, ...Object.fromEntries(lineFieldNames.map((name) => [name, canonical(name, given[name])])) };
  },

  async create(session, inputs) {
    if (inputs.adopt && inputs.lineId !== undefined) {
      return { id: String(inputs.lineId), computed: await adopt(session, inputs, inputs.lineId) };
    }
    const fields = fieldsOf(inputs);
    // A declared line is one that works.
    const sent = { ...fields, active: inputs.active ?? true };
    const id = await addLine(session, subjectOf(undefined, inputs), sent);
    const line: Line = { session, id, subject: subjectOf(id, inputs) };
    const wrong = await orPartial(line, fields, async () => {
      const seen = await lookAt(session, id, line.subject, sent, false);
      if (!seen) throw lineGone(session, line.subject, "imopenlines.config.get");
      return settle(session, id, line.subject, sent, seen);
    });
    return { id: String(id), computed: { lineId: id, __stored: stillStored(wrong, fields, []) } };
  },

  async read(session, id, recorded) {
    const lineId = Number(id);
    const asked = fieldsOf(recorded);
    const seen = await lookAt(session, lineId, subjectOf(lineId, recorded), asked, true);
    if (!seen) return undefined;
    const known: Values = recorded.__stored ?? {};
    const isKnown = (name: LineField): boolean => name in known && means(name, seen[name], known[name]);
    const names = Object.keys(seen) as LineField[];
    const changed = names.filter((name) => seen[name] !== asked[name] && !isKnown(name));
    const stored =
      recorded.__stored &&
      pick(
        known,
        (Object.keys(known) as LineField[]).filter((name) => !(name in seen) || isKnown(name)),
      );
    return { inputs: pick(seen, changed) as Partial<OpenLineInputs>, computed: { lineId, __stored: stored } };
  },

  async update(session, id, recorded, inputs, changed) {
    const lineId = Number(id);
    const line: Line = { session, id: lineId, subject: subjectOf(lineId, inputs) };
    const fields = fieldsOf(inputs);
    const before = fieldsOf(recorded);
    if (recorded.__stored === undefined) {
      const seen = await lookAt(session, lineId, line.subject, fields, false);
      if (!seen) throw lineGone(session, line.subject, "imopenlines.config.update");
      return { lineId, __stored: await match(line, fields, seen) };
    }
    // What the program does not set any more is left as it is.
    const names = lineFieldNames.filter((name) => changed.has(name) && fields[name] !== undefined);
    if (names.length === 0) return { lineId, __stored: stillStored(recorded.__stored, fields, []) };
    const wrong = await send(line, fields, names, before);
    return { lineId, __stored: { ...stillStored(recorded.__stored, fields, withCompanions(names)), ...wrong } };
  },

  async delete(session, id, recorded) {
    const lineId = Number(id);
    // Another resource of the same run has taken it over, as when a resource is renamed without an alias.
    if (linesOf(session).has(lineId)) return;
    const subject = subjectOf(lineId, recorded);
    const command = { method: "imopenlines.config.delete", parameters: { CONFIG_ID: lineId } };
    const done = await session.write(command, { schema: anything, subject });
    if (done !== false) return;
    if ((await session.look(getLine(lineId), { schema: answerSchema, subject })) !== false)
      throw deleteRefused(session, subject);
  },
};

/** Where the program gives no number, the one that the portal has given is no change. */
class LineBridge extends Bridge<OpenLineInputs, Computed, Session> {
  override diff(id: string, olds: Properties, news: Properties): Promise<DiffResult> {
    return super.diff(id, olds, { ...news, lineId: news["lineId"] ?? olds["lineId"] });
  }
}

/**
 * An open line (open channel): the place where dialogs of connected channels come in, with its operators, working hours and
 * automatic answers.
 *
 * Creating calls `imopenlines.config.add`, changing `imopenlines.config.update`, deleting `imopenlines.config.delete`, which
 * also deletes the line's dialogs. Scope `imopenlines`. Only what the program sets is sent and compared: a property that is
 * taken out of the program is left as it is on the portal. Bitrix24 changes some values without saying so; the provider
 * reads the line back after each change and tells what was stored otherwise. A line that exists already can be taken over
 * with {@link OpenLineArgs.adopt}.
 *
 * ```ts
 * const support = new bitrix24.OpenLine("support", {
 *   lineName: "Support",
 *   queue: [{ entityType: "user", entityId: 1 }],
 *   queueType: "evenly",
 * });
 * export const lineId = support.lineId;
 * ```
 *
 * @see https://apidocs.bitrix24.com/api-reference/imopenlines/openlines/imopenlines-config-add.html
 * @see https://apidocs.bitrix24.com/api-reference/imopenlines/openlines/imopenlines-config-update.html
 */
export class OpenLine extends pulumi.CustomResource {
  /** @internal */
  static readonly provider = new LineBridge(definition, host);

  /** Number of the line, as every other call wants it. */
  declare public readonly lineId: pulumi.Output<number>;
  /** Host of the portal that the line lives in. */
  declare public readonly portal: pulumi.Output<string>;
  /** See {@link OpenLineArgs.lineName}. */
  declare public readonly lineName: pulumi.Output<string | undefined>;
  /** See {@link OpenLineArgs.active}. */
  declare public readonly active: pulumi.Output<boolean | undefined>;
  /** See {@link OpenLineArgs.queue}. */
  declare public readonly queue: pulumi.Output<pulumi.Unwrap<QueueEntryArgs>[] | undefined>;
  /** See {@link OpenLineArgs.queueType}. */
  declare public readonly queueType: pulumi.Output<"evenly" | "strictly" | "all" | undefined>;
  /** See {@link OpenLineArgs.queueTime}. */
  declare public readonly queueTime: pulumi.Output<number | undefined>;
  /** See {@link OpenLineArgs.noAnswerTime}. */
  declare public readonly noAnswerTime: pulumi.Output<number | undefined>;
  /** See {@link OpenLineArgs.checkAvailable}. */
  declare public readonly checkAvailable: pulumi.Output<boolean | undefined>;
  /** See {@link OpenLineArgs.watchTyping}. */
  declare public readonly watchTyping: pulumi.Output<boolean | undefined>;
  /** See {@link OpenLineArgs.maxChat}. */
  declare public readonly maxChat: pulumi.Output<number | undefined>;
  /** See {@link OpenLineArgs.typeMaxChat}. */
  declare public readonly typeMaxChat: pulumi.Output<"answered" | "answered_new" | "closed" | undefined>;
  /** See {@link OpenLineArgs.operatorData}. */
  declare public readonly operatorData: pulumi.Output<"profile" | "queue" | "hide" | undefined>;
  /** See {@link OpenLineArgs.defaultOperatorData}. */
  declare public readonly defaultOperatorData: pulumi.Output<pulumi.Unwrap<DefaultOperatorDataArgs> | undefined>;
  /** See {@link OpenLineArgs.crm}. */
  declare public readonly crm: pulumi.Output<boolean | undefined>;
  /** See {@link OpenLineArgs.crmCreate}. */
  declare public readonly crmCreate: pulumi.Output<string | undefined>;
  /** See {@link OpenLineArgs.crmCreateSecond}. */
  declare public readonly crmCreateSecond: pulumi.Output<string | undefined>;
  /** See {@link OpenLineArgs.crmCreateThird}. */
  declare public readonly crmCreateThird: pulumi.Output<boolean | undefined>;
  /** See {@link OpenLineArgs.crmForward}. */
  declare public readonly crmForward: pulumi.Output<boolean | undefined>;
  /** See {@link OpenLineArgs.crmChatTracker}. */
  declare public readonly crmChatTracker: pulumi.Output<boolean | undefined>;
  /** See {@link OpenLineArgs.crmTransferChange}. */
  declare public readonly crmTransferChange: pulumi.Output<boolean | undefined>;
  /** See {@link OpenLineArgs.crmSource}. */
  declare public readonly crmSource: pulumi.Output<string | undefined>;
  /** See {@link OpenLineArgs.welcomeMessage}. */
  declare public readonly welcomeMessage: pulumi.Output<boolean | undefined>;
  /** See {@link OpenLineArgs.welcomeMessageText}. */
  declare public readonly welcomeMessageText: pulumi.Output<string | undefined>;
  /** See {@link OpenLineArgs.sendWelcomeEachSession}. */
  declare public readonly sendWelcomeEachSession: pulumi.Output<boolean | undefined>;
  /** See {@link OpenLineArgs.welcomeBotEnable}. */
  declare public readonly welcomeBotEnable: pulumi.Output<boolean | undefined>;
  /** See {@link OpenLineArgs.welcomeBotJoin}. */
  declare public readonly welcomeBotJoin: pulumi.Output<"first" | "always" | undefined>;
  /** See {@link OpenLineArgs.welcomeBotId}. */
  declare public readonly welcomeBotId: pulumi.Output<number | undefined>;
  /** See {@link OpenLineArgs.welcomeBotTime}. */
  declare public readonly welcomeBotTime: pulumi.Output<number | undefined>;
  /** See {@link OpenLineArgs.welcomeBotLeft}. */
  declare public readonly welcomeBotLeft: pulumi.Output<"queue" | "close" | undefined>;
  /** See {@link OpenLineArgs.useWelcomeForm}. */
  declare public readonly useWelcomeForm: pulumi.Output<boolean | undefined>;
  /** See {@link OpenLineArgs.welcomeFormId}. */
  declare public readonly welcomeFormId: pulumi.Output<number | undefined>;
  /** See {@link OpenLineArgs.welcomeFormDelay}. */
  declare public readonly welcomeFormDelay: pulumi.Output<boolean | undefined>;
  /** See {@link OpenLineArgs.ignoreWelcomeFormResponsible}. */
  declare public readonly ignoreWelcomeFormResponsible: pulumi.Output<boolean | undefined>;
  /** See {@link OpenLineArgs.noAnswerRule}. */
  declare public readonly noAnswerRule: pulumi.Output<Rule | undefined>;
  /** See {@link OpenLineArgs.noAnswerText}. */
  declare public readonly noAnswerText: pulumi.Output<string | undefined>;
  /** See {@link OpenLineArgs.noAnswerFormId}. */
  declare public readonly noAnswerFormId: pulumi.Output<number | undefined>;
  /** See {@link OpenLineArgs.noAnswerBotId}. */
  declare public readonly noAnswerBotId: pulumi.Output<number | undefined>;
  /** See {@link OpenLineArgs.worktimeEnable}. */
  declare public readonly worktimeEnable: pulumi.Output<boolean | undefined>;
  /** See {@link OpenLineArgs.worktimeFrom}. */
  declare public readonly worktimeFrom: pulumi.Output<string | undefined>;
  /** See {@link OpenLineArgs.worktimeTo}. */
  declare public readonly worktimeTo: pulumi.Output<string | undefined>;
  /** See {@link OpenLineArgs.worktimeTimezone}. */
  declare public readonly worktimeTimezone: pulumi.Output<string | undefined>;
  /** See {@link OpenLineArgs.worktimeDayoff}. */
  declare public readonly worktimeDayoff: pulumi.Output<Day[] | undefined>;
  /** See {@link OpenLineArgs.worktimeHolidays}. */
  declare public readonly worktimeHolidays: pulumi.Output<string[] | undefined>;
  /** See {@link OpenLineArgs.worktimeDayoffRule}. */
  declare public readonly worktimeDayoffRule: pulumi.Output<Rule | undefined>;
  /** See {@link OpenLineArgs.worktimeDayoffText}. */
  declare public readonly worktimeDayoffText: pulumi.Output<string | undefined>;
  /** See {@link OpenLineArgs.worktimeDayoffFormId}. */
  declare public readonly worktimeDayoffFormId: pulumi.Output<number | undefined>;
  /** See {@link OpenLineArgs.worktimeDayoffBotId}. */
  declare public readonly worktimeDayoffBotId: pulumi.Output<number | undefined>;
  /** See {@link OpenLineArgs.closeRule}. */
  declare public readonly closeRule: pulumi.Output<Rule | undefined>;
  /** See {@link OpenLineArgs.closeText}. */
  declare public readonly closeText: pulumi.Output<string | undefined>;
  /** See {@link OpenLineArgs.closeFormId}. */
  declare public readonly closeFormId: pulumi.Output<number | undefined>;
  /** See {@link OpenLineArgs.closeBotId}. */
  declare public readonly closeBotId: pulumi.Output<number | undefined>;
  /** See {@link OpenLineArgs.fullCloseTime}. */
  declare public readonly fullCloseTime: pulumi.Output<number | undefined>;
  /** See {@link OpenLineArgs.confirmClose}. */
  declare public readonly confirmClose: pulumi.Output<boolean | undefined>;
  /** See {@link OpenLineArgs.autoCloseRule}. */
  declare public readonly autoCloseRule: pulumi.Output<Rule | undefined>;
  /** See {@link OpenLineArgs.autoCloseText}. */
  declare public readonly autoCloseText: pulumi.Output<string | undefined>;
  /** See {@link OpenLineArgs.autoCloseFormId}. */
  declare public readonly autoCloseFormId: pulumi.Output<number | undefined>;
  /** See {@link OpenLineArgs.autoCloseBotId}. */
  declare public readonly autoCloseBotId: pulumi.Output<number | undefined>;
  /** See {@link OpenLineArgs.autoCloseTime}. */
  declare public readonly autoCloseTime: pulumi.Output<number | undefined>;
  /** See {@link OpenLineArgs.autoExpireTime}. */
  declare public readonly autoExpireTime: pulumi.Output<number | undefined>;
  /** See {@link OpenLineArgs.voteMessage}. */
  declare public readonly voteMessage: pulumi.Output<boolean | undefined>;
  /** See {@link OpenLineArgs.voteClosingDelay}. */
  declare public readonly voteClosingDelay: pulumi.Output<boolean | undefined>;
  /** See {@link OpenLineArgs.voteBeforeFinish}. */
  declare public readonly voteBeforeFinish: pulumi.Output<boolean | undefined>;
  /** See {@link OpenLineArgs.voteTimeLimit}. */
  declare public readonly voteTimeLimit: pulumi.Output<number | undefined>;
  /** See {@link OpenLineArgs.voteMessage1Text}. */
  declare public readonly voteMessage1Text: pulumi.Output<string | undefined>;
  /** See {@link OpenLineArgs.voteMessage1Like}. */
  declare public readonly voteMessage1Like: pulumi.Output<string | undefined>;
  /** See {@link OpenLineArgs.voteMessage1Dislike}. */
  declare public readonly voteMessage1Dislike: pulumi.Output<string | undefined>;
  /** See {@link OpenLineArgs.voteMessage2Text}. */
  declare public readonly voteMessage2Text: pulumi.Output<string | undefined>;
  /** See {@link OpenLineArgs.voteMessage2Like}. */
  declare public readonly voteMessage2Like: pulumi.Output<string | undefined>;
  /** See {@link OpenLineArgs.voteMessage2Dislike}. */
  declare public readonly voteMessage2Dislike: pulumi.Output<string | undefined>;
  /** See {@link OpenLineArgs.kpiFirstAnswerTime}. */
  declare public readonly kpiFirstAnswerTime: pulumi.Output<number | undefined>;
  /** See {@link OpenLineArgs.kpiFirstAnswerAlert}. */
  declare public readonly kpiFirstAnswerAlert: pulumi.Output<boolean | undefined>;
  /** See {@link OpenLineArgs.kpiFirstAnswerList}. */
  declare public readonly kpiFirstAnswerList: pulumi.Output<(number | string)[] | undefined>;
  /** See {@link OpenLineArgs.kpiFirstAnswerText}. */
  declare public readonly kpiFirstAnswerText: pulumi.Output<string | undefined>;
  /** See {@link OpenLineArgs.kpiFurtherAnswerTime}. */
  declare public readonly kpiFurtherAnswerTime: pulumi.Output<number | undefined>;
  /** See {@link OpenLineArgs.kpiFurtherAnswerAlert}. */
  declare public readonly kpiFurtherAnswerAlert: pulumi.Output<boolean | undefined>;
  /** See {@link OpenLineArgs.kpiFurtherAnswerList}. */
  declare public readonly kpiFurtherAnswerList: pulumi.Output<(number | string)[] | undefined>;
  /** See {@link OpenLineArgs.kpiFurtherAnswerText}. */
  declare public readonly kpiFurtherAnswerText: pulumi.Output<string | undefined>;
  /** See {@link OpenLineArgs.kpiCheckOperatorActivity}. */
  declare public readonly kpiCheckOperatorActivity: pulumi.Output<boolean | undefined>;
  /** See {@link OpenLineArgs.categoryEnable}. */
  declare public readonly categoryEnable: pulumi.Output<boolean | undefined>;
  /** See {@link OpenLineArgs.categoryId}. */
  declare public readonly categoryId: pulumi.Output<number | undefined>;
  /** See {@link OpenLineArgs.sessionPriority}. */
  declare public readonly sessionPriority: pulumi.Output<number | undefined>;
  /** See {@link OpenLineArgs.languageId}. */
  declare public readonly languageId: pulumi.Output<string | undefined>;
  /** See {@link OpenLineArgs.quickAnswersIblockId}. */
  declare public readonly quickAnswersIblockId: pulumi.Output<number | undefined>;
  /** See {@link OpenLineArgs.temporary}. */
  declare public readonly temporary: pulumi.Output<boolean | undefined>;

  /**
   * Declares an open line.
   *
   * @param name name of the resource within the stack
   * @param args what the line is made of; all of it may be left out
   * @param opts Pulumi's options of every resource
   */
  constructor(name: string, args: OpenLineArgs = {}, opts?: pulumi.CustomResourceOptions) {
    super(typeToken(definition), name, toProperties(definition, args), opts);
  }
}
