import * as pulumi from "@pulumi/pulumi";
import { Bridge } from "../dynamic/bridge";
import { host } from "../dynamic/connection";
import { leaveOutHost, toProperties, typeToken } from "../dynamic/resource";
import type { DefaultOperatorDataArgs, Day, OpenLineArgs, QueueEntryArgs, Rule } from "./args";
import { definition } from "./definition";

/**
 * An open line (open channel): the place where dialogs of connected channels come in, with its operators, working hours and
 * automatic answers.
 *
 * Creating calls `imopenlines.config.add`, then `imopenlines.config.update`; changing `imopenlines.config.update`; deleting
 * `imopenlines.config.delete`, which also deletes the line's dialogs. A new line is not active and has a name such as
 * `Support [pulumi 3f2a9c01d4e7]` until it is finished, one request later: when `pulumi up` is killed, or its connection lost,
 * the next one recognizes the line by that and finishes it instead of making another. Where lines of the wanted name are
 * there already, a warning names them and how to take them over. Scope `imopenlines`. Only what the program sets is sent and compared: a property that is
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
  static readonly provider = new Bridge(definition, host);

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
    const done = leaveOutHost();
    try {
      super(typeToken(definition), name, toProperties(definition, args, name, opts), opts);
    } finally {
      done();
    }
    // The preview of an update knows the ID but no computed output; whatever hangs on the line must not seem to be replaced.
    this.lineId = this.id.apply(Number);
  }
}
