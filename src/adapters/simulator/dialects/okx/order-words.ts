import { type Bps, divideRounded, format, negate, type Price, type Usdt } from "#domain/decimal.ts";
import type { SimulatedExchange } from "../../exchange.ts";
import { type EndCause, isForced, type OwnTrade, type SimulatedOrder } from "../../orders.ts";
import { value } from "../../wallet.ts";
import { contracts, type OkxInstrument } from "./instruments.ts";

const FIRST_ORDER = 3_263_694_518_785_232_895n;
const ONE = 1_000_000_000_000n;

export const orderIdOf = (order: SimulatedOrder): string => `${FIRST_ORDER + BigInt(order.id)}`;
export const internalId = (text: string): number => (/^\d{1,20}$/.test(text) ? Number(BigInt(text) - FIRST_ORDER) : -1);

const SOURCES: Readonly<Record<EndCause, string>> = {
  user: "1",
  "reduce-only": "2",
  liquidation: "3",
  delisted: "0",
  "good-till": "0",
  fok: "13",
  ioc: "14",
  market: "14",
  "dead-man": "20",
  "post-only": "31",
  "self-trade": "32",
};

const REASONS: Readonly<Partial<Record<EndCause, string>>> = {
  ioc: "Order canceled: IOC order was partially canceled due to incompletely filled.",
  fok: "Order canceled: FOK order was canceled due to incompletely filled.",
  "post-only": "Order canceled: The post-only order would have taken liquidity.",
};

const CATEGORIES: Readonly<Record<string, string | undefined>> = {
  liquidation: "full_liquidation",
  adl: "adl",
  settlement: "delivery",
};

export function stateOf(order: SimulatedOrder): string {
  if (order.status === "filled") return "filled";
  if (order.status === "ended") return "canceled";
  return order.filled > 0n ? "partially_filled" : "live";
}

/** Ten decimals, as the venue shows averages. */
export function averageText(cost: Usdt, quantity: bigint): string {
  return format((divideRounded(cost * ONE, quantity * 100n, "half-even") * 100n) as Price);
}

export const cancelSourceOf = (order: SimulatedOrder): string =>
  order.status === "ended" && order.cause ? SOURCES[order.cause] : "";

const ms = (at: number): string => `${Math.floor(at)}`;
const charged = (fee: Usdt): string => format(negate(fee));

/** What queries and pushes say alike. */
function common(order: SimulatedOrder, entry: OkxInstrument, exchange: SimulatedExchange): Record<string, unknown> {
  return {
    accFillSz: contracts(entry, order.filled),
    algoClOrdId: "",
    algoId: "",
    attachAlgoClOrdId: "",
    attachAlgoOrds: [],
    avgPx: order.filled === 0n ? "0" : averageText(order.value, order.filled),
    cTime: ms(order.createdAt),
    cancelSource: cancelSourceOf(order),
    category: CATEGORIES[order.form] ?? "normal",
    ccy: "",
    clOrdId: isForced(order) ? "" : order.clientOrderId,
    fee: charged(order.fee),
    feeCcy: "USDT",
    instId: entry.instId,
    instType: "SWAP",
    isTpLimit: "false",
    lever: `${exchange.leverage(order.instrument)}`,
    linkedAlgoOrd: { algoId: "" },
    ordId: orderIdOf(order),
    ordType: isForced(order) ? "limit" : order.form,
    pnl: format(order.realized),
    posSide: order.bucket,
    px: order.limit === null ? "" : format(order.limit),
    pxType: "",
    pxUsd: "",
    pxVol: "",
    quickMgnType: "",
    rebate: "0",
    rebateCcy: "USDT",
    reduceOnly: `${order.reduceOnly}`,
    side: order.side,
    slOrdPx: "",
    slTriggerPx: "",
    slTriggerPxType: "",
    source: "",
    state: stateOf(order),
    stpId: "",
    stpMode: `cancel_${order.selfTrade ?? "maker"}`,
    sz: contracts(entry, order.quantity),
    tag: order.tag,
    tdMode: "cross",
    tgtCcy: "",
    tpOrdPx: "",
    tpTriggerPx: "",
    tpTriggerPxType: "",
    tradeQuoteCcy: "",
    uTime: ms(order.updatedAt),
  };
}

