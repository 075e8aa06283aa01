import type * as pulumi from "@pulumi/pulumi";
import { isDeepStrictEqual } from "node:util";
import type { OpenLineArgs } from "./args";
import { lineFieldNames, lineFields, lineParameterName } from "./fields";
import type { Kind, LineField } from "./fields";

/** The fields of a line as a program writes them. */
export type OpenLineFields = pulumi.Unwrap<Omit<OpenLineArgs, "adopt" | "lineId">>;

/** A line as a portal describes it, in the terms of {@link OpenLineArgs}. What the portal does not tell is not there. */
export interface OpenLineProperties extends OpenLineFields {
  /** REST `ID`. Number of the line. */
  lineId: number;
  /** REST `AGREEMENT_MESSAGE`. Whether the customer is asked for his consent. */
  agreementMessage?: boolean;
  /** REST `AGREEMENT_ID`. ID of the text that he has to agree to. */
  agreementId?: number;
  /** REST `SEND_NOTIFICATION_EMPTY_QUEUE`. Whether somebody is told that nobody is in the queue. */
  sendNotificationEmptyQueue?: boolean;
  /** REST `MODIFY_USER_ID`. ID of the user who modified the line last. */
  modifyUserId?: number;
  /** REST `XML_ID`. Name that another program has given to the line. */
  xmlId?: string;
  /** REST `QUEUE_ONLINE`. Whether an operator of the queue is online. */
  queueOnline?: boolean;
}

/** Texts of the REST API are sometimes numbers. */
function text(value: unknown): string | undefined {
  return typeof value === "string" ? value : typeof value === "number" ? String(value) : undefined;
}

function number(value: unknown): number | undefined {
  const parsed = Number(text(value)?.trim() || Number.NaN);
  return Number.isFinite(parsed) ? parsed : undefined;
}

function flag(value: unknown): boolean | undefined {
  if (typeof value === "boolean") return value;
  const word = text(value)?.toUpperCase();
  return word === undefined || word === "" ? undefined : word === "Y" || word === "1";
}

/** `imopenlines.config.list.get` gives emoji as they are stored, `:f09f9880:`. */
export function decodeEmoji(text: string): string {
  return text.replace(/:(f[0-4][0-9a-f]{6}):/g, (_all, bytes: string) => Buffer.from(bytes, "hex").toString());
}

const entities: Readonly<Record<string, string>> = {
  amp: "&",
  lt: "<",
  gt: ">",
  quot: '"',
  "#039": "'",
  "#39": "'",
  apos: "'",
};

