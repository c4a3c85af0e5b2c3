import { assert } from "#domain/assert.ts";
import { type Price, type Usdt, NO_USDT, add, format, notional, subtract } from "#domain/decimal.ts";
import type { Fill } from "#domain/fill.ts";
import type { Hedge, HedgeOrder } from "#domain/hedge.ts";
import { openQuantity } from "#domain/hedge-machine.ts";
import { LEGS } from "#domain/ids.ts";

/** Where the result of one hedge comes from. The five parts sum exactly to the change in equity. */
export interface Attribution {
  /** Entry and exit prices at decision time, both legs; what is still open counts at today's closing prices. */
  readonly spread: Usdt;
  /** Fill price against decision price, both legs, both ways. */
  readonly slippage: Usdt;
  /** As charged: a cost is negative. */
  readonly fees: Usdt;
  readonly funding: Usdt;
  /** What it cost that one leg was on alone: recovery orders against the price their leg was decided at. */
  readonly legRisk: Usdt;
  readonly total: Usdt;
}

/** Today's closing price of each leg; null where none can be believed. */
export type ClosingPrices = Readonly<Record<"long" | "short", Price | null>>;

/**
 * The exact result of one hedge in five parts. Every fill is split at the price its order was decided at: up to
 * there it is spread, beyond it is slippage, or leg risk when the order was a recovery.
 * Null when something is still open and has no price.
 */
export function attribute(hedge: Hedge, funding: Usdt, closing: ClosingPrices): Attribution | null {
  let spread = NO_USDT;
  let slippage = NO_USDT;
  let legRisk = NO_USDT;
  let fees = NO_USDT;
  for (const order of hedge.orders) {
    for (const fill of order.fills) {
      const decided = signed(fill, order.decisionPrice);
      const beyond = subtract(signed(fill, fill.price), decided);
      spread = add(spread, decided);
      if (isRecovery(order)) legRisk = add(legRisk, beyond);
      else slippage = add(slippage, beyond);
      fees = subtract(fees, fill.fee);
    }
  }
  const open = openValue(hedge, closing);
  if (open === null) return null;
  spread = add(spread, open);
  const total = [slippage, fees, funding, legRisk].reduce(add, spread);
  const equity = [fees, funding, open].reduce(add, cashOf(hedge));
  assert(total === equity, `attribution ${format(total)} is not the change in equity ${format(equity)}`);
  return { spread, slippage, fees, funding, legRisk, total };
}

/** Cash of all fills, without fees: sold less bought. */
export function cashOf(hedge: Hedge): Usdt {
  let cash = NO_USDT;
  for (const { fills } of hedge.orders) for (const fill of fills) cash = add(cash, signed(fill, fill.price));
  return cash;
}

export function feesOf(hedge: Hedge): Usdt {
  let fees = NO_USDT;
  for (const { fills } of hedge.orders) for (const { fee } of fills) fees = add(fees, fee);
  return fees;
}

/** What is still open, at the prices it could be closed at; null when one of them is missing. */
export function openValue(hedge: Hedge, closing: ClosingPrices): Usdt | null {
  let value = NO_USDT;
  for (const leg of LEGS) {
    const quantity = filledOpen(hedge, leg);
    if (quantity === 0n) continue;
    const price = closing[leg];
    if (price === null) return null;
    const worth = notional(price, quantity as Parameters<typeof notional>[1]);
    value = leg === "long" ? add(value, worth) : subtract(value, worth);
  }
  return value;
}

/** By fills alone, so that money and quantity always speak of the same trades. */
function filledOpen(hedge: Hedge, leg: (typeof LEGS)[number]): bigint {
  const known = {
    ...hedge,
    orders: hedge.orders.map((order) => ({ ...order, filled: sumOf(order) })),
  };
  return openQuantity(known, leg);
}

function sumOf(order: HedgeOrder): HedgeOrder["filled"] {
  return order.fills.reduce((total, fill) => add(total, fill.quantity), 0n as HedgeOrder["filled"]);
}

function signed(fill: Fill, at: Price): Usdt {
  const value = notional(at, fill.quantity);
  return fill.side === "sell" ? value : (-value as Usdt);
}

function isRecovery({ request }: HedgeOrder): boolean {
  return request.act === "complete" || request.act === "unwind";
}
