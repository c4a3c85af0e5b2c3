import { type Price, type Quantity, add, least, NO_QUANTITY, subtract } from "#domain/decimal.ts";
import type { Side } from "#domain/fill.ts";
import type { MarketBook } from "./book.ts";

/** What one level gives a taker. */
export interface Take {
  readonly price: Price;
  readonly quantity: Quantity;
}

/** How much of what stands may be taken, in thousandths. Less than all of it is a misfortune, not a market. */
export type Takeable = number;
export const ALL: Takeable = 1000;

/** No worse than the limit. */
export function within(taker: Side, price: Price, limit: Price): boolean {
  return taker === "buy" ? price <= limit : price >= limit;
}

/** The takes of an order, one for each level, best first. Takes nothing yet. */
export function takes(
  book: MarketBook,
  taker: Side,
  wanted: Quantity,
  limit: Price,
  lot: Quantity,
  takeable: Takeable = ALL,
): Take[] {
  const found: Take[] = [];
  let missing = wanted;
  book.walk(taker, (price, standing) => {
    if (missing <= 0n || !within(taker, price, limit)) return false;
    const offered = takeable >= ALL ? standing : part(standing, takeable, lot);
    const quantity = least(offered, missing);
    if (quantity > 0n) {
      found.push({ price, quantity });
      missing = subtract(missing, quantity);
    }
    return missing > 0n;
  });
  return found;
}

export function total(found: readonly Take[]): Quantity {
  return found.reduce((sum, take) => add(sum, take.quantity), NO_QUANTITY);
}

function part(standing: Quantity, thousandths: Takeable, lot: Quantity): Quantity {
  const raw = (standing * BigInt(thousandths)) / BigInt(ALL);
  return (raw - (raw % lot)) as Quantity;
}
