import { assert } from "./assert.ts";

declare const kind: unique symbol;
type Id<Kind extends string> = string & { readonly [kind]: Kind };

/** `binance-um`, `okx-perp`. One spelling, everywhere. */
export type VenueId = Id<"VenueId">;
/** Ours, not a venue's: `BTC-USDT-PERP`. */
export type InstrumentId = Id<"InstrumentId">;
export type OpportunityId = Id<"OpportunityId">;
export type HedgeId = Id<"HedgeId">;
export type ClientOrderId = Id<"ClientOrderId">;

export type LegName = "long" | "short";
export const LEGS: readonly LegName[] = ["long", "short"];

function checked(text: string, shape: RegExp): string {
  // The sentence is only made when it is said.
  if (!shape.test(text)) assert(false, `${JSON.stringify(text)} does not fit ${shape}`);
  return text;
}

export const venueId = (text: string): VenueId => checked(text, /^[a-z][a-z0-9-]{1,31}$/) as VenueId;
export const instrumentId = (text: string): InstrumentId =>
  checked(text, /^[\p{Lu}\p{Lo}\p{N}]{1,24}-USDT-PERP$/u) as InstrumentId;
export const hedgeId = (text: string): HedgeId => checked(text, /^[a-z0-9]{4,28}$/) as HedgeId;
export const opportunityId = (text: string): OpportunityId => checked(text, /^[a-z0-9]{4,32}$/) as OpportunityId;

export const BINANCE_UM = venueId("binance-um");
export const OKX_PERP = venueId("okx-perp");

const VENUES: ReadonlyMap<string, VenueId> = new Map([
  ["binance", BINANCE_UM],
  ["binance-um", BINANCE_UM],
  ["okx", OKX_PERP],
  ["okx-perp", OKX_PERP],
]);

/** The venue people mean by `binance`, `BINANCE_UM` or `okx-perp`; null when it is none of ours. */
export function venueOf(name: string): VenueId | null {
  return VENUES.get(name.trim().toLowerCase().replaceAll("_", "-")) ?? null;
}

/** `BTCUSDT`, as people type it, for `BTC-USDT-PERP`. */
export const symbolOf = (instrument: InstrumentId): string => instrument.replace(/-USDT-PERP$/, "USDT");

/** The instrument people mean by `BTCUSDT`, `btc-usdt` or `BTC-USDT-PERP`; null when it is none of ours. */
export function instrumentOf(symbol: string): InstrumentId | null {
  const base = /^([\p{L}\p{N}]{1,24}?)[-_/]?USDT(?:-PERP|-SWAP)?$/u.exec(symbol.trim().toUpperCase())?.[1];
  return base === undefined ? null : instrumentId(`${base}-USDT-PERP`);
}

/**
 * The same hedge, leg and attempt give the same name, before and after a crash, so that a venue can be asked
 * about an order nobody remembers sending. Letters and digits only, at most 32: what every venue takes.
 */
export function clientOrderId(hedge: HedgeId, leg: LegName, attempt: number): ClientOrderId {
  return checked(`${hedge}${leg === "long" ? "l" : "s"}${attempt}`, /^[a-z0-9]{1,32}$/) as ClientOrderId;
}

/** A client order id as a venue reports it; it may be somebody else's, in any shape. */
export const foreignOrderId = (text: string): ClientOrderId => text as ClientOrderId;
