/** Time, as the gathering and the tests of it see it. */
export interface Clock {
  /** Milliseconds from any fixed point. */
  now(): number;
  /** Calls back later; gives a function that calls it off. */
  later(milliseconds: number, callback: () => void): () => void;
}

export const systemClock: Clock = {
  now: () => performance.now(),
  later(milliseconds, callback) {
    const timer = setTimeout(callback, milliseconds);
    return () => clearTimeout(timer);
  },
};

/** A silence of so many milliseconds, with nothing open, ends a burst; the next operation goes out at once again. */
const idle = 4_000;
/** Everything becomes slower in a long burst: what the engine has to write grows. Bounds are at least this part of the burst. */
const slowing = 0.15;
/** How long to wait for company, in usual gaps between two arrivals and within bounds in milliseconds. */
const short = { gaps: 12, least: 30, most: 250 } as const;
/** The same while the engine has had more operations open at once: then it is likely that more will come. */
const patient = { gaps: 60, least: 200, most: 3_000 } as const;
/** From this part of the most operations on, it is not worth being patient. */
const nearly = 0.75;
/** With fewer operations at once than this there is little to gain by patience. */
const crowd = 16;
/** Writing down an answer takes the engine so many gaps, ... */
const writingGaps = 1.5;
/** ... and all that it has been told takes no more milliseconds than this. */
const longestWriting = 3_000;
/** The highest number of open operations is taken for the engine's parallelism once it was reached so often. */
const confirmations = 3;

/**
 * Decides when the calls that wait are complete enough to leave together.
 *
 * While one request is in flight, further calls wait anyway. That alone is not enough: the engine writes its state before
 * and after each resource, so with a quick portal its operations arrive one by one, each just after the answer to the one
 * before. So within a burst the gathering waits until no further operation can be expected: as many are open as the engine
 * ever has at once, or the engine has had the time to write down all that was answered and nothing more has come. The
 * engine works meanwhile, so the wait costs next to nothing; an operation that comes alone never waits.
 */
export class Gathering {
  private open = 0;
  private lastEvent = Number.NEGATIVE_INFINITY;
  /** When the burst began. */
  private begun = 0;
  /** Until when the engine is busy with writing down what was answered. */
  private busyUntil = Number.NEGATIVE_INFINITY;
  /** Usual time between two arrivals, while they follow upon each other. */
  private gap: number | undefined;
  /** The most operations that were open at once, and how often it came to that. */
  private peak = { open: 0, reached: 0 };

  constructor(private readonly clock: Clock) {}

  /** An operation of the engine, or a function of the program, has begun. */
  begin(): void {
    const now = this.clock.now();
    if (this.open === 0 && now - this.lastEvent > this.bound(idle, now)) {
      this.gap = undefined;
      this.begun = now;
    } else if (now > this.busyUntil || this.gap === undefined)
      this.learn(now - Math.max(this.lastEvent, this.busyUntil));
    this.lastEvent = now;
    this.open += 1;
    if (this.open > this.peak.open) this.peak = { open: this.open, reached: 1 };
    else if (this.open === this.peak.open) this.peak.reached += 1;
  }

  /** It has ended, well or badly. */
  end(): void {
    const now = this.clock.now();
    this.open -= 1;
    this.lastEvent = now;
    const longest = now + this.bound(longestWriting, now);
    this.busyUntil = Math.min(Math.max(this.busyUntil, now) + (this.gap ?? 0) * writingGaps, longest);
  }

  /** How many milliseconds the calls that wait should go on waiting; 0 sends them now. */
  pause(): number {
    if (this.gap === undefined) return 0;
    const atPeak = this.open >= this.peak.open;
    if (atPeak && this.peak.reached >= confirmations) return 0;
    const isWorthIt = this.open < this.peak.open * nearly && this.peak.open >= crowd;
    const { gaps, least, most } = isWorthIt ? patient : short;
    const silence = Math.min(most, Math.max(least, this.gap * gaps));
    const left = Math.max(this.lastEvent, this.busyUntil) + silence - this.clock.now();
    if (left > 0) return left;
    // Nobody came: this is how many there are now.
    if (!atPeak) this.peak = { open: this.open, reached: 1 };
    return 0;
  }

  /** A bound as it is now. */
  private bound(milliseconds: number, now: number): number {
    return Math.max(milliseconds, (now - this.begun) * slowing);
  }

  private learn(gap: number): void {
    this.gap = this.gap === undefined ? gap : this.gap * 0.8 + gap * 0.2;
  }
}
