import type { Bps, Price, Quantity, Usdt } from "#domain/decimal.ts";
import type { InstrumentId } from "#domain/ids.ts";
import type { Tiers } from "./tiers.ts";

/** One perpetual as a simulated exchange lists it. Base units throughout; a dialect turns them into contracts. */
export interface Listing {
  readonly instrument: InstrumentId;
  /** `BTC`: the dialect makes `BTCUSDT` or `BTC-USDT-SWAP` of it. */
  readonly base: string;
  readonly tick: Price;
  /** Smallest base step: Binance stepSize, OKX lotSz × ctVal. */
  readonly lot: Quantity;
  /** Base units in one contract (OKX ctVal); one on a venue that counts in base. */
  readonly contractSize: Quantity;
  readonly minQuantity: Quantity;
  readonly maxQuantity: Quantity;
  readonly maxMarketQuantity: Quantity;
  readonly minNotional: Usdt;
  /** Of the smallest tier, as the margin is. */
  readonly maxLeverage: number;
  readonly maintenanceMargin: Bps;
  /** None: one tier for any size. */
  readonly tiers?: Tiers;
  readonly makerFee: Bps;
  readonly takerFee: Bps;
}