function unescaped(value: string): string {
  return value.replace(/&(amp|lt|gt|quot|#0?39|apos);/g, (_all, name: string) => entities[name] ?? "");
}

/** `0`, `9`, `18.30`, `18.3` and `09:00` → `HH:MM`; what looks like no time stays what it is. */
function time(value: string): string {
  const [, hours, minutes = ""] = /^(\d{1,2})(?:[.:](\d{1,2}))?$/.exec(value.trim()) ?? [];
  if (hours === undefined) return value;
  return `${hours.padStart(2, "0")}:${minutes.padEnd(2, "0")}`;
}

/** A list, a map that stands for one, or a text with commas; the empty text that stands for an empty list is dropped. */
function list(value: unknown): unknown[] | undefined {
  if (value === null || value === false) return [];
  if (typeof value === "string")
    return value
      .split(",")
      .map((part) => part.trim())
      .filter((part) => part !== "");
  if (typeof value !== "object") return undefined;
  return (Object.values(value) as unknown[]).filter((part) => part !== "" && part !== null);
}

function texts(value: unknown): string[] | undefined {
  return list(value)?.flatMap((part) => text(part) ?? []);
}

/** `1.5` and `01.05` are the same day. */
function holiday(value: string): string {
  const [, day, month] = /^\s*(\d{1,2})\.(\d{1,2})\s*$/.exec(value) ?? [];
  return day === undefined || month === undefined ? value : `${day.padStart(2, "0")}.${month.padStart(2, "0")}`;
}

/** IDs that are numbers as numbers. */
export function recipient(value: string | number): string | number {
  return /^(0|[1-9]\d{0,14})$/.test(String(value)) ? Number(value) : value;
}

function operatorData(value: unknown): pulumi.Unwrap<OpenLineArgs["defaultOperatorData"]> {
  const given = (typeof value === "object" && value !== null ? value : {}) as Record<string, unknown>;
  const name = text(given["NAME"]);
  const avatar = text(given["AVATAR"]);
  const avatarId = number(given["AVATAR_ID"]);
  return { ...(name ? { name } : {}), ...(avatar ? { avatar } : {}), ...(avatarId ? { avatarId } : {}) };
}

/** A queue entry of our own for each that the portal names. */
export function queueEntries(value: unknown): NonNullable<OpenLineFields["queue"]> {
  return (list(value) ?? []).flatMap((entry) => {
    if (typeof entry !== "object" || entry === null) {
      const id = number(entry);
      return id === undefined ? [] : [{ entityType: "user" as const, entityId: id }];
    }
    const { ENTITY_TYPE: type, ENTITY_ID: id } = entry as Record<string, unknown>;
    const entityId = number(id);
    return (type === "user" || type === "department") && entityId !== undefined ? [{ entityType: type, entityId }] : [];
  });
}

const readers: Readonly<Record<Kind, (value: unknown) => unknown>> = {
  flag,
  number,
  text,
  escapedText: (value) => {
    const stored = text(value);
    return stored === undefined ? undefined : unescaped(stored);
  },
  time: (value) => {
    const stored = text(value);
    return stored ? time(stored) : undefined;
  },
  list: texts,
  joinedList: (value) => texts(value)?.map(holiday),
  recipients: (value) => texts(value)?.map(recipient),
  operatorData,
  queue: queueEntries,
};

/** What a field is compared by: order, notation and line ends that mean nothing are taken out. */
export function canonical(name: LineField, value: unknown): unknown {
  if (value === undefined || value === null) return undefined;
  switch (lineFields[name]) {
    case "text":
    case "escapedText":
      return typeof value === "string" ? value.replaceAll("\r\n", "\n") : value;
    case "list":
      return Array.isArray(value) ? [...new Set(value)].sort() : value;
    case "joinedList":
      return Array.isArray(value) ? [...new Set((value as string[]).map(holiday))].sort() : value;
    case "recipients":
      return Array.isArray(value) ? (value as (string | number)[]).map(recipient) : value;
    case "operatorData":
      return Object.fromEntries(
        Object.entries(value).filter(([, part]) => part !== "" && part !== 0 && part !== undefined),
      );
    default:
      return value;
  }
}

/** Whether two values of a field mean the same. */
export function means(name: LineField, one: unknown, other: unknown): boolean {
  return isDeepStrictEqual(canonical(name, one), canonical(name, other));
}

/**
 * Turns the answer of `imopenlines.config.get`, or a row of `imopenlines.config.list.get`, into typed properties. The queue
 * is the one that was given where the answer has it (`CONFIG_QUEUE`), else the users that it came to.
 */
export function lineFromAnswer(answer: Readonly<Record<string, unknown>>): OpenLineProperties {
  const fields: Partial<Record<LineField, unknown>> = {};
  for (const name of lineFieldNames) {
    const given = answer[lineParameterName(name)];
    const value = given === undefined ? undefined : readers[lineFields[name]](given);
    if (value !== undefined) fields[name] = value;
  }
  const asGiven = queueEntries(answer["CONFIG_QUEUE"]);
  const further = {
    queue: asGiven.length > 0 ? asGiven : fields.queue,
    agreementMessage: flag(answer["AGREEMENT_MESSAGE"]),
    agreementId: number(answer["AGREEMENT_ID"]),
    sendNotificationEmptyQueue: flag(answer["SEND_NOTIFICATION_EMPTY_QUEUE"]),
    modifyUserId: number(answer["MODIFY_USER_ID"]),
    xmlId: text(answer["XML_ID"]),
    queueOnline: flag(answer["QUEUE_ONLINE"]),
  };
  const known = Object.entries(further).filter(([, value]) => value !== undefined);
  return { ...fields, ...Object.fromEntries(known), lineId: number(answer["ID"]) ?? 0 } as OpenLineProperties;
}
