import { BatchRules } from "./batch-rules";
import { leastLeft, operationLimit, requestLimit } from "./bounds";
import { encodeCommand } from "./command";
import type { Command } from "./command";
import type { Credentials } from "./credentials";
import { readAnswer, readBatch } from "./envelope";
import type { Outcome } from "./envelope";
import { Bitrix24Error } from "./errors";
import type { Refusal } from "./errors";
import type { Clock, Gathering } from "./gathering";
import type { Interruption } from "./interruption";
import type { Repeats } from "./repeats";
import { decide, isAmbiguous } from "./retry";
import type { Decision } from "./retry";
import { stopped } from "./transport";
import type { Transport } from "./transport";
import { within } from "./within";

/** Waits from this length on are told to the user. */
const toldFrom = 3_000;
/** Milliseconds between two looks at the time while a request is on its way. */
const watchEvery = 1_000;
const timeIsUp = `It was not asked again: an operation may take ${operationLimit / 60_000} minutes in all, and these are over or would be by then.`;

/** An operation of the engine, or a function of a program, as the queue sees it. */
export interface Operation {
  /** The clock's time at which it is over, whatever it waits for. */
  until: number;
}

/** A call on its way. */
export interface Waiting {
  readonly command: Command;
  /** A look to be made in the same request, after the call. */
  readonly then?: Command;
  readonly repeatable: boolean;
  /** Whose call it is; it ends with its operation. */
  readonly operation: Operation;
  /** Calls of the same operation that change something are carried out in the order in which they were made. */
  readonly inOrder: boolean;
  /** How often it has been refused, by code. */
  readonly refusals: Map<string, number>;
  /** What it was refused with last. */
  refusal?: Refusal;
  /** Whether an attempt so far may have been carried out. */
  mayBeDone?: boolean;
  /** `then` is undefined where the look could not be part of the request. */
  settle(result: Settled): void;
  /** Called when it is on its way: from then on the answer can be older than what happens elsewhere. */
  leaves?(): void;
}

export type Settled =
  | {
      readonly outcome: Outcome;
      readonly detail?: string;
      readonly then?: Outcome;
      /** Whether it ended because its operation's time is over. */
      readonly isLate?: boolean;
    }
  /** Not an answer of the portal: no credentials could be had. */
  | { readonly error: unknown };

export interface QueueOptions {
  readonly transport: Transport;
  readonly credentials: Credentials;
  readonly gathering: Gathering;
  readonly clock: Clock;
  readonly random: () => number;
  readonly interruption: Interruption;
  readonly repeats: Repeats;
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
  /** Whether the request that is on its way has brought a result. */
  private hasAnswered = false;

