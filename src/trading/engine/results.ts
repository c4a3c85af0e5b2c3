import { type Usdt, add, subtract } from "#domain/decimal.ts";
import type { Hedge } from "#domain/hedge.ts";
import { fillsComplete, isFinished } from "#domain/hedge-machine.ts";
import { type Attribution, type ClosingPrices, attribute, openValue } from "../accounts/attribution.ts";
import { type DayBaseline, DayResult } from "../accounts/day.ts";
import type { DayStanding } from "../watch/facts.ts";
import type { Rooms } from "./rooms.ts";

const NO_PRICES: ClosingPrices = { long: null, short: null };

/** What every hedge earned, and all of them together since 00:00 UTC. */
export class Results {
  readonly #rooms: () => Rooms;
  readonly #day: DayResult;

  constructor(rooms: () => Rooms, kept: DayBaseline | null) {
    this.#rooms = rooms;
    this.#day = new DayResult(kept);
  }

  /** The five exact parts; null when a leg is open and its closing price cannot be believed now. */
  of(hedge: Hedge): Attribution | null {
    const funding = this.#rooms().accounts.fundingOf(hedge.intent.id);
    return attribute(hedge, funding, isFinished(hedge) ? NO_PRICES : this.#closingPrices(hedge));
  }

  /**
   * Everything ever booked: the cash of all entries, and what is open at today's closing prices.
   * Null while something open has no price that can be believed, or fills of which only the quantity is known.
   */
  total(): Usdt | null {
    const { accounts, executor, world } = this.#rooms();
    let total = accounts.cash(world.venues.map(({ id }) => id));
    for (const hedge of executor.active()) {
      if (!hedge.orders.every(fillsComplete)) return null;
      const open = openValue(hedge, this.#closingPrices(hedge));
      if (open === null) return null;
      total = add(total, open);
    }
    return total;
  }

  /** The result since 00:00 UTC; null while it cannot be computed. */
  today(): Usdt | null {
    return this.day()?.pnl ?? null;
  }

  /** Today's result, and how far it is below the best of the day; null while it cannot be computed. */
  day(): DayStanding | null {
    const total = this.total();
    if (total === null) return null;
    const pnl = this.#day.note(total, this.#rooms().world.clock.now());
    return { pnl, fromHigh: subtract(total, this.#day.baseline?.high ?? total) };
  }

  /** What a restart must not forget. */
  get dayBaseline(): DayBaseline | null {
    return this.#day.baseline;
  }

  #closingPrices({ intent }: Hedge): ClosingPrices {
    const { books, settings, world } = this.#rooms();
    const now = world.clock.now();
    const long = books.of(intent.long.venue, intent.instrument)?.quote(now, settings().bookMaxAgeMs);
    const short = books.of(intent.short.venue, intent.instrument)?.quote(now, settings().bookMaxAgeMs);
    return { long: long?.bid.price ?? null, short: short?.ask.price ?? null };
  }
}
