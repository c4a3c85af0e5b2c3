import { type BookUpdate, OrderBook, type TopLevel } from "./book.ts";
import { type Price, type Quantity, type Usdt, NO_USDT, notional } from "./decimal.ts";
import { type Instrument, priceAt, quantityAt } from "./instrument.ts";
import type { BestQuote, Quote } from "./quote.ts";
import type { Shelf } from "./shelf.ts";
import type { Instant } from "./time.ts";
import {
  DEPTH_SEQUENCE,
  QUOTE_ASK,
  QUOTE_ASK_LOTS,
  QUOTE_BID,
  QUOTE_BID_LOTS,
  QUOTE_SEQUENCE,
  TOP_ASK,
  TOP_BID,
  Tops,
} from "./tops.ts";

export type BookSideName = "bid" | "ask";

/** What walking a book for a quantity gives. `quantity` is less than asked when the book ends first. */
export interface Walk {
  readonly quantity: Quantity;
  readonly notional: Usdt;
  readonly worst: Price | null;
}

/** Older than any sequence of any venue. */
const NOTHING = -1;

/** Where a book's best prices are kept, and its levels. */
export interface BookSeat {
  readonly tops: Tops;
  readonly row: number;
  readonly shelf?: Shelf;
}

/** Why a book may not be believed now; null when it may. */
export type Distrust = "book_unsynced" | "book_stale" | "book_crossed" | "insufficient_depth";

/**
 * One instrument on one venue: the book kept from depth, with the venue's faster best quote laid over it while that
 * is newer. Levels better than a newer best quote are gone, though depth has not said so yet.
 */
export class MarketBook {
  readonly instrument: Instrument;
  readonly depth: OrderBook;
  /** Its row of best prices: the books of a pair have neighbouring ones. */
  readonly row: number;
  readonly #tops: Tops;
  /** Where its own row begins. */
  readonly #at: number;

  /** @param seat where its best prices are kept, beside those of others; by itself when nobody says */
  constructor(instrument: Instrument, seat: BookSeat = { tops: new Tops(), row: 0 }) {
    this.instrument = instrument;
    this.depth = new OrderBook(instrument.venue, instrument.id, seat.shelf);
    this.row = seat.row;
    this.#tops = seat.tops;
    this.#at = seat.tops.clear(seat.row);
    seat.tops.numbers[this.#at + DEPTH_SEQUENCE] = this.depth.sequence;
  }

  apply(update: BookUpdate): void {
    const row = this.#tops.numbers;
    const at = this.#at;
    const before = row[at + DEPTH_SEQUENCE] as number;
    this.depth.apply(update);
    const now = this.depth.sequence;
    row[at + DEPTH_SEQUENCE] = now;
    // Best quotes of before a gap, a reconnect or a venue's new count are as old as the book they belonged to.
    if (update.kind !== "delta" || now < before) row[at + QUOTE_SEQUENCE] = NOTHING;
    this.#settle(row);
  }

  note(best: BestQuote): void {
    const row = this.#tops.numbers;
    const at = this.#at;
    if (best.sequence < (row[at + QUOTE_SEQUENCE] as number)) return;
    row[at + QUOTE_SEQUENCE] = best.sequence;
    row[at + QUOTE_BID] = best.bidTick;
    row[at + QUOTE_BID_LOTS] = best.bidLots;
    row[at + QUOTE_ASK] = best.askTick;
    row[at + QUOTE_ASK_LOTS] = best.askLots;
    this.#settle(row);
  }

  forget(): void {
    const row = this.#tops.numbers;
    this.depth.forget();
    row[this.#at + QUOTE_SEQUENCE] = NOTHING;
    this.#settle(row);
  }

  /** Writes down where the best prices are now. */
  #settle(row: Float64Array): void {
    const at = this.#at;
    const ahead = this.#ahead;
    row[at + TOP_BID] = ahead ? (row[at + QUOTE_BID] as number) : this.depth.topTick("bid");
    row[at + TOP_ASK] = ahead ? (row[at + QUOTE_ASK] as number) : this.depth.topTick("ask");
  }

  /** The best quote is ahead of depth, and so laid over it. */
  get #ahead(): boolean {
    const row = this.#tops.numbers;
    return (row[this.#at + QUOTE_SEQUENCE] as number) > (row[this.#at + DEPTH_SEQUENCE] as number);
  }

  topTick(side: BookSideName): number | null {
    const tick = this.bestTick(side);
    return tick === -1 ? null : tick;
  }

  /** Best tick of a side now, without making anything; -1 for an empty one. */
  bestTick(side: BookSideName): number {
    return this.#tops.numbers[this.#at + (side === "bid" ? TOP_BID : TOP_ASK)] as number;
  }

  #overlay(side: BookSideName): TopLevel {
    const row = this.#tops.numbers;
    const at = this.#at + (side === "bid" ? QUOTE_BID : QUOTE_ASK);
    // Its lots stand behind each tick.
    return { tick: row[at] as number, lots: row[at + 1] as number };
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
