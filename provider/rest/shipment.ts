import type { BatchRules } from "./batch-rules";
import { refusedWith } from "./call";
import type { Operation, Waiting } from "./call";
import { encodeCommand } from "./command";
import type { Command } from "./command";
import type { Outcome } from "./envelope";

/** Commands with the looks that follow them. */
export interface Batch {
  readonly calls: readonly Waiting[];
  readonly looks: readonly Command[];
}

/** What leaves in one request: a single call, or a batch. */
export type Shipment = { readonly alone: Waiting } | (Batch & { readonly alone?: undefined });

/** A batch in the making. */
interface Load {
  readonly calls: Waiting[];
  readonly looks: Map<string, Command>;
  /** Characters of the calls. */
  length: number;
}

function keyOf(command: Command): string {
  return encodeCommand(command);
}

/** The calls that may leave, in the order they came. */
export function readyOf(waiting: readonly Waiting[], isBlocked: (call: Waiting) => boolean): Waiting[] {
  const held = new Set<Operation>();
  return waiting.filter((call) => {
    const isHeld = call.inOrder && held.has(call.operation);
    const isReady = !isHeld && !isBlocked(call);
    if (!isReady && call.inOrder) held.add(call.operation);
    return isReady;
  });
}

/** As many of the calls as one request can carry, in the order they came. */
export function compose(ready: readonly Waiting[], rules: BatchRules): Shipment {
  const load: Load = { calls: [], looks: new Map(), length: 0 };
  const held = new Set<Operation>();
  for (const call of ready) {
    if (call.inOrder && held.has(call.operation)) continue;
    if (!fits(call, load.calls[0], rules)) {
      // What was asked for later may build upon it.
      if (!call.inOrder || load.calls.length === 0) break;
      held.add(call.operation);
    } else if (!add(call, load, rules)) {
      break;
    }
  }
  const [first = ready[0], ...others] = load.calls;
  if (first && others.length === 0 && load.looks.size === 0) return { alone: first };
  return { calls: load.calls, looks: [...load.looks.values()] };
}

/** False where the batch is full. */
function add(call: Waiting, load: Load, rules: BatchRules): boolean {
  const look = lookAfter(call, rules);
  const newLook = look && !load.looks.has(keyOf(look)) ? 1 : 0;
  const added = encodeCommand(call.command).length;
  if (load.calls.length + load.looks.size + newLook + 1 > rules.limit) return false;
  if (!rules.hasRoom(load.length, added)) return false;
  load.calls.push(call);
  load.length += added;
  if (look) load.looks.set(keyOf(look), look);
  return true;
}

function fits({ command }: Waiting, first: Waiting | undefined, rules: BatchRules): boolean {
  return rules.take(command) && (!first || rules.takeTogether(first.command.method, command.method));
}

/** The look that can travel with a call. */
function lookAfter({ command, then }: Waiting, rules: BatchRules): Command | undefined {
  if (!then || !rules.take(then) || !rules.takeTogether(command.method, then.method)) return undefined;
  return rules.hasRoom(encodeCommand(command).length, encodeCommand(then).length) ? then : undefined;
}

/** The commands of a batch as the portal wants them. */
export function commandsOf({ calls, looks }: Batch): { commands: readonly Command[]; cmd: Record<string, string> } {
  const commands = [...calls.map((call) => call.command), ...looks];
  // Keys are never numeric: with numbers, one failure turns the portal's list into a map.
  return { commands, cmd: Object.fromEntries(commands.map((command, index) => [`c${index}`, encodeCommand(command)])) };
}

/** What a call came to, and the look that followed it, where there was one. */
export interface Returned {
  readonly call: Waiting;
  readonly outcome: Outcome;
  readonly then?: Outcome;
}

/** What a batch brought for each of its calls; `read` has the outcomes by the keys of {@link commandsOf}. */
export function unpack({ calls, looks }: Batch, read: ReadonlyMap<string, Outcome>): Returned[] {
  const found = new Map(looks.map((look, index) => [keyOf(look), read.get(`c${calls.length + index}`)]));
  return calls.map((call, index) => ({
    call,
    outcome: read.get(`c${index}`) ?? {
      refusal: { code: "NO_ANSWER", description: "the batch's answer lacks this command" },
    },
    then: call.then && found.get(keyOf(call.then)),
  }));
}

/** How many commands the portal took of a batch that was longer than its own limit; undefined where it took all. */
export function takenOf(returned: readonly Returned[]): number | undefined {
  const tooLong = returned.filter(({ outcome }) => refusedWith(outcome, "ERROR_BATCH_LENGTH_EXCEEDED")).length;
  return tooLong > 0 ? returned.length - tooLong : undefined;
}

/** Whether a command was refused only for being part of a batch. */
export function isTakenApart(outcome: Outcome): boolean {
  return refusedWith(outcome, "ERROR_BATCH_METHOD_NOT_ALLOWED") || refusedWith(outcome, "ERROR_BATCH_LENGTH_EXCEEDED");
}

/** Whether an earlier call of the same operation is to be asked again. */
export function isBehind({ operation, inOrder }: Waiting, again: ReadonlyMap<Waiting, unknown>): boolean {
  return inOrder && [...again.keys()].some((call) => call.inOrder && call.operation === operation);
}
