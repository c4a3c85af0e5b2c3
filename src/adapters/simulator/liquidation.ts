import { type Price, type Quantity, divideRounded } from "#domain/decimal.ts";
import type { Margins } from "./account.ts";
import type { MarketState } from "./market-state.ts";
import { maintenanceOf } from "./tiers.ts";
import { value } from "./wallet.ts";

/**
 * The mark at which the equity of a cross account would be no more than its maintenance margin, were this the only
 * market that moves; null where no price can bring that about. Its own margin grows evenly with the price, as it does
 * within one tier.
 */
export function liquidationPrice(
  { listing, mark }: MarketState,
  quantity: Quantity,
  { wallet, unrealized, maintenance }: Margins,
): Price | null {
  if (quantity === 0n) return null;
  const worth = value(mark, quantity);
  const own = maintenanceOf(listing, mark, quantity);
  const top = worth + (maintenance - own) - (wallet + unrealized);
  const bottom = worth - own;
  if (bottom === 0n) return null;
  const exact = divideRounded(mark * top, bottom, quantity > 0n ? "up" : "down");
  const price = (exact - (exact % listing.tick)) as Price;
  return price > 0n ? price : null;
}
