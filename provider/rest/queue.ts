import { BatchRules } from "./batch-rules";
import { leastLeft, requestLimit } from "./bounds";
import { ended, interrupted, outOfTime, refusedWith, resultOf, timeIsUp } from "./call";
import type { Result, Settled, Waiting } from "./call";
import type { Command } from "./command";
import type { Credentials } from "./credentials";
import { readAnswer, readBatch } from "./envelope";
import type { Outcome } from "./envelope";
import { Bitrix24Error } from "./errors";
import type { Clock, Gathering } from "./gathering";
import type { Interruption } from "./interruption";
import { Pauses } from "./pauses";
import type { ClassifiedRefusal, Refusal } from "./refusal";
import type { Repeats } from "./repeats";
import { decide } from "./retry";
import type { Decision } from "./retry";
import { commandsOf, compose, isBehind, isTakenApart, readyOf, takenOf, unpack } from "./shipment";
import type { Batch, Returned, Shipment } from "./shipment";
import type { Transport } from "./transport";
import { within } from "./within";

/** Waits from this length on are told to the user. */
const toldFrom = 3_000;
/** Milliseconds between two looks at the time while a request is on its way. */
const watchEvery = 1_000;

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

/** One request at a time; what comes meanwhile leaves together afterwards. */
export class Queue {
  /** Calls whose answer nobody waited for any longer, each as often as that: the portal may carry them out later. */
  readonly overdue: Command[] = [];
  private waiting: Waiting[] = [];
  private running = false;
  private cancelTimer: (() => void) | undefined;
  private readonly rules = new BatchRules();
  private readonly pauses = new Pauses();
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
      await (shipment.alone ? this.sendAlone(shipment.alone) : this.sendBatch(shipment));
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
    return Math.max(this.options.clock.now(), this.pauses.portalUntil, this.readyAt(call));
  }

  private isLate({ operation }: Waiting, time: number): boolean {
    return time + leastLeft > operation.until;
  }

  private outOfTime(call: Waiting): Settled {
    const resetAt = this.pauses.resetAt(call.command.method);
    const isBlocked = this.readyAt(call) > this.options.clock.now();
    return outOfTime(call, isBlocked, resetAt === undefined ? undefined : resetAt * 1000);
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
    const { portalUntil } = this.pauses;
    if (portalUntil > now) return portalUntil - now;
    const ready = this.ready(now).length;
    if (ready >= this.rules.limit) return 0;
    if (ready > 0) return this.options.gathering.pause();
    const times = this.waiting.map((call) => this.readyAt(call)).filter((time) => time > now);
    return Math.min(...times) - now;
  }

  private ready(now: number): Waiting[] {
    return readyOf(this.waiting, (call) => this.readyAt(call) > now);
  }

  private readyAt(call: Waiting): number {
    return this.pauses.readyAt(call.command.method);
  }

  /** Takes as many calls as one request can carry, in the order they came. */
  private take(): Shipment {
    const shipment = compose(this.ready(this.options.clock.now()), this.rules);
    const leaving = new Set(shipment.alone ? [shipment.alone] : shipment.calls);
    this.waiting = this.waiting.filter((call) => !leaving.has(call));
    return shipment;
  }

  private async sendAlone(call: Waiting): Promise<void> {
    const { method, parameters } = call.command;
    const delivery = await this.options.transport.send(method, parameters, this.timeFor([call]));
    const outcome = "answer" in delivery ? readAnswer(delivery.answer) : { refusal: delivery.refusal };
    await this.finish([{ call, outcome }], delivery.token);
  }

  /** Milliseconds that a request may take: none of its calls may outlive its operation. */
  private timeFor(calls: readonly Waiting[]): number {
    const end = Math.min(...calls.map((call) => call.operation.until));
    return Math.min(requestLimit, end - this.options.clock.now());
  }

  private async sendBatch(batch: Batch): Promise<void> {
    const { calls } = batch;
    const { commands, cmd } = commandsOf(batch);
    const delivery = await this.options.transport.send("batch", { halt: 0, cmd }, this.timeFor(calls));
    const read = "answer" in delivery ? readBatch(delivery.answer, Object.keys(cmd)) : delivery.refusal;
    if (read instanceof Map) {
      await this.finish(unpack(batch, read), delivery.token, true);
    } else if (this.rules.learn(commands, read)) {
      this.repeat(calls, read);
    } else {
      const returned = calls.map((call): Returned => ({ call, outcome: { refusal: read } }));
      await this.finish(returned, delivery.token, true);
    }
  }

  /** Hands out what came, and keeps what is to be asked again. */
  private async finish(returned: readonly Returned[], token: string, isBatch = false): Promise<void> {
    const again = new Map<Waiting, Result>();
    const taken = takenOf(returned);
    if (taken !== undefined) this.rules.shorten(taken);
    let renewal: Promise<string> | undefined;
    for (const { call, outcome, then } of returned) {
      const result = resultOf(call, outcome);
      if ("refusal" in result && result.refusal.isOverdue) this.overdue.push(call.command);
      // What it builds upon comes only now: it was too early.
      const isEarly = call.repeatable && isBehind(call, again);
      const isApart = !isEarly && isBatch && this.takenApart(call, outcome);
      const next = isEarly || isApart ? "again" : this.close(call, result, then);
      if (next === "renew") renewal ??= this.options.credentials.renew(token);
      if (next !== "closed") again.set(call, result);
    }
    await this.askAgain(again, renewal);
  }

  /** Settles a call, or says what has to happen before it is asked again. */
  private close(call: Waiting, result: Result, then: Outcome | undefined): "closed" | "renew" | "again" {
    if (!("refusal" in result)) {
      this.hasAnswered = true;
      this.pauses.remember(call.command.method, result.time?.operating_reset_at);
      call.settle({ outcome: result, then });
      return "closed";
    }
    const { refusal } = result;
    const decision = this.decide(call, refusal);
    if (decision.action === "fail") {
      const isLate = decision.detail === timeIsUp;
      call.settle({ ...ended(call, refusal, decision.detail), then, isLate });
      return "closed";
    }
    if (this.options.interruption.begun.aborted) {
      call.settle(interrupted(call));
      return "closed";
    }
    if (decision.action === "renew") return "renew";
    this.wait(call, refusal, decision);
    return "again";
  }

  private repeat(calls: readonly Waiting[], refusal: Refusal): void {
    this.options.repeats.add(calls, refusal);
    this.waiting.unshift(...calls);
  }

  private async askAgain(again: ReadonlyMap<Waiting, Result>, renewal: Promise<string> | undefined): Promise<void> {
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

  /** A command that the portal does not take within a batch goes alone from now on. */
  private takenApart(call: Waiting, outcome: Outcome): boolean {
    if (refusedWith(outcome, "ERROR_BATCH_METHOD_NOT_ALLOWED")) this.rules.sendAlone(call.command.method);
    return isTakenApart(outcome);
  }

  private decide(call: Waiting, refusal: ClassifiedRefusal): Decision {
    const attempt = (call.refusals.get(refusal.code) ?? 0) + 1;
    call.refusals.set(refusal.code, attempt);
    call.refusal = refusal;
    call.mayBeDone ||= refusal.mayBeDone;
    const decision = decide({
      refusal,
      repeatable: call.repeatable,
      attempt,
      operatingResetAt: this.pauses.resetAt(call.command.method),
      now: Date.now(),
      random: this.options.random(),
    });
    return decision.action === "wait" && this.isLate(call, this.options.clock.now() + decision.milliseconds)
      ? { action: "fail", detail: timeIsUp }
      : decision;
  }

  private wait(call: Waiting, refusal: Refusal, decision: Extract<Decision, { action: "wait" }>): void {
    const { method } = call.command;
    const isNew = this.pauses.wait(method, decision, this.options.clock.now());
    if (!isNew || decision.milliseconds < toldFrom) return;
    const asked = decision.scope === "portal" ? "" : ` to ${method}`;
    const seconds = Math.ceil(decision.milliseconds / 1000);
    // The first word says it: a narrow terminal has no place for more.
    this.options.tell(`Waiting ${seconds} s: the portal answered ${refusal.code}${asked}.`);
  }
}
