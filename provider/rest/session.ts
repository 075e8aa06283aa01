import { AsyncLocalStorage } from "node:async_hooks";
import { isDeepStrictEqual } from "node:util";
import type { z } from "zod";
import { hostOf } from "./address";
import { operationLimit } from "./bounds";
import type { Answered, Operation, Settled } from "./call";
import type { Command } from "./command";
import type { Credentials } from "./credentials";
import { Bitrix24Error } from "./errors";
import { Gathering, systemClock } from "./gathering";
import type { Clock } from "./gathering";
import { HeldLooks } from "./held-looks";
import type { Held, Wanted } from "./held-looks";
import { interruptionOfThisProcess } from "./interruption-by-engine";
import type { Interruption } from "./interruption";
import { Queue } from "./queue";
import { Repeats } from "./repeats";
import { harmless } from "./text";
import { Transport } from "./transport";

/** So many characters of a result that nobody expected are shown. */
const excerptLength = 120;

/** How a call is to be treated. */
export interface CallOptions<T> {
  /** What the result has to look like. */
  readonly schema: z.ZodType<T>;
  /** What it is about, in the user's words, for messages: `connector "acme_chat"`. */
  readonly subject?: string;
}

export interface WriteOptions<T> extends CallOptions<T> {
  /** True for a call that must not be carried out twice: without a clear answer it fails, with `ambiguous` set. */
  readonly once?: boolean;
}

export interface LookOptions<T> extends CallOptions<T>, Wanted {}

/** What a session needs from outside. */
export interface SessionOptions {
  /** Origin of the portal. */
  readonly portal: string;
  readonly credentials: Credentials;
  /** Shows the user a message while an operation goes on. */
  readonly tell?: (message: string) => void;
  /** Warns the user of something that does not stop an operation; shown as a message unless given. */
  readonly warn?: (message: string) => void;
  readonly clock?: Clock;
  /** Between 0 and 1, for the jitter of waits. */
  readonly random?: () => number;
  /** Milliseconds that an operation may take. */
  readonly limit?: number;
  /** Whether the command has been interrupted. */
  readonly interruption?: Interruption;
  /** Whether repeats are told; they are not unless this says so. */
  readonly isVerbose?: () => Promise<boolean>;
}

/**
 * The one conversation with a portal that everything in a run shares: it holds the token, gathers calls into batches and
 * keeps to the portal's limits.
 */
export class Session {
  /** Host of the portal as it is configured; what resources record. */
  readonly portal: string;
  private readonly clock: Clock;
  private readonly gathering: Gathering;
  private readonly queue: Queue;
  private readonly held = new HeldLooks();
  private readonly parsed = new WeakMap<Answered, { readonly schema: z.ZodType; readonly result: unknown }>();
  private readonly operations = new AsyncLocalStorage<Operation>();
  private readonly limit: number;
  private readonly counted: Repeats;

  constructor(options: SessionOptions) {
    const { credentials, clock = systemClock, random = Math.random, tell = () => undefined } = options;
    const { interruption = interruptionOfThisProcess() } = options;
    this.portal = hostOf(options.portal);
    this.warn = options.warn ?? ((message) => tell(`warning: ${message}`));
    this.clock = clock;
    this.gathering = new Gathering(clock);
    this.limit = options.limit ?? operationLimit;
    this.counted = new Repeats({ tell, isVerbose: options.isVerbose ?? (() => Promise.resolve(false)) });
    const transport = new Transport({
      portal: options.portal,
      credentials,
      interruption,
      tell,
      warn: this.warn,
    });
    const { gathering, counted: repeats } = this;
    this.queue = new Queue({ transport, credentials, gathering, clock, random, interruption, repeats, tell });
  }

  /** Tells the user of something that does not stop the operation. */
  readonly warn: (message: string) => void;

  /** How many calls have been sent more than once so far. */
  get repeats(): number {
    return this.counted.count;
  }

  /**
   * Whether the portal may carry out a call later than what was asked for since: nobody waited for an answer to it any longer,
   * and it was asked again or left. `call` names the method, and those of its parameters that matter.
   */
  mayCome(call: Command): boolean {
    return this.queue.overdue.some(
      ({ method, parameters }) =>
        method === call.method &&
        Object.entries(call.parameters).every(([name, value]) => isDeepStrictEqual(parameters[name], value)),
    );
  }

  /**
   * Runs one operation of the engine (or one function of a program). Its calls are gathered with those of others; its writes
   * are carried out in the order in which they were made, also when the portal makes one of them wait.
   */
  async operation<T>(run: () => Promise<T>): Promise<T> {
    this.gathering.begin();
    try {
      return await this.operations.run(this.newOperation(), run);
    } finally {
      this.gathering.end();
    }
  }

  private newOperation(): Operation {
    return { until: this.clock.now() + this.limit };
  }

