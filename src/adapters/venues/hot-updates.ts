import type { BookUpdate } from "#domain/book.ts";
import type { InstrumentId, VenueId } from "#domain/ids.ts";
import { Levels } from "#domain/levels.ts";
import type { BestQuote } from "#domain/quote.ts";
import type { Instant } from "#domain/time.ts";
import type { MarketData, MarketUpdate } from "#ports/venue.ts";

type Writable<T> = { -readonly [Field in keyof T]: T[Field] };

export interface ScannedLevels {
  readonly bids: Levels;
  readonly asks: Levels;
}

export interface ScannedQuote {
  readonly bidTick: number;
  readonly bidLots: number;
  readonly askTick: number;
  readonly askLots: number;
}

/**
 * The two updates that a venue tells thousands of times a second: made once, written over each time. The port promises no
 * more: an update is only good until the listener returns. One pair serves every instrument, so that it never leaves the
 * cache, however many there are.
 */
export class HotUpdates {
  readonly #delta: Writable<Extract<BookUpdate, { kind: "snapshot" | "delta" }>>;
  readonly #quote: Writable<BestQuote>;
  readonly #bookUpdate: MarketUpdate;
  readonly #quoteUpdate: MarketUpdate;

  constructor(venue: VenueId) {
    const common = { venue, instrument: "" as InstrumentId, at: 0 as Instant, sequence: 0 };
    this.#delta = { ...common, kind: "delta", bids: new Levels(), asks: new Levels() };
    this.#quote = { ...common, bidTick: 0, bidLots: 0, askTick: 0, askLots: 0 };
    this.#bookUpdate = { type: "book", update: this.#delta };
    this.#quoteUpdate = { type: "best-quote", quote: this.#quote };
  }

  delta(instrument: InstrumentId, { bids, asks }: ScannedLevels, sequence: number, at: Instant): MarketUpdate {
    const delta = this.#delta;
    delta.instrument = instrument;
    delta.bids = bids;
    delta.asks = asks;
    delta.sequence = sequence;
    delta.at = at;
    return this.#bookUpdate;
  }

  quote(instrument: InstrumentId, scanned: ScannedQuote, sequence: number, at: Instant): MarketUpdate {
    const quote = this.#quote;
    quote.instrument = instrument;
    quote.bidTick = scanned.bidTick;
    quote.bidLots = scanned.bidLots;
    quote.askTick = scanned.askTick;
    quote.askLots = scanned.askLots;
    quote.sequence = sequence;
    quote.at = at;
    return this.#quoteUpdate;
  }
}

/** How a venue's hot frames were read: see the port. */
export type FrameCounts = Writable<MarketData["frames"]>;
