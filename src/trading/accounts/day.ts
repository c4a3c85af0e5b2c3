import { type Usdt, NO_USDT, add, subtract } from "#domain/decimal.ts";
import type { Instant } from "#domain/time.ts";

const DAY_MS = 86_400_000;

/** The result since 00:00 UTC: today's total less the total that stood when the day began. */
export class DayResult {
  #day = -1;
  #baseline: Usdt = NO_USDT;
  #latest: Usdt = NO_USDT;

  /** @param total the result of everything ever booked, open hedges at today's closing prices */
  note(total: Usdt, now: Instant): void {
    const day = Math.floor(now / DAY_MS);
    if (day !== this.#day) {
      this.#day = day;
      this.#baseline = this.#day === -1 ? total : this.#latest;
    }
    this.#latest = total;
  }

  /** Takes up the day where the last run left it. */
  restore(day: number, baseline: Usdt): void {
    this.#day = day;
    this.#baseline = baseline;
  }

  get baseline(): { readonly day: number; readonly total: Usdt } {
    return { day: this.#day, total: this.#baseline };
  }

  get today(): Usdt {
    return subtract(this.#latest, this.#baseline);
  }

  get total(): Usdt {
    return add(this.#latest, NO_USDT);
  }
}
