import type { HedgeId } from "#domain/ids.ts";
import type { MarketBook } from "#domain/market-book.ts";
import type { Instant } from "#domain/time.ts";

interface Look {
  bid: number;
  ask: number;
  at: Instant;
}

/** Deeper levels may move what leaving is worth while the best prices stand: they are looked at no later than this. */
const LOOK_AT_LEAST_MS = 100;

/** When an open hedge is worth another look: leaving is walked through both books, which is too dear for every tick. */
export class ExitLooks {
  readonly #looks = new Map<HedgeId, Look>();

  /** True when a best price that leaving would meet has moved, or the last look is old; and then this is the last look. */
  isDue(hedge: HedgeId, long: MarketBook, short: MarketBook, at: Instant): boolean {
    const bid = long.bestTick("bid");
    const ask = short.bestTick("ask");
    const look = this.#looks.get(hedge);
    if (look === undefined) {
      this.#looks.set(hedge, { bid, ask, at });
      return true;
    }
    if (look.bid === bid && look.ask === ask && at - look.at < LOOK_AT_LEAST_MS) return false;
    look.bid = bid;
    look.ask = ask;
    look.at = at;
    return true;
  }

  forget(hedge: HedgeId): void {
    this.#looks.delete(hedge);
  }
}
