import { NO_BPS, add, subtract } from "#domain/decimal.ts";
import type { Hedge } from "#domain/hedge.ts";
import { fillsComplete, stateOf } from "#domain/hedge-machine.ts";
import type { HedgeId, InstrumentId, VenueId } from "#domain/ids.ts";
import type { MarketBook } from "#domain/market-book.ts";
import type { Instant } from "#domain/time.ts";
import { cashOf, feesOf } from "../accounts/attribution.ts";
import { exitReason } from "../scanner/exits.ts";
import { ExitLooks } from "./exit-looks.ts";
import type { Rooms } from "./rooms.ts";

/** Open hedges whose reason to leave has come: asked at the ticks of their books, each left once at a time. */
export class Leaving {
  readonly #rooms: Rooms;
  readonly #leaving = new Set<HedgeId>();
  readonly #exitLooks = new ExitLooks();

  constructor(rooms: Rooms) {
    this.#rooms = rooms;
  }

  /** Called at every update of either book of the instrument. */
  leaveIfDue(instrument: InstrumentId, at: Instant): void {
    const { books, executor } = this.#rooms;
    for (const hedge of executor.active()) {
      const { id, long, short } = hedge.intent;
      if (hedge.intent.instrument !== instrument || stateOf(hedge) !== "hedged" || this.#leaving.has(id)) continue;
      // A fill that is still asked for would make the result look like a fortune, or a ruin.
      if (!hedge.orders.every(fillsComplete)) continue;
      const longBook = books.of(long.venue, instrument);
      const shortBook = books.of(short.venue, instrument);
      if (!longBook || !shortBook || !this.#exitLooks.isDue(id, longBook, shortBook, at)) continue;
      const reason = this.#exitReason(hedge, longBook, shortBook);
      if (reason === null) continue;
      this.#leaving.add(id);
      void executor.leave(id, reason, "automation").then(() => {
        this.#leaving.delete(id);
        this.#exitLooks.forget(id);
      });
    }
  }

  #exitReason(hedge: Hedge, longBook: MarketBook, shortBook: MarketBook): ReturnType<typeof exitReason> {
    const { accounts, conditions, controller, fees, settings, world } = this.#rooms;
    const { id, instrument, long, short } = hedge.intent;
    if (
      !controller.permits("close", long.venue, "automation") ||
      !controller.permits("close", short.venue, "automation")
    ) {
      return null;
    }
    const funding = (venue: VenueId) => conditions.funding(venue, instrument)?.rate ?? NO_BPS;
    return exitReason({
      hedge,
      long: longBook,
      short: shortBook,
      takerLong: fees(long.venue, instrument).taker,
      takerShort: fees(short.venue, instrument).taker,
      cash: add(subtract(cashOf(hedge), feesOf(hedge)), accounts.fundingOf(id)),
      nextFundingBps: this.#stampSoon(longBook, shortBook)
        ? subtract(funding(short.venue), funding(long.venue))
        : NO_BPS,
      settings: settings(),
      now: world.clock.now(),
    });
  }

  /** A stamp inside the window in which we would not open either. */
  #stampSoon(...books: readonly MarketBook[]): boolean {
    const { conditions, settings, world } = this.#rooms;
    const now = world.clock.now();
    return books.some(({ instrument }) => {
      const funding = conditions.funding(instrument.venue, instrument.id);
      return funding !== null && funding.nextAt > now && funding.nextAt - now <= settings().avoidWindowMs;
    });
  }
}
