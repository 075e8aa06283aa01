import type * as pulumi from "@pulumi/pulumi";

/** One entry of a line's queue: a user, or all users of a department and of those below it. */
export interface QueueEntryArgs {
  /** REST `ENTITY_TYPE`. */
  entityType: pulumi.Input<"user" | "department">;
  /** REST `ENTITY_ID`. The user's or the department's ID. */
  entityId: pulumi.Input<number>;
}

/** What the customer sees where an operator has no data of his own. */
export interface DefaultOperatorDataArgs {
  /** REST `NAME`. The operator's name. */
  name?: pulumi.Input<string>;
  /** REST `AVATAR`. Address of the operator's picture. */
  avatar?: pulumi.Input<string>;
  /** REST `AVATAR_ID`. ID of the picture's file on the portal. */
  avatarId?: pulumi.Input<number>;
}

/** Day of the week. */
export type Day = "MO" | "TU" | "WE" | "TH" | "FR" | "SA" | "SU";

/**
 * What happens in a situation: nothing, a text, a CRM form or a chatbot. The documentation knows `none` and `text`; the
 * other two belong to the `…FormId` and `…BotId` of the same situation.
 */
export type Rule = "none" | "text" | "form" | "bot";

/**
 * What an {@link OpenLine} is made of. Everything may be left out: what a program does not set is neither sent nor
 * compared, so it stays what it is on the portal.
 */
export interface OpenLineArgs {
  /** REST `LINE_NAME`. Name of the line, 1 to 255 characters. Default: chosen by Bitrix24. */
  lineName?: pulumi.Input<string>;
  /**
   * REST `ACTIVE`. Whether the line accepts dialogs. A line that is created without it is created active, because
   * connectors can only work on active lines; after that it is left alone until a program sets it.
   */
  active?: pulumi.Input<boolean>;
  /**
   * REST `QUEUE`. Who gets the dialogs, in this order. Not empty: Bitrix24 would put the user of the access token there
   * instead. It drops users that do not exist, are inactive or external; the provider tells when it did.
   */
  queue?: pulumi.Input<pulumi.Input<QueueEntryArgs>[]>;
  /**
   * REST `QUEUE_TYPE`. How dialogs are handed out: `evenly` among the operators, `strictly` in the order of the queue, or
   * to `all` at once.
   */
  queueType?: pulumi.Input<"evenly" | "strictly" | "all">;
  /** REST `QUEUE_TIME`. Seconds after which a dialog goes to the next operator. */
  queueTime?: pulumi.Input<number>;
  /** REST `NO_ANSWER_TIME`. Seconds after which `noAnswerRule` applies. */
  noAnswerTime?: pulumi.Input<number>;
  /** REST `CHECK_AVAILABLE`. Whether operators who are not available are passed over. */
  checkAvailable?: pulumi.Input<boolean>;
  /** REST `WATCH_TYPING`. Whether it is shown that somebody is typing. */
  watchTyping?: pulumi.Input<boolean>;
  /** REST `MAX_CHAT`. Dialogs that an operator can have at once; 0 for any number. */
  maxChat?: pulumi.Input<number>;
  /**
   * REST `TYPE_MAX_CHAT`. Which dialogs `maxChat` counts: `answered` ones, `answered_new` (new ones too), or until they
   * are `closed`.
   */
  typeMaxChat?: pulumi.Input<"answered" | "answered_new" | "closed">;
  /** REST `OPERATOR_DATA`. What the customer sees of an operator: the `profile`, the data of the `queue`, or nothing (`hide`). */
  operatorData?: pulumi.Input<"profile" | "queue" | "hide">;
  /** REST `DEFAULT_OPERATOR_DATA`. What the customer sees where an operator has no data of his own. */
  defaultOperatorData?: pulumi.Input<DefaultOperatorDataArgs>;

