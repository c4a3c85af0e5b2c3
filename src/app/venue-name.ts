import { type VenueId, BINANCE_UM, OKX_PERP } from "#domain/ids.ts";

const VENUES: ReadonlyMap<string, VenueId> = new Map([
  ["binance", BINANCE_UM],
  ["binance-um", BINANCE_UM],
  ["okx", OKX_PERP],
  ["okx-perp", OKX_PERP],
]);

/** The venue people mean by `binance`, `BINANCE_UM` or `okx-perp`. */
export function venueOf(name: string): VenueId | null {
  return VENUES.get(name.trim().toLowerCase().replaceAll("_", "-")) ?? null;
}