/** In a query the fill fields are those of the last fill. */
export function orderWords(order: SimulatedOrder, entry: OkxInstrument, exchange: SimulatedExchange): unknown {
  const last = order.lastTrade;
  return {
    ...common(order, entry, exchange),
    cancelSourceReason: order.status === "ended" && order.cause ? (REASONS[order.cause] ?? "") : "",
    fillPx: last ? format(last.price) : "",
    fillSz: last ? contracts(entry, last.quantity) : "0",
    fillTime: last ? ms(last.at) : "",
    tradeId: last ? tradeIdOf(last) : "",
  };
}

/** In a push they are those of this very update. */
export function orderEvent(
  order: SimulatedOrder,
  trade: OwnTrade | null,
  entry: OkxInstrument,
  exchange: SimulatedExchange,
  /** By whom it was amended with this update: us, or the venue for our position's sake. */
  amended: "user" | "venue" | null,
): Record<string, unknown> {
  const { market } = entry;
  const last = market.lastTrade?.price ?? market.mark;
  return {
    ...common(order, entry, exchange),
    amendResult: amended === "user" ? "0" : "",
    amendSource: amended === "user" ? "1" : amended === "venue" ? "2" : "",
    code: "0",
    execType: trade ? (trade.liquidity === "maker" ? "M" : "T") : "",
    fillFee: trade ? charged(trade.fee) : "0",
    fillFeeCcy: trade ? "USDT" : "",
    fillFwdPx: "",
    fillIdxPx: trade ? format(trade.mark) : "",
    fillMarkPx: trade ? format(trade.mark) : "",
    fillMarkVol: "",
    fillNotionalUsd: trade ? format(value(trade.price, trade.quantity)) : "",
    fillPnl: trade ? format(trade.realized) : "0",
    fillPx: trade ? format(trade.price) : "",
    fillPxUsd: "",
    fillPxVol: "",
    fillSz: trade ? contracts(entry, trade.quantity) : "0",
    fillTime: trade ? ms(trade.at) : "",
    lastPx: format(last),
    msg: "",
    notionalUsd: format(value(order.limit ?? market.mark, order.quantity)),
    reqId: "",
    tradeId: trade ? tradeIdOf(trade) : "",
  };
}

/** Forced trades have negative ids. */
function tradeIdOf(trade: OwnTrade): string {
  return isForced(trade.order) ? `-${trade.id}` : `${trade.id}`;
}

export function fillWords(trade: OwnTrade, entry: OkxInstrument): unknown {
  const { order } = trade;
  return {
    side: order.side,
    fillSz: contracts(entry, trade.quantity),
    fillPx: format(trade.price),
    fillPxVol: "",
    fillFwdPx: "",
    fee: charged(trade.fee),
    fillPnl: format(trade.realized),
    ordId: orderIdOf(order),
    feeRate: "",
    instType: "SWAP",
    fillPxUsd: "",
    instId: entry.instId,
    clOrdId: isForced(order) ? "" : order.clientOrderId,
    posSide: order.bucket,
    billId: billIdOf(trade.id),
    subType: order.side === "buy" ? "1" : "2",
    fillMarkVol: "",
    tag: order.tag,
    fillTime: ms(trade.at),
    execType: trade.liquidity === "maker" ? "M" : "T",
    fillIdxPx: format(trade.mark),
    tradeId: tradeIdOf(trade),
    fillMarkPx: format(trade.mark),
    feeCcy: "USDT",
    ts: ms(trade.at),
    tradeQuoteCcy: "",
  };
}

export const billIdOf = (id: number): string => `${3_263_694_519_000_000_000n + BigInt(id)}`;
export const ratio = (part: bigint, whole: bigint): string =>
  whole === 0n ? "" : format((divideRounded(part * 100_000_000n, whole, "half-even") * 10_000n) as Bps);
