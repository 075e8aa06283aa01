import { z } from "zod";
import * as notation from "./notation";
import type { Value } from "../rest/command";
import { toParameters } from "../shared/names";
import { languageProblem, requiredText } from "../shared/validation";

/** How servers want what not all of them take in the documented form. */
export interface Dialect {
  /** Times as `18.30` instead of `18:30`. */
  readonly dottedTimes?: boolean;
  /** The queue as IDs of users alone. */
  readonly bareQueue?: boolean;
}

/** All there is to know of one kind of field. */
export interface Kind<T> {
  /** What a program may give. */
  readonly schema: z.ZodType<T>;
  /** As it is sent; as it is unless given. */
  write?(value: T, dialect: Dialect): Value;
  /** The portal's value in the terms of a program, also one that a program may not give; undefined where it tells none. */
  read(given: unknown): unknown;
  /** What it is compared by: order, notation and line ends that mean nothing are taken out. The value itself unless given. */
  comparable?(value: unknown): unknown;
  /** What it means that the portal knows the field but gives null. */
  readonly empty?: unknown;
}

export const flag: Kind<boolean> = { schema: z.boolean(), read: notation.flag, empty: false };

function numberOf(schema: z.ZodNumber): Kind<number> {
  return { schema, read: notation.number, empty: 0 };
}

const whole = z.number().int("must be a whole number");
export const number = numberOf(whole.nonnegative("must not be negative"));
export const priority = numberOf(whole.min(0, "must be 0 to 86400").max(86400, "must be 0 to 86400"));

function withPlainLineEnds(value: unknown): unknown {
  return typeof value === "string" ? value.replaceAll("\r\n", "\n") : value;
}

function textOf<T extends string>(schema: z.ZodType<T>): Kind<T> {
  return { schema, read: notation.text, comparable: withPlainLineEnds, empty: "" };
}

export const text = textOf(z.string());
export const filledText = textOf(requiredText);
export const language = textOf(
  z.string().superRefine((text, context) => {
    const message = languageProblem(text.toLowerCase());
    if (message !== undefined) context.addIssue({ code: "custom", message });
  }),
);
/** What is longer the portal cuts off. */
export const ratingText = textOf(
  z.string().refine((value) => [...value].length <= 100, "must have at most 100 characters"),
);

/** One of some texts. The portal may have others: whoever made the line chose among more. */
export function choice<T extends string>(...values: T[]): Kind<T> {
  return textOf(z.enum(values));
}

export const rule = choice("none", "text", "form", "bot");

/** A text that the portal stores HTML-escaped. */
export const escapedText: Kind<string> = {
  ...text,
  read(given) {
    const stored = notation.text(given);
    return stored === undefined ? undefined : notation.unescaped(stored);
  },
};

/** `HH:MM` for us; the portal has forms of its own. */
export const time: Kind<string> = {
  schema: z.string().regex(/^([01]\d|2[0-3]):[0-5]\d$/, "must be a time from 00:00 to 23:59 such as 09:00"),
  write: (value, { dottedTimes }) => (dottedTimes ? notation.dottedTime(value) : value),
  read(given) {
    const stored = notation.text(given);
    return stored ? notation.time(stored) : undefined;
  },
};

/** A list in which order and repetition mean nothing. */
function inOrder(value: unknown): unknown {
  return Array.isArray(value) ? [...new Set(value)].sort() : value;
}

export const days: Kind<("MO" | "TU" | "WE" | "TH" | "FR" | "SA" | "SU")[]> = {
  schema: z.array(z.enum(["MO", "TU", "WE", "TH", "FR", "SA", "SU"])),
  read: notation.texts,
  comparable: inOrder,
};

/** 29 February is a holiday like any other. */
const daysInMonths = [31, 29, 31, 30, 31, 30, 31, 31, 30, 31, 30, 31] as const;
function isDay(value: string): boolean {
  const [, day, month] = /^(\d\d)\.(\d\d)$/.exec(value) ?? [];
  return Number(day) >= 1 && Number(day) <= (daysInMonths[Number(month) - 1] ?? 0);
}

/** A list that is written as one text, separated by commas. */
export const holidays: Kind<string[]> = {
  schema: z.array(z.string().refine(isDay, "must be a day as DD.MM such as 01.05")),
  write: (value) => value.join(","),
  read: (given) => notation.texts(given)?.map(notation.holiday),
  comparable: (value) => inOrder(Array.isArray(value) ? (value as string[]).map(notation.holiday) : value),
};

/** IDs, of which not all need be numbers. */
export const recipients: Kind<(number | string)[]> = {
  schema: z.array(z.union([z.number(), z.string()], { error: "must be a number or a text" })),
  read: (given) => notation.texts(given)?.map(notation.recipient),
  comparable: (value) => (Array.isArray(value) ? (value as (string | number)[]).map(notation.recipient) : value),
};

const operator = z.strictObject({
  name: text.schema.optional(),
  avatar: text.schema.optional(),
  avatarId: number.schema.optional(),
});

/** What is empty of it is not there. */
function withoutEmpty(value: unknown): unknown {
  if (typeof value !== "object" || value === null) return value;
  return Object.fromEntries(
    Object.entries(value).filter(([, part]) => part !== "" && part !== 0 && part !== undefined),
  );
}

export const operatorData: Kind<z.infer<typeof operator>> = {
  schema: operator,
  write: toParameters,
  read(given) {
    const stored = (typeof given === "object" && given !== null ? given : {}) as Record<string, unknown>;
    return withoutEmpty({
      name: notation.text(stored["NAME"]),
      avatar: notation.text(stored["AVATAR"]),
      avatarId: notation.number(stored["AVATAR_ID"]),
    });
  },
  comparable: withoutEmpty,
};

/** Older documentation has bare IDs of users there. */
function entryForm(given: unknown): string {
  const id = typeof given === "number" || (typeof given === "string" && /^[1-9]\d*$/.test(given)) ? given : 1;
  return `must be an entry such as { entityType: "user", entityId: ${id} }`;
}

const queueEntry = z.strictObject(
  { entityType: z.enum(["user", "department"]), entityId: whole.positive("must be an ID (1 or more)") },
  { error: ({ code, input }) => (code === "invalid_type" ? entryForm(input) : undefined) },
);
export type Queue = z.infer<typeof queueEntry>[];

/** Whether a queue can be written as IDs of users. */
export function isUsersOnly(entries: Queue): boolean {
  return entries.every(({ entityType }) => entityType === "user");
}

/** A queue entry of our own for each that the portal names. */
export function queueEntries(value: unknown): Queue {
  return (notation.list(value) ?? []).flatMap((entry): Queue => {
    const isObject = typeof entry === "object" && entry !== null;
    const { ENTITY_TYPE: type, ENTITY_ID: id } = isObject
      ? (entry as Record<string, unknown>)
      : { ENTITY_TYPE: "user", ENTITY_ID: entry };
    const entityId = notation.number(id);
    return (type === "user" || type === "department") && entityId !== undefined ? [{ entityType: type, entityId }] : [];
  });
}

export const queue: Kind<Queue> = {
  schema: z.array(queueEntry).min(1, "must not be empty: Bitrix24 would put the user of the access token there"),
  // Both fields of an entry as texts, as in the documentation.
  write: (entries, { bareQueue }) =>
    bareQueue && isUsersOnly(entries)
      ? entries.map(({ entityId }) => String(entityId))
      : entries.map(({ entityType, entityId }) => ({ ENTITY_TYPE: entityType, ENTITY_ID: String(entityId) })),
  read: queueEntries,
};
