import { BatchRules } from "./batch-rules";
import { encodeCommand } from "./command";
import type { Command } from "./command";
import type { Credentials } from "./credentials";
import { readAnswer, readBatch } from "./envelope";
import type { Outcome } from "./envelope";
import { Bitrix24Error } from "./errors";
import type { Refusal } from "./errors";
import type { Clock, Gathering } from "./gathering";
import { decide } from "./retry";
import type { Decision } from "./retry";
import type { Transport } from "./transport";

/** Waits from this length on are told to the user. */
const toldFrom = 3_000;

/** A call on its way. */
export interface Waiting {
  readonly command: Command;
  /** A look to be made in the same request, after the call. */
  readonly then?: Command;
  readonly repeatable: boolean;
  /** Calls of the same operation are carried out in the order in which they were made. */
  readonly operation?: object;
  /** How often it has been refused, by code. */
  readonly refusals: Map<string, number>;
  /** `then` is undefined where the look could not be part of the request. */
  settle(result: Settled): void;
  /** Called when it is on its way: from then on the answer can be older than what happens elsewhere. */
  leaves?(): void;
}

export type Settled =
  | { readonly outcome: Outcome; readonly detail?: string; readonly then?: Outcome }
  /** Not an answer of the portal: no credentials could be had. */
  | { readonly error: unknown };

export interface QueueOptions {
  readonly transport: Transport;
  readonly credentials: Credentials;
  readonly gathering: Gathering;
  readonly clock: Clock;
  readonly random: () => number;
  readonly tell: (message: string) => void;
}

/** What leaves in one request: a single call, or commands with the looks that follow them. */
type Shipment =
  | { readonly alone: Waiting }
  | { readonly alone?: undefined; readonly calls: readonly Waiting[]; readonly looks: readonly Command[] };

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

/** One request at a time; what comes meanwhile leaves together afterwards. */
export class Queue {
  private waiting: Waiting[] = [];
  private running = false;
  private cancelTimer: (() => void) | undefined;
  private readonly rules = new BatchRules();
  private readonly blockedUntil = new Map<string, number>();
  private pausedUntil = 0;
  private readonly resetAt = new Map<string, number>();

  constructor(private readonly options: QueueOptions) {}

  add(call: Waiting): void {
    this.waiting.push(call);
    this.schedule(0);
  }

  /** Answers arrive all at once: their callers get to say what they want next before anything leaves. */
  private schedule(milliseconds: number): void {
    if (this.running) return;
    this.cancelTimer?.();
    if (milliseconds > 0) {
      this.cancelTimer = this.options.clock.later(milliseconds, () => void this.run());
      return;
    }
    const immediate = setImmediate(() => void this.run());
    this.cancelTimer = () => clearImmediate(immediate);
  }

  private async run(): Promise<void> {
    if (this.running || this.waiting.length === 0) return;
    const pause = this.pause();
    if (pause > 0) return this.schedule(pause);
    this.running = true;
    const shipment = this.take();
    const calls = shipment.alone ? [shipment.alone] : shipment.calls;
    for (const call of calls) call.leaves?.();
    try {
      await (shipment.alone ? this.sendAlone(shipment.alone) : this.sendBatch(shipment.calls, shipment.looks));
    } catch (error) {
      for (const call of calls) call.settle({ error });
    }
    this.running = false;
    this.schedule(0);
  }

  /** How long nothing can or should leave. */
  private pause(): number {
    const now = this.options.clock.now();
    if (this.pausedUntil > now) return this.pausedUntil - now;
    const ready = this.ready(now).length;
    if (ready >= this.rules.limit) return 0;
    if (ready > 0) return this.options.gathering.pause();
    const times = this.waiting.map((call) => this.readyAt(call)).filter((time) => time > now);
    return Math.min(...times) - now;
  }

  /** The calls that may leave, in the order they came. */
  private ready(now: number): Waiting[] {
    const held = new Set<object>();
    return this.waiting.filter((call) => {
      const { operation } = call;
      const isHeld = operation !== undefined && held.has(operation);
      const isReady = !isHeld && this.readyAt(call) <= now;
      if (!isReady && operation) held.add(operation);
      return isReady;
    });
  }

