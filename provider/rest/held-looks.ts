import type { Settled } from "./call";

/** A look that many share is used as long as somebody asks for it at least this often, ... */
const heldBetweenUses = 10_000;
/** ... and never longer than this. */
const heldAtMost = 60_000;

/** A look, on its way or answered. */
export interface Held {
  readonly answer: Promise<Settled>;
  readonly begun: number;
  /** When the operation ends that asked first. */
  readonly until: number;
  /** How many writes there had been by then. */
  readonly writes: number;
  lastUse: number;
  pending: boolean;
  /** Whether it is on its way, or answered. */
  hasLeft: boolean;
}

/** Which earlier answer will do. */
export interface Wanted {
  /** Whether this process's own writes since then make an earlier answer useless; otherwise they are known anyway. */
  readonly writesMatter?: boolean;
  /** True where an answer will not do that was asked for earlier, not even a moment ago. */
  readonly fresh?: boolean;
}

/** The looks that those share who ask for the same closely upon each other. */
export class HeldLooks {
  private readonly held = new Map<string, Held>();
  private sweptAt = 0;
  private writes = 0;

  /** How many looks are held. */
  get size(): number {
    return this.held.size;
  }

  /** Something is about to be changed, or has been: what was looked at before may be older than that. */
  hasWritten(): void {
    this.writes += 1;
  }

  /** The look that is held, if it is good enough. */
  find(key: string, now: number, wanted: Wanted): Held | undefined {
    this.sweep(now);
    const known = this.held.get(key);
    return known && this.isGood(known, now, wanted) ? known : undefined;
  }

  /** Holds a look that begins now; `ask` is told what to call when it leaves. */
  hold(key: string, now: number, until: number, ask: (leaves: () => void) => Promise<Settled>): Held {
    const answer = ask(() => {
      held.hasLeft = true;
    });
    const { writes } = this;
    const held: Held = { answer, begun: now, until, writes, lastUse: now, pending: true, hasLeft: false };
    this.held.set(key, held);
    return held;
  }

  /** Somebody has used the answer. A refusal is everybody's who waited for it, but nobody's after that. */
  use(key: string, held: Held, now: number, settled: Settled): void {
    held.pending = false;
    held.lastUse = now;
    const failed = !("outcome" in settled) || "refusal" in settled.outcome;
    if (failed && this.held.get(key) === held) this.held.delete(key);
  }

  /** Forgets what has left: another process may have changed what was seen. */
  forget(): void {
    for (const [key, { hasLeft }] of this.held) if (hasLeft) this.held.delete(key);
  }

  private isGood(held: Held, now: number, { fresh, writesMatter }: Wanted): boolean {
    const isCurrent = writesMatter === false || held.writes === this.writes;
    const isRecent = now - held.begun < heldAtMost && now - held.lastUse < heldBetweenUses;
    return !fresh && isCurrent && (held.pending || isRecent);
  }

  /** Forgets what nobody has asked for lately, so that it does not pile up. */
  private sweep(now: number): void {
    if (now - this.sweptAt < heldBetweenUses) return;
    this.sweptAt = now;
    for (const [key, { pending, lastUse }] of this.held) {
      if (!pending && now - lastUse >= heldBetweenUses) this.held.delete(key);
    }
  }
}
