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

/** Why we did not trade, counted by the minute for a day, with the last examples of each reason. */
export class Skipped {
  readonly #minutes = new Map<number, Map<string, number>>();
  readonly #last = new Map<string, { at: Instant; examples: SkipExample[] }>();
  readonly #totals = new Map<string, number>();

  note(reason: SkipReason | (string & {}), at: Instant, example: () => Omit<SkipExample, "at">): void {
    this.#totals.set(reason, (this.#totals.get(reason) ?? 0) + 1);
    const minute = Math.floor(at / MINUTE_MS);
    const counts = this.#minutes.get(minute) ?? this.#openMinute(minute);
    counts.set(reason, (counts.get(reason) ?? 0) + 1);
    const last = this.#last.get(reason);
    // An example a second is enough to understand a reason that repeats ten thousand times a minute.
    if (last && at - last.at < 1_000) return;
    const examples = [{ at, ...example() }, ...(last?.examples ?? [])].slice(0, KEEP_EXAMPLES);
    this.#last.set(reason, { at, examples });
  }

  since(from: Instant): readonly SkipCount[] {
    const first = Math.floor(from / MINUTE_MS);
    const counts = new Map<string, number>();
    for (const [minute, reasons] of this.#minutes) {
      if (minute < first) continue;
      for (const [reason, count] of reasons) counts.set(reason, (counts.get(reason) ?? 0) + count);
    }
    return this.#report(counts);
  }

  totals(): readonly SkipCount[] {
    return this.#report(this.#totals);
  }

  #report(counts: ReadonlyMap<string, number>): readonly SkipCount[] {
    return [...counts]
      .map(([reason, count]) => {
        const last = this.#last.get(reason);
        return { reason, count, lastAt: last?.at ?? (0 as Instant), examples: last?.examples ?? [] };
      })
      .toSorted((a, b) => b.count - a.count || (a.reason < b.reason ? -1 : 1));
  }

  #openMinute(minute: number): Map<string, number> {
    const counts = new Map<string, number>();
    this.#minutes.set(minute, counts);
    for (const old of this.#minutes.keys()) {
      if (this.#minutes.size <= KEEP_MINUTES) break;
      this.#minutes.delete(old);
    }
    return counts;
  }
}
