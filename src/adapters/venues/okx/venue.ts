import { OKX_PERP } from "#domain/ids.ts";
import type { Venue } from "#ports/venue.ts";
import { Governor } from "#adapters/wire/governor.ts";
import { Activity } from "../activity.ts";
import { ComposedVenue } from "../composed-venue.ts";
import type { VenueDeps, VenueSettings } from "../deps.ts";
import { FeeValue } from "../fee-value.ts";
import { VenueClock } from "../venue-clock.ts";
import { OkxAccount } from "./account.ts";
import { OkxMarketData } from "./market-data.ts";
import { OkxRest } from "./rest.ts";
import { OkxTrading } from "./trading.ts";

/** OKX linear USDT swaps as a Venue. */
export function okxVenue(settings: VenueSettings, deps: VenueDeps): Venue {
  const time = new VenueClock(deps.clock);
  const governor = new Governor(deps.clock);
  const rest = new OkxRest(settings, deps, governor, time);
  const shared = { rest, time, fees: new FeeValue(settings.fallbackFees), activity: new Activity() };
  const marketData = new OkxMarketData(settings, deps, rest, shared.fees);
  const { listing } = marketData;
  const trading = new OkxTrading(settings, { ...shared, listing, gate: deps.gate });
  const account = new OkxAccount({ ...shared, settings, deps, listing, trading });
  return new ComposedVenue({ id: OKX_PERP, marketData, trading, account, time, governor, rest });
}
