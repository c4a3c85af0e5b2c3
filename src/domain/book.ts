import { assert } from "./assert.ts";
import type { InstrumentId, VenueId } from "./ids.ts";
import { Ladder } from "./ladder.ts";
import type { Levels } from "./levels.ts";
import type { Shelf } from "./shelf.ts";
import type { Instant } from "./time.ts";

/**
 * What a venue said about one order book, already on our grid. Quantities are absolute; zero lots remove a level.
 * Only good until the listener it is told to returns: the same lists carry the next one.
 */
export type BookUpdate = {
  readonly venue: VenueId;
  readonly instrument: InstrumentId;
  readonly at: Instant;
} & (
  | {
      readonly kind: "snapshot" | "delta";
      readonly bids: Levels;
      readonly asks: Levels;
      /** The venue's own update id of the state after this update. */
      readonly sequence: number;
    }
  /** The sequence is broken: what we hold is no longer the book. */
  | { readonly kind: "gap"; readonly says: string }
);

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
  readonly #bids: Ladder;
  readonly #asks: Ladder;
  #live = false;
  #at = 0 as Instant;
  #sequence = 0;
  #generation = 0;

  /** @param shelf where its ladders take their slots from, to lie beside those of other books */
  constructor(venue: VenueId, instrument: InstrumentId, shelf?: Shelf) {
    this.venue = venue;
    this.instrument = instrument;
    this.#bids = new Ladder(1, shelf);
    this.#asks = new Ladder(-1, shelf);
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
    put(this.#bids, update.bids);
    put(this.#asks, update.asks);
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

  /** Best tick of a side without making anything; -1 for an empty one. */
  topTick(side: "bid" | "ask"): number {
    const ladder = side === "bid" ? this.#bids : this.#asks;
    return ladder.empty ? -1 : ladder.bestTick;
  }

  depth(side: "bid" | "ask"): number {
    return (side === "bid" ? this.#bids : this.#asks).size;
  }

  /** Levels best first, until `visit` returns false. */
  walk(side: "bid" | "ask", visit: (tick: number, lots: number) => boolean): void {
    (side === "bid" ? this.#bids : this.#asks).walk(visit);
  }
}

function put(side: Ladder, levels: Levels): void {
  const { length, pairs } = levels;
  for (let index = 0; index < length; index += 2) side.set(pairs[index] as number, pairs[index + 1] as number);
}

function top(side: Ladder): TopLevel | null {
  return side.empty ? null : { tick: side.bestTick, lots: side.bestLots };
}
