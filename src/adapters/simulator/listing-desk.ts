import type { InstrumentId } from "#domain/ids.ts";
import type { Instant } from "#domain/time.ts";
import type { Clock } from "#ports/clock.ts";
import type { Listing } from "./listing.ts";
import type { MarketState } from "./market-state.ts";

/** What a listing may become while it trades. */
export type ListingChange = Partial<Omit<Listing, "instrument" | "base">>;

/** A change that was announced. */
export interface Upcoming {
  readonly change: ListingChange;
  readonly at: Instant;
}

/** Opens, halts, changes and ends the instruments of one exchange, and tells whoever lists them. */
export class ListingDesk {
  readonly #clock: Clock;
  readonly #market: (instrument: InstrumentId) => MarketState;
  readonly #settle: (market: MarketState) => void;
  readonly #listeners: ((market: MarketState) => void)[] = [];

  constructor(clock: Clock, market: (instrument: InstrumentId) => MarketState, settle: (market: MarketState) => void) {
    this.#clock = clock;
    this.#market = market;
    this.#settle = settle;
  }

  listen(listener: (market: MarketState) => void): void {
    this.#listeners.push(listener);
  }

  /** No new order is taken; what rests stays. */
  halt(instrument: InstrumentId): void {
    this.#become(instrument, "halted");
  }

  /** Only what makes a position smaller is taken. */
  reduceOnly(instrument: InstrumentId): void {
    this.#become(instrument, "closing");
  }

  /** Trades again. An instrument that had ended is listed anew. */
  resume(instrument: InstrumentId): void {
    const market = this.#market(instrument);
    if (market.status === "closed") market.relistings += 1;
    market.endsAt = null;
    this.#become(instrument, "trading");
  }

  /** Announced now: at that moment orders end, positions are settled at the mark, and nothing more is taken. */
  delist(instrument: InstrumentId, at: Instant): void {
    const market = this.#market(instrument);
    market.endsAt = at;
    this.#tell(market);
    this.#clock.after(Math.max(0, at - this.#clock.now()), () => {
      if (market.endsAt !== at) return;
      this.#settle(market);
      this.#become(instrument, "closed");
    });
  }

  /** Another tick, lot, contract size or limit: now, or announced for later. */
  change(instrument: InstrumentId, change: ListingChange, at: Instant = this.#clock.now()): void {
    const market = this.#market(instrument);
    const upcoming = { change, at };
    const apply = (): void => {
      market.listing = { ...market.listing, ...change };
      market.upcoming = market.upcoming.filter((other) => other !== upcoming);
      this.#tell(market);
    };
    if (at <= this.#clock.now()) return apply();
    market.upcoming = [...market.upcoming, upcoming];
    this.#tell(market);
    this.#clock.after(at - this.#clock.now(), apply);
  }

  #become(instrument: InstrumentId, status: MarketState["status"]): void {
    const market = this.#market(instrument);
    market.status = status;
    this.#tell(market);
  }

  #tell(market: MarketState): void {
    for (const listener of this.#listeners) listener(market);
  }
}
