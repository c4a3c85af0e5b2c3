import type { Instant } from "#domain/time.ts";

interface Sample {
  readonly at: Instant;
  readonly value: number;
}

/** Samples of the last while, and never more than so many: what an objective is judged by. */
export class Recent {
  readonly #keepMs: number;
  readonly #most: number;
  #samples: Sample[] = [];

  constructor(keepMs: number, most: number) {
    this.#keepMs = keepMs;
    this.#most = most;
  }

  note(at: Instant, value: number): void {
    this.#samples.push({ at, value });
    if (this.#samples.length > this.#most) this.#samples.shift();
  }

  count(now: Instant): number {
    return this.#within(now).length;
  }

  /** The value below which this share of the samples lies, by the nearest rank; null without a sample. */
  quantile(now: Instant, share: number): number | null {
    const values = this.#within(now)
      .map(({ value }) => value)
      .toSorted((a, b) => a - b);
    return values[Math.max(0, Math.ceil(values.length * share) - 1)] ?? null;
  }

  #within(now: Instant): readonly Sample[] {
    const first = this.#samples.findIndex(({ at }) => now - at <= this.#keepMs);
    this.#samples = first < 0 ? [] : this.#samples.slice(first);
    return this.#samples;
  }
}
