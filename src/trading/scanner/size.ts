import {
  type Price,
  type Quantity,
  type Usdt,
  least,
  movePrice,
  negate,
  notional,
  quantityFor,
} from "#domain/decimal.ts";
import type { Bps } from "#domain/decimal.ts";
import { commonLot, roundDown, roundToTick } from "#domain/instrument.ts";
import type { MarketBook } from "#domain/market-book.ts";

export interface SizeInput {
  readonly long: MarketBook;
  readonly short: MarketBook;
  readonly longTouch: Price;
  readonly shortTouch: Price;
  readonly longLimit: Price;
  readonly shortLimit: Price;
  /** What we would like to trade, already within every limit. */
  readonly notional: Usdt;
}

export type Size =
  | { readonly quantity: Quantity; readonly lot: Quantity }
  | { readonly reason: "below_min_size" | "insufficient_depth"; readonly says: string; readonly lot: Quantity };

/** The worst price a first leg may trade at: the touch moved by the band, on a tick no worse than it. */
export function bandLimit(book: MarketBook, side: "buy" | "sell", touch: Price, band: Bps): Price {
  const moved = movePrice(touch, side === "buy" ? band : negate(band), side === "buy" ? "down" : "up");
  return roundToTick(moved, side, book.instrument);
}

/** The largest quantity that both venues can trade, both books can fill inside the band, and the notional pays for. */
export function commonSize(input: SizeInput): Size {
  const { long, short, longTouch, longLimit, shortLimit } = input;
  const lot = commonLot(long.instrument, short.instrument);
  const wanted = roundDown(
    least(quantityFor(input.notional, longTouch), least(long.instrument.maxQuantity, short.instrument.maxQuantity)),
    lot,
  );
  const smallest = belowMinimum(input, wanted);
  if (smallest) return { reason: "below_min_size", says: smallest, lot };
  const depth = least(long.depthTo("ask", longLimit), short.depthTo("bid", shortLimit));
  const quantity = roundDown(least(wanted, depth), lot);
  const shallow = belowMinimum(input, quantity);
  if (shallow)
    return {
      reason: "insufficient_depth",
      says: `the books hold less than the smallest order inside the band (${shallow})`,
      lot,
    };
  return { quantity, lot };
}

/** What the smaller of the two rules asks for, in words; null when the quantity is enough for both venues. */
function belowMinimum({ long, short, longTouch, shortLimit }: SizeInput, quantity: Quantity): string | null {
  for (const [book, price] of [
    [long, longTouch],
    [short, shortLimit],
  ] as const) {
    const { venue, minQuantity, minNotional } = book.instrument;
    if (quantity === 0n || quantity < minQuantity) return `${venue} takes no less than its minimum quantity`;
    if (notional(price, quantity) < minNotional) return `${venue} takes no less than its minimum notional`;
  }
  return null;
}
