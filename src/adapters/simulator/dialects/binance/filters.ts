import { type Bps, bps, movePrice, type Price, type Quantity, tryPrice, tryQuantity } from "#domain/decimal.ts";
import type { Side } from "#domain/fill.ts";
import { type BinanceError, missing, refuse } from "./errors.ts";
import { type BinanceSymbol, places } from "./symbols.ts";

const BAND = bps("500");

/** A quantity held against the filters of its symbol. */
export function readQuantity(
  text: string | undefined,
  symbol: BinanceSymbol,
  market: boolean,
): Quantity | BinanceError {
  if (text === undefined || text === "") return missing("quantity");
  const quantity = tryQuantity(text);
  if (quantity === null) return missing("quantity");
  const { listing, quantityPlaces } = symbol;
  if (quantity <= 0n) return refuse(-4003);
  if (decimals(text) > quantityPlaces) return refuse(-1111);
  if (quantity < listing.minQuantity) return refuse(-4004);
  if (quantity > (market ? listing.maxMarketQuantity : listing.maxQuantity)) return refuse(-4005);
  if ((quantity - listing.minQuantity) % listing.lot !== 0n) return refuse(-4023);
  return quantity;
}

/** A price held against the filters of its symbol. */
export function readPrice(text: string | undefined, side: Side, symbol: BinanceSymbol): Price | BinanceError {
  if (text === undefined || text === "") return missing("price");
  const price = tryPrice(text);
  if (price === null) return missing("price");
  const { listing, pricePlaces, market } = symbol;
  if (price <= 0n) return refuse(-4001);
  if (decimals(text) > Math.max(pricePlaces, places(listing.tick))) return refuse(-1111);
  if (price < listing.tick) return refuse(-4013);
  if (price % listing.tick !== 0n) return refuse(-4014);
  if (market.mark === 0n) return price;
  const highest = movePrice(market.mark, BAND, "down");
  const lowest = movePrice(market.mark, -BAND as Bps, "up");
  if (side === "buy" && price > highest) return refuse(-4016, `Limit price can't be higher than ${text}.`);
  if (side === "sell" && price < lowest) return refuse(-4024, `Limit price can't be lower than ${text}.`);
  return price;
}

/** Decimals as written, trailing zeros apart. */
function decimals(text: string): number {
  return (text.split(".")[1] ?? "").replace(/0+$/, "").length;
}
