import type { Flag, LineRecord, Params, Tariff } from "./model";
import { isArray, isEmpty, isNumeric, isSet, looselyEquals, toInteger, toText } from "./php";

export type LineFields = LineRecord["fields"];
type FieldValue = LineFields[string];

/** What a reader of one field needs to know about the server. */
interface Reading {
  php8: boolean;
}

interface Field {
  /** How the value is told to people and programs; texts, lists and objects as they are stored. */
  kind?: "flag" | "integer";
  initial: FieldValue;
  /** Turns what was sent into what is stored. */
  read(value: unknown, reading: Reading): FieldValue;
}

/** "N if equal to N, else Y", compared loosely: JSON `true` becomes N. */
function flagUnlessN(initial: Flag): Field {
  return { kind: "flag", initial, read: (value, { php8 }) => (looselyEquals(value, "N", php8) ? "N" : "Y") };
}

/** "Y if equal to Y, else N", compared loosely: 1 and "1" become N. */
function flagIfY(initial: Flag): Field {
  return { kind: "flag", initial, read: (value, { php8 }) => (looselyEquals(value, "Y", php8) ? "Y" : "N") };
}

function word(initial: string, fallback: string, ...values: string[]): Field {
  return { initial, read: (value) => (typeof value === "string" && values.includes(value) ? value : fallback) };
}

function integer(initial = 0, minimum = Number.NEGATIVE_INFINITY, maximum = Number.POSITIVE_INFINITY): Field {
  const clamp = (value: number): number => Math.min(maximum, Math.max(minimum, value));
  return { kind: "integer", initial: String(initial), read: (value) => String(clamp(toInteger(value))) };
}

function text(initial: string | null = "", length = Number.POSITIVE_INFINITY): Field {
  return { initial, read: (value) => cut(toText(value), length) };
}

/** By characters, not by UTF-16 units. */
function cut(value: string, length: number): string {
  return Number.isFinite(length) ? [...value].slice(0, length).join("") : value;
}

