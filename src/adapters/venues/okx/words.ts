import { z } from "zod";
import { type Fields, isFields, parseQuick, textOf } from "#adapters/wire/json.ts";

/*
 * What OKX says, checked. Public frames are read by hand: there are thousands a second. Everything else goes through
 * schemas, which let fields pass that we have never heard of. Numbers are texts here, and "" means "does not apply".
 */

export interface BookFrame {
  readonly kind: "books";
  readonly symbol: string;
  readonly action: "snapshot" | "update";
  readonly sequence: number;
  readonly previous: number;
  readonly bids: unknown;
  readonly asks: unknown;
}

export interface BestFrame {
  readonly kind: "bbo-tbt";
  readonly symbol: string;
  readonly sequence: number;
  readonly bid: unknown;
  readonly ask: unknown;
}

export interface FundingFrame {
  readonly kind: "funding-rate";
  readonly symbol: string;
  readonly rate: string;
  readonly fundingTime: number;
  readonly nextFundingTime: number;
}

export interface MarkFrame {
  readonly kind: "mark-price";
  readonly symbol: string;
  readonly price: string;
}

export type PublicFrame =
  | BookFrame
  | BestFrame
  | FundingFrame
  | MarkFrame
  | { readonly kind: "error"; readonly code: string; readonly says: string }
  /** The connection will be closed for an upgrade. */
  | { readonly kind: "closing" }
  | { readonly kind: "other" }
  | {
      readonly kind: "bad";
      readonly says: string;
      /** Whose book it was, where it still says so. */ readonly book: string | null;
    };

const SERVICE_UPGRADE = "64008";
const isSequence = (value: unknown): value is number => typeof value === "number" && Number.isSafeInteger(value);
const bad = (says: string, book: string | null = null): PublicFrame => ({ kind: "bad", says, book });

/** One frame of `/public`, `pong` excepted: the session keeps that to itself. */
export function readPublicFrame(text: string): PublicFrame {
  const frame = parseQuick(text);
  if (!isFields(frame)) return bad("not a JSON object");
  if (typeof frame["event"] === "string") return readEvent(frame);
  const { arg, data } = frame;
  if (!isFields(arg)) return bad("a frame without its channel");
  const { channel, instId } = arg;
  const first: unknown = Array.isArray(data) ? data[0] : undefined;
  if (typeof instId !== "string" || !isFields(first))
    return bad("a frame without data", channel === "books" && typeof instId === "string" ? instId : null);
  switch (channel) {
    case "books":
      return readBook(instId, frame["action"], first);
    case "bbo-tbt":
      return readBest(instId, first);
    case "funding-rate":
      return readFunding(instId, first);
    case "mark-price":
      return typeof first["markPx"] === "string"
        ? { kind: "mark-price", symbol: instId, price: first["markPx"] }
        : bad("a mark price frame without its price");
    default:
      return { kind: "other" };
  }
}

export function readEvent({ event, code, msg }: Fields): PublicFrame {
  if (event === "notice" && code === SERVICE_UPGRADE) return { kind: "closing" };
  if (event === "error") return { kind: "error", code: textOf(code), says: textOf(msg).slice(0, 200) };
  return { kind: "other" };
}

function readBook(symbol: string, action: unknown, data: Fields): PublicFrame {
  const { seqId: sequence, prevSeqId: previous, bids, asks } = data;
  if (action !== "snapshot" && action !== "update")
    return bad("a book frame that is neither snapshot nor update", symbol);
  if (!isSequence(sequence) || !isSequence(previous)) return bad("a book frame without its sequence", symbol);
  return { kind: "books", symbol, action, sequence, previous, bids, asks };
}

function readBest(symbol: string, data: Fields): PublicFrame {
  const { seqId: sequence, bids, asks } = data;
  if (!isSequence(sequence) || !Array.isArray(bids) || !Array.isArray(asks))
    return bad("a best quote without its fields");
  return { kind: "bbo-tbt", symbol, sequence, bid: bids[0], ask: asks[0] };
}

function readFunding(symbol: string, data: Fields): PublicFrame {
  const { fundingRate: rate } = data;
  const fundingTime = millisOf(data["fundingTime"]);
  const nextFundingTime = millisOf(data["nextFundingTime"]);
  if (typeof rate !== "string" || fundingTime === null || nextFundingTime === null || nextFundingTime <= fundingTime) {
    return bad("a funding frame without its fields");
  }
  return { kind: "funding-rate", symbol, rate, fundingTime, nextFundingTime };
}

function millisOf(value: unknown): number | null {
  return typeof value === "string" && /^\d{10,15}$/.test(value) ? Number(value) : null;
}