  private readyAt(call: Waiting): number {
    return this.blockedUntil.get(call.command.method) ?? 0;
  }

  /** The look that can travel with a call. */
  private lookAfter({ command, then }: Waiting): Command | undefined {
    if (!then || !this.rules.take(then) || !this.rules.takeTogether(command.method, then.method)) return undefined;
    return this.rules.hasRoom(encodeCommand(command).length, encodeCommand(then).length) ? then : undefined;
  }

  /** Takes as many calls as one request can carry, in the order they came. */
  private take(): Shipment {
    const shipment = this.compose(this.ready(this.options.clock.now()));
    const leaving = new Set(shipment.alone ? [shipment.alone] : shipment.calls);
    this.waiting = this.waiting.filter((call) => !leaving.has(call));
    return shipment;
  }

  private compose(ready: readonly Waiting[]): Shipment {
    const load: Load = { calls: [], looks: new Map(), length: 0 };
    const held = new Set<object>();
    for (const call of ready) {
      if (call.operation && held.has(call.operation)) continue;
      if (!this.fits(call, load.calls[0])) {
        // What was asked for later may build upon it.
        if (!call.operation || load.calls.length === 0) break;
        held.add(call.operation);
      } else if (!this.load(load, call)) {
        break;
      }
    }
    const [first = ready[0], ...others] = load.calls;
    if (first && others.length === 0 && load.looks.size === 0) return { alone: first };
    return { calls: load.calls, looks: [...load.looks.values()] };
  }

  /** False where the batch is full. */
  private load(load: Load, call: Waiting): boolean {
    const look = this.lookAfter(call);
    const newLook = look && !load.looks.has(keyOf(look)) ? 1 : 0;
    const added = encodeCommand(call.command).length;
    if (load.calls.length + load.looks.size + newLook + 1 > this.rules.limit) return false;
    if (!this.rules.hasRoom(load.length, added)) return false;
    load.calls.push(call);
    load.length += added;
    if (look) load.looks.set(keyOf(look), look);
    return true;
  }

  private fits({ command }: Waiting, first: Waiting | undefined): boolean {
    return this.rules.take(command) && (!first || this.rules.takeTogether(first.command.method, command.method));
  }

  private async sendAlone(call: Waiting): Promise<void> {
    const { method, parameters } = call.command;
    const delivery = await this.options.transport.send(method, parameters);
    const outcome = "answer" in delivery ? readAnswer(delivery.answer) : { refusal: delivery.refusal };
    await this.finish([[call, outcome]], delivery.token);
  }

  private async sendBatch(calls: readonly Waiting[], looks: readonly Command[]): Promise<void> {
    const commands = [...calls.map((call) => call.command), ...looks];
    // Keys are never numeric: with numbers, one failure turns the portal's list into a map.
    const cmd = Object.fromEntries(commands.map((command, index) => [`c${index}`, encodeCommand(command)]));
    const delivery = await this.options.transport.send("batch", { halt: 0, cmd });
    const read = "answer" in delivery ? readBatch(delivery.answer, Object.keys(cmd)) : delivery.refusal;
    if (!(read instanceof Map)) {
      if (this.rules.learn(commands, read)) this.waiting.unshift(...calls);
      else await this.refuseAll(calls, read, delivery.token);
      return;
    }
    const found = new Map(looks.map((look, index) => [keyOf(look), read.get(`c${calls.length + index}`)]));
    const outcomes = calls.map((call, index): [Waiting, Outcome] => [
      call,
      read.get(`c${index}`) ?? { refusal: { code: "NO_ANSWER", description: "the batch's answer lacks this command" } },
    ]);
    await this.finish(outcomes, delivery.token, found);
  }

  private async refuseAll(calls: readonly Waiting[], refusal: Refusal, token: string): Promise<void> {
    const outcomes = calls.map((call): [Waiting, Outcome] => [call, { refusal }]);
    await this.finish(outcomes, token, new Map());
  }

