import type { z } from "zod";
import type { edge, opportunity, order, pnlParts, position, positionLeg, previewLeg, size } from "#contract/trading.ts";
import {
  type Fixed,
  type Price,
  type Quantity,
  type Usdt,
  NO_QUANTITY,
  add,
  divideRounded,
  toNumber,
} from "#domain/decimal.ts";
import type { Hedge, HedgeOrder, HedgeState } from "#domain/hedge.ts";
import { isFinished, stateOf } from "#domain/hedge-machine.ts";
import { type LegName, LEGS, symbolOf } from "#domain/ids.ts";
import type { Instrument } from "#domain/instrument.ts";
import type { LegQuote, Opportunity } from "#domain/opportunity.ts";
import { type Instant, isoTime } from "#domain/time.ts";
import type { Attribution } from "#trading/accounts/attribution.ts";

type Words<S extends z.ZodType> = z.infer<S>;

const STATUS: Readonly<Record<HedgeState, Words<typeof position>["status"]>> = {
  opening: "opening",
  naked: "opening",
  completing: "opening",
  frozen: "opening",
  hedged: "open",
  closing: "closing",
  unwinding: "closing",
  closed: "closed",
  aborted: "unwound",
  stuck: "stuck",
};

export function statusOf(hedge: Hedge): Words<typeof position>["status"] {
  const state = stateOf(hedge);
  if (state === "closed") return hedge.wasHedged ? "closed" : "unwound";
  // A leg that is being settled on the way out is on the way out.
  if ((state === "naked" || state === "frozen") && hedge.phase === "exit") return "closing";
  return STATUS[state];
}

export function edgeWords(trade: Omit<Opportunity, "id">): Words<typeof edge> {
  const { edge: e, estimatedPnl } = trade;
  return {
    gross_bps: toNumber(e.grossBps),
    fees_bps: toNumber(e.feesBps),
    exit_bps: toNumber(e.exitBps),
    funding_bps: toNumber(e.fundingBps),
    slippage_bps: toNumber(e.slippageBps),
    all_in_bps: toNumber(e.allInBps),
    est_pnl_usdt: toNumber(estimatedPnl),
  };
}

/** @param swap the listing that counts in contracts */
export function sizeWords(trade: Omit<Opportunity, "id">, swap: Pick<Instrument, "contractSize">): Words<typeof size> {
  return {
    base: toNumber(trade.quantity),
    binance_qty: toNumber(trade.quantity),
    okx_contracts: toNumber(perUnit(trade.quantity, swap.contractSize)),
    notional_usdt: toNumber(trade.long.notional),
  };
}

export function legWords(quote: LegQuote, side: "buy" | "sell", quantity: Quantity): Words<typeof previewLeg> {
  return {
    venue: quote.venue,
    side,
    limit_px: toNumber(quote.limit),
    vwap_px: toNumber(perUnit(quote.notional, quantity)),
    qty: toNumber(quantity),
    fee_usdt: toNumber(quote.fee),
  };
}

export function opportunityWords(
  trade: Opportunity,
  more: {
    readonly leverage: number;
    readonly minSpread: number;
    readonly lifetimeMs: number;
    readonly blocked: string | null;
  },
): Words<typeof opportunity> {
  return {
    id: trade.id,
    ts: isoTime(trade.at),
    symbol: symbolOf(trade.instrument),
    long_venue: trade.long.venue,
    short_venue: trade.short.venue,
    spread: toNumber(trade.spread),
    spread_bps: toNumber(trade.spreadBps),
    all_in_bps: toNumber(trade.edge.allInBps),
    notional_suggestion: toNumber(trade.long.notional),
    leverage_suggestion: more.leverage,
    min_spread: more.minSpread,
    lifetime_ms: Math.round(more.lifetimeMs),
    ...(more.blocked === null ? {} : { blocked_reason: more.blocked }),
  };
}

