import type { Bps, Price, Quantity } from "#domain/decimal.ts";
import type { Side } from "#domain/fill.ts";
import type { InstrumentId } from "#domain/ids.ts";
import type { Instant } from "#domain/time.ts";

/** Absolute: this quantity of base now stands at this price; zero removes the level. */
export type MarketLevel = readonly [price: Price, quantity: Quantity];

export interface MarketDepth {
  readonly bids: readonly MarketLevel[];
  readonly asks: readonly MarketLevel[];
  /** The update id of the state after it. */
  readonly sequence: number;
}

/** A change of depth, in the order the market saw it. */
export interface MarketDepthChange extends MarketDepth {
  /** First update id it covers (`U`). */
  readonly firstSequence: number;
  /** The sequence of the change before it (`pu`). */
  readonly previousSequence: number;
  /** The frame's payload as it was recorded on this very wire format; passed on as it is. */
  readonly recorded?: string;
  /** A recorded change in another wire format: told at once and on its own, with its own ids, not gathered for a cadence. */
  readonly immediate?: boolean;
}

export interface MarketBest {
  readonly bid: MarketLevel;
  readonly ask: MarketLevel;
  readonly sequence: number;
  readonly recorded?: string;
}

export interface MarketTrade {
  readonly price: Price;
  readonly quantity: Quantity;
  readonly taker: Side;
  readonly id: number;
  readonly recorded?: string;
}

/**
 * All that a market may do to an exchange. Own orders match against what stands here; what they consume stays
 * consumed until the market next speaks of that level.
 */
export interface Liquidity {
  /** The whole book. Before the first one the exchange has no book to show. */
  snapshot(instrument: InstrumentId, depth: MarketDepth): void;
  change(instrument: InstrumentId, change: MarketDepthChange): void;
  /** Best quotes may run ahead of depth. Levels better than these are gone for matching, too. */
  best(instrument: InstrumentId, best: MarketBest): void;
  trade(instrument: InstrumentId, trade: MarketTrade): void;
  mark(instrument: InstrumentId, price: Price): void;
  funding(
    instrument: InstrumentId,
    funding: { readonly rate: Bps; readonly nextAt: Instant; readonly intervalMs: number },
  ): void;
}
