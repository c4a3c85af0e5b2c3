import type { Clock } from "#ports/clock.ts";

const SPAN_MS = 2_000;

/** Sliding windows of two seconds, one for each thing that is counted. */
export class OkxLimits {
  readonly #clock: Clock;
  readonly #seen = new Map<string, number[]>();

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** False when one more is one too many. */
  admits(key: string, most: number, count = 1, spanMs = SPAN_MS): boolean {
    const now = this.#clock.now();
    let seen = this.#seen.get(key);
    if (!seen) {
      seen = [];
      this.#seen.set(key, seen);
    }
    let old = 0;
    while (old < seen.length && (seen[old] as number) <= now - spanMs) old += 1;
    if (old > 0) seen.splice(0, old);
    if (seen.length + count > most) return false;
    for (let index = 0; index < count; index += 1) seen.push(now);
    return true;
  }
}
