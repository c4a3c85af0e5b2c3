import type { Price, Quantity, Usdt } from "./decimal.ts";
import type { ClientOrderId, InstrumentId, VenueId } from "./ids.ts";
import type { Instant } from "./time.ts";

export type Side = "buy" | "sell";
export const opposite = (side: Side): Side => (side === "buy" ? "sell" : "buy");

/** A trade of ours, counted once whatever channels told us of it. */
export interface Fill {
  readonly venue: VenueId;
  readonly instrument: InstrumentId;
  /** The venue's id of the trade, unique for one instrument. */
  readonly tradeId: string;
  readonly order: ClientOrderId;
  readonly venueOrderId: string;
  readonly side: Side;
  readonly price: Price;
  readonly quantity: Quantity;
  /** What it cost, as charged: positive is paid by us, negative a rebate. Valued in USDT at the fill's time. */
  readonly fee: Usdt;
  readonly feeAsset: string;
  readonly liquidity: "maker" | "taker";
  readonly at: Instant;
}

/** The key under which a fill counts once. */
export const fillKey = (fill: Pick<Fill, "venue" | "instrument" | "tradeId">): string =>
  `${fill.venue}:${fill.instrument}:${fill.tradeId}`;
