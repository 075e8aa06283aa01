import { createHash } from "node:crypto";
import { z } from "zod";
import { programRefusal } from "./dynamic";

/** Bitrix24 stores texts of this length at most. */
const longestText = 255;

/** The name under which every object has its prototype. */
const prototypeKey = "__proto__";

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

/** Neither outputs nor resources, which hold much else. */
function isPlain(value: unknown): value is object {
  if (typeof value !== "object" || value === null) return false;
  const prototype: unknown = Object.getPrototypeOf(value);
  return Array.isArray(value) || prototype === Object.prototype || prototype === null;
}

/** The path of what has a property of that name, if anything has. */
function prototypeKeyIn(value: unknown, path = ""): string | undefined {
  if (!isPlain(value)) return undefined;
  if (Object.hasOwn(value, prototypeKey)) return path;
  for (const [name, part] of Object.entries(value)) {
    const found = prototypeKeyIn(part, path === "" ? name : `${path}.${name}`);
    if (found !== undefined) return found;
  }
  return undefined;
}

/**
 * Refuses a property called `__proto__`. On its way to the provider Pulumi would drop it without a word, so only the program's
 * own process can tell.
 * @throws RunError
 */
export function refusePrototypeKey(type: string, name: string, args: object): void {
  const path = prototypeKeyIn(args);
  if (path === undefined) return;
  throw programRefusal({
    code: "INVALID_ARGUMENTS",
    what: `${type} "${name}": ${path || "the arguments"} must not have a property called ${prototypeKey}.`,
    meaning: "neither Pulumi nor Bitrix24 can keep it. Nothing was sent.",
    wayOut: "give the property another name.",
  });
}

/** The number of an open line. */
export const lineId = z
  .number()
  .int("must be a whole number")
  .positive("must be the number of an open line (1 or more)");

/** `true` where the types that users see and the schema describe the same thing; `true satisfies Same<A, B>` does not compile otherwise. */
export type Same<A, B> = [A] extends [B] ? ([B] extends [A] ? true : never) : never;
