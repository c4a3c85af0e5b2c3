import { divideRounded, format, NO_PRICE, type Price } from "#domain/decimal.ts";
import type { EndCause, OwnTrade, SimulatedOrder } from "../../orders.ts";
import type { BinanceSymbol } from "./symbols.ts";

/** Where the ids of this venue begin: they do not fit 32 bits, and clients must not think so. */
const FIRST_ORDER = 790_452_112_344;

const FORCE = { gtc: "GTC", ioc: "IOC", fok: "FOK", "post-only": "GTX" } as const;

/** Why an order expired, in the venue's numbers. */
const EXPIRY: Readonly<Record<EndCause, string>> = {
  user: "0",
  "dead-man": "0",
  "post-only": "0",
  "self-trade": "1",
  ioc: "2",
  fok: "2",
  "reduce-only": "4",
  liquidation: "5",
  delisted: "7",
  "good-till": "0",
  market: "9",
};

export const orderIdOf = (order: SimulatedOrder): number => FIRST_ORDER + order.id;
export const internalId = (orderId: number): number => orderId - FIRST_ORDER;

export function statusOf(order: SimulatedOrder): string {
  if (order.status === "filled") return "FILLED";
  if (order.status === "open") return order.filled > 0n ? "PARTIALLY_FILLED" : "NEW";
  if (order.cause === "self-trade") return "EXPIRED_IN_MATCH";
  return order.cause === "user" || order.cause === "dead-man" ? "CANCELED" : "EXPIRED";
}

function averageOf(order: SimulatedOrder): Price {
  if (order.filled === 0n) return NO_PRICE;
  return (divideRounded(order.value * 100_000n, order.filled, "half-even") * 10_000_000n) as Price;
}

export const sideOf = (order: SimulatedOrder): string => order.side.toUpperCase();
export const positionSideOf = (order: SimulatedOrder): string =>
  order.bucket === "net" ? "BOTH" : order.bucket.toUpperCase();
const forceOf = (order: SimulatedOrder): string => {
  if (order.goodTill !== undefined) return "GTD";
  return order.limit === null ? "GTC" : FORCE[order.timeInForce];
};
const SELF_TRADE = { maker: "EXPIRE_MAKER", taker: "EXPIRE_TAKER", both: "EXPIRE_BOTH" } as const;
const selfTradeOf = (order: SimulatedOrder): string => SELF_TRADE[order.selfTrade ?? "maker"];
const typeOf = (order: SimulatedOrder): string => (order.limit === null ? "MARKET" : "LIMIT");

export type OrderAnswer = "ack" | "result" | "query";

/**
 * An order as REST tells it. An ack shows nothing filled even if all of it is; `avgPrice` and `cumQuote` are in
 * queries only, since 2026-07.
 */
export function orderWords(
  order: SimulatedOrder,
  symbol: BinanceSymbol,
  as: OrderAnswer,
  averages = false,
): Record<string, unknown> {
  const { pricePlaces, quantityPlaces } = symbol;
  const zero = format(0n as Price, quantityPlaces);
  const executed = as === "ack" ? zero : format(order.filled, quantityPlaces);
  const words = {
    orderId: orderIdOf(order),
    symbol: symbol.symbol,
    status: as === "ack" ? "NEW" : statusOf(order),
    clientOrderId: order.clientOrderId,
    price: format(order.limit ?? NO_PRICE, pricePlaces),
    origQty: format(order.quantity, quantityPlaces),
    executedQty: executed,
    cumQty: as === "result" ? executed : zero,
    timeInForce: forceOf(order),
    type: typeOf(order),
    reduceOnly: order.reduceOnly,
    closePosition: false,
    side: sideOf(order),
    positionSide: positionSideOf(order),
    stopPrice: "0.00",
    workingType: "CONTRACT_PRICE",
    priceProtect: false,
    origType: typeOf(order),
    priceMatch: order.priceMatch ?? "NONE",
    selfTradePreventionMode: selfTradeOf(order),
    goodTillDate: order.goodTill ?? 0,
    updateTime: Math.floor(order.updatedAt),
  };
  if (as !== "query" && !averages) return words;
  const shown = as === "ack" ? { avgPrice: "0.00", cumQuote: "0" } : averagesOf(order);
  return { ...words, ...shown, ...(as === "query" ? { time: Math.floor(order.createdAt) } : {}) };
}

