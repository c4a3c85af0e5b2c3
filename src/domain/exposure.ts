import type { Quantity, Usdt } from "./decimal.ts";
import type { InstrumentId, VenueId } from "./ids.ts";

/** Everything we hold or may come to hold, at worst case: filled, in flight, reserved and unknown count in full. */
export interface Exposure {
  readonly openHedges: number;
  readonly totalNotional: Usdt;
  readonly notionalBySymbol: ReadonlyMap<InstrumentId, Usdt>;
  readonly openOrders: ReadonlyMap<VenueId, number>;
  /** Signed base units over both venues. */
  readonly netDelta: ReadonlyMap<InstrumentId, Quantity>;
  /** Realised, unrealised, fees and funding since 00:00 UTC; null when it cannot be computed now. */
  readonly dayPnl: Usdt | null;
}