export interface RestBook {
  readonly sequence: number;
  readonly bids: unknown;
  readonly asks: unknown;
}

export function readRestBook(data: readonly unknown[]): RestBook | null {
  const [first] = data;
  if (!isFields(first) || !isSequence(first["seqId"])) return null;
  return { sequence: first["seqId"], bids: first["bids"], asks: first["asks"] };
}

const decimal = z.string().regex(/^-?\d+(\.\d+)?$/);
/** A number or "": does not apply. */
const maybe = z.string().regex(/^(-?\d+(\.\d+)?)?$/);
export const millis = z
  .string()
  .regex(/^\d{10,15}$/)
  .transform(Number);
const maybeMillis = z.string().regex(/^(\d{10,15})?$/);
const side = z.enum(["buy", "sell"]);

export const instrumentWords = z.object({
  instId: z.string(),
  instFamily: z.string(),
  ctType: z.string(),
  ctVal: decimal,
  ctMult: decimal,
  settleCcy: z.string(),
  lotSz: decimal,
  minSz: decimal,
  tickSz: decimal,
  maxLmtSz: decimal,
  lever: maybe,
  state: z.string(),
  ruleType: z.string().default("normal"),
  expTime: z.string().default(""),
  groupId: z.string().default(""),
  /** The number by which websocket orders name it. */
  instIdCode: z.number().int().nullish(),
});
export type InstrumentWords = z.infer<typeof instrumentWords>;

export const orderWords = z.object({
  instId: z.string(),
  ordId: z.string(),
  clOrdId: z.string(),
  side,
  sz: decimal,
  accFillSz: maybe,
  state: z.string(),
  reduceOnly: z.union([z.string(), z.boolean()]).transform((value) => `${value}` === "true"),
  uTime: millis,
});
export type OrderWords = z.infer<typeof orderWords>;

/** An order push: the order, and the fill that this very push tells of, if it tells of one. */
export const orderPush = orderWords.extend({
  fillSz: maybe,
  fillPx: maybe,
  tradeId: z.string(),
  fillFee: maybe.default("0"),
  fillFeeCcy: z.string().default(""),
  execType: z.string().default(""),
  fillTime: maybeMillis,
});
export type OrderPush = z.infer<typeof orderPush>;

export const fillWords = z.object({
  instId: z.string(),
  tradeId: z.string(),
  ordId: z.string(),
  clOrdId: z.string(),
  billId: z.string(),
  fillPx: decimal,
  fillSz: decimal,
  side,
  execType: z.string(),
  feeCcy: z.string(),
  fee: maybe,
  ts: millis,
  fillTime: maybeMillis.default(""),
});
export type FillWords = z.infer<typeof fillWords>;

export const positionWords = z.object({
  instId: z.string(),
  pos: decimal,
  posSide: z.string(),
  avgPx: maybe,
  liqPx: maybe.default(""),
  uTime: millis,
});
export type PositionWords = z.infer<typeof positionWords>;

export const balanceWords = z.object({
  details: z.array(
    z.object({
      ccy: z.string(),
      cashBal: decimal,
      availEq: maybe.default(""),
      availBal: maybe.default(""),
      eq: maybe.default(""),
      mmr: maybe.default(""),
    }),
  ),
});

export const billWords = z.object({
  billId: z.string(),
  type: z.string(),
  instId: z.string(),
  ccy: z.string(),
  balChg: decimal,
  ts: millis,
});
export type BillWords = z.infer<typeof billWords>;

export const configWords = z.object({ acctLv: z.string(), posMode: z.string(), perm: z.string() });
export const leverageWords = z.object({ instId: z.string().default(""), lever: decimal });
export const feeWords = z.object({
  feeGroup: z.array(z.object({ groupId: z.string(), maker: decimal, taker: decimal })).default([]),
});
export const placedWords = z.object({ ordId: z.string().min(1), clOrdId: z.string(), ts: millis });

/** Seconds or milliseconds: pages and practice differ, and only zero means something to us. */
export const deadManWords = z.object({ triggerTime: z.string().regex(/^\d+$/), tag: z.string().default("") });

/** A list in which every element must be readable, or nothing is. */
export function readAll<T>(shape: z.ZodType<T>): (data: readonly unknown[]) => readonly T[] | null {
  const list = z.array(shape);
  return (data) => {
    const parsed = list.safeParse(data);
    return parsed.success ? parsed.data : null;
  };
}

export function readFirst<T>(shape: z.ZodType<T>): (data: readonly unknown[]) => T | null {
  return (data) => {
    const parsed = shape.safeParse(data[0]);
    return parsed.success ? parsed.data : null;
  };
}