  /**
   * Changes something on the portal.
   * @throws Bitrix24Error
   */
  async write<T>(command: Command, options: WriteOptions<T>): Promise<T> {
    const settled = await this.enqueueWrite(command, { repeatable: !options.once });
    return this.result(command, settled, options);
  }

  /**
   * Changes something, then looks, in one request where that is possible. The look is made whatever the change came to.
   * @returns what the change came to, and what was seen afterwards
   * @throws Bitrix24Error if the look failed; the change's own, where that failed and the look could not be sent any more
   */
  async writeThenLook<T, L>(
    command: Command,
    options: WriteOptions<T>,
    look: Command,
    lookOptions: CallOptions<L>,
  ): Promise<{ readonly result: T | Bitrix24Error; readonly seen: L }> {
    const settled = await this.enqueueWrite(command, { repeatable: !options.once, then: look });
    let result: T | Bitrix24Error;
    try {
      result = this.result(command, settled, options);
    } catch (error) {
      if (!(error instanceof Bitrix24Error)) throw error;
      result = error;
    }
    const then = "outcome" in settled ? settled.then : undefined;
    const looked = then && "value" in then ? { outcome: then } : await this.enqueue(look, { repeatable: true });
    if (result instanceof Bitrix24Error && wasNeverSent(looked)) throw result;
    return { result, seen: this.result(look, looked, lookOptions) };
  }

  /**
   * Reads from the portal. Looks at the same thing share one answer while they follow closely upon each other.
   * @throws Bitrix24Error
   */
  async look<T>(command: Command, options: LookOptions<T>): Promise<T> {
    const key = JSON.stringify([command.method, command.parameters]);
    const now = this.clock.now();
    const held = this.held.find(key, now, options) ?? this.hold(key, command, now);
    const settled = await held.answer;
    this.held.use(key, held, this.clock.now(), settled);
    // Whoever asked first had less time.
    const { until = 0 } = this.operations.getStore() ?? {};
    if ("isLate" in settled && settled.isLate && until > held.until) return this.look(command, options);
    return this.result(command, settled, options);
  }

  private hold(key: string, command: Command, now: number): Held {
    const { until } = this.operations.getStore() ?? this.newOperation();
    return this.held.hold(key, now, until, (leaves) => this.enqueue(command, { repeatable: true, leaves }));
  }

  /**
   * From now on looks are made anew, but for those that have not left yet: another process may have changed what was seen.
   */
  forgetLooks(): void {
    this.held.forget();
  }

  private async enqueueWrite(command: Command, how: { repeatable: boolean; then?: Command }): Promise<Settled> {
    this.held.hasWritten();
    const settled = await this.enqueue(command, { ...how, inOrder: this.operations.getStore() !== undefined });
    // What was looked at while the change was waiting may be older than the change.
    this.held.hasWritten();
    return settled;
  }

  private enqueue(
    command: Command,
    how: { repeatable: boolean; then?: Command; inOrder?: boolean; leaves?: () => void },
  ): Promise<Settled> {
    const operation = this.operations.getStore() ?? this.newOperation();
    return new Promise((resolve) => {
      this.queue.add({ command, inOrder: false, ...how, operation, refusals: new Map(), settle: resolve });
    });
  }

  /** Many share one answer: reading a thousand connectors anew for each of a thousand resources would take long. */
  private parse<T>(outcome: Answered, schema: z.ZodType<T>): z.ZodSafeParseResult<T> {
    const known = this.parsed.get(outcome);
    if (known?.schema === schema) return known.result as z.ZodSafeParseResult<T>;
    const result = schema.safeParse(outcome.value);
    this.parsed.set(outcome, { schema, result });
    return result;
  }

  private result<T>(command: Command, settled: Settled, options: CallOptions<T>): T {
    if ("error" in settled) throw settled.error;
    const attempt = { method: command.method, subject: options.subject, host: this.portal };
    const { outcome } = settled;
    if ("refusal" in outcome) throw new Bitrix24Error(attempt, outcome.refusal, settled.detail);
    const parsed = this.parse(outcome, options.schema);
    if (parsed.success) return parsed.data;
    // The portal has carried it out, as far as anybody can tell.
    throw new Bitrix24Error(attempt, { code: "UNEXPECTED_ANSWER", description: describe(outcome), mayBeDone: true });
  }
}

function wasNeverSent(settled: Settled): boolean {
  if (!("outcome" in settled) || !("refusal" in settled.outcome)) return false;
  const { code, mayBeDone } = settled.outcome.refusal;
  return code === "NO_TIME_LEFT" || (code === "INTERRUPTED" && !mayBeDone);
}

function describe(outcome: Answered): string {
  return harmless(JSON.stringify(outcome.value) ?? "nothing", excerptLength);
}
