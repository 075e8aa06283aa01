/** The two limits of a cloud portal: requests per second, and seconds of work per method in ten minutes. */

export type Clock = () => number;

export interface Plan {
  /** How far the counter may fill. */
  size: number;
  /** By how much it falls each second. */
  perSecond: number;
}

export const plans = {
  standard: { size: 50, perSecond: 2 },
  enterprise: { size: 250, perSecond: 5 },
} as const satisfies Record<string, Plan>;

/** Every request adds one to the counter of its source address; above the size the next one is refused. */
export class RequestLimit {
  readonly #counters = new Map<string, { level: number; at: number }>();

  constructor(
    readonly plan: Plan,
    readonly clock: Clock,
  ) {}

  clear(): void {
    this.#counters.clear();
  }

  /** Counts a request; false when it is one too many. A refused request does not count. */
  admit(source: string): boolean {
    const now = this.clock();
    const before = this.#counters.get(source) ?? { level: 0, at: now };
    const fallen = ((now - before.at) / 1000) * this.plan.perSecond;
    const level = Math.max(0, before.level - fallen);
    const admitted = level + 1 <= this.plan.size;
    this.#counters.set(source, { level: admitted ? level + 1 : level, at: now });
    return admitted;
  }
}

const bucketMilliseconds = 60_000;
const bucketCount = 10;
/** Work of this much or less in a request is not stored. */
const negligibleSeconds = 0.1;

interface Bucket {
  first: number;
  minute: number;
  seconds: number;
}

export interface OperatingState {
  /** Seconds of work in the last ten minutes. */
  operating: number;
  /** Unix seconds at which the oldest bucket drops out. */
  operating_reset_at: number;
}

/** Sums the run time of each method of each application in ten buckets of a minute. */
export class OperatingLimit {
  readonly #buckets = new Map<string, Bucket[]>();

  constructor(
    readonly seconds: number,
    readonly clock: Clock,
  ) {}

  clear(): void {
    this.#buckets.clear();
  }

  /** Looked at before the call, so the call that crosses the limit still completes. */
  isExceeded(account: string, method: string): boolean {
    return this.state(account, method).operating >= this.seconds;
  }

  add(account: string, method: string, seconds: number): void {
    if (seconds <= negligibleSeconds) return;
    const now = this.clock();
    const buckets = this.#current(account, method);
    const minute = Math.floor(now / bucketMilliseconds);
    const last = buckets.at(-1);
    if (last?.minute === minute) last.seconds += seconds;
    else buckets.push({ first: now, minute, seconds });
    this.#buckets.set(key(account, method), buckets);
  }

  state(account: string, method: string): OperatingState {
    const buckets = this.#current(account, method);
    const oldest = buckets[0]?.first ?? this.clock();
    return {
      operating: buckets.reduce((sum, bucket) => sum + bucket.seconds, 0),
      operating_reset_at: Math.floor((oldest + bucketCount * bucketMilliseconds) / 1000),
    };
  }

  /** The buckets that still count. */
  #current(account: string, method: string): Bucket[] {
    const oldest = this.clock() - bucketCount * bucketMilliseconds;
    return (this.#buckets.get(key(account, method)) ?? []).filter((bucket) => bucket.first > oldest);
  }
}

function key(account: string, method: string): string {
  return `${account} ${method}`;
}
