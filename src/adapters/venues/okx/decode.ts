import {
  DECIMALS,
  NO_USDT,
  type Price,
  type Quantity,
  type Usdt,
  absolute,
  format,
  negate,
  tryBpsFromFraction,
  tryPrice,
  tryQuantity,
} from "#domain/decimal.ts";
import type { Fill } from "#domain/fill.ts";
import type { FundingPayment, FundingRate } from "#domain/funding.ts";
import { type InstrumentId, OKX_PERP, foreignOrderId, instrumentId } from "#domain/ids.ts";
import { type Instrument, gridFault } from "#domain/instrument.ts";
import type { Order, OrderStatus } from "#domain/order.ts";
import type { BestQuote } from "#domain/quote.ts";
import { MINUTE, type Instant } from "#domain/time.ts";
import type { VenuePosition } from "#ports/venue.ts";
import type { FeeValue } from "../fee-value.ts";
import { type BookGrid, Grid } from "../grid.ts";
import { tryRounded } from "../rounded.ts";
import type {
  BestFrame,
  BillWords,
  FillWords,
  FundingFrame,
  InstrumentWords,
  OrderPush,
  OrderWords,
  PositionWords,
} from "./words.ts";

const VENUE = OKX_PERP;
const ONE = 10n ** BigInt(DECIMALS);

/** An Instrument, the two names OKX needs to tell its fee, and the number websocket orders need. */
export interface OkxInstrument extends Instrument {
  readonly code: number | null;
  readonly family: string;
  readonly feeGroup: string;
}

/** `BTC-USDT-SWAP` is theirs, `BTC-USDT-PERP` is ours; null when it is none of ours. */
export function decodeSymbol(symbol: string): InstrumentId | null {
  const base = /^([\p{Lu}\p{Lo}\p{N}]{1,24})-USDT-SWAP$/u.exec(symbol)?.[1];
  return base === undefined ? null : instrumentId(`${base}-USDT-PERP`);
}

/** Contracts as base units, exactly; null when it is no number or the product would need more than 12 decimals. */
export function baseQuantity(contracts: string, { contractSize }: Pick<Instrument, "contractSize">): Quantity | null {
  const count = tryQuantity(contracts);
  if (count === null || (count * contractSize) % ONE !== 0n) return null;
  return ((count * contractSize) / ONE) as Quantity;
}

/** Base units as the contracts one writes in an order; null when it is not a whole number of their smallest part. */
export function contractsOf(
  base: Quantity,
  { contractSize, lot }: Pick<Instrument, "contractSize" | "lot">,
): string | null {
  if (base % lot !== 0n || (base * ONE) % contractSize !== 0n) return null;
  return format(((base * ONE) / contractSize) as Quantity);
}

/** An instrument; null when it is not a linear USDT swap we could trade exactly. */
export function decodeInstrument(words: InstrumentWords): OkxInstrument | null {
  if (words.ctType !== "linear" || words.settleCcy !== "USDT") return null;
  const id = decodeSymbol(words.instId);
  const value = tryQuantity(words.ctVal);
  const multiplier = tryQuantity(words.ctMult);
  if (id === null || value === null || multiplier === null || (value * multiplier) % ONE !== 0n) return null;
  const contractSize = ((value * multiplier) / ONE) as Quantity;
  const tick = tryPrice(words.tickSz);
  const lot = baseQuantity(words.lotSz, { contractSize });
  const minQuantity = baseQuantity(words.minSz, { contractSize });
  const maxQuantity = baseQuantity(words.maxLmtSz, { contractSize });
  if (!tick || !lot || minQuantity === null || maxQuantity === null || gridFault({ tick, lot }) !== null) return null;
  return {
    id,
    venue: VENUE,
    symbol: words.instId,
    tick,
    lot,
    minQuantity,
    maxQuantity,
    minNotional: NO_USDT,
    contractSize,
    maxLeverage: Math.max(1, Math.floor(Number(words.lever === "" ? "1" : words.lever))),
    // An end that appears on a perpetual announces its delisting.
    tradable: words.state === "live" && words.ruleType === "normal" && words.expTime === "",
    family: words.instFamily,
    feeGroup: words.groupId,
    code: words.instIdCode ?? null,
  };
}

/** Sizes on the wire are contracts, so the grid of sizes is `lotSz`: one of our lots, counted in contracts. */
export function bookGrid({ tick, lot, contractSize }: Instrument): BookGrid {
  return { prices: new Grid(tick), sizes: new Grid((lot * ONE) / contractSize) };
}

/** Null when any number is off the grid, or the quote is crossed by itself. */
export function decodeBestQuote(
  frame: BestFrame,
  instrument: InstrumentId,
  grid: BookGrid,
  at: Instant,
): BestQuote | null {
  const [bidTick, bidLots] = levelOf(frame.bid, grid);
  const [askTick, askLots] = levelOf(frame.ask, grid);
  if (bidTick <= 0 || bidLots < 0 || askLots < 0 || askTick <= bidTick) return null;
  return { venue: VENUE, instrument, bidTick, bidLots, askTick, askLots, sequence: frame.sequence, at };
}

