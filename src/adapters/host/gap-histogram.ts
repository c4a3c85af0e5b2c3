/** What the registry asks of a metric that counts by itself. */
export interface CountedValue {
  readonly metricName: string;
  readonly labels: Readonly<Record<string, string | number>>;
  readonly value: number;
}

/**
 * Silences between updates of one thing, counted as they come: thousands of times a second, so that nearly every one costs
 * an addition and a comparison, and nothing is made.
 */
export class GapHistogram {
  readonly #boundsMs: readonly number[];
  readonly #firstMs: number;
  readonly #longer: number[];
  #last = Number.NaN;
  #count = 0;
  #sumMs = 0;

  constructor(boundsSeconds: readonly number[]) {
    this.#boundsMs = boundsSeconds.map((seconds) => seconds * 1_000);
    this.#firstMs = this.#boundsMs[0] ?? 0;
    this.#longer = this.#boundsMs.map(() => 0);
  }

  /** @param at milliseconds, by whichever clock, but always the same one */
  note(at: number): void {
    const gap = at - this.#last;
    this.#last = at;
    // Not so for the first of all: nothing is longer than a number that is none.
    if (gap <= this.#firstMs) {
      this.#count += 1;
      this.#sumMs += gap;
    } else if (gap > this.#firstMs) this.#noteLong(gap);
  }

  #noteLong(gap: number): void {
    this.#count += 1;
    this.#sumMs += gap;
    for (let bound = 0; bound < this.#boundsMs.length && gap > (this.#boundsMs[bound] ?? 0); bound += 1)
      this.#longer[bound] = (this.#longer[bound] ?? 0) + 1;
  }

  /** As a histogram of Prometheus; nothing before the first gap. */
  values(name: string, labels: Readonly<Record<string, string>>): readonly CountedValue[] {
    if (this.#count === 0) return [];
    const buckets = this.#boundsMs.map((bound, index) => ({
      metricName: `${name}_bucket`,
      labels: { ...labels, le: bound / 1_000 },
      value: this.#count - (this.#longer[index] ?? 0),
    }));
    return [
      ...buckets,
      { metricName: `${name}_bucket`, labels: { ...labels, le: "+Inf" }, value: this.#count },
      { metricName: `${name}_sum`, labels, value: this.#sumMs / 1_000 },
      { metricName: `${name}_count`, labels, value: this.#count },
    ];
  }
}
