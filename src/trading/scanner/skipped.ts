import type { InstrumentId, VenueId } from "#domain/ids.ts";
import type { SkipReason } from "#domain/opportunity.ts";
import type { Instant } from "#domain/time.ts";

export interface SkipExample {
  readonly at: Instant;
  readonly instrument: InstrumentId;
  readonly long: VenueId;
  readonly short: VenueId;
  readonly says: string;
}

export interface SkipCount {
  readonly reason: string;
  readonly count: number;
  readonly lastAt: Instant;
  readonly examples: readonly SkipExample[];
}

const MINUTE_MS = 60_000;
const KEEP_MINUTES = 24 * 60;
const KEEP_EXAMPLES = 3;
/** An example a second is enough to understand a reason that repeats ten thousand times a minute. */
const EXAMPLE_EVERY_MS = 1_000;

/** One reason, counted by the minute for a day. Counting costs an addition: most ticks are counted here and nowhere else. */
export class Tally {
  readonly reason: string;
  readonly #minutes = new Map<number, number>();
  #examples: readonly SkipExample[] = [];
  #exampleAt = Number.NEGATIVE_INFINITY;
  #minute = -1;
  #minuteEnds = Number.NEGATIVE_INFINITY;
  #inMinute = 0;
  #total = 0;

  constructor(reason: string) {
    this.reason = reason;
  }

  /** Counts one; true when an example of it is wanted. */
  note(at: Instant): boolean {
    if (at >= this.#minuteEnds) this.#turnMinute(at);
    this.#inMinute += 1;
    this.#total += 1;
    return at - this.#exampleAt >= EXAMPLE_EVERY_MS;
  }

  illustrate(example: SkipExample): void {
    this.#exampleAt = example.at;
    this.#examples = [example, ...this.#examples].slice(0, KEEP_EXAMPLES);
  }

  total(): SkipCount {
    return this.#count(this.#total);
  }

  since(from: Instant): SkipCount {
    const first = Math.floor(from / MINUTE_MS);
    let count = this.#minute >= first ? this.#inMinute : 0;
    for (const [minute, counted] of this.#minutes) if (minute >= first) count += counted;
    return this.#count(count);
  }

  #count(count: number): SkipCount {
    const lastAt = this.#examples[0]?.at ?? (0 as Instant);
    return { reason: this.reason, count, lastAt, examples: this.#examples };
  }

  #turnMinute(at: Instant): void {
    if (this.#inMinute > 0) this.#minutes.set(this.#minute, this.#inMinute);
    this.#minute = Math.floor(at / MINUTE_MS);
    this.#minuteEnds = (this.#minute + 1) * MINUTE_MS;
    this.#inMinute = 0;
    for (const old of this.#minutes.keys()) {
      if (old > this.#minute - KEEP_MINUTES) break;
      this.#minutes.delete(old);
    }
  }
}

/** Why we did not trade, with the last examples of each reason. */
export class Skipped {
  readonly #tallies = new Map<string, Tally>();

  tally(reason: SkipReason | (string & {})): Tally {
    const known = this.#tallies.get(reason);
    if (known) return known;
    const tally = new Tally(reason);
    this.#tallies.set(reason, tally);
    return tally;
  }

  note(reason: SkipReason | (string & {}), at: Instant, example: () => Omit<SkipExample, "at">): void {
    const tally = this.tally(reason);
    if (tally.note(at)) tally.illustrate({ at, ...example() });
  }

  since(from: Instant): readonly SkipCount[] {
    return this.#report((tally) => tally.since(from));
  }

  totals(): readonly SkipCount[] {
    return this.#report((tally) => tally.total());
  }

  #report(count: (tally: Tally) => SkipCount): readonly SkipCount[] {
    return [...this.#tallies.values()]
      .map(count)
      .filter((each) => each.count > 0)
      .toSorted((a, b) => b.count - a.count || (a.reason < b.reason ? -1 : 1));
  }
}