export function orderWords(hedge: Hedge, held: HedgeOrder): Words<typeof order> {
  const { request } = held;
  const average = averagePrice([held]);
  return {
    client_order_id: request.id,
    venue_order_id: held.venueOrderId,
    hedge_id: hedge.intent.id,
    venue: request.venue,
    symbol: symbolOf(request.instrument),
    leg: request.leg,
    act: request.act,
    side: request.side,
    status: held.state,
    qty: toNumber(request.quantity),
    filled_qty: toNumber(held.filled),
    avg_price: average === null ? null : toNumber(average),
    limit_px: toNumber(request.limitPrice),
    fee_usdt: toNumber(feesOf([held])),
    reduce_only: request.reduceOnly,
    note: held.says,
  };
}

export function positionWords(hedge: Hedge, result: Attribution | null): Words<typeof position> {
  const { intent } = hedge;
  const entry = (leg: LegName) => averagePrice(ordersOf(hedge, leg, false));
  const exit = (leg: LegName) => averagePrice(ordersOf(hedge, leg, true));
  const number = (value: Fixed<string> | null): number | null => (value === null ? null : toNumber(value));
  return {
    id: intent.id,
    timestamp: isoTime(intent.decidedAt),
    symbol: symbolOf(intent.instrument),
    long_venue: intent.long.venue,
    short_venue: intent.short.venue,
    notional_usdt: toNumber(intent.notional),
    base_size: toNumber(intent.quantity),
    entry_spread_bps: toNumber(intent.spreadBps),
    entry_edge_bps: toNumber(intent.edgeBps),
    leverage: intent.leverage,
    entry_long_price: number(entry("long")),
    entry_short_price: number(entry("short")),
    status: statusOf(hedge),
    legs: LEGS.map((leg) => positionLegWords(hedge, leg)),
    pnl_usdt: result ? toNumber(result.total) : null,
    pnl: result ? pnlWords(result) : null,
    exit_reason: hedge.exit?.reason ?? null,
    exit_long_price: number(exit("long")),
    exit_short_price: number(exit("short")),
    closed_ts: isFinished(hedge) ? isoTime(hedge.at) : null,
    note: hedge.stuck,
  };
}

function positionLegWords(hedge: Hedge, leg: LegName): Words<typeof positionLeg> {
  const opened = ordersOf(hedge, leg, false);
  const closed = ordersOf(hedge, leg, true);
  const entryPrice = averagePrice(opened);
  const exitPrice = averagePrice(closed);
  const bought = opened.reduce((total, held) => add(total, held.filled), NO_QUANTITY);
  const sold = closed.reduce((total, held) => add(total, held.filled), NO_QUANTITY);
  return {
    leg,
    venue: hedge.intent[leg].venue,
    base_size: toNumber((bought - sold) as Quantity),
    entry_price: entryPrice === null ? null : toNumber(entryPrice),
    exit_price: exitPrice === null ? null : toNumber(exitPrice),
    fees_usdt: toNumber(feesOf([...opened, ...closed])),
  };
}

export function pnlWords(result: Attribution): Words<typeof pnlParts> {
  return {
    spread: toNumber(result.spread),
    fees: toNumber(result.fees),
    funding: toNumber(result.funding),
    slippage: toNumber(result.slippage),
    leg_risk: toNumber(result.legRisk),
  };
}

export function ordersOf(hedge: Hedge, leg: LegName, reducing: boolean): readonly HedgeOrder[] {
  return hedge.orders.filter(({ request }) => request.leg === leg && request.reduceOnly === reducing);
}

/** Volume-weighted, for reading; null without a fill. */
export function averagePrice(orders: readonly HedgeOrder[]): Price | null {
  const fills = orders.flatMap((held) => held.fills);
  const quantity = fills.reduce((total, fill) => total + fill.quantity, 0n);
  if (quantity === 0n) return null;
  const value = fills.reduce((total, fill) => total + fill.price * fill.quantity, 0n);
  return divideRounded(value, quantity, "half-even") as Price;
}

function feesOf(orders: readonly HedgeOrder[]): Usdt {
  return orders.flatMap((held) => held.fills).reduce((total, fill) => add(total, fill.fee), 0n as Usdt);
}

/** `amount / unit`, for reading. */
function perUnit(amount: Fixed<string>, unit: Fixed<string>): Fixed<string> {
  return divideRounded(amount * 1_000_000_000_000n, unit, "half-even") as Fixed<string>;
}

/** A moment as people read it, or null where there was none. */
export const timeWords = (at: Instant | null): string | null => (at === null ? null : isoTime(at));
