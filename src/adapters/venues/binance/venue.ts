import { BINANCE_UM } from "#domain/ids.ts";
import type { Venue } from "#ports/venue.ts";
import { Governor } from "#adapters/wire/governor.ts";
import { Activity } from "../activity.ts";
import { ComposedVenue } from "../composed-venue.ts";
import type { VenueDeps, VenueSettings } from "../deps.ts";
import { FeeValue } from "../fee-value.ts";
import { VenueClock } from "../venue-clock.ts";
import { BinanceAccount } from "./account.ts";
import { BinanceMarketData } from "./market-data.ts";
import { BinanceRest } from "./rest.ts";
import { BinanceTrading } from "./trading.ts";

/** Binance USDⓈ-M perpetuals as a Venue. */
export function binanceVenue(settings: VenueSettings, deps: VenueDeps): Venue {
  const time = new VenueClock(deps.clock);
  const governor = new Governor(deps.clock);
  const rest = new BinanceRest(settings, deps, governor, time);
  const shared = { rest, time, fees: new FeeValue(settings.fallbackFees), activity: new Activity() };
  const marketData = new BinanceMarketData(settings, deps, rest, shared.fees);
  const { listing } = marketData;
  const trading = new BinanceTrading(settings, { ...shared, listing, gate: deps.gate });
  const account = new BinanceAccount({ ...shared, settings, deps, listing, trading });
  return new ComposedVenue({ id: BINANCE_UM, marketData, trading, account, time, governor, rest });
}
