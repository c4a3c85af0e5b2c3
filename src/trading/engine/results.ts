import { type Usdt, NO_USDT, add, subtract } from "#domain/decimal.ts";
import type { Hedge } from "#domain/hedge.ts";
import { isFinished } from "#domain/hedge-machine.ts";
import type { HedgeId } from "#domain/ids.ts";
import { type Attribution, type ClosingPrices, attribute } from "../accounts/attribution.ts";
import { DayResult } from "../accounts/day.ts";
import type { Rooms } from "./rooms.ts";

const NO_PRICES: ClosingPrices = { long: null, short: null };

/** What every hedge earned, and all of them together since 00:00 UTC. */
export class Results {
  readonly #rooms: () => Rooms;
  readonly #finished = new Map<HedgeId, Attribution>();
  readonly #day = new DayResult();
  #finishedTotal = NO_USDT;

  constructor(rooms: () => Rooms) {
    this.#rooms = rooms;
  }

  /** The five exact parts; null when a leg is open and its closing price cannot be believed now. */
  of(hedge: Hedge): Attribution | null {
    const { accounts } = this.#rooms();
    const funding = accounts.fundingOf(hedge.intent.id);
    return attribute(hedge, funding, isFinished(hedge) ? NO_PRICES : this.#closingPrices(hedge));
  }

  /** Called when a hedge changed: keeps the sum over finished ones. */
  note(hedge: Hedge): void {
    const id = hedge.intent.id;
    const before = this.#finished.get(id)?.total ?? NO_USDT;
    const result = isFinished(hedge) ? this.of(hedge) : null;
    this.#finishedTotal = subtract(this.#finishedTotal, before);
    if (!result) {
      this.#finished.delete(id);
      return;
    }
    this.#finished.set(id, result);
    this.#finishedTotal = add(this.#finishedTotal, result.total);
  }

  /** Everything ever booked here, open hedges at today's closing prices; null while one of them has none. */
  total(): Usdt | null {
    let total = this.#finishedTotal;
    for (const hedge of this.#rooms().executor.active()) {
      const result = this.of(hedge);
      if (!result) return null;
      total = add(total, result.total);
    }
    return total;
  }

  /** The result since 00:00 UTC; null while it cannot be computed. */
  today(): Usdt | null {
    const total = this.total();
    if (total === null) return null;
    this.#day.note(total, this.#rooms().world.clock.now());
    return this.#day.today;
  }

  get day(): DayResult {
    return this.#day;
  }

  #closingPrices({ intent }: Hedge): ClosingPrices {
    const { books, settings, world } = this.#rooms();
    const now = world.clock.now();
    const long = books.of(intent.long.venue, intent.instrument)?.quote(now, settings().bookMaxAgeMs);
    const short = books.of(intent.short.venue, intent.instrument)?.quote(now, settings().bookMaxAgeMs);
    return { long: long?.bid.price ?? null, short: short?.ask.price ?? null };
  }
}