function levelOf(level: unknown, grid: BookGrid): readonly [number, number] {
  return Array.isArray(level) ? [grid.prices.count(level[0]), grid.sizes.count(level[1])] : [-1, -1];
}

/** `fundingTime` is the coming charge, `nextFundingTime` the one after: between them lies the interval. */
export function decodeFunding(frame: FundingFrame, instrument: InstrumentId, at: Instant): FundingRate | null {
  const rate = tryBpsFromFraction(frame.rate);
  const nextAt = (Math.round(frame.fundingTime / MINUTE) * MINUTE) as Instant;
  const intervalMs = Math.round((frame.nextFundingTime - frame.fundingTime) / MINUTE) * MINUTE;
  return rate === null || intervalMs <= 0 ? null : { venue: VENUE, instrument, rate, nextAt, intervalMs, at };
}

const STATUS: Readonly<Record<string, OrderStatus>> = {
  live: "open",
  partially_filled: "open",
  filled: "filled",
  canceled: "cancelled",
  mmp_canceled: "cancelled",
};

export function decodeOrder(words: OrderWords, instrument: Instrument): Order | null {
  const ordered = baseQuantity(words.sz, instrument);
  const filled = baseQuantity(words.accFillSz === "" ? "0" : words.accFillSz, instrument);
  if (ordered === null || filled === null) return null;
  return {
    venue: VENUE,
    instrument: instrument.id,
    id: foreignOrderId(words.clOrdId),
    venueOrderId: words.ordId,
    side: words.side,
    quantity: ordered,
    filled,
    status: Object.hasOwn(STATUS, words.state) ? (STATUS[words.state] ?? "unreadable") : "unreadable",
    reduceOnly: words.reduceOnly,
    at: words.uTime as Instant,
  };
}

/** The fill this push tells of, in the words of REST; null when it tells of none. */
export function fillInPush(push: OrderPush): FillWords | null {
  if (!/[1-9]/.test(push.fillSz)) return null;
  return {
    instId: push.instId,
    tradeId: push.tradeId,
    ordId: push.ordId,
    clOrdId: push.clOrdId,
    billId: "",
    fillPx: push.fillPx,
    fillSz: push.fillSz,
    side: push.side,
    execType: push.execType,
    feeCcy: push.fillFeeCcy,
    fee: push.fillFee,
    ts: push.uTime,
    fillTime: push.fillTime,
  };
}

/** A fill in base units, its fee turned to our sign and valued in USDT: OKX writes what it takes as negative. */
export function decodeFill(
  words: FillWords,
  instrument: Instrument,
  fees: FeeValue,
): { readonly fill: Fill; readonly note: string | null } | null {
  const price = tryPrice(words.fillPx);
  const quantity = baseQuantity(words.fillSz, instrument);
  const change = words.fee === "" ? 0n : tryRounded(words.fee);
  if (price === null || quantity === null || change === null || price <= 0n || quantity <= 0n) return null;
  const liquidity = words.execType === "M" ? "maker" : "taker";
  const asset = words.feeCcy === "" ? "USDT" : words.feeCcy;
  const { fee, note } = fees.value(instrument.id, { amount: -change, asset, price, quantity, liquidity });
  const fill: Fill = {
    venue: VENUE,
    instrument: instrument.id,
    tradeId: words.tradeId,
    order: foreignOrderId(words.clOrdId),
    venueOrderId: words.ordId,
    side: words.side,
    price,
    quantity,
    fee,
    feeAsset: asset,
    liquidity,
    at: (words.fillTime === "" ? words.ts : Number(words.fillTime)) as Instant,
  };
  return { fill, note };
}

/** "" and "0" are both how OKX writes "none". */
function averagePrice(text: string): Price | null {
  const price = text === "" ? null : tryRounded(text);
  return price === null || price <= 0n ? null : (price as Price);
}

export function decodePosition(words: PositionWords, instrument: Instrument): VenuePosition | null {
  const held = baseQuantity(words.pos, instrument);
  if (held === null) return null;
  return {
    venue: VENUE,
    instrument: instrument.id,
    // In long/short mode a short is written as a positive number; only its side says what it is.
    quantity: words.posSide === "short" ? negate(absolute(held)) : held,
    entryPrice: averagePrice(words.avgPx),
    liquidationPrice: averagePrice(words.liqPx),
    at: words.uTime as Instant,
  };
}

const FUNDING_BILL = "8";

/** Null for a bill that is not funding in USDT. */
export function decodeFundingPayment(words: BillWords): FundingPayment | null {
  const amount = tryRounded(words.balChg);
  if (words.type !== FUNDING_BILL || words.ccy !== "USDT" || amount === null) return null;
  return {
    venue: VENUE,
    instrument: decodeSymbol(words.instId),
    amount: amount as Usdt,
    id: words.billId,
    at: words.ts as Instant,
  };
}
