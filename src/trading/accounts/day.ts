import { type Usdt, subtract } from "#domain/decimal.ts";
import type { Instant } from "#domain/time.ts";

const DAY_MS = 86_400_000;

/** A day and the total that stood when it began. */
export interface DayBaseline {
  /** Days since the epoch, UTC. */
  readonly day: number;
  readonly total: Usdt;
  /** The highest total of the day so far. */
  readonly high: Usdt;
}

/** The result since 00:00 UTC: today's total less the total that stood when the day began. */
export class DayResult {
  #baseline: DayBaseline | null;
  #latest: Usdt | null = null;

  /** @param kept where the last run left it; it counts only while its day lasts */
  constructor(kept: DayBaseline | null) {
    this.#baseline = kept;
  }

  /**
   * @param total the result of everything ever booked, open hedges at today's closing prices
   * @returns what the day has brought so far
   */
  note(total: Usdt, now: Instant): Usdt {
    const day = Math.floor(now / DAY_MS);
    if (this.#baseline?.day !== day) {
      const first = this.#latest ?? total;
      this.#baseline = { day, total: first, high: first };
    }
    if (total > this.#baseline.high) this.#baseline = { ...this.#baseline, high: total };
    this.#latest = total;
    return subtract(total, this.#baseline.total);
  }

  /** Null before the first total. */
  get baseline(): DayBaseline | null {
    return this.#baseline;
  }
}