  /** REST `CRM`. Whether the customer is looked up in the CRM. */
  crm?: pulumi.Input<boolean>;
  /** REST `CRM_CREATE`. What is created in the CRM for a new customer: `lead`, `deal`, `none`. */
  crmCreate?: pulumi.Input<string>;
  /** REST `CRM_CREATE_SECOND`. Further mode of creating, such as the ID of a deal pipeline; `0` for none. */
  crmCreateSecond?: pulumi.Input<string>;
  /** REST `CRM_CREATE_THIRD`. Whether a third CRM object is created. */
  crmCreateThird?: pulumi.Input<boolean>;
  /** REST `CRM_FORWARD`. Whether a dialog goes to the person responsible in the CRM. */
  crmForward?: pulumi.Input<boolean>;
  /** REST `CRM_CHAT_TRACKER`. Whether the chat tracker of the CRM runs. */
  crmChatTracker?: pulumi.Input<boolean>;
  /** REST `CRM_TRANSFER_CHANGE`. Whether the person responsible in the CRM changes when a dialog is handed over. */
  crmTransferChange?: pulumi.Input<boolean>;
  /** REST `CRM_SOURCE`. Source of what is created in the CRM, such as `create`, `openline_web`. */
  crmSource?: pulumi.Input<string>;

  /** REST `WELCOME_MESSAGE`. Whether the customer is greeted with a text. */
  welcomeMessage?: pulumi.Input<boolean>;
  /** REST `WELCOME_MESSAGE_TEXT`. The text of the greeting. */
  welcomeMessageText?: pulumi.Input<string>;
  /** REST `SEND_WELCOME_EACH_SESSION`. Whether the greeting is sent in each session. */
  sendWelcomeEachSession?: pulumi.Input<boolean>;
  /** REST `WELCOME_BOT_ENABLE`. Whether a chatbot greets the customer. */
  welcomeBotEnable?: pulumi.Input<boolean>;
  /** REST `WELCOME_BOT_JOIN`. Whether the chatbot joins only the `first` dialog of a customer, or `always`. */
  welcomeBotJoin?: pulumi.Input<"first" | "always">;
  /** REST `WELCOME_BOT_ID`. ID of the chatbot. Counts only with `welcomeBotEnable: true`. */
  welcomeBotId?: pulumi.Input<number>;
  /** REST `WELCOME_BOT_TIME`. Seconds after which the dialog goes to the queue. Counts only with `welcomeBotEnable: true`. */
  welcomeBotTime?: pulumi.Input<number>;
  /**
   * REST `WELCOME_BOT_LEFT`. When the chatbot leaves: as the dialog goes to the `queue`, or at its `close`. Counts only with
   * `welcomeBotEnable: true`.
   */
  welcomeBotLeft?: pulumi.Input<"queue" | "close">;
  /** REST `USE_WELCOME_FORM`. Whether the customer gets a CRM form to fill in. */
  useWelcomeForm?: pulumi.Input<boolean>;
  /** REST `WELCOME_FORM_ID`. ID of that CRM form. */
  welcomeFormId?: pulumi.Input<number>;
  /** REST `WELCOME_FORM_DELAY`. Whether the form is shown with a delay. */
  welcomeFormDelay?: pulumi.Input<boolean>;
  /** REST `IGNORE_WELCOME_FORM_RESPONSIBLE`. Whether the form's own responsible person is passed over. */
  ignoreWelcomeFormResponsible?: pulumi.Input<boolean>;

  /** REST `NO_ANSWER_RULE`. What happens when no operator answers. */
  noAnswerRule?: pulumi.Input<Rule>;
  /** REST `NO_ANSWER_TEXT`. Text for it. */
  noAnswerText?: pulumi.Input<string>;
  /** REST `NO_ANSWER_FORM_ID`. ID of the CRM form for it. */
  noAnswerFormId?: pulumi.Input<number>;
  /** REST `NO_ANSWER_BOT_ID`. ID of the chatbot for it. */
  noAnswerBotId?: pulumi.Input<number>;

