import { z } from "zod";
import { type Fields, isFields, parseQuick } from "#adapters/wire/json.ts";

/*
 * What Binance says, checked. Public frames are read by hand: there are thousands a second. Everything else goes
 * through schemas, which let fields pass that we have never heard of.
 */

export interface DepthFrame {
  readonly kind: "depth";
  readonly symbol: string;
  readonly firstId: number;
  readonly finalId: number;
  readonly previousFinalId: number;
  readonly bids: unknown;
  readonly asks: unknown;
}

export interface BookTickerFrame {
  readonly kind: "book-ticker";
  readonly symbol: string;
  readonly updateId: number;
  readonly bid: readonly [unknown, unknown];
  readonly ask: readonly [unknown, unknown];
}

export interface MarkFrame {
  readonly kind: "mark";
  readonly symbol: string;
  readonly price: string;
  readonly rate: string;
  readonly nextFundingTime: number;
}

export type PublicFrame =
  | DepthFrame
  | BookTickerFrame
  | MarkFrame
  /** Theirs, and nothing to us: an acknowledgement, a COIN-M frame, an event we did not ask for. */
  | { readonly kind: "other" }
  | {
      readonly kind: "bad";
      readonly says: string;
      /** Whose frame it was, where it still says so. */ readonly symbol: string | null;
    };

const COIN_MARGINED = 2;
const bad = (says: string, symbol: string | null = null): PublicFrame => ({ kind: "bad", says, symbol });
const isId = (value: unknown): value is number =>
  typeof value === "number" && Number.isSafeInteger(value) && value >= 0;

/** One frame of `/public` or `/market`, raw or wrapped in its stream's name. Fields are found by name, never by place. */
export function readPublicFrame(text: string): PublicFrame {
  const frame = parseQuick(text);
  if (!isFields(frame)) return bad("not a JSON object");
  const data = isFields(frame["data"]) ? frame["data"] : frame;
  if (data["st"] === COIN_MARGINED) return { kind: "other" };
  switch (data["e"]) {
    case "depthUpdate":
      return readDepth(data);
    case "bookTicker":
      return readBookTicker(data);
    case "markPriceUpdate":
      return readMark(data);
    case undefined:
      return "error" in data || ("code" in data && "msg" in data)
        ? bad(`a request was refused: ${JSON.stringify(data).slice(0, 200)}`)
        : { kind: "other" };
    default:
      return { kind: "other" };
  }
}

function readDepth(data: Fields): PublicFrame {
  const { s: symbol, U: firstId, u: finalId, pu: previousFinalId, b: bids, a: asks } = data;
  if (typeof symbol !== "string") return bad("a depth frame without a symbol");
  if (!isId(firstId) || !isId(finalId) || !isId(previousFinalId)) return bad("a depth frame without its ids", symbol);
  if (firstId > finalId) return bad("a depth frame that ends before it begins", symbol);
  return { kind: "depth", symbol, firstId, finalId, previousFinalId, bids, asks };
}

function readBookTicker(data: Fields): PublicFrame {
  const { s: symbol, u: updateId, b, B, a, A } = data;
  if (typeof symbol !== "string") return bad("a best quote without a symbol");
  if (!isId(updateId)) return bad("a best quote without its id");
  return { kind: "book-ticker", symbol, updateId, bid: [b, B], ask: [a, A] };
}

function readMark(data: Fields): PublicFrame {
  const { s: symbol, p: price, r: rate, T: nextFundingTime } = data;
  if (typeof symbol !== "string" || typeof price !== "string" || typeof rate !== "string" || !isId(nextFundingTime)) {
    return bad("a mark price frame without its fields");
  }
  return { kind: "mark", symbol, price, rate, nextFundingTime };
}

export interface DepthSnapshot {
  readonly lastUpdateId: number;
  readonly bids: unknown;
  readonly asks: unknown;
}

export function readDepthSnapshot(body: unknown): DepthSnapshot | null {
  if (!isFields(body) || !isId(body["lastUpdateId"])) return null;
  return { lastUpdateId: body["lastUpdateId"], bids: body["bids"], asks: body["asks"] };
}

/** An id of 64 bits: a number while it is exact, its digits when it is not. */
const id = z.union([z.number().int(), z.string().regex(/^-?\d+$/)]).transform(String);
const decimal = z.string().regex(/^-?\d+(\.\d+)?$/);
const millis = z.number().int().nonnegative();
const side = z.enum(["BUY", "SELL"]);

export const orderWords = z.object({
  orderId: id,
  symbol: z.string(),
  status: z.string(),
  clientOrderId: z.string(),
  origQty: decimal,
  executedQty: decimal,
  side,
  reduceOnly: z.boolean(),
  updateTime: millis,
});
export type OrderWords = z.infer<typeof orderWords>;

