import type { FaultRule } from "./faults";
import { RestError, refusalOf } from "./errors";
import { toJson } from "./php";

/** What goes back over the wire; `reset` cuts the connection instead. */
export interface Answer {
  status: number;
  contentType: string;
  body: string;
  /** Stands in for `body` where the content is no text. */
  bytes?: Buffer;
  headers?: Record<string, string>;
  reset?: boolean;
  /** Milliseconds between the head and the body. */
  apart?: number;
}

export function jsonAnswer(status: number, body: unknown): Answer {
  return { status, contentType: "application/json; charset=utf-8", body: toJson(body) };
}

export function errorAnswer(error: RestError, selfHosted: boolean): Answer {
  return jsonAnswer(error.status(selfHosted), error.body());
}

/** The page of a web server in front of the portal. */
export function htmlAnswer(status: number, title: string): Answer {
  const body = `<!DOCTYPE html>\n<html><head><title>${title}</title></head><body><h1>${title}</h1></body></html>\n`;
  return { status, contentType: "text/html; charset=utf-8", body };
}

/** The portal has another address: everything of the request but its host stays. */
export function redirectAnswer(location: string): Answer {
  return { status: 302, contentType: "text/html; charset=utf-8", body: "", headers: { location } };
}

export const resetAnswer: Answer = { status: 0, contentType: "", body: "", reset: true };

/** The answer of a rule that does not let the request through; undefined when it does. */
function answerInstead(rule: FaultRule, selfHosted: boolean): Answer | undefined {
  if (
    rule.html ||
    (rule.httpStatus !== undefined && rule.code === undefined && !rule.soft && rule.result === undefined)
  ) {
    const status = rule.httpStatus ?? 200;
    return htmlAnswer(status, `${String(status)} ${rule.description ?? "Service unavailable"}`);
  }
  if (rule.code === undefined || rule.soft) return undefined;
  const error = new RestError(rule.code, rule.description ?? refusalOf(rule.code)?.text ?? "", {}, rule.httpStatus);
  return errorAnswer(error, selfHosted);
}

/** Half of the text, so that it is no JSON any more. */
function truncated(answer: Answer): Answer {
  return { ...answer, body: answer.body.slice(0, Math.ceil(answer.body.length / 2)) };
}

export interface FaultContext {
  selfHosted: boolean;
  wait: (milliseconds: number) => Promise<void>;
  /** Where a redirect leads: to the second address, or to the one that the request did not come to. */
  location: (toOther: boolean) => Promise<string>;
}

/** Lets a rule spoil an HTTP request: before the work, instead of it, or after it was done. */
export async function withFault(
  rule: FaultRule | undefined,
  context: FaultContext,
  work: () => Promise<Answer>,
): Promise<Answer> {
  if (rule === undefined) return work();
  if (rule.delay !== undefined) await context.wait(rule.delay);
  if (rule.redirect) return redirectAnswer(await context.location(rule.redirect === "loop"));
  if (rule.reset === "before") return resetAnswer;
  const instead = answerInstead(rule, context.selfHosted);
  if (instead !== undefined && !rule.afterWork && rule.reset === undefined) return shaped(rule, instead);
  const answer = await work();
  if (rule.late !== undefined) await context.wait(rule.late);
  return rule.reset === "after" ? resetAnswer : shaped(rule, instead ?? answer);
}

/** The answer as it goes over the wire. */
function shaped(rule: FaultRule, answer: Answer): Answer {
  const cut = rule.truncated ? truncated(answer) : answer;
  const left = rule.empty ? { ...cut, body: "" } : cut;
  return rule.apart === undefined ? left : { ...left, apart: rule.apart };
}
