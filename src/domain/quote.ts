import type { Price, Quantity } from "./decimal.ts";
import type { InstrumentId, VenueId } from "./ids.ts";
import type { Instant } from "./time.ts";

export interface PriceLevel {
  readonly price: Price;
  readonly quantity: Quantity;
}

/** Best bid and best ask of one instrument on one venue, from a book we trust: live, fresh and not crossed. */
export interface Quote {
  readonly venue: VenueId;
  readonly instrument: InstrumentId;
  readonly bid: PriceLevel;
  readonly ask: PriceLevel;
  readonly at: Instant;
}

/**
 * A venue's best-quote message, on our grid. It is faster and thinner than the book it belongs to. Only good until the
 * listener it is told to returns: the same object carries the next one.
 */
export interface BestQuote {
  readonly venue: VenueId;
  readonly instrument: InstrumentId;
  readonly bidTick: number;
  readonly bidLots: number;
  readonly askTick: number;
  readonly askLots: number;
  /** Same counter as the book's sequence on this venue. */
  readonly sequence: number;
  readonly at: Instant;
}
