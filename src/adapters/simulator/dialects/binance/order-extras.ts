import type { Price } from "#domain/decimal.ts";
import type { Side } from "#domain/fill.ts";
import type { Instant } from "#domain/time.ts";
import type { Placement, SelfTrade } from "../../orders.ts";
import { type BinanceError, missing, refuse } from "./errors.ts";
import { readPrice } from "./filters.ts";
import type { Params } from "./signature.ts";
import type { BinanceSymbol } from "./symbols.ts";

/** How far ahead an order's last moment must lie. */
const GOOD_TILL_LEAD_MS = 600_000;
const SELF_TRADE: Readonly<Record<string, SelfTrade | undefined>> = {
  EXPIRE_TAKER: "taker",
  EXPIRE_MAKER: "maker",
  EXPIRE_BOTH: "both",
  NONE: "maker",
};
/** Whose side of the book a price is matched to, and how many levels into it. */
const MATCHES: Readonly<Record<string, readonly [whose: "own" | "other", level: number] | undefined>> = {
  OPPONENT: ["other", 1],
  OPPONENT_5: ["other", 5],
  QUEUE: ["own", 1],
  QUEUE_5: ["own", 5],
  QUEUE_10: ["own", 10],
  QUEUE_20: ["own", 20],
};

/** What an order may say beyond the usual: who goes in a self-trade, until when it is good, what its price follows. */
export function readExtras(
  params: Params,
  now: Instant,
): Pick<Placement, "selfTrade" | "goodTill" | "priceMatch"> | BinanceError {
  const mode = params.get("selfTradePreventionMode");
  const selfTrade = mode === undefined ? undefined : SELF_TRADE[mode];
  if (mode !== undefined && !selfTrade) return refuse(-1130, "Invalid data sent for a parameter.");
  const till = params.get("goodTillDate");
  const isGtd = params.get("timeInForce") === "GTD";
  if (till !== undefined && !isGtd) return refuse(-1106, "Parameter 'goodTillDate' sent when not required.");
  if (isGtd && (till === undefined || !/^\d{13}$/.test(till))) return missing("goodTillDate");
  // Of the stamp only whole seconds count.
  const goodTill = till === undefined ? undefined : ((Math.floor(Number(till) / 1_000) * 1_000) as Instant);
  if (goodTill !== undefined && goodTill <= now + GOOD_TILL_LEAD_MS) return refuse(-5040);
  const priceMatch = params.get("priceMatch");
  if (priceMatch !== undefined && priceMatch !== "NONE" && !MATCHES[priceMatch]) return refuse(-5037);
  return {
    ...(selfTrade === undefined ? {} : { selfTrade }),
    ...(goodTill === undefined ? {} : { goodTill }),
    ...(priceMatch === undefined ? {} : { priceMatch }),
  };
}

/** The limit as sent, or as the book has it where the order says so: never both. */
export function limitOf(params: Params, side: Side, symbol: BinanceSymbol): Price | BinanceError {
  const match = MATCHES[params.get("priceMatch") ?? ""];
  if (!match) return readPrice(params.get("price"), side, symbol);
  if (params.has("price")) return refuse(-1106, "Parameter 'price' sent when not required.");
  const [whose, level] = match;
  const bids = whose === "own" ? side === "buy" : side === "sell";
  const found = symbol.market.book.levels(bids ? "bid" : "ask", level).at(level - 1);
  return found ? found[0] : refuse(-5041);
}
