import { encodeCommand, fitsIntoBatch } from "./command";
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

/** The documentation allows no more commands in one batch. */
const documentedLimit = 50;
/** A batch is not made longer than this, whatever the number of its commands. */
const longestBatch = 2_000_000;
/** Waits from this length on are told to the user. */
const toldFrom = 3_000;

/** A call on its way. */
export interface Waiting {
  readonly command: Command;
  /** A look to be made in the same request, after the call. */
  readonly then?: Command;
  readonly repeatable: boolean;
  /** How often it has been refused, by code. */
  readonly refusals: Map<string, number>;
  /** `then` is undefined where the look could not be part of the request. */
  settle(result: Settled): void;
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

function keyOf(command: Command): string {
  return encodeCommand(command);
}

/** One request at a time; what comes meanwhile leaves together afterwards. */
export class Queue {
  private waiting: Waiting[] = [];
  private running = false;
  private cancelTimer: (() => void) | undefined;
  private limit = documentedLimit;
  private readonly notInBatch = new Set<string>();
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
    try {
      await (shipment.alone ? this.sendAlone(shipment.alone) : this.sendBatch(shipment.calls, shipment.looks));
    } catch (error) {
      for (const call of shipment.alone ? [shipment.alone] : shipment.calls) call.settle({ error });
    }
    this.running = false;
    this.schedule(0);
  }

  /** How long nothing can or should leave. */
  private pause(): number {
    const now = this.options.clock.now();
    if (this.pausedUntil > now) return this.pausedUntil - now;
    const ready = this.waiting.filter((call) => this.readyAt(call) <= now);
    if (ready.length === 0) return Math.min(...this.waiting.map((call) => this.readyAt(call))) - now;
    return ready.length >= this.limit ? 0 : this.options.gathering.pause();
  }

  private readyAt(call: Waiting): number {
    return this.blockedUntil.get(call.command.method) ?? 0;
  }

  private batchable(command: Command): boolean {
    return this.limit > 1 && !this.notInBatch.has(command.method) && fitsIntoBatch(command);
  }

  /** The look that can travel with a call. */
  private lookAfter({ then }: Waiting): Command | undefined {
    return then && this.batchable(then) ? then : undefined;
  }

  /** Takes as many calls as one request can carry, in the order they came. */
  private take(): Shipment {
    const now = this.options.clock.now();
    const calls: Waiting[] = [];
    const looks = new Map<string, Command>();
    const rest: Waiting[] = [];
    let length = 0;
    for (const [index, call] of this.waiting.entries()) {
      if (this.readyAt(call) > now) {
        rest.push(call);
        continue;
      }
      if (!this.batchable(call.command)) {
        // Nothing overtakes it: what was asked for later may build upon it.
        if (calls.length > 0) {
          rest.push(...this.waiting.slice(index));
          break;
        }
        this.waiting = [...rest, ...this.waiting.slice(index + 1)];
        return { alone: call };
      }
      const look = this.lookAfter(call);
      const newLook = look && !looks.has(keyOf(look)) ? 1 : 0;
      const added = encodeCommand(call.command).length;
      const full =
        calls.length + looks.size + newLook + 1 > this.limit || (calls.length > 0 && length + added > longestBatch);
      if (full) {
        rest.push(...this.waiting.slice(index));
        break;
      }
      calls.push(call);
      length += added;
      if (look) looks.set(keyOf(look), look);
    }
    this.waiting = rest;
    const [first, ...others] = calls;
    return first && others.length === 0 && looks.size === 0 ? { alone: first } : { calls, looks: [...looks.values()] };
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
    if (!(read instanceof Map)) return this.refuseBatch(calls, read, delivery.token);
    const found = new Map(looks.map((look, index) => [keyOf(look), read.get(`c${calls.length + index}`)]));
    const outcomes = calls.map((call, index): [Waiting, Outcome] => [
      call,
      read.get(`c${index}`) ?? { refusal: { code: "NO_ANSWER", description: "the batch's answer lacks this command" } },
    ]);
    await this.finish(outcomes, delivery.token, found);
  }

  private async refuseBatch(calls: readonly Waiting[], refusal: Refusal, token: string): Promise<void> {
    if (refusal.code === "ERROR_BATCH_LENGTH_EXCEEDED" || refusal.code === "ERROR_BATCH_METHOD_NOT_ALLOWED") {
      this.limit = refusal.code === "ERROR_BATCH_LENGTH_EXCEEDED" ? Math.max(1, Math.floor(calls.length / 2)) : 1;
      this.waiting.unshift(...calls);
      return;
    }
    await this.finish(
      calls.map((call): [Waiting, Outcome] => [call, { refusal }]),
      token,
      new Map(),
    );
  }

  /** Hands out what came, and keeps what is to be asked again. `looks` is what else a batch brought. */
  private async finish(
    outcomes: readonly [Waiting, Outcome][],
    token: string,
    looks?: ReadonlyMap<string, Outcome | undefined>,
  ): Promise<void> {
    const again: [Waiting, Refusal][] = [];
    this.learnLimit(outcomes);
    let renewal: Promise<string> | undefined;
    for (const [call, outcome] of outcomes) {
      const then = call.then && looks?.get(keyOf(call.then));
      if (!("refusal" in outcome)) {
        this.remember(call.command.method, outcome);
        call.settle({ outcome, then });
        continue;
      }
      if (looks && this.takenApart(call, outcome.refusal)) {
        again.push([call, outcome.refusal]);
        continue;
      }
      const decision = this.decide(call, outcome.refusal);
      if (decision.action === "fail") {
        call.settle({ outcome, detail: decision.detail, then });
        continue;
      }
      if (decision.action === "renew") renewal ??= this.options.credentials.renew(token);
      else this.wait(call, outcome.refusal, decision);
      again.push([call, outcome.refusal]);
    }
    try {
      await renewal;
      this.waiting.unshift(...again.map(([call]) => call));
    } catch (error) {
      for (const [call, refusal] of again) {
        // Where there is nothing to renew it with, the portal's refusal says it best: it names the resource.
        const same = error instanceof Bitrix24Error && error.code === refusal.code;
        call.settle(same ? { outcome: { refusal } } : { error });
      }
    }
  }

  /** What is beyond the portal's own length of a batch is refused, command by command. */
  private learnLimit(outcomes: readonly [Waiting, Outcome][]): void {
    const tooLong = outcomes.filter(([, outcome]) => refusedWith(outcome, "ERROR_BATCH_LENGTH_EXCEEDED")).length;
    if (tooLong > 0) this.limit = Math.max(1, outcomes.length - tooLong);
  }

  /** A command that the portal does not take within a batch goes alone from now on. */
  private takenApart(call: Waiting, refusal: Refusal): boolean {
    if (refusal.code === "ERROR_BATCH_METHOD_NOT_ALLOWED") this.notInBatch.add(call.command.method);
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

function refusedWith(outcome: Outcome, code: string): boolean {
  return "refusal" in outcome && outcome.refusal.code === code;
}