  constructor(private readonly options: QueueOptions) {
    options.interruption.begun.addEventListener("abort", () => this.schedule(0));
  }

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
    this.giveUp();
    if (this.running || this.waiting.length === 0) return;
    const pause = this.pause();
    if (pause > 0) return this.schedule(pause);
    this.running = true;
    const shipment = this.take();
    const calls = shipment.alone ? [shipment.alone] : shipment.calls;
    for (const call of calls) call.leaves?.();
    const begun = this.options.clock.now();
    const watch = setInterval(() => this.giveUp(), watchEvery).unref();
    try {
      await (shipment.alone ? this.sendAlone(shipment.alone) : this.sendBatch(shipment.calls, shipment.looks));
    } catch (error) {
      for (const call of calls) call.settle({ error });
    }
    clearInterval(watch);
    this.putOff(this.options.clock.now() - begun);
    this.running = false;
    this.schedule(0);
  }

  /** Ends the calls whose operation is over, or would be before they could leave; and all of them after an interruption. */
  private giveUp(): void {
    const isStopped = this.options.interruption.begun.aborted;
    const lost = this.waiting.filter((call) => isStopped || this.isLate(call, this.leavesAt(call)));
    if (lost.length === 0) return;
    this.waiting = this.waiting.filter((call) => !lost.includes(call));
    for (const call of lost) call.settle(isStopped ? interrupted(call) : this.outOfTime(call));
  }

  /** When a call can leave at the earliest. */
  private leavesAt(call: Waiting): number {
    return Math.max(this.options.clock.now(), this.pausedUntil, this.readyAt(call));
  }

  private isLate({ operation }: Waiting, time: number): boolean {
    return time + leastLeft > operation.until;
  }

  /** What a call comes to that cannot wait as long as it would have to: its last refusal, if it has had one. */
  private outOfTime(call: Waiting): Settled {
    const known = this.resetAt.get(call.command.method);
    const isBlocked = this.readyAt(call) > this.options.clock.now();
    const reason = isBlocked ? `the portal blocks ${call.command.method}` : "it waited for its turn";
    const from =
      isBlocked && known !== undefined && known * 1000 > Date.now()
        ? ` It is accepted again from ${new Date(known * 1000).toISOString()} on.`
        : "";
    const refusal = call.refusal ?? { code: "NO_TIME_LEFT", description: reason };
    return { ...ended(call, refusal, `${timeIsUp}${from}`), isLate: true };
  }

  /** Time in which the portal did other operations counts for none of those that only waited for their turn. */
  private putOff(milliseconds: number): void {
    if (!this.hasAnswered) return;
    this.hasAnswered = false;
    const now = this.options.clock.now();
    const patient = this.waiting.filter((call) => call.refusals.size === 0 && this.readyAt(call) <= now);
    for (const operation of new Set(patient.map((call) => call.operation))) operation.until += milliseconds;
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
    const held = new Set<Operation>();
    return this.waiting.filter((call) => {
      const isHeld = call.inOrder && held.has(call.operation);
      const isReady = !isHeld && this.readyAt(call) <= now;
      if (!isReady && call.inOrder) held.add(call.operation);
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
    const held = new Set<Operation>();
    for (const call of ready) {
      if (call.inOrder && held.has(call.operation)) continue;
      if (!this.fits(call, load.calls[0])) {
        // What was asked for later may build upon it.
        if (!call.inOrder || load.calls.length === 0) break;
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
    const delivery = await this.options.transport.send(method, parameters, this.timeFor([call]));
    const outcome = "answer" in delivery ? readAnswer(delivery.answer) : { refusal: delivery.refusal };
    await this.finish([[call, outcome]], delivery.token);
  }

  /** Milliseconds that a request may take: none of its calls may outlive its operation. */
  private timeFor(calls: readonly Waiting[]): number {
    const end = Math.min(...calls.map((call) => call.operation.until));
    return Math.min(requestLimit, end - this.options.clock.now());
  }

  private async sendBatch(calls: readonly Waiting[], looks: readonly Command[]): Promise<void> {
    const commands = [...calls.map((call) => call.command), ...looks];
    // Keys are never numeric: with numbers, one failure turns the portal's list into a map.
    const cmd = Object.fromEntries(commands.map((command, index) => [`c${index}`, encodeCommand(command)]));
    const delivery = await this.options.transport.send("batch", { halt: 0, cmd }, this.timeFor(calls));
    const read = "answer" in delivery ? readBatch(delivery.answer, Object.keys(cmd)) : delivery.refusal;
    if (!(read instanceof Map)) {
      if (this.rules.learn(commands, read)) this.repeat(calls, read);
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
        this.hasAnswered = true;
        this.remember(call.command.method, outcome);
        call.settle({ outcome, then });
        continue;
      }
      const decision = this.decide(call, outcome.refusal);
      if (decision.action !== "fail" && this.options.interruption.begun.aborted) {
        call.settle(interrupted(call));
        continue;
      }
      if (decision.action === "fail") {
        const isLate = decision.detail === timeIsUp;
        call.settle({ ...ended(call, outcome.refusal, decision.detail), then, isLate });
        continue;
      }
      if (decision.action === "renew") renewal ??= this.options.credentials.renew(token);
      else this.wait(call, outcome.refusal, decision);
      again.set(call, outcome);
    }
    await this.askAgain(again, renewal);
  }

  private repeat(calls: readonly Waiting[], refusal: Refusal): void {
    this.options.repeats.add(calls, refusal);
    this.waiting.unshift(...calls);
  }

  private async askAgain(again: ReadonlyMap<Waiting, Outcome>, renewal: Promise<string> | undefined): Promise<void> {
    const calls = [...again.keys()];
    if (calls.length === 0) return;
    try {
      // A renewal that takes too long goes on, but nobody waits for it; the calls end when it is their turn.
      if (renewal) await within(renewal, this.timeFor(calls), this.options.interruption.over);
      const refusal = [...again.values()].map((outcome) => "refusal" in outcome && outcome.refusal).find(Boolean);
      this.repeat(calls, refusal || { code: "NO_ANSWER", description: "" });
    } catch (error) {
      for (const [call, outcome] of again) {
        // Where there is nothing to renew it with, the portal's refusal says it best: it names the resource.
        const same = error instanceof Bitrix24Error && refusedWith(outcome, error.code);
        call.settle(same && "refusal" in outcome ? ended(call, outcome.refusal) : { error });
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
    call.refusal = refusal;
    call.mayBeDone ||= isAmbiguous(refusal);
    const decision = decide({
      method: call.command.method,
      refusal,
      repeatable: call.repeatable,
      attempt,
      operatingResetAt: this.resetAt.get(call.command.method),
      now: Date.now(),
      random: this.options.random(),
    });
    return decision.action === "wait" && this.isLate(call, this.options.clock.now() + decision.milliseconds)
      ? { action: "fail", detail: timeIsUp }
      : decision;
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
function isBehind({ operation, inOrder }: Waiting, again: ReadonlyMap<Waiting, unknown>): boolean {
  return inOrder && [...again.keys()].some((call) => call.inOrder && call.operation === operation);
}

/** What a call comes to that is not asked again; it may have been carried out in an attempt before. */
function ended({ mayBeDone }: Waiting, refusal: Refusal, detail?: string): Extract<Settled, { outcome: Outcome }> {
  return { outcome: { refusal: mayBeDone ? { ...refusal, mayBeDone } : refusal }, detail };
}

/** What a call comes to that would have been sent after the command was interrupted. */
function interrupted(call: Waiting): Settled {
  return ended(call, stopped(call.mayBeDone ?? false));
}

function refusedWith(outcome: Outcome, code: string): boolean {
  return "refusal" in outcome && outcome.refusal.code === code;
}
