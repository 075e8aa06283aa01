import { createHash } from "node:crypto";
import { z } from "zod";

/** Bitrix24 stores texts of this length at most. */
const longestText = 255;

/** The name under which every object has its prototype. */
export const prototypeKey = "__proto__";

function saysSomething(text: string): boolean {
  return text.trim() !== "" && text !== "0";
}

const emptyText = 'must not be empty ("0" counts as empty for Bitrix24)';

/** A text that must say something. "0" counts as empty on the servers. */
export const filledText = z.string().refine(saysSomething, emptyText);

/** The same where the servers store it in a short column. */
export const requiredText = z
  .string()
  .max(longestText, `must have at most ${longestText} characters`)
  .refine(saysSomething, emptyText);

/**
 * The ID of a connector, as the servers keep it: they turn capitals into lower case when it is registered, but not where it is
 * switched on, so it is turned here for all. A dot they refuse, and what looks like a whole number is lost in their list.
 */
export const connectorId = z
  .string()
  .max(longestText, `must have at most ${longestText} characters`)
  .regex(/^[a-z0-9_-]+$/i, "must consist of the letters a-z, digits, _ and -")
  .refine((id) => !/^-?\d+$/.test(id), "must not consist of digits alone: Bitrix24 loses such connectors in its list")
  .refine((id) => id !== prototypeKey, `must not be ${prototypeKey}`)
  .toLowerCase();

function pageProblem(text: string): string | undefined {
  if (!URL.canParse(text)) return "must be an address such as https://acme.example/bitrix24/settings";
  const { protocol, hostname } = new URL(text);
  if ((protocol !== "https:" && protocol !== "http:") || hostname === "") return "must begin with https:// or http://";
  if (text.trim() !== text) return "must not begin or end with a space";
  return undefined;
}

function handlerProblem(text: string): string | undefined {
  const problem = pageProblem(text);
  if (problem !== undefined) return problem;
  if (!new URL(text).hostname.includes(".")) return "must have a public host name with a dot: Bitrix24 refuses others";
  if (text.length > longestText) return `must have at most ${longestText} characters: Bitrix24 keeps no more`;
  return undefined;
}

function address(problemOf: (text: string) => string | undefined): z.ZodString {
  return z.string().superRefine((text, context) => {
    const message = problemOf(text);
    if (message !== undefined) context.addIssue({ code: "custom", message });
  });
}

/** The settings page of a connector. Registering asks no more of it than that there is one, so its host needs no dot. */
export const pageUrl = address(pageProblem);

/** An address that Bitrix24 opens or calls, as `event.bind` and `placement.bind` take it. */
export const handlerUrl = address(handlerProblem);

/**
 * An address as it may stand in IDs and messages: without user, password, query and fragment, which can hold keys. Where
 * something was left out, a digest of the whole tells it from others.
 */
export function shownUrl(whole: string | undefined): string {
  const text = String(whole);
  const shown = text.replace(/([a-z][a-z0-9+.-]*:[/\\]*)[^/\\?#]*@/i, "$1").replace(/[?#].*$/s, "");
  if (shown === text) return text;
  return `${shown}#${createHash("sha256").update(text).digest("hex").slice(0, 8)}`;
}

/** What is wrong with a text that should be the content of a file in Base64. */
export function base64Problem(text: string, largest: number): string | undefined {
  if (text.length > largest) return `must have at most ${largest} characters`;
  if (text.startsWith("data:")) return "must be only what follows base64, in the data URI";
  const isBase64 = /^[a-z0-9+/]+={0,2}$/i.test(text) && text.replace(/=+$/, "").length % 4 !== 1;
  return isBase64 ? undefined : 'must be the content of the file in Base64: readFileSync("acme.svg", "base64")';
}

/** What is wrong with the name of a language. */
export function languageProblem(language: string): string | undefined {
  if (/^[a-z]{2}$/.test(language)) return undefined;
  return "must be one of Bitrix24's languages, which have two letters in lower case: en, de, fr, br (Portuguese of Brazil), la (Spanish), sc and tc (Chinese), ...";
}

/** The number of an open line. */
export const lineId = z
  .number()
  .int("must be a whole number")
  .positive("must be the number of an open line (1 or more)");

/** `true` where the types that users see and the schema describe the same thing; `true satisfies Same<A, B>` does not compile otherwise. */
export type Same<A, B> = [A] extends [B] ? ([B] extends [A] ? true : never) : never;
