import type { Clock } from "#ports/clock.ts";

export interface BucketShape {
  /** What stands in the headers. */
  readonly name: string;
  /** What it holds: as many may come at once. */
  readonly burst: number;
  readonly perMinute: number;
}

export interface Taken {
  readonly admitted: boolean;
  /** Whole ones left. */
  readonly left: number;
  /** Until one more, when there is none; otherwise until it is full again. */
  readonly waitMs: number;
}

/** Buckets in all. Whoever comes back after being forgotten finds a full one. */
const MOST_BUCKETS = 10_000;
const MINUTE_MS = 60_000;

/** Token buckets of one shape, one for each key. They fill when they are looked at: nothing ticks. */
export class Buckets {
  readonly shape: BucketShape;
  readonly #clock: Clock;
  readonly #most: number;
  /** In the order of use: the one not used for longest is first. */
  readonly #held = new Map<string, { readonly tokens: number; readonly at: number }>();

  constructor(clock: Clock, shape: BucketShape, most = MOST_BUCKETS) {
    this.#clock = clock;
    this.shape = shape;
    this.#most = most;
  }

  take(key: string): Taken {
    const { burst, perMinute } = this.shape;
    const now = this.#clock.monotonic();
    const held = this.#held.get(key);
    const filled = held ? held.tokens + ((now - held.at) * perMinute) / MINUTE_MS : burst;
    const tokens = Math.min(burst, filled);
    const admitted = tokens >= 1;
    const left = admitted ? tokens - 1 : tokens;
    this.#held.delete(key);
    this.#held.set(key, { tokens: left, at: now });
    if (this.#held.size > this.#most) this.#forgetOldest();
    const missing = admitted ? burst - left : 1 - left;
    return { admitted, left: Math.floor(left), waitMs: (missing * MINUTE_MS) / perMinute };
  }

  get size(): number {
    return this.#held.size;
  }

  #forgetOldest(): void {
    for (const key of this.#held.keys()) {
      this.#held.delete(key);
      return;
    }
  }
}