const averagesOf = (order: SimulatedOrder): Record<string, unknown> => ({
  avgPrice: format(averageOf(order), 5),
  cumQuote: format(order.value, 5),
});

export function tradeWords(trade: OwnTrade, symbol: BinanceSymbol): unknown {
  const { order } = trade;
  return {
    symbol: symbol.symbol,
    id: trade.id,
    orderId: orderIdOf(order),
    side: sideOf(order),
    price: format(trade.price, symbol.pricePlaces),
    qty: format(trade.quantity, symbol.quantityPlaces),
    realizedPnl: format(trade.realized),
    quoteQty: format(valueOf(trade), 5),
    commission: format(trade.fee, 8),
    commissionAsset: "USDT",
    time: Math.floor(trade.at),
    positionSide: positionSideOf(order),
    buyer: order.side === "buy",
    maker: trade.liquidity === "maker",
  };
}

function valueOf({ price, quantity }: OwnTrade): Price {
  return ((price * quantity) / 1_000_000_000_000n) as Price;
}

/** The order event of the private stream. */
export function orderEvent(
  order: SimulatedOrder,
  change: "new" | "trade" | "ended" | "amended" | "cut",
  trade: OwnTrade | null,
  symbol: BinanceSymbol,
  now: number,
): unknown {
  const { pricePlaces, quantityPlaces } = symbol;
  const ended = order.cause === "user" || order.cause === "dead-man" ? "CANCELED" : "EXPIRED";
  const execution = { new: "NEW", trade: "TRADE", ended, amended: "AMENDMENT", cut: "AMENDMENT" }[change];
  const at = Math.floor(trade?.at ?? order.updatedAt);
  return {
    e: "ORDER_TRADE_UPDATE",
    T: at,
    E: Math.floor(now),
    o: {
      s: symbol.symbol,
      c: order.clientOrderId,
      S: sideOf(order),
      o: typeOf(order),
      f: forceOf(order),
      q: format(order.quantity, quantityPlaces),
      p: format(order.limit ?? NO_PRICE, pricePlaces),
      ap: order.filled === 0n ? "0" : format(averageOf(order), 5),
      sp: "0",
      x: execution,
      X: change === "new" ? "NEW" : change === "trade" ? tradeStatus(order) : statusOf(order),
      i: orderIdOf(order),
      l: trade ? format(trade.quantity, quantityPlaces) : "0",
      z: order.filled === 0n ? "0" : format(order.filled, quantityPlaces),
      L: trade ? format(trade.price, pricePlaces) : "0",
      ...(trade ? { n: format(trade.fee, 8), N: "USDT" } : {}),
      T: at,
      t: trade?.id ?? 0,
      b: "0",
      a: "0",
      m: trade?.liquidity === "maker",
      R: order.reduceOnly,
      wt: "CONTRACT_PRICE",
      ot: typeOf(order),
      ps: positionSideOf(order),
      cp: false,
      rp: trade ? format(trade.realized) : "0",
      pP: false,
      si: 0,
      ss: 0,
      V: selfTradeOf(order),
      pm: order.priceMatch ?? "NONE",
      gtd: order.goodTill ?? 0,
      er: order.status === "ended" && order.cause && change === "ended" ? EXPIRY[order.cause] : "0",
    },
  };
}

/** A trade that comes after the end is told as part of what then still looked open. */
function tradeStatus(order: SimulatedOrder): string {
  return order.filled >= order.quantity ? "FILLED" : "PARTIALLY_FILLED";
}

export function tradeLite(trade: OwnTrade, symbol: BinanceSymbol, now: number): unknown {
  const { order } = trade;
  return {
    e: "TRADE_LITE",
    E: Math.floor(now),
    T: Math.floor(trade.at),
    s: symbol.symbol,
    q: format(order.quantity, symbol.quantityPlaces),
    p: format(order.limit ?? NO_PRICE, symbol.pricePlaces),
    m: trade.liquidity === "maker",
    c: order.clientOrderId,
    S: sideOf(order),
    L: format(trade.price, symbol.pricePlaces),
    l: format(trade.quantity, symbol.quantityPlaces),
    t: trade.id,
    i: orderIdOf(order),
  };
}
