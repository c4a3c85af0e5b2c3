import type { Bps, Price, Quantity, Usdt } from "./decimal.ts";
import type { InstrumentId, OpportunityId, VenueId } from "./ids.ts";
import type { Instant } from "./time.ts";

/** What is left of a gap after every cost, in and out, in basis points of the entry notional. */
export interface Edge {
  readonly grossBps: Bps;
  readonly feesBps: Bps;
  readonly exitBps: Bps;
  /** Positive is received. */
  readonly fundingBps: Bps;
  readonly slippageBps: Bps;
  readonly allInBps: Bps;
}

/** One leg of a trade we could do now. */
export interface LegQuote {
  readonly venue: VenueId;
  /** Best price now: the price of the decision. */
  readonly touch: Price;
  /** What the whole quantity would cost or bring, walking the book. */
  readonly notional: Usdt;
  /** The worst price the order may trade at. */
  readonly limit: Price;
  readonly fee: Usdt;
  /** When the book it was read from was last confirmed, and which book it was. */
  readonly bookAt: Instant;
  readonly bookSequence: number;
}

/** Buy here, sell there: a candidate at the size both books and both rules allow. */
export interface Opportunity {
  readonly id: OpportunityId;
  readonly instrument: InstrumentId;
  readonly quantity: Quantity;
  readonly lot: Quantity;
  readonly long: LegQuote;
  readonly short: LegQuote;
  /** Best bid there less best ask here. */
  readonly spread: Price;
  readonly spreadBps: Bps;
  readonly edge: Edge;
  readonly estimatedPnl: Usdt;
  readonly at: Instant;
}

/** Why a pair of books is not an opportunity now. */
export type SkipReason =
  | "below_cost"
  | "book_stale"
  | "book_unsynced"
  | "book_crossed"
  | "insufficient_depth"
  | "below_min_size"
  | "funding_window"
  | "instrument_halted"
  | "hedge_unsettled"
  | "opposite_hedge_open"
  | "hold_active"
  | "safe_mode"
  | "venue_not_ready"
  | "cooling_down";
