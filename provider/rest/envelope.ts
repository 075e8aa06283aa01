import { z } from "zod";
import type { Refusal } from "./refusal";
import type { HttpAnswer } from "./http";
import { deepestAnswer } from "./bounds";
import { harmless } from "./text";

/** How long the portal worked, and what is left of the method's run time. */
const timeSchema = z.object({
  operating: z.coerce.number().optional().catch(undefined),
  operating_reset_at: z.coerce.number().optional().catch(undefined),
});
export type Time = z.infer<typeof timeSchema>;

/** What one command came to. */
export type Outcome = { readonly value: unknown; readonly time?: Time } | { readonly refusal: Refusal };

const errorSchema = z.looseObject({
  error: z.union([z.string(), z.number()]),
  error_description: z.unknown().optional(),
});

const envelopeSchema = z.looseObject({ result: z.unknown(), time: timeSchema.optional().catch(undefined) });

/** Empty maps come as lists. */
const mapSchema = z.preprocess(
  (value) => (Array.isArray(value) && value.length === 0 ? {} : value),
  z.record(z.string(), z.unknown()),
);

const batchSchema = z.object({
  result: mapSchema,
  result_error: mapSchema.optional().default({}),
  result_time: mapSchema.optional().catch({}).default({}),
});

function text(value: unknown): string {
  return typeof value === "string" ? value : value === undefined || value === null ? "" : JSON.stringify(value);
}

/** Codes may be empty or "0"; then the text is all there is. */
function refusalOf(error: z.infer<typeof errorSchema>, httpStatus: number | undefined): Refusal {
  const code = String(error.error);
  const description = text(error.error_description);
  return { code: code === "" || code === "0" ? "UNEXPECTED_ANSWER" : code, description, httpStatus };
}

/** An object that says by itself that the method refused, wherever it stands. */
function refusalIn(value: unknown, httpStatus: number | undefined): Refusal | undefined {
  const parsed = errorSchema.safeParse(value);
  if (parsed.success) {
    const { error } = parsed.data;
    if (error !== "" || parsed.data.error_description) return refusalOf(parsed.data, httpStatus);
  }
  return undefined;
}

/** `{result: false}` inside a result, without or with a code. */
const softSchema = z.object({ result: z.literal(false) });

/**
 * The same value in three forms: a plain result, `{result: true}` and refusals inside a success.
 */
function unwrap(value: unknown, httpStatus: number, time: Time | undefined): Outcome {
  const refusal = refusalIn(value, httpStatus);
  if (refusal) return { refusal };
  if (softSchema.safeParse(value).success) {
    return { refusal: { code: "UNEXPECTED_ANSWER", description: "result: false", httpStatus } };
  }
  return { value, time };
}

/** Whether lists and objects stand in each other deeper than any answer has them; texts are skipped. */
function isTooDeep(text: string): boolean {
  let depth = 0;
  for (let index = 0; index < text.length; index++) {
    switch (text[index]) {
      case "[":
      case "{":
        depth += 1;
        if (depth > deepestAnswer) return true;
        break;
      case "]":
      case "}":
        depth -= 1;
        break;
      case '"':
        index = endOfText(text, index);
        break;
      default:
        break;
    }
  }
  return false;
}

/** Where the text ends that begins with a quotation mark at `begin`. */
function endOfText(text: string, begin: number): number {
  let index = begin + 1;
  while (index < text.length && text[index] !== '"') index += text[index] === "\\" ? 2 : 1;
  return index;
}

function json(answer: HttpAnswer): unknown {
  try {
    return JSON.parse(answer.text) as unknown;
  } catch {
    return undefined; // told apart by the caller: no answer of the REST API is undefined
  }
}

/** Part of an answer, or none, where there should be a whole one: the work behind it may have been done. */
function isBrokenOff({ status, text }: HttpAnswer): boolean {
  return status < 400 && /^\s*([[{]|$)/.test(text);
}

/**
 * An answer that is no refusal, but in a form that the documentation does not know. With a success the portal may have done
 * what it was asked for.
 */
function unexpected(description: string, httpStatus: number): Refusal {
  return { code: "UNEXPECTED_ANSWER", description, httpStatus, ...(httpStatus < 300 ? { mayBeDone: true } : {}) };
}

const gatewayTimeout = 504;

/** Reads the answer to a single call. */
export function readAnswer(answer: HttpAnswer): Outcome {
  if (/^\s*[[{]/.test(answer.text) && isTooDeep(answer.text)) {
    return { refusal: unexpected(`lists and objects in each other, more than ${deepestAnswer} deep`, answer.status) };
  }
  const body = json(answer);
  if (body === undefined && isBrokenOff(answer)) {
    const description = answer.text.trim() === "" ? "the answer was empty" : "the answer broke off";
    return { refusal: { code: "NO_ANSWER", description, httpStatus: answer.status } };
  }
  if (typeof body !== "object" || body === null) {
    // A gateway has given up waiting, which the portal behind it need not notice.
    const overdue = answer.status === gatewayTimeout ? { isOverdue: true } : {};
    return { refusal: { code: "NO_JSON", description: excerpt(answer.text), httpStatus: answer.status, ...overdue } };
  }
  const refusal =
    refusalIn(body, answer.status) ?? ("result" in body ? refusalIn(body.result, answer.status) : undefined);
  if (refusal) return { refusal };
  const envelope = envelopeSchema.safeParse(body);
  if (answer.status >= 400 || !envelope.success || !("result" in body)) {
    return { refusal: unexpected(excerpt(answer.text), answer.status) };
  }
  return unwrap(envelope.data.result, answer.status, envelope.data.time);
}

/** So many characters of an answer are looked at for what it is, ... */
const lookedAt = 20_000;
/** ... and so many are shown. */
const excerptLength = 120;

/** The title of a web page, or the first words of whatever came. */
function excerpt(body: string): string {
  const begin = body.slice(0, lookedAt);
  const title = /<title[^>]*>([^<]*)/i.exec(begin)?.[1];
  return harmless((title ?? begin.replace(/<[^<>]*>/g, " ")).replace(/\s+/g, " "), excerptLength);
}

/**
 * Reads the answer to a batch: an outcome for each key. A key that is missing was not run (or its answer was lost).
 * The batch as a whole may be refused instead.
 */
export function readBatch(answer: HttpAnswer, keys: readonly string[]): Map<string, Outcome> | Refusal {
  const whole = readAnswer(answer);
  if ("refusal" in whole) return whole.refusal;
  const parsed = batchSchema.safeParse(whole.value);
  if (!parsed.success) {
    return unexpected(excerpt(answer.text), answer.status);
  }
  const { result, result_error: errors, result_time: times } = parsed.data;
  const outcomes = new Map<string, Outcome>();
  for (const key of keys) {
    if (Object.hasOwn(errors, key)) {
      const given = errors[key];
      // A command's own HTTP status is not told.
      const refusal = refusalIn(given, undefined) ?? { code: text(given) || "UNEXPECTED_ANSWER", description: "" };
      outcomes.set(key, { refusal });
    } else if (Object.hasOwn(result, key)) {
      outcomes.set(key, unwrap(result[key], answer.status, timeSchema.safeParse(times[key]).data));
    }
  }
  return outcomes;
}