export const tradeWords = z.object({
  symbol: z.string(),
  id,
  orderId: id,
  side,
  price: decimal,
  qty: decimal,
  commission: decimal,
  commissionAsset: z.string(),
  time: millis,
  maker: z.boolean(),
});
export type TradeWords = z.infer<typeof tradeWords>;

export const positionWords = z.object({
  symbol: z.string(),
  positionAmt: decimal,
  entryPrice: decimal,
  liquidationPrice: decimal.optional(),
  updateTime: millis,
});
export type PositionWords = z.infer<typeof positionWords>;

export const accountWords = z.object({
  assets: z.array(
    z.object({
      asset: z.string(),
      walletBalance: decimal,
      availableBalance: decimal,
      maintMargin: decimal.optional(),
      marginBalance: decimal.optional(),
    }),
  ),
});

export const incomeWords = z.object({
  symbol: z.string(),
  incomeType: z.string(),
  income: decimal,
  asset: z.string(),
  time: millis,
});
export type IncomeWords = z.infer<typeof incomeWords>;

export const commissionWords = z.object({ makerCommissionRate: decimal, takerCommissionRate: decimal });
export const accountConfigWords = z.object({
  canTrade: z.boolean(),
  canWithdraw: z.boolean(),
  dualSidePosition: z.boolean(),
});
export const symbolConfigWords = z.object({ symbol: z.string(), marginType: z.string(), leverage: z.number().int() });
export const listenKeyWords = z.object({ listenKey: z.string().min(1) });
export const fundingInfoWords = z.object({ symbol: z.string(), fundingIntervalHours: z.number().positive() });

/** Their yes to a dead-man timer repeats it, as a text on the page and a number in practice. */
export const countdownWords = z.object({
  symbol: z.string(),
  countdownTime: z.union([z.string(), z.number()]).transform(String),
});

export const symbolWords = z.object({
  symbol: z.string(),
  contractType: z.string(),
  status: z.string(),
  deliveryDate: z.number(),
  baseAsset: z.string(),
  quoteAsset: z.string(),
  marginAsset: z.string(),
  filters: z.array(z.looseObject({ filterType: z.string() })),
});
export type SymbolWords = z.infer<typeof symbolWords>;

const orderEvent = z.object({
  e: z.literal("ORDER_TRADE_UPDATE"),
  T: millis,
  o: z.object({
    s: z.string(),
    c: z.string(),
    S: side,
    q: decimal,
    x: z.string(),
    X: z.string(),
    i: id,
    l: decimal,
    z: decimal,
    L: decimal,
    N: z.string().optional(),
    n: decimal.optional(),
    T: millis,
    t: id,
    m: z.boolean(),
    R: z.boolean(),
  }),
});
export type OrderEvent = z.infer<typeof orderEvent>;

const accountEvent = z.object({
  e: z.literal("ACCOUNT_UPDATE"),
  T: millis,
  a: z.object({
    m: z.string(),
    S: z.string().optional(),
    B: z.array(z.object({ a: z.string(), bc: decimal })).default([]),
    P: z.array(z.object({ s: z.string(), pa: decimal, ep: decimal, ps: z.string().optional() })).default([]),
  }),
});
export type AccountEvent = z.infer<typeof accountEvent>;

const privateEvent = z.discriminatedUnion("e", [
  orderEvent,
  accountEvent,
  z.object({ e: z.literal("listenKeyExpired") }),
]);
export type PrivateEvent = z.infer<typeof privateEvent>;
/** What a private connection passes on: everything but the end of its own key. */
export type AccountNewsEvent = OrderEvent | AccountEvent;

/**
 * One frame of `/private`. TRADE_LITE is passed over on purpose: it is a thinner copy of an ORDER_TRADE_UPDATE that
 * always follows, and a fill that is told twice is a fill that can be counted twice.
 */
export function readPrivateFrame(frame: unknown): PrivateEvent | "other" | "bad" {
  if (!isFields(frame)) return "bad";
  const data = isFields(frame["data"]) ? frame["data"] : frame;
  const { e: event } = data;
  if (event !== "ORDER_TRADE_UPDATE" && event !== "ACCOUNT_UPDATE" && event !== "listenKeyExpired") return "other";
  const parsed = privateEvent.safeParse(data);
  return parsed.success ? parsed.data : "bad";
}

/** A list in which every element must be readable, or nothing is. */
export function readAll<T>(shape: z.ZodType<T>): (body: unknown) => readonly T[] | null {
  const list = z.array(shape);
  return (body) => {
    const parsed = list.safeParse(body);
    return parsed.success ? parsed.data : null;
  };
}

export function readOne<T>(shape: z.ZodType<T>): (body: unknown) => T | null {
  return (body) => {
    const parsed = shape.safeParse(body);
    return parsed.success ? parsed.data : null;
  };
}
