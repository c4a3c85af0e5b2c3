import { BINANCE_UM, OKX_PERP, type VenueId } from "#domain/ids.ts";
import type { Venue } from "#ports/venue.ts";
import { binanceVenue } from "./binance/venue.ts";
import type { VenueDeps, VenueSettings } from "./deps.ts";
import { okxVenue } from "./okx/venue.ts";

/** One venue we can trade on, and how to make it. */
export interface VenueRecipe {
  readonly id: VenueId;
  readonly title: string;
  readonly make: (settings: VenueSettings, deps: VenueDeps) => Venue;
}

/** Every venue there is. One that is not in this list does not exist. */
export const venues: readonly VenueRecipe[] = [
  { id: BINANCE_UM, title: "Binance USDⓈ-M", make: binanceVenue },
  { id: OKX_PERP, title: "OKX swaps", make: okxVenue },
];
