import { Page } from "./envelope";
import { RestError, refusal } from "./errors";
import { admit, run, softErrorCode, spoiled } from "./dispatch";
import type { Accounting, Outcome } from "./dispatch";
import type { Faults } from "./faults";
import type { JournalCommand } from "./journal";
import { resolveMacros } from "./macros";
import { exists, methods } from "./methods";
import type { Params } from "./model";
import { isArray, isTrue, parseQuery, phpArray, toInteger } from "./php";
import { withoutReserved } from "./request";
import type { Call } from "./call";

const maximumCommands = 50;
/** Methods that move files. */
const fileMethods = new Set(["download", "upload"]);

export interface Command {
  key: string;
  method: string;
  query: Params;
}

/** The commands as they were sent; an entry that is no text is none. */
export function parseCommands(params: Params): Command[] {
  const given = params["CMD"];
  if (!isArray(given)) return [];
  return Object.entries(given)
    .filter((entry): entry is [string, string] => typeof entry[1] === "string")
    .map(([key, text]) => ({ key, ...splitCommand(text) }));
}

/** Like a URL: what follows an unencoded `#` is lost. */
function splitCommand(text: string): { method: string; query: Params } {
  const [address = ""] = text.split("#", 1);
  const mark = address.indexOf("?");
  const method = (mark < 0 ? address : address.slice(0, mark)).toLowerCase();
  return { method, query: mark < 0 ? {} : parseQuery(address.slice(mark + 1)) };
}

interface Maps {
  result: Map<string, unknown>;
  error: Map<string, unknown>;
  total: Map<string, unknown>;
  next: Map<string, unknown>;
  time: Map<string, unknown>;
}

export interface BatchRun {
  commands: JournalCommand[];
  result: Record<string, unknown>;
}

export interface BatchContext {
  accounting: Accounting;
  faults: Faults;
  /** Waits for a rule's delay. */
  wait: (milliseconds: number) => Promise<void>;
}

/** Runs the commands one after another, each with the outer authorization. */
export async function runBatch(call: Call, commands: readonly Command[], context: BatchContext): Promise<BatchRun> {
  const maps: Maps = { result: new Map(), error: new Map(), total: new Map(), next: new Map(), time: new Map() };
  const halt = isTrue(call.params["HALT"]);
  const journal: JournalCommand[] = [];
  for (const [index, command] of commands.entries()) {
    const params = resolveMacros(
      command.query,
      maps as unknown as Record<string, Map<string, unknown>>,
      isNew(call),
    ) as Params;
    const own = { ...call, method: command.method, params: withoutReserved(params), start: toInteger(params["start"]) };
    const struck: { fault?: true } = {};
    const failed = await runCommand(own, command.key, { index, maps, context, struck });
    const error = failed ?? softErrorCode(maps.result.get(command.key));
    journal.push({
      key: command.key,
      method: own.method,
      params: own.params,
      ...(error === undefined ? {} : { error }),
      ...struck,
    });
    if (failed !== undefined && halt) break;
  }
  return { commands: journal, result: shapeOf(call, maps) };
}

function isNew(call: Call): boolean {
  return call.state.generation === "new";
}

interface Place {
  index: number;
  maps: Maps;
  context: BatchContext;
  /** Notes that a rule has struck. */
  struck: { fault?: true };
}

/** Writes the command's result or error into the maps; answers the error's code. */
async function runCommand(
  call: Call,
  key: string,
  { index, maps, context, struck }: Place,
): Promise<string | undefined> {
  try {
    if (index >= maximumCommands) throw refusal("ERROR_BATCH_LENGTH_EXCEEDED");
    const rule = context.faults.strikeCommand(call.method, call.params);
    if (rule !== undefined) struck.fault = true;
    if (rule?.delay !== undefined) await context.wait(rule.delay);
    return store(
      maps,
      key,
      spoiled(call, rule, context.accounting, () => callCommand(call, context.accounting)),
    );
  } catch (error) {
    const refused = error instanceof RestError ? error : refusal("INTERNAL_SERVER_ERROR");
    maps.error.set(key, refused.body());
    if (!(error instanceof RestError)) throw error;
    return refused.code;
  }
}

function callCommand(call: Call, accounting: Accounting): Outcome {
  if (call.method === "batch" || fileMethods.has(call.method) || methods[call.method]?.notInBatch) {
    throw refusal("ERROR_BATCH_METHOD_NOT_ALLOWED");
  }
  if (!exists(call.method)) throw refusal("ERROR_METHOD_NOT_FOUND");
  return run(call, admit(call, accounting, true), accounting);
}

/** A soft error of a new portal is `false` among the results and the whole array among the errors. */
function store(maps: Maps, key: string, { result, time, soft }: Outcome): string | undefined {
  if (soft) {
    maps.result.set(key, false);
    maps.error.set(key, result);
    return softErrorCode(result);
  }
  if (result instanceof Page) {
    maps.result.set(key, result.items);
    maps.total.set(key, result.total);
    if (result.next !== undefined) maps.next.set(key, result.next);
  } else maps.result.set(key, result);
  maps.time.set(key, time);
  return undefined;
}

function shapeOf(call: Call, maps: Maps): Record<string, unknown> {
  return {
    result: phpArray(maps.result),
    result_error: phpArray(maps.error),
    result_total: phpArray(maps.total),
    result_next: phpArray(maps.next),
    ...(call.state.generation === "old" ? {} : { result_time: phpArray(maps.time) }),
  };
}
