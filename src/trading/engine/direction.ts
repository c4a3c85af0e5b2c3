import type { InstrumentId } from "#domain/ids.ts";
import type { MarketBook } from "#domain/market-book.ts";
import type { Settings } from "#domain/settings.ts";
import { Prefilter } from "../scanner/prefilter.ts";

/** One way to trade a pair: long here, short there. One object for good, with what is remembered of it between ticks. */
export class Direction {
  readonly instrument: InstrumentId;
  readonly long: MarketBook;
  readonly short: MarketBook;
  readonly prefilter: Prefilter;
  /** The least gap that may pay, in basis points. */
  floorBps = 0;
  /** What the floor was worked out from, and when; never, when it must be worked out again. */
  settings: Settings | null = null;
  floorAt = Number.NEGATIVE_INFINITY;
  /** It paid when last looked at. */
  paying = false;

  constructor(long: MarketBook, short: MarketBook) {
    this.instrument = long.instrument.id;
    this.long = long;
    this.short = short;
    this.prefilter = new Prefilter(long.instrument, short.instrument);
  }
}
