import { type Price, type Quantity, type Usdt, divideRounded } from "./decimal.ts";
import type { InstrumentId, VenueId } from "./ids.ts";

/** One perpetual as one venue lists it today. Everything is in base units; contracts end in the venue's decoder. */
export interface Instrument {
  readonly id: InstrumentId;
  readonly venue: VenueId;
  /** The venue's own name: `BTCUSDT`, `BTC-USDT-SWAP`. */
  readonly symbol: string;
  /** Prices are whole numbers of these. */
  readonly tick: Price;
  /** Quantities are whole numbers of these: Binance `stepSize`, OKX `lotSz × ctVal × ctMult`. */
  readonly lot: Quantity;
  readonly minQuantity: Quantity;
  /** The largest limit order. */
  readonly maxQuantity: Quantity;
  /** Zero where the venue has none. Reduce-only orders are exempt. */
  readonly minNotional: Usdt;
  /** Base units in one contract; one where the venue counts in base. */
  readonly contractSize: Quantity;
  readonly maxLeverage: number;
  readonly tradable: boolean;
}

/** Why an instrument cannot be traded exactly here; null when it can. Checked once, when it loads. */
export function gridFault(instrument: Pick<Instrument, "tick" | "lot">): string | null {
  if (instrument.tick <= 0n || instrument.lot <= 0n) return "tick and lot must be greater than zero";
  if ((instrument.tick * instrument.lot) % 1_000_000_000_000n !== 0n) {
    return "one tick times one lot has more than 12 decimals";
  }
  return null;
}

export function roundDown(quantity: Quantity, lot: Quantity): Quantity {
  return (divideRounded(quantity, lot, "down") * lot) as Quantity;
}

/** The tick nearest to `price` that is no worse for us than it: a buy never pays more, a sell never takes less. */
export function roundToTick(price: Price, side: "buy" | "sell", instrument: Pick<Instrument, "tick">): Price {
  return (divideRounded(price, instrument.tick, side === "buy" ? "down" : "up") * instrument.tick) as Price;
}

/**
 * The smallest base quantity that is a whole number of lots on both venues.
 * BTC: 0.001 on Binance and 0.0001 on OKX give 0.001.
 */
export function commonLot(a: Pick<Instrument, "lot">, b: Pick<Instrument, "lot">): Quantity {
  return ((a.lot / greatestCommonDivisor(a.lot, b.lot)) * b.lot) as Quantity;
}

function greatestCommonDivisor(a: bigint, b: bigint): bigint {
  let [larger, smaller] = [a, b];
  while (smaller !== 0n) [larger, smaller] = [smaller, larger % smaller];
  return larger;
}

/** A whole count of ticks or lots as an exact number; null when it lies off the grid or beyond 2⁵³. */
export function countOf(value: bigint, step: bigint): number | null {
  if (value % step !== 0n) return null;
  const count = Number(value / step);
  return Number.isSafeInteger(count) ? count : null;
}

export const priceAt = (ticks: number, instrument: Pick<Instrument, "tick">): Price =>
  (BigInt(ticks) * instrument.tick) as Price;
export const quantityAt = (lots: number, instrument: Pick<Instrument, "lot">): Quantity =>
  (BigInt(lots) * instrument.lot) as Quantity;
