import { errorAnswer, jsonAnswer } from "./answer";
import type { Answer } from "./answer";
import { resolveCaller } from "./authorization";
import { parseCommands, runBatch } from "./batch";
import type { BatchContext, Command } from "./batch";
import type { Call } from "./call";
import { admit, run, softErrorCode, spoiled } from "./dispatch";
import { success, timeOf } from "./envelope";
import { RestError, refusal } from "./errors";
import { faultResult } from "./faults";
import type { FaultRule } from "./faults";
import type { JournalEntry } from "./journal";
import { exists } from "./methods";
import type { Params } from "./model";
import { upperCaseKeys } from "./php";
import { parseAddress, parseRequest, withoutReserved } from "./request";
import type { Address, ParsedRequest, RawRequest } from "./request";
import type { State } from "./state";
import { xmlAnswer } from "./xml";

/** A REST request, taken apart but not yet judged. */
export interface RestRequest {
  address: Address;
  parsed: ParsedRequest;
  /** Commands of a batch as they were sent. */
  commands: Command[];
  id: symbol;
}

export function readRestRequest(raw: RawRequest): RestRequest {
  const address = parseAddress(raw.path);
  const parsed = parseRequest(raw);
  const commands = address.method === "batch" ? parseCommands(upperCaseKeys(parsed.params, false)) : [];
  return { address, parsed, commands, id: Symbol(address.method) };
}

/** The calls inside a batch, for rules that strike the whole request because of one of them. */
export function innerCalls({ commands }: RestRequest): { method: string; params: Params }[] {
  return commands.map(({ method, query }) => ({ method, params: withoutReserved(query) }));
}

/** Answers a REST request and notes in the journal's entry what became of it. */
export async function answerRest(state: State, request: RestRequest, context: CallContext): Promise<Answer> {
  const answer = await answerJson(state, request, context);
  return request.address.xml ? xmlAnswer(answer) : answer;
}

async function answerJson(state: State, request: RestRequest, { entry, rule, context }: CallContext): Promise<Answer> {
  const start = state.clock();
  try {
    const call = admittedCall(state, request, entry);
    if (request.address.method === "batch") return await answerBatch(call, request, { entry, rule, context, start });
    return answerCall(call, { entry, rule, context });
  } catch (error) {
    if (!(error instanceof RestError)) throw error;
    entry.error = error.code;
    return errorAnswer(error, state.selfHosted);
  }
}

/** Existence comes before the token. */
function admittedCall(state: State, { address, parsed, id }: RestRequest, entry: JournalEntry): Call {
  if (!exists(address.method)) throw refusal("ERROR_METHOD_NOT_FOUND");
  const caller = resolveCaller(state, address, parsed);
  if (caller.application !== undefined) entry.application = caller.application.clientId;
  return { state, caller, method: address.method, params: parsed.params, request: id, start: parsed.start };
}

interface CallContext {
  entry: JournalEntry;
  rule: FaultRule | undefined;
  context: BatchContext;
}

function answerCall(call: Call, { entry, rule, context: { accounting } }: CallContext): Answer {
  const method = admit(call, accounting, false);
  const outcome = spoiled(call, rule, accounting, () => run(call, method, accounting));
  const error = softErrorCode(outcome.result);
  if (error !== undefined) entry.error = error;
  return jsonAnswer(200, outcome.soft ? outcome.result : success(outcome.result, outcome.time));
}

interface BatchCall extends CallContext {
  start: number;
}

async function answerBatch(
  call: Call,
  { commands }: RestRequest,
  { entry, rule, context, start }: BatchCall,
): Promise<Answer> {
  const outer = { ...call, params: upperCaseKeys(call.params, false) };
  const { state } = call;
  const { commands: done, result } = await runBatch(outer, commands, context);
  entry.commands = done;
  const finish = Math.max(state.clock(), start);
  const time = timeOf({ start, finish, processing: finish - start }, state.generation);
  const fault = rule === undefined ? undefined : faultResult(rule);
  return jsonAnswer(200, success(fault === undefined ? result : fault.result, time));
}
