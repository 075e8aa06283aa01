import type { Clock } from "./limits";

/** The portal's clock: that of the machine or of a test, moved by as much as was asked for. */
export class MovableClock {
  #offset = 0;

  constructor(readonly base: Clock) {}

  /** Milliseconds since 1970. */
  readonly now: Clock = () => this.base() + this.#offset;

  advance(milliseconds: number): void {
    this.#offset += milliseconds;
  }

  reset(): void {
    this.#offset = 0;
  }
}
