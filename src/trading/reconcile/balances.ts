import { type Usdt, DECIMALS, NO_USDT, absolute, add, divideRounded, format, subtract, usdt } from "#domain/decimal.ts";
import type { VenueId } from "#domain/ids.ts";
import type { VenuePosition } from "#ports/venue.ts";
import type { Difference } from "./finding.ts";

/** What rounding and a fee valued late may leave unexplained. */
const TOLERANCE = usdt("1");

/**
 * What the open positions cost, signed: our cash has paid it, a wallet of perpetuals has not. Null when the venue does
 * not say what one of them cost, for then nothing can be compared.
 */
export function costOf(positions: readonly VenuePosition[]): Usdt | null {
  let cost = NO_USDT;
  for (const { quantity, entryPrice } of positions) {
    if (quantity === 0n) continue;
    if (entryPrice === null) return null;
    // An average of several trades has more digits than a price: the last of them is rounded away.
    const value = divideRounded(entryPrice * absolute(quantity), 10n ** BigInt(DECIMALS), "half-even") as Usdt;
    cost = quantity > 0n ? add(cost, value) : subtract(cost, value);
  }
  return cost;
}

/** A wallet that is not what was put in and what we earned. */
export function balanceDifference(venue: VenueId, wallet: Usdt, expected: Usdt): Difference | null {
  const over = subtract(wallet, expected);
  if (absolute(over) <= TOLERANCE) return null;
  const says = `${venue} wallet: our books explain ${format(expected)} USDT, the venue holds ${format(wallet)} (${format(over)}); if money was moved by hand take the difference over (approval adopt_position), if not look at the venue's statement of the account`;
  return {
    venue,
    kind: "balance",
    instrument: null,
    order: null,
    ours: format(expected),
    theirs: format(wallet),
    says,
  };
}
