import { z } from "zod";

/** Bitrix24 stores texts of this length at most. */
const longestText = 255;

/** A text that must say something. "0" counts as empty on the servers. */
export const requiredText = z
  .string()
  .max(longestText, `must have at most ${longestText} characters`)
  .refine((text) => text.trim() !== "" && text !== "0", 'must not be empty ("0" counts as empty for Bitrix24)');

/** The ID of a connector: what the servers keep unchanged and give back. */
export const connectorId = z
  .string()
  .max(longestText, `must have at most ${longestText} characters`)
  .regex(/^[a-z0-9_]+$/, "must consist of the letters a-z in lower case, digits and _")
  .regex(/[^0-9]/, "must not consist of digits alone: Bitrix24 loses such connectors in its list");

function handlerProblem(text: string): string | undefined {
  if (!URL.canParse(text)) return "must be an address such as https://acme.example/bitrix24/settings";
  const url = new URL(text);
  if (url.protocol !== "https:" && url.protocol !== "http:") return "must begin with https:// or http://";
  if (!url.hostname.includes(".")) return `must have a public host name with a dot; Bitrix24 refuses ${url.hostname}`;
  return undefined;
}

/** An address that Bitrix24 opens or calls. */
export const handlerUrl = z.string().superRefine((text, context) => {
  const message = handlerProblem(text);
  if (message) context.addIssue({ code: "custom", message });
});

/** The number of an open line. */
export const lineId = z
  .number()
  .int("must be a whole number")
  .positive("must be the number of an open line (1 or more)");

/** `true` where the types that users see and the schema describe the same thing; `true satisfies Same<A, B>` does not compile otherwise. */
export type Same<A, B> = [A] extends [B] ? ([B] extends [A] ? true : never) : never;
