import { performance } from "node:perf_hooks";
import { Page, isSoftError, timeOf } from "./envelope";
import { RestError, refusal } from "./errors";
import { faultResult } from "./faults";
import type { FaultRule } from "./faults";
import type { OperatingLimit } from "./limits";
import { methods } from "./methods";
import { isEmpty, upperCaseKeys } from "./php";
import { reaches } from "./system";
import type { Call, Method } from "./call";

/** A finished call: its result, or the refusal inside a result. */
export interface Outcome {
  result: unknown;
  time: Record<string, unknown>;
  /** The returned array is the whole answer. */
  soft: boolean;
}

/** How much work a call counts for in the operating limit, in seconds. */
export type Cost = (method: string, params: Readonly<Record<string, unknown>>) => number | undefined;

export interface Accounting {
  limit?: OperatingLimit;
  cost?: Cost;
}

/** The checks that come before a method runs, in the portal's order; existence and token are settled already. */
export function admit(call: Call, accounting: Accounting, inBatch: boolean): Method {
  const method = methods[call.method];
  if (method === undefined) throw refusal("ERROR_METHOD_NOT_FOUND");
  if (!reaches(method.scopes, call.caller.scopes)) throw insufficientScope(call, inBatch);
  if (accounting.limit?.isExceeded(call.caller.account, call.method)) throw refusal("OPERATION_TIME_LIMIT");
  if (method.applicationOnly !== undefined && call.caller.application === undefined) throw wrongContext(call, method);
  return method;
}

/** Inside a batch new portals leave the text empty. */
function insufficientScope({ caller, state }: Call, inBatch: boolean): RestError {
  if (inBatch && state.generation === "new") return refusal("insufficient_scope", "");
  const kind = caller.application === undefined ? "webhook" : "access";
  return refusal("insufficient_scope", `The request requires higher privileges than provided by the ${kind} token`);
}

/** Old portals have another code for event and placement. */
function wrongContext({ state }: Call, method: Method): RestError {
  const old = state.generation === "old" && method.applicationOnly === "rest";
  return old ? refusal("ACCESS_DENIED", "Access denied!") : refusal("WRONG_AUTH_TYPE");
}

/** Runs an admitted call and accounts for it. */
export function run(call: Call, method: Method, accounting: Accounting): Outcome {
  const params = method.names === "exact" ? call.params : upperCaseKeys(call.params, method.names === "anyCaseDeep");
  const start = call.state.clock();
  const stopwatch = performance.now();
  const result = method.run({ ...call, params });
  const processing = performance.now() - stopwatch;
  account(call, processing / 1000, accounting);
  return finish(call, result, { start, processing, accounting });
}

function account(call: Call, seconds: number, { limit, cost }: Accounting): void {
  limit?.add(call.caller.account, call.method, cost?.(call.method, call.params) ?? seconds);
}

interface Run {
  start: number;
  processing: number;
  accounting: Accounting;
}

/** Lets a rule put its error or result in the place of the call's own. */
export function spoiled(call: Call, rule: FaultRule | undefined, accounting: Accounting, work: () => Outcome): Outcome {
  if (rule === undefined) return work();
  const start = call.state.clock();
  const outcome = rule.afterWork ? work() : undefined;
  const fault = faultResult(rule);
  if (fault !== undefined) return finish(call, fault.result, { start, processing: 0, accounting });
  return outcome ?? work();
}

function finish(call: Call, result: unknown, { start, processing, accounting }: Run): Outcome {
  const { state, caller, method } = call;
  const operating = accounting.limit?.state(caller.account, method);
  const finished = Math.max(state.clock(), start + processing);
  const time = timeOf(
    { start, finish: finished, processing, ...(operating === undefined ? {} : { operating }) },
    state.generation,
  );
  return { result, time, soft: !(result instanceof Page) && isSoftError(result, state.generation) };
}

/** Error code of a result that carries one, wherever the generation puts it. */
export function softErrorCode(result: unknown): string | undefined {
  const code = typeof result === "object" && result !== null ? (result as Record<string, unknown>)["error"] : undefined;
  return isEmpty(code) || typeof code !== "string" ? undefined : code;
}
