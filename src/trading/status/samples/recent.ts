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
  /** Sorted once for all who ask, until there is another sample or one less. */
  #sorted: readonly number[] | null = null;

  constructor(keepMs: number, most: number) {
    this.#keepMs = keepMs;
    this.#most = most;
  }

  note(at: Instant, value: number): void {
    this.#samples.push({ at, value });
    this.#sorted = null;
    if (this.#samples.length > this.#most) this.#samples.shift();
  }

  count(now: Instant): number {
    return this.#within(now).length;
  }

  /** The value below which this share of the samples lies, by the nearest rank; null without a sample. */
  quantile(now: Instant, share: number): number | null {
    const within = this.#within(now);
    const values = (this.#sorted ??= within.map(({ value }) => value).toSorted((a, b) => a - b));
    return values[Math.max(0, Math.ceil(values.length * share) - 1)] ?? null;
  }

  #within(now: Instant): readonly Sample[] {
    const first = this.#samples.findIndex(({ at }) => now - at <= this.#keepMs);
    if (first !== 0 && this.#samples.length > 0) {
      this.#samples = first < 0 ? [] : this.#samples.slice(first);
      this.#sorted = null;
    }
    return this.#samples;
  }
}
