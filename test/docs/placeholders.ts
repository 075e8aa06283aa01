import { join } from "node:path";
import type { Machine } from "./machine";

/** What a page writes for something that everybody has another value of, and what it is on this machine. */
const placeholders: readonly (readonly [string | RegExp, (machine: Machine) => string])[] = [
  ["https://acme.bitrix24.com", ({ portal }) => portal.url],
  [/(?<!\/)\bacme\.bitrix24\.com\b/g, ({ portal }) => new URL(portal.url).host],
  ["https://other.bitrix24.com", ({ other }) => other.url],
  ["local.0123456789abcd.12345678", ({ portal }) => portal.application.clientId],
  [/(?<=BITRIX24_ACCESS_TOKEN=)…/g, ({ portal }) => portal.accessToken],
  ["/secure/", ({ home }) => `${join(home, "secure")}/`],
];

/** Commands or a program of a page with everything in place that the reader has to put there. */
export function withoutPlaceholders(text: string, machine: Machine): string {
  return placeholders.reduce((filled, [placeholder, value]) => filled.replaceAll(placeholder, value(machine)), text);
}
