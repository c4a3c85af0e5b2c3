import { absolute, NO_PRICE, type Price, type Quantity } from "#domain/decimal.ts";
import { opposite } from "#domain/fill.ts";
import type { MarketState } from "./market-state.ts";
import { takes, total, within } from "./matching.ts";
import type { SimulatedOrder } from "./orders.ts";

/** Our own resting orders that a taker would reach, best first: what the market offers before them may be enough. */
export function ownInTheWay(
  order: SimulatedOrder,
  market: MarketState,
  limit: Price,
  wanted: Quantity,
): readonly SimulatedOrder[] {
  const met: SimulatedOrder[] = [];
  for (const other of market.resting[opposite(order.side)]) {
    const at = other.limit ?? NO_PRICE;
    if (!within(order.side, at, limit)) break;
    const before = takes(market.book, order.side, wanted, justBefore(order, at, market), market.listing.lot);
    if (total(before) >= wanted) break;
    met.push(other);
  }
  return met;
}

/** One tick better for the taker than this price. */
export function justBefore({ side }: Pick<SimulatedOrder, "side">, at: Price, { listing }: MarketState): Price {
  return (side === "buy" ? at - listing.tick : at + listing.tick) as Price;
}

/** Resting orders that only reduce, and how much of each the position still carries: in the order they would fill. */
export function carried(
  resting: readonly SimulatedOrder[],
  held: Quantity,
  side: "buy" | "sell",
): readonly (readonly [SimulatedOrder, Quantity])[] {
  let left = held !== 0n && held > 0n === (side === "sell") ? absolute(held) : (0n as Quantity);
  return resting.map((order) => {
    const rest = (order.quantity - order.filled) as Quantity;
    const carries = rest < left ? rest : left;
    left = (left - carries) as Quantity;
    return [order, carries] as const;
  });
}