  /** Hands out what came, and keeps what is to be asked again. `looks` is what else a batch brought. */
  private async finish(
    outcomes: readonly [Waiting, Outcome][],
    token: string,
    looks?: ReadonlyMap<string, Outcome | undefined>,
  ): Promise<void> {
    const again = new Map<Waiting, Outcome>();
    this.learnLimit(outcomes);
    let renewal: Promise<string> | undefined;
    for (const [call, outcome] of outcomes) {
      const then = call.then && looks?.get(keyOf(call.then));
      // What it builds upon comes only now: it was too early.
      const isEarly = call.repeatable && isBehind(call, again);
      if (isEarly || (looks && "refusal" in outcome && this.takenApart(call, outcome.refusal))) {
        again.set(call, outcome);
        continue;
      }
      if (!("refusal" in outcome)) {
        this.remember(call.command.method, outcome);
        call.settle({ outcome, then });
        continue;
      }
      const decision = this.decide(call, outcome.refusal);
      if (decision.action === "fail") {
        call.settle({ outcome, detail: decision.detail, then });
        continue;
      }
      if (decision.action === "renew") renewal ??= this.options.credentials.renew(token);
      else this.wait(call, outcome.refusal, decision);
      again.set(call, outcome);
    }
    await this.askAgain(again, renewal);
  }

  private async askAgain(again: ReadonlyMap<Waiting, Outcome>, renewal: Promise<string> | undefined): Promise<void> {
    try {
      await renewal;
      this.waiting.unshift(...again.keys());
    } catch (error) {
      for (const [call, outcome] of again) {
        // Where there is nothing to renew it with, the portal's refusal says it best: it names the resource.
        const same = error instanceof Bitrix24Error && refusedWith(outcome, error.code);
        call.settle(same ? { outcome } : { error });
      }
    }
  }

  /** What is beyond the portal's own length of a batch is refused, command by command. */
  private learnLimit(outcomes: readonly [Waiting, Outcome][]): void {
    const tooLong = outcomes.filter(([, outcome]) => refusedWith(outcome, "ERROR_BATCH_LENGTH_EXCEEDED")).length;
    if (tooLong > 0) this.rules.shorten(outcomes.length - tooLong);
  }

  /** A command that the portal does not take within a batch goes alone from now on. */
  private takenApart(call: Waiting, refusal: Refusal): boolean {
    if (refusal.code === "ERROR_BATCH_METHOD_NOT_ALLOWED") this.rules.sendAlone(call.command.method);
    else if (refusal.code !== "ERROR_BATCH_LENGTH_EXCEEDED") return false;
    return true;
  }

  private remember(method: string, outcome: Outcome): void {
    if ("time" in outcome && outcome.time?.operating_reset_at !== undefined) {
      this.resetAt.set(method, outcome.time.operating_reset_at);
    }
  }

  private decide(call: Waiting, refusal: Refusal): Decision {
    const attempt = (call.refusals.get(refusal.code) ?? 0) + 1;
    call.refusals.set(refusal.code, attempt);
    return decide({
      method: call.command.method,
      refusal,
      repeatable: call.repeatable,
      attempt,
      operatingResetAt: this.resetAt.get(call.command.method),
      now: Date.now(),
      random: this.options.random(),
    });
  }

  private wait(call: Waiting, refusal: Refusal, decision: Extract<Decision, { action: "wait" }>): void {
    const { method } = call.command;
    const until = this.options.clock.now() + decision.milliseconds;
    const known = decision.scope === "portal" ? this.pausedUntil : (this.blockedUntil.get(method) ?? 0);
    // Many calls of one batch are refused at once: the first of them decides how long.
    if (known > this.options.clock.now()) return;
    if (decision.scope === "portal") this.pausedUntil = until;
    else this.blockedUntil.set(method, until);
    if (decision.milliseconds < toldFrom) return;
    const what = decision.scope === "portal" ? "The portal" : `The portal (method ${method})`;
    this.options.tell(
      `${what} answered ${refusal.code}: waiting ${Math.ceil(decision.milliseconds / 1000)} s before going on.`,
    );
  }
}

/** Whether an earlier call of the same operation is to be asked again. */
function isBehind({ operation }: Waiting, again: ReadonlyMap<Waiting, unknown>): boolean {
  return operation !== undefined && [...again.keys()].some((call) => call.operation === operation);
}

function refusedWith(outcome: Outcome, code: string): boolean {
  return "refusal" in outcome && outcome.refusal.code === code;
}