  /** REST `WORKTIME_ENABLE`. Whether the line has working hours. */
  worktimeEnable?: pulumi.Input<boolean>;
  /** REST `WORKTIME_FROM`. Beginning of the working hours, `HH:MM`, 23:30 at the latest. Counts only with `worktimeTo`. */
  worktimeFrom?: pulumi.Input<string>;
  /** REST `WORKTIME_TO`. End of the working hours, `HH:MM`, later than `worktimeFrom`. Counts only with it. */
  worktimeTo?: pulumi.Input<string>;
  /** REST `WORKTIME_TIMEZONE`. Time zone of the working hours, such as `Europe/Berlin`. */
  worktimeTimezone?: pulumi.Input<string>;
  /** REST `WORKTIME_DAYOFF`. Days off. */
  worktimeDayoff?: pulumi.Input<pulumi.Input<Day>[]>;
  /** REST `WORKTIME_HOLIDAYS`. Holidays, each as `DD.MM`. */
  worktimeHolidays?: pulumi.Input<pulumi.Input<string>[]>;
  /** REST `WORKTIME_DAYOFF_RULE`. What happens outside of the working hours. */
  worktimeDayoffRule?: pulumi.Input<Rule>;
  /** REST `WORKTIME_DAYOFF_TEXT`. Text for it. */
  worktimeDayoffText?: pulumi.Input<string>;
  /** REST `WORKTIME_DAYOFF_FORM_ID`. ID of the CRM form for it. */
  worktimeDayoffFormId?: pulumi.Input<number>;
  /** REST `WORKTIME_DAYOFF_BOT_ID`. ID of the chatbot for it. */
  worktimeDayoffBotId?: pulumi.Input<number>;

  /** REST `CLOSE_RULE`. What happens when an operator closes the dialog. */
  closeRule?: pulumi.Input<Rule>;
  /** REST `CLOSE_TEXT`. Text for it. */
  closeText?: pulumi.Input<string>;
  /** REST `CLOSE_FORM_ID`. ID of the CRM form for it. */
  closeFormId?: pulumi.Input<number>;
  /** REST `CLOSE_BOT_ID`. ID of the chatbot for it. */
  closeBotId?: pulumi.Input<number>;
  /** REST `FULL_CLOSE_TIME`. Minutes until a dialog that an operator has closed is closed for good. */
  fullCloseTime?: pulumi.Input<number>;
  /** REST `CONFIRM_CLOSE`. Whether an operator is asked before a dialog is closed. */
  confirmClose?: pulumi.Input<boolean>;
  /** REST `AUTO_CLOSE_RULE`. What happens when a dialog closes by itself. */
  autoCloseRule?: pulumi.Input<Rule>;
  /** REST `AUTO_CLOSE_TEXT`. Text for it. */
  autoCloseText?: pulumi.Input<string>;
  /** REST `AUTO_CLOSE_FORM_ID`. ID of the CRM form for it. */
  autoCloseFormId?: pulumi.Input<number>;
  /** REST `AUTO_CLOSE_BOT_ID`. ID of the chatbot for it. */
  autoCloseBotId?: pulumi.Input<number>;
  /** REST `AUTO_CLOSE_TIME`. Seconds of silence after which a dialog closes by itself. */
  autoCloseTime?: pulumi.Input<number>;
  /** REST `AUTO_EXPIRE_TIME`. Seconds that a session lives after it was closed by itself. */
  autoExpireTime?: pulumi.Input<number>;

