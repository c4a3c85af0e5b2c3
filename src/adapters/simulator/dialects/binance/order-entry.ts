import type { Side } from "#domain/fill.ts";
import type { Refusal } from "../../engine.ts";
import type { SimulatedExchange } from "../../exchange.ts";
import type { Bucket, Placement, TimeInForce } from "../../orders.ts";
import { value } from "../../wallet.ts";
import { BinanceError, missing, refuse } from "./errors.ts";
import { readQuantity } from "./filters.ts";
import { named } from "./market-routes.ts";
import { limitOf, readExtras } from "./order-extras.ts";
import type { Params } from "./signature.ts";
import type { BinanceSymbol, BinanceSymbols } from "./symbols.ts";

const NAME = /^[.A-Z:/a-z0-9_-]{1,36}$/;
const FORCES: Readonly<Record<string, TimeInForce>> = {
  GTC: "gtc",
  GTD: "gtc",
  IOC: "ioc",
  FOK: "fok",
  GTX: "post-only",
};
const CONDITIONAL = new Set(["STOP", "STOP_MARKET", "TAKE_PROFIT", "TAKE_PROFIT_MARKET", "TRAILING_STOP_MARKET"]);
const BUCKETS: Readonly<Record<string, Bucket>> = { BOTH: "net", LONG: "long", SHORT: "short" };

/** The exchange's refusals in the venue's codes. */
export function refusalError(refusal: Refusal): BinanceError {
  switch (refusal) {
    case "halted":
    case "only-reduce":
      return refuse(-4140);
    case "closed":
      return refuse(-4141);
    case "duplicate":
      return refuse(-4116);
    case "too-many":
      return refuse(-2025);
    case "margin":
      return refuse(-2019);
    case "nothing-to-reduce":
    case "would-increase":
    case "reduced-already":
      return refuse(-2022);
    case "position-limit":
      return refuse(-2027);
    case "unfillable":
      return refuse(-5021);
    case "would-take":
      return refuse(-5022);
    case "no-counterparty":
      return refuse(-4131);
    case "no-book":
      return refuse(-1001, "Internal error; unable to process your request. Please try again.");
  }
}

/** Reads an order and holds it against the filters of its symbol. */
export function readOrder(
  params: Params,
  exchange: SimulatedExchange,
  symbols: BinanceSymbols,
  freshName: () => string,
): { readonly placement: Placement; readonly symbol: BinanceSymbol } | BinanceError {
  const symbol = named(symbols, params);
  if (symbol instanceof BinanceError) return symbol;
  const sideText = params.get("side");
  if (sideText === undefined) return missing("side");
  if (sideText !== "BUY" && sideText !== "SELL") return refuse(-1117);
  const side: Side = sideText === "BUY" ? "buy" : "sell";
  const type = params.get("type");
  if (type === undefined) return missing("type");
  if (CONDITIONAL.has(type)) return refuse(-4120);
  if (type !== "LIMIT" && type !== "MARKET") return refuse(-1116);
  const market = type === "MARKET";
  const force = params.get("timeInForce");
  if (market && force !== undefined) return refuse(-1106, "Parameter 'timeInForce' sent when not required.");
  if (!market && (force === undefined || force === "")) return missing("timeInForce");
  const timeInForce = market ? "ioc" : FORCES[force ?? ""];
  if (!timeInForce) return refuse(-1115);
  const name = params.get("newClientOrderId") ?? freshName();
  if (name.length > 36) return refuse(-4015);
  if (!NAME.test(name)) return refuse(-1100, "Illegal characters found in parameter 'newClientOrderId'.");
  const bucket = BUCKETS[params.get("positionSide") ?? "BOTH"];
  if (!bucket) return refuse(-1117, "Invalid positionSide.");
  if (exchange.hedgeMode === (bucket === "net")) return refuse(-4061);
  const reduceOnly = params.get("reduceOnly") === "true";
  if (reduceOnly && exchange.hedgeMode) return refuse(-1106, "Parameter 'reduceonly' sent when not required.");
  const extras = readExtras(params, exchange.clock.now());
  if (extras instanceof BinanceError) return extras;
  const quantity = readQuantity(params.get("quantity"), symbol, market);
  if (quantity instanceof BinanceError) return quantity;
  const limit = market ? null : limitOf(params, side, symbol);
  if (limit instanceof BinanceError) return limit;
  const worth = value(limit ?? symbol.market.mark, quantity);
  const closes = bucket !== "net" && (bucket === "long") === (side === "sell");
  if (!reduceOnly && !closes && worth < symbol.listing.minNotional) {
    const least = Number(symbol.listing.minNotional) / 1e12;
    return refuse(-4164, `Order's notional must be no smaller than ${least} (unless you choose reduce only).`);
  }
  const common = { clientOrderId: name, instrument: symbol.instrument, side, quantity, limit, timeInForce };
  return { symbol, placement: { ...common, ...extras, reduceOnly, bucket, form: type, tag: "" } };
}
