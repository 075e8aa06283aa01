import { isBitrix24Error } from "../rest/errors";
import { SettingsError } from "../access/settings";
import { harmlessLines } from "../rest/text";
import { describeError } from "./console";

/** What the doctor found out about one thing. */
export interface Check {
  readonly name: string;
  readonly status: "ok" | "warning" | "failed";
  /** What is the case. */
  readonly message: string;
  /** How to mend it. */
  readonly wayOut?: string;
}

export function ok(name: string, message: string): Check {
  return { name, status: "ok", message: harmlessLines(message) };
}

export function warning(name: string, message: string, wayOut?: string): Check {
  return { name, status: "warning", message: harmlessLines(message), wayOut };
}

export function failed(name: string, message: string, wayOut?: string): Check {
  return { name, status: "failed", message: harmlessLines(message), wayOut };
}

/** A failure as an error describes it. */
export function failedBecause(name: string, error: unknown): Check {
  if (error instanceof SettingsError) return failed(name, error.problems.join("\n"));
  if (!isBitrix24Error(error)) return failed(name, describeError(error));
  const text = error.description === "" ? "" : ` "${error.description}"`;
  return failed(name, `${error.method} answered ${error.code}${text}. ${error.meaning}`, error.hint);
}

/** A token that a deployment would renew, and the doctor would not. */
export class NotRenewed extends Error {}

const marks = { ok: "✓", warning: "!", failed: "✗" } as const;

/** One line: the mark, the name, what is the case, the way out. */
export function lineOf({ name, status, message, wayOut }: Check): string {
  return `${marks[status]} ${name}: ${message}${wayOut ? ` → ${wayOut}` : ""}`.replace(/\s*\n\s*/g, " ");
}