  /** REST `VOTE_MESSAGE`. Whether the customer is asked to rate the service. Needs a plan that has ratings. */
  voteMessage?: pulumi.Input<boolean>;
  /** REST `VOTE_CLOSING_DELAY`. Whether the session is closed as soon as the customer has rated it. */
  voteClosingDelay?: pulumi.Input<boolean>;
  /** REST `VOTE_BEFORE_FINISH`. Whether the customer is asked before the dialog ends. */
  voteBeforeFinish?: pulumi.Input<boolean>;
  /** REST `VOTE_TIME_LIMIT`. How long a rating can be given. */
  voteTimeLimit?: pulumi.Input<number>;
  /** REST `VOTE_MESSAGE_1_TEXT`. The question in the live chat, 100 characters at most. */
  voteMessage1Text?: pulumi.Input<string>;
  /** REST `VOTE_MESSAGE_1_LIKE`. Answer to a good rating in the live chat, 100 characters at most. */
  voteMessage1Like?: pulumi.Input<string>;
  /** REST `VOTE_MESSAGE_1_DISLIKE`. Answer to a bad rating in the live chat, 100 characters at most. */
  voteMessage1Dislike?: pulumi.Input<string>;
  /** REST `VOTE_MESSAGE_2_TEXT`. The question in all other channels. */
  voteMessage2Text?: pulumi.Input<string>;
  /** REST `VOTE_MESSAGE_2_LIKE`. Answer to a good rating in all other channels. */
  voteMessage2Like?: pulumi.Input<string>;
  /** REST `VOTE_MESSAGE_2_DISLIKE`. Answer to a bad rating in all other channels. */
  voteMessage2Dislike?: pulumi.Input<string>;

  /** REST `KPI_FIRST_ANSWER_TIME`. Seconds within which the first answer is expected. */
  kpiFirstAnswerTime?: pulumi.Input<number>;
  /** REST `KPI_FIRST_ANSWER_ALERT`. Whether somebody is told when the first answer is late. */
  kpiFirstAnswerAlert?: pulumi.Input<boolean>;
  /** REST `KPI_FIRST_ANSWER_LIST`. Who is told. */
  kpiFirstAnswerList?: pulumi.Input<pulumi.Input<number | string>[]>;
  /** REST `KPI_FIRST_ANSWER_TEXT`. What they are told; `#OPERATOR#` and `#DIALOG#` are filled in. */
  kpiFirstAnswerText?: pulumi.Input<string>;
  /** REST `KPI_FURTHER_ANSWER_TIME`. Seconds within which further answers are expected. */
  kpiFurtherAnswerTime?: pulumi.Input<number>;
  /** REST `KPI_FURTHER_ANSWER_ALERT`. Whether somebody is told when a further answer is late. */
  kpiFurtherAnswerAlert?: pulumi.Input<boolean>;
  /** REST `KPI_FURTHER_ANSWER_LIST`. Who is told. */
  kpiFurtherAnswerList?: pulumi.Input<pulumi.Input<number | string>[]>;
  /** REST `KPI_FURTHER_ANSWER_TEXT`. What they are told; `#OPERATOR#` and `#DIALOG#` are filled in. */
  kpiFurtherAnswerText?: pulumi.Input<string>;
  /** REST `KPI_CHECK_OPERATOR_ACTIVITY`. Whether the activity of operators is watched. */
  kpiCheckOperatorActivity?: pulumi.Input<boolean>;

  /** REST `CATEGORY_ENABLE`. Whether dialogs have categories. */
  categoryEnable?: pulumi.Input<boolean>;
  /** REST `CATEGORY_ID`. ID of the category. Counts only with `categoryEnable: true`. */
  categoryId?: pulumi.Input<number>;
  /** REST `SESSION_PRIORITY`. Priority of the line's sessions, 0 to 86400. */
  sessionPriority?: pulumi.Input<number>;
  /** REST `LANGUAGE_ID`. Language of the line, two letters, such as `de`. */
  languageId?: pulumi.Input<string>;
  /** REST `QUICK_ANSWERS_IBLOCK_ID`. ID of the list of canned answers. */
  quickAnswersIblockId?: pulumi.Input<number>;
  /** REST `TEMPORARY`. true: Bitrix24 removes the line after some hours. */
  temporary?: pulumi.Input<boolean>;

  /**
   * Whether to take over the line `lineId`, which is there already, instead of creating one. What the program sets and the
   * line has otherwise is changed; a line that matches is not touched. Matters only when the resource is created.
   * Default: false.
   */
  adopt?: pulumi.Input<boolean>;
  /**
   * Number of the line to take over; goes with `adopt: true`. Without `adopt` Bitrix24 chooses the number. Another number
   * makes another resource (replace, and the former line is deleted).
   */
  lineId?: pulumi.Input<number>;
}
