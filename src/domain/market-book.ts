import { type BookUpdate, OrderBook, type TopLevel } from "./book.ts";
import { type Price, type Quantity, type Usdt, NO_USDT, notional } from "./decimal.ts";
import { type Instrument, priceAt, quantityAt } from "./instrument.ts";
import type { BestQuote, Quote } from "./quote.ts";
import type { Instant } from "./time.ts";

export type BookSideName = "bid" | "ask";

/** What walking a book for a quantity gives. `quantity` is less than asked when the book ends first. */
export interface Walk {
  readonly quantity: Quantity;
  readonly notional: Usdt;
  readonly worst: Price | null;
}

/** Older than any sequence of any venue. */
const NOTHING = -1;

/** Why a book may not be believed now; null when it may. */
export type Distrust = "book_unsynced" | "book_stale" | "book_crossed" | "insufficient_depth";

/**
 * One instrument on one venue: the book kept from depth, with the venue's faster best quote laid over it while that
 * is newer. Levels better than a newer best quote are gone, though depth has not said so yet.
 */
export class MarketBook {
  readonly instrument: Instrument;
  readonly depth: OrderBook;
  /** The last best quote, field by field: one is told thousands of times a second, and none is kept. */
  #bestSequence = NOTHING;
  #bidTick = 0;
  #bidLots = 0;
  #askTick = 0;
  #askLots = 0;

  constructor(instrument: Instrument) {
    this.instrument = instrument;
    this.depth = new OrderBook(instrument.venue, instrument.id);
  }

  apply(update: BookUpdate): void {
    const before = this.depth.sequence;
    this.depth.apply(update);
    // Best quotes of before a gap, a reconnect or a venue's new count are as old as the book they belonged to.
    if (update.kind !== "delta" || this.depth.sequence < before) this.#bestSequence = NOTHING;
  }

  note(best: BestQuote): void {
    if (best.sequence < this.#bestSequence) return;
    this.#bestSequence = best.sequence;
    this.#bidTick = best.bidTick;
    this.#bidLots = best.bidLots;
    this.#askTick = best.askTick;
    this.#askLots = best.askLots;
  }

  forget(): void {
    this.depth.forget();
    this.#bestSequence = NOTHING;
  }

  /** The best quote is ahead of depth, and so laid over it. */
  get #ahead(): boolean {
    return this.#bestSequence > this.depth.sequence;
  }

  topTick(side: BookSideName): number | null {
    const tick = this.bestTick(side);
    return tick === -1 ? null : tick;
  }

  /** Best tick of a side now, without making anything; -1 for an empty one. */
  bestTick(side: BookSideName): number {
    if (this.#ahead) return side === "bid" ? this.#bidTick : this.#askTick;
    return this.depth.topTick(side);
  }

  #overlay(side: BookSideName): TopLevel {
    return side === "bid" ? { tick: this.#bidTick, lots: this.#bidLots } : { tick: this.#askTick, lots: this.#askLots };
  }

  #depthTop(side: BookSideName): TopLevel | null {
    return side === "bid" ? this.depth.bestBid() : this.depth.bestAsk();
  }

  /** Best price now; null for an empty side. Not yet trusted: ask `distrust` first. */
  touch(side: BookSideName): Price | null {
    const tick = this.topTick(side);
    return tick === null ? null : priceAt(tick, this.instrument);
  }

  mid(): Price | null {
    const bid = this.touch("bid");
    const ask = this.touch("ask");
    return bid === null || ask === null ? null : (((bid + ask) / 2n) as Price);
  }

  /** Age counts from the last depth update: a best quote alone does not keep a book alive. */
  distrust(now: Instant, maxAgeMs: number): Distrust | null {
    if (!this.depth.live) return "book_unsynced";
    if (now - this.depth.at > maxAgeMs) return "book_stale";
    const bid = this.bestTick("bid");
    const ask = this.bestTick("ask");
    if (bid === -1 || ask === -1) return "insufficient_depth";
    return bid >= ask ? "book_crossed" : null;
  }

  /** Best bid and ask of a book that `distrust` has nothing against; null otherwise. */
  quote(now: Instant, maxAgeMs: number): Quote | null {
    if (this.distrust(now, maxAgeMs) !== null) return null;
    const level = (side: BookSideName): Quote["bid"] => {
      const { tick, lots } = (this.#ahead ? this.#overlay(side) : this.#depthTop(side)) ?? { tick: 0, lots: 0 };
      return { price: priceAt(tick, this.instrument), quantity: quantityAt(lots, this.instrument) };
    };
    const { venue, id } = this.instrument;
    return { venue, instrument: id, bid: level("bid"), ask: level("ask"), at: this.depth.at };
  }

  /** Visits levels best first with the newer best quote laid over depth, until `visit` returns false. */
  walkLevels(side: BookSideName, visit: (tick: number, lots: number) => boolean): void {
    if (!this.#ahead) {
      this.depth.walk(side, visit);
      return;
    }
    const { tick, lots } = this.#overlay(side);
    if (!visit(tick, lots)) return;
    this.depth.walk(side, (levelTick, levelLots) => {
      const worse = side === "bid" ? levelTick < tick : levelTick > tick;
      return worse ? visit(levelTick, levelLots) : true;
    });
  }

  /** What taking `quantity` from this side would cost or bring, at levels no worse than `limit`. Exact. */
  take(side: BookSideName, quantity: Quantity, limit: Price | null): Walk {
    let taken = 0n;
    let value: bigint = NO_USDT;
    let worst: Price | null = null;
    this.walkLevels(side, (tick, lots) => {
      const price = priceAt(tick, this.instrument);
      if (limit !== null && (side === "ask" ? price > limit : price < limit)) return false;
      const here = quantityAt(lots, this.instrument);
      const part = here < quantity - taken ? here : ((quantity - taken) as Quantity);
      value += notional(price, part);
      taken += part;
      worst = price;
      return taken < quantity;
    });
    return { quantity: taken as Quantity, notional: value as Usdt, worst };
  }

  /** How much base stands at levels no worse than `limit`. */
  depthTo(side: BookSideName, limit: Price): Quantity {
    let lots = 0;
    this.walkLevels(side, (tick, here) => {
      const price = priceAt(tick, this.instrument);
      if (side === "ask" ? price > limit : price < limit) return false;
      lots += here;
      return true;
    });
    return quantityAt(lots, this.instrument);
  }
}