const escapedText: Field = {
  initial: "",
  read: (value) =>
    toText(value).replace(
      /[&<>"']/g,
      (character) => ({ "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;" })[character] ?? "&#039;",
    ),
};

function list(initial: string[] | null): Field {
  return { initial, read: (value) => (isArray(value) ? Object.values(value).map(toText) : initial) };
}

const days = ["MO", "TU", "WE", "TH", "FR", "SA", "SU"];

/** Days off have to be a list; what is no day is dropped. */
const daysOff: Field = {
  initial: [""],
  read: (value) =>
    orBlank(
      isArray(value)
        ? Object.values(value)
            .map(toText)
            .filter((day) => days.includes(day))
        : [],
    ),
};

/** `DD.MM,DD.MM`; anything else is no holiday at all. */
const holidays: Field = {
  initial: [""],
  read: (value) => {
    const parts = isArray(value) ? Object.values(value).map(toText) : toText(value).split(",");
    const valid = parts.every((part) => /^\s*\d{1,2}\.\d{1,2}\s*$/.test(part));
    return orBlank(valid ? parts.map((part) => part.trim()) : []);
  },
};

/** The server keeps an empty list as one empty text. */
function orBlank(values: string[]): string[] {
  return values.length === 0 ? [""] : values;
}

const operatorData: Field = {
  initial: {},
  read: (value) =>
    isArray(value) ? Object.fromEntries(Object.entries(value).map(([key, entry]) => [key, toText(entry)])) : {},
};

/** Every field of a line but its queue, with the value of a new line. */
export const lineFields: Readonly<Record<string, Field>> = {
  LINE_NAME: text(),
  ACTIVE: flagUnlessN("Y"),
  TEMPORARY: flagUnlessN("N"),
  CRM: flagUnlessN("Y"),
  CRM_FORWARD: flagUnlessN("Y"),
  CRM_CHAT_TRACKER: flagUnlessN("Y"),
  CRM_TRANSFER_CHANGE: flagUnlessN("Y"),
  CRM_CREATE: word("lead", "lead", "lead", "deal", "none"),
  CRM_CREATE_SECOND: text("0"),
  CRM_CREATE_THIRD: { kind: "flag", initial: "Y", read: (value) => (value === "N" ? "N" : "Y") },
  CRM_SOURCE: text("create"),
  CHECK_AVAILABLE: flagUnlessN("N"),
  WATCH_TYPING: flagIfY("Y"),
  QUEUE_TYPE: word("all", "all", "evenly", "strictly", "all"),
  QUEUE_TIME: integer(60),
  NO_ANSWER_TIME: integer(60),
  MAX_CHAT: integer(0, 0),
  TYPE_MAX_CHAT: word("answered", "answered_new", "answered", "answered_new", "closed"),
  OPERATOR_DATA: word("profile", "profile", "profile", "queue", "hide"),
  DEFAULT_OPERATOR_DATA: operatorData,
  WELCOME_MESSAGE: flagUnlessN("Y"),
  WELCOME_MESSAGE_TEXT: text("Welcome to the open line. The first available operator will answer you."),
  SEND_WELCOME_EACH_SESSION: flagIfY("N"),
  WELCOME_BOT_ENABLE: flagIfY("N"),
  WELCOME_BOT_JOIN: word("always", "always", "first", "always"),
  WELCOME_BOT_LEFT: word("queue", "queue", "queue", "close"),
  WELCOME_BOT_ID: integer(),
  WELCOME_BOT_TIME: integer(600),
  USE_WELCOME_FORM: flagIfY("Y"),
  WELCOME_FORM_ID: integer(),
  WELCOME_FORM_DELAY: flagIfY("Y"),
  IGNORE_WELCOME_FORM_RESPONSIBLE: flagIfY("N"),
  NO_ANSWER_RULE: word("none", "none", "none", "text", "form", "bot"),
  NO_ANSWER_TEXT: text("Unfortunately, we cannot answer you now. We will come back to you."),
  NO_ANSWER_FORM_ID: integer(),
  NO_ANSWER_BOT_ID: integer(),
  WORKTIME_ENABLE: flagIfY("N"),
  WORKTIME_FROM: text("9"),
  WORKTIME_TO: text("18.30"),
  WORKTIME_TIMEZONE: text("Europe/London"),
  WORKTIME_DAYOFF: daysOff,
  WORKTIME_HOLIDAYS: holidays,
  WORKTIME_DAYOFF_RULE: word("none", "none", "none", "text", "form", "bot"),
  WORKTIME_DAYOFF_TEXT: text("Unfortunately, we are closed now."),
  WORKTIME_DAYOFF_FORM_ID: integer(),
  WORKTIME_DAYOFF_BOT_ID: integer(),
  CLOSE_RULE: word("text", "none", "none", "text", "form", "bot"),
  CLOSE_TEXT: text("Thank you for contacting us."),
  CLOSE_FORM_ID: integer(),
  CLOSE_BOT_ID: integer(),
  FULL_CLOSE_TIME: integer(10),
  AUTO_CLOSE_RULE: word("none", "none", "none", "text", "form", "bot"),
  AUTO_CLOSE_TEXT: text(),
  AUTO_CLOSE_FORM_ID: integer(),
  AUTO_CLOSE_BOT_ID: integer(),
  AUTO_CLOSE_TIME: integer(14400),
  AUTO_EXPIRE_TIME: integer(86400),
  VOTE_MESSAGE: flagUnlessN("Y"),
  VOTE_CLOSING_DELAY: flagIfY("N"),
  VOTE_BEFORE_FINISH: flagIfY("Y"),
  VOTE_TIME_LIMIT: integer(),
  VOTE_MESSAGE_1_TEXT: text("Please rate our service.", 100),
  VOTE_MESSAGE_1_LIKE: text("Thank you!", 100),
  VOTE_MESSAGE_1_DISLIKE: text("We are sorry and will do better.", 100),
  VOTE_MESSAGE_2_TEXT: text("Please rate our service.\r\n\r\nSend: 1 - good, 0 - bad"),
  VOTE_MESSAGE_2_LIKE: text("Thank you!"),
  VOTE_MESSAGE_2_DISLIKE: text("We are sorry and will do better."),
  AGREEMENT_MESSAGE: flagIfY("N"),
  AGREEMENT_ID: integer(),
  CATEGORY_ENABLE: flagIfY("N"),
  CATEGORY_ID: integer(),
  SESSION_PRIORITY: integer(0, 0, 86400),
  LANGUAGE_ID: text("en", 2),
  QUICK_ANSWERS_IBLOCK_ID: integer(),
  CONFIRM_CLOSE: flagIfY("N"),
  KPI_FIRST_ANSWER_TIME: integer(),
  KPI_FIRST_ANSWER_ALERT: flagIfY("N"),
  KPI_FIRST_ANSWER_LIST: list(null),
  KPI_FIRST_ANSWER_TEXT: escapedText,
  KPI_FURTHER_ANSWER_TIME: integer(),
  KPI_FURTHER_ANSWER_ALERT: flagIfY("N"),
  KPI_FURTHER_ANSWER_LIST: list(null),
  KPI_FURTHER_ANSWER_TEXT: escapedText,
  KPI_CHECK_OPERATOR_ACTIVITY: flagIfY("N"),
  SEND_NOTIFICATION_EMPTY_QUEUE: flagIfY("N"),
  XML_ID: text(null),
};

export function initialFields(): LineFields {
  return Object.fromEntries(Object.entries(lineFields).map(([name, field]) => [name, field.initial]));
}

/** What is stored for the given parameters; unknown names and nulls are ignored. */
export function readFields(params: Params, php8: boolean, tariff: Tariff): LineFields {
  const fields: LineFields = {};
  for (const [name, field] of Object.entries(lineFields)) {
    if (isSet(params[name])) fields[name] = field.read(params[name], { php8 });
  }
  applyDependencies(fields, params);
  applyWorkingHours(fields, params, php8);
  applyTariff(fields, tariff);
  return fields;
}

/** Bot and category count only if the same call switches them on; otherwise they are reset. */
function applyDependencies(fields: LineFields, params: Params): void {
  if (
    fields["WELCOME_BOT_ENABLE"] !== "Y" &&
    hasAny(params, ["WELCOME_BOT_ENABLE", "WELCOME_BOT_ID", "WELCOME_BOT_TIME", "WELCOME_BOT_LEFT"])
  ) {
    Object.assign(fields, { WELCOME_BOT_ID: "0", WELCOME_BOT_TIME: "600", WELCOME_BOT_LEFT: "queue" });
  }
  if (fields["CATEGORY_ENABLE"] !== "Y" && hasAny(params, ["CATEGORY_ENABLE", "CATEGORY_ID"]))
    fields["CATEGORY_ID"] = "0";
}

function hasAny(params: Params, names: readonly string[]): boolean {
  return names.some((name) => isSet(params[name]));
}

/** The hours count only together. */
function applyWorkingHours(fields: LineFields, params: Params, acceptsColon: boolean): void {
  delete fields["WORKTIME_FROM"];
  delete fields["WORKTIME_TO"];
  if (!isSet(params["WORKTIME_FROM"]) || !isSet(params["WORKTIME_TO"])) return;
  const from = hour(params["WORKTIME_FROM"], acceptsColon);
  const to = hour(params["WORKTIME_TO"], acceptsColon);
  if (from === undefined || to === undefined) Object.assign(fields, { WORKTIME_FROM: "9", WORKTIME_TO: "18.30" });
  else Object.assign(fields, workingHours(from, to));
}

function workingHours(from: string, to: string): { WORKTIME_FROM: string; WORKTIME_TO: string } {
  const start = Number(from) > 23.3 ? "23.30" : from;
  if (Number(to) > Number(start)) return { WORKTIME_FROM: start, WORKTIME_TO: Number(to) > 23.59 ? "23.59" : to };
  const later = Number(start) + 1;
  return { WORKTIME_FROM: start, WORKTIME_TO: later > 23.59 ? "23.59" : String(Number(later.toFixed(2))) };
}

/** `9`, `18.30`; new portals take `09:00` too, as documented. */
function hour(value: unknown, acceptsColon: boolean): string | undefined {
  const given = toText(value);
  const colon = acceptsColon ? /^(\d{1,2}):(\d{2})$/.exec(given) : null;
  if (colon !== null) return `${String(Number(colon[1]))}${colon[2] === "00" ? "" : `.${colon[2] ?? ""}`}`;
  return /^\d{1,2}(\.\d{1,2})?$/.test(given) && isNumeric(given) ? given : undefined;
}

/** What the tariff lacks is switched off in silence. */
function applyTariff(fields: LineFields, tariff: Tariff): void {
  if (!tariff.rating && fields["VOTE_MESSAGE"] !== undefined) fields["VOTE_MESSAGE"] = "N";
  if (!tariff.workingHours && fields["WORKTIME_ENABLE"] !== undefined) fields["WORKTIME_ENABLE"] = "N";
  if (!tariff.queueAll && fields["QUEUE_TYPE"] === "all") fields["QUEUE_TYPE"] = "evenly";
  if (!tariff.crm && fields["CRM"] !== undefined) fields["CRM"] = "N";
}

/** The name as it is kept: an empty one or "0" is none. */
export function lineName(params: Params): string | undefined {
  return isEmpty(params["LINE_NAME"]) ? undefined : toText(params["LINE_NAME"]);
}
