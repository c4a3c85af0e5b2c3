import {
  NO_USDT,
  type Price,
  absolute,
  negate,
  quantity,
  tryBpsFromFraction,
  tryPrice,
  tryQuantity,
  tryUsdt,
} from "#domain/decimal.ts";
import type { Fill, Side } from "#domain/fill.ts";
import type { FundingPayment, FundingRate } from "#domain/funding.ts";
import { BINANCE_UM, type InstrumentId, foreignOrderId, instrumentId } from "#domain/ids.ts";
import { type Instrument, gridFault } from "#domain/instrument.ts";
import type { Order, OrderStatus } from "#domain/order.ts";
import type { BestQuote } from "#domain/quote.ts";
import { HOUR, MINUTE, type Instant } from "#domain/time.ts";
import type { VenuePosition } from "#ports/venue.ts";
import { textOf } from "#adapters/wire/json.ts";
import type { FeeValue } from "../fee-value.ts";
import { type BookGrid, Grid } from "../grid.ts";
import { tryRounded } from "../rounded.ts";
import type {
  AccountEvent,
  BookTickerFrame,
  IncomeWords,
  MarkFrame,
  OrderEvent,
  OrderWords,
  PositionWords,
  SymbolWords,
  TradeWords,
} from "./words.ts";

const VENUE = BINANCE_UM;
const NEVER_DELIVERED = 4_133_404_800_000;
export const DEFAULT_FUNDING_MS = 8 * HOUR;
/** Leverage is bounded by brackets per notional, which another question answers; no symbol allows more. */
const MAX_LEVERAGE = 125;

/** `BTCUSDT` is theirs, `BTC-USDT-PERP` is ours; null when it is none of ours. */
export function decodeSymbol(symbol: string): InstrumentId | null {
  const base = /^([\p{Lu}\p{Lo}\p{N}]{1,24})USDT$/u.exec(symbol)?.[1];
  return base === undefined ? null : instrumentId(`${base}-USDT-PERP`);
}

/** A symbol as an instrument; null when it is not a USDT perpetual we could trade exactly. */
export function decodeInstrument(words: SymbolWords): Instrument | null {
  if (words.contractType !== "PERPETUAL" || words.quoteAsset !== "USDT" || words.marginAsset !== "USDT") return null;
  const id = decodeSymbol(words.symbol);
  const price = words.filters.find((filter) => filter.filterType === "PRICE_FILTER");
  const lots = words.filters.find((filter) => filter.filterType === "LOT_SIZE");
  const minimum = words.filters.find((filter) => filter.filterType === "MIN_NOTIONAL");
  const tick = tryPrice(textOf(price?.["tickSize"]));
  const lot = tryQuantity(textOf(lots?.["stepSize"]));
  const minQuantity = tryQuantity(textOf(lots?.["minQty"]));
  const maxQuantity = tryQuantity(textOf(lots?.["maxQty"]));
  const minNotional = minimum === undefined ? NO_USDT : tryUsdt(textOf(minimum["notional"]));
  if (id === null || !tick || !lot || minQuantity === null || maxQuantity === null || minNotional === null) return null;
  if (gridFault({ tick, lot }) !== null) return null;
  return {
    id,
    venue: VENUE,
    symbol: words.symbol,
    tick,
    lot,
    minQuantity,
    maxQuantity,
    minNotional,
    contractSize: quantity("1"),
    maxLeverage: MAX_LEVERAGE,
    // A delivery date that has moved from the far future announces the delisting.
    tradable: words.status === "TRADING" && words.deliveryDate === NEVER_DELIVERED,
  };
}

export const bookGrid = ({ tick, lot }: Instrument): BookGrid => ({ prices: new Grid(tick), sizes: new Grid(lot) });

/** Null when any number is off the grid, or the quote is crossed by itself. An empty side has no quote to give. */
export function decodeBestQuote(
  frame: BookTickerFrame,
  instrument: InstrumentId,
  grid: BookGrid,
  at: Instant,
): BestQuote | null {
  const bidTick = grid.prices.count(frame.bid[0]);
  const bidLots = grid.sizes.count(frame.bid[1]);
  const askTick = grid.prices.count(frame.ask[0]);
  const askLots = grid.sizes.count(frame.ask[1]);
  if (bidTick <= 0 || bidLots < 0 || askLots < 0 || askTick <= bidTick) return null;
  return { venue: VENUE, instrument, bidTick, bidLots, askTick, askLots, sequence: frame.updateId, at };
}

export function decodeFunding(
  frame: MarkFrame,
  instrument: InstrumentId,
  intervalMs: number,
  at: Instant,
): FundingRate | null {
  const rate = tryBpsFromFraction(frame.rate);
  // Stamps carry a few milliseconds of jitter; the charge is for the full minute.
  const nextAt = (Math.round(frame.nextFundingTime / MINUTE) * MINUTE) as Instant;
  return rate === null ? null : { venue: VENUE, instrument, rate, nextAt, intervalMs, at };
}

