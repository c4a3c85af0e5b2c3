import { assert } from "./assert.ts";
import type { InstrumentId, VenueId } from "./ids.ts";
import type { Instant } from "./time.ts";

/** Levels as flat pairs `[tick, lots, tick, lots, …]`: whole ticks and whole lots, exact below 2⁵³, never a fraction. */
export type FlatLevels = readonly number[];

/** What a venue said about one order book, already on our grid. Quantities are absolute; zero lots remove a level. */
export type BookUpdate = {
  readonly venue: VenueId;
  readonly instrument: InstrumentId;
  readonly at: Instant;
} & (
  | {
      readonly kind: "snapshot" | "delta";
      readonly bids: FlatLevels;
      readonly asks: FlatLevels;
      /** The venue's own update id of the state after this update. */
      readonly sequence: number;
    }
  /** The sequence is broken: what we hold is no longer the book. */
  | { readonly kind: "gap"; readonly says: string }
);

/** One side, best level last, so that the busy end is cheap to change. */
class BookSide {
  readonly ticks: number[] = [];
  readonly lots: number[] = [];
  /** 1 when a higher tick is better (bids), -1 when a lower one is (asks). */
  readonly #better: 1 | -1;

  constructor(better: 1 | -1) {
    this.#better = better;
  }

  clear(): void {
    this.ticks.length = 0;
    this.lots.length = 0;
  }

  set(tick: number, lots: number): void {
    const { ticks } = this;
    let low = 0;
    let high = ticks.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (((ticks[middle] as number) - tick) * this.#better < 0) low = middle + 1;
      else high = middle;
    }
    const found = ticks[low] === tick;
    if (lots === 0) {
      if (found) {
        ticks.splice(low, 1);
        this.lots.splice(low, 1);
      }
    } else if (found) {
      this.lots[low] = lots;
    } else {
      ticks.splice(low, 0, tick);
      this.lots.splice(low, 0, lots);
    }
  }
}

export interface TopLevel {
  readonly tick: number;
  readonly lots: number;
}

/**
 * One order book in ticks and lots. It starts `unknown`, and a gap makes it unknown again: a broken book is not
 * an old book. The only mutable value of the domain; it hands out numbers, never its own arrays.
 */
export class OrderBook {
  readonly venue: VenueId;
  readonly instrument: InstrumentId;
  readonly #bids = new BookSide(1);
  readonly #asks = new BookSide(-1);
  #live = false;
  #at = 0 as Instant;
  #sequence = 0;
  #generation = 0;

  constructor(venue: VenueId, instrument: InstrumentId) {
    this.venue = venue;
    this.instrument = instrument;
  }

  get live(): boolean {
    return this.#live;
  }

  /** When the last update was received. */
  get at(): Instant {
    return this.#at;
  }

  get sequence(): number {
    return this.#sequence;
  }

  /** Counts snapshots: two readings of different generations are readings of different books. */
  get generation(): number {
    return this.#generation;
  }

  apply(update: BookUpdate): void {
    assert(update.venue === this.venue && update.instrument === this.instrument, "an update for another book");
    if (update.kind === "gap") {
      this.forget();
      return;
    }
    if (update.kind === "snapshot") {
      this.forget();
      this.#live = true;
      this.#generation += 1;
    }
    // A delta without a snapshot before it describes a book we do not hold.
    if (!this.#live) return;
    this.#put(this.#bids, update.bids);
    this.#put(this.#asks, update.asks);
    this.#at = update.at;
    this.#sequence = update.sequence;
  }

  forget(): void {
    this.#live = false;
    this.#bids.clear();
    this.#asks.clear();
  }

  bestBid(): TopLevel | null {
    return top(this.#bids);
  }

  bestAsk(): TopLevel | null {
    return top(this.#asks);
  }

  depth(side: "bid" | "ask"): number {
    return (side === "bid" ? this.#bids : this.#asks).ticks.length;
  }

  /** Levels best first, until `visit` returns false. */
  walk(side: "bid" | "ask", visit: (tick: number, lots: number) => boolean): void {
    const { ticks, lots } = side === "bid" ? this.#bids : this.#asks;
    for (let index = ticks.length - 1; index >= 0; index -= 1) {
      if (!visit(ticks[index] as number, lots[index] as number)) return;
    }
  }

  #put(side: BookSide, levels: FlatLevels): void {
    for (let index = 0; index + 1 < levels.length; index += 2) {
      side.set(levels[index] as number, levels[index + 1] as number);
    }
  }
}

function top(side: BookSide): TopLevel | null {
  const index = side.ticks.length - 1;
  if (index < 0) return null;
  return { tick: side.ticks[index] as number, lots: side.lots[index] as number };
}