const STATUS: Readonly<Record<string, OrderStatus>> = {
  NEW: "open",
  PARTIALLY_FILLED: "open",
  FILLED: "filled",
  CANCELED: "cancelled",
  EXPIRED: "expired",
  EXPIRED_IN_MATCH: "expired",
};

const sideOf = (side: "BUY" | "SELL"): Side => (side === "BUY" ? "buy" : "sell");
const statusOf = (status: string): OrderStatus =>
  Object.hasOwn(STATUS, status) ? (STATUS[status] ?? "unreadable") : "unreadable";

export function decodeOrder(words: OrderWords, instrument: InstrumentId): Order | null {
  const ordered = tryQuantity(words.origQty);
  const filled = tryQuantity(words.executedQty);
  if (ordered === null || filled === null) return null;
  return {
    venue: VENUE,
    instrument,
    id: foreignOrderId(words.clientOrderId),
    venueOrderId: words.orderId,
    side: sideOf(words.side),
    quantity: ordered,
    filled,
    status: statusOf(words.status),
    reduceOnly: words.reduceOnly,
    at: words.updateTime as Instant,
  };
}

export function decodeOrderEvent({ o }: OrderEvent, instrument: InstrumentId): Order | null {
  return decodeOrder(
    {
      orderId: o.i,
      symbol: o.s,
      status: o.X,
      clientOrderId: o.c,
      origQty: o.q,
      executedQty: o.z,
      side: o.S,
      reduceOnly: o.R,
      updateTime: o.T,
    },
    instrument,
  );
}

/** The fill this event tells of, as a trade in the words of REST; null when it tells of none. */
export function tradeInEvent({ o }: OrderEvent): TradeWords | null {
  const traded = o.x === "TRADE" || o.x === "CALCULATED";
  if (!traded || !/[1-9]/.test(o.l)) return null;
  return {
    symbol: o.s,
    id: o.t,
    orderId: o.i,
    side: o.S,
    price: o.L,
    qty: o.l,
    // Absent when nothing was charged.
    commission: o.n ?? "0",
    commissionAsset: o.N ?? "USDT",
    time: o.T,
    maker: o.m,
  };
}

/** A fill, its fee valued in USDT. REST does not repeat our name for the order, so the caller says it. */
export function decodeFill(
  words: TradeWords,
  of: { readonly instrument: InstrumentId; readonly order: string; readonly fees: FeeValue },
): { readonly fill: Fill; readonly note: string | null } | null {
  const price = tryPrice(words.price);
  const traded = tryQuantity(words.qty);
  const commission = tryUsdt(words.commission);
  if (price === null || traded === null || commission === null || price <= 0n || traded <= 0n) return null;
  const liquidity = words.maker ? "maker" : "taker";
  const { fee, note } = of.fees.value(of.instrument, {
    amount: commission,
    asset: words.commissionAsset,
    price,
    quantity: traded,
    liquidity,
  });
  const fill: Fill = {
    venue: VENUE,
    instrument: of.instrument,
    tradeId: words.id,
    order: foreignOrderId(of.order),
    venueOrderId: words.orderId,
    side: sideOf(words.side),
    price,
    quantity: traded,
    fee,
    feeAsset: words.commissionAsset,
    liquidity,
    at: words.time as Instant,
  };
  return { fill, note };
}

/** Zero is how Binance writes "none". */
function averagePrice(text = ""): Price | null {
  const price = tryRounded(text);
  return price === null || price <= 0n ? null : (price as Price);
}

export function decodePosition(words: PositionWords, instrument: InstrumentId): VenuePosition | null {
  const held = tryQuantity(words.positionAmt);
  if (held === null) return null;
  return {
    venue: VENUE,
    instrument,
    quantity: held,
    entryPrice: averagePrice(words.entryPrice),
    liquidationPrice: averagePrice(words.liquidationPrice),
    at: words.updateTime as Instant,
  };
}

export function decodePositionEvent(
  { s, pa, ep, ps }: AccountEvent["a"]["P"][number],
  instrument: InstrumentId,
  at: number,
): VenuePosition | null {
  const position = decodePosition({ symbol: s, positionAmt: pa, entryPrice: ep, updateTime: at }, instrument);
  if (position === null || ps !== "SHORT") return position;
  // A short of hedge mode is negative here as everywhere, however it was written.
  return { ...position, quantity: negate(absolute(position.quantity)) };
}

/**
 * The stream tells of a payment without the id REST gives it, so both get the one both can say: the symbol and the
 * minute. A symbol is charged once at a stamp.
 */
export function decodeFundingPayment(
  words: Pick<IncomeWords, "symbol" | "income" | "asset" | "time">,
): FundingPayment | null {
  const amount = tryUsdt(words.income);
  if (amount === null || words.asset !== "USDT") return null;
  const minute = Math.round(words.time / MINUTE) * MINUTE;
  return {
    venue: VENUE,
    instrument: decodeSymbol(words.symbol),
    amount,
    id: `${words.symbol}@${minute}`,
    at: words.time as Instant,
  };
}
