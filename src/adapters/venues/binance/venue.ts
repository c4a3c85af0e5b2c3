import { BINANCE_UM } from "#domain/ids.ts";
import type { Venue } from "#ports/venue.ts";
import { Governor } from "#adapters/wire/governor.ts";
import { Activity } from "../activity.ts";
import { ComposedVenue, KEYS_REPLACED, type VenueParts } from "../composed-venue.ts";
import type { VenueDeps, VenueSettings } from "../deps.ts";
import { DriftWatch } from "../drift-watch.ts";
import { FeeValue } from "../fee-value.ts";
import { Sentinel } from "../sentinel.ts";
import { Unspoken } from "../unspoken.ts";
import { VenueClock } from "../venue-clock.ts";
import { OrderDesk } from "../order-desk.ts";
import { OrderEntry } from "../order-entry.ts";
import { BinanceAccount } from "./account.ts";
import { BINANCE_FIELDS, binanceRows } from "./known-fields.ts";
import { BinanceLineWords } from "./line-words.ts";
import { BinanceMarketData } from "./market-data.ts";
import { BinanceOrderWords } from "./order-words.ts";
import { binanceRest } from "./rest.ts";
import { answered } from "../outcome.ts";
import { RingSigner } from "./signer.ts";
import { BinanceTrading } from "./trading.ts";

/** Binance USDⓈ-M perpetuals as a Venue. */
export function binanceVenue(settings: VenueSettings, deps: VenueDeps): Venue {
  const time = new VenueClock(deps.clock);
  const governor = new Governor(deps.clock);
  const own = { governor, time, signer: new RingSigner(settings.keys) };
  const sentinel = new Sentinel(BINANCE_FIELDS, binanceRows);
  const rest = binanceRest(settings, { ...deps, sentinel }, own);
  const shared = {
    rest,
    sentinel,
    time,
    fees: new FeeValue(settings.fallbackFees),
    activity: new Activity(),
    unspoken: new Unspoken(deps.clock),
  };
  const marketData = new BinanceMarketData(settings, deps, rest, shared.fees);
  const { listing } = marketData;
  const line = new BinanceLineWords(settings, own);
  const entry = settings.orderEntry === "ws" ? new OrderEntry(deps, line, () => rest.syncClock()) : null;
  const words = new BinanceOrderWords(line, time, settings.recvWindowMs);
  const desk = new OrderDesk({ ...shared, words, entry, listing, gate: deps.gate });
  const trading = new BinanceTrading(settings, { ...shared, desk, listing });
  const account = new BinanceAccount({ ...shared, settings, deps, listing, trading, entry });
  settings.keys.onReplaced(() => {
    account.reopen(KEYS_REPLACED);
    entry?.reopen(KEYS_REPLACED);
  });
  const drift: DriftWatch = new DriftWatch({
    clock: deps.clock,
    sentinel,
    instruments: () => listing.load(),
    account: () => account.misfits(),
    patience: settings.patience,
  });
  // It announces its work on a page for people, and by no call of this API.
  const maintenance: VenueParts["maintenance"] = () => Promise.resolve(answered([]));
  return new ComposedVenue({
    id: BINANCE_UM,
    marketData,
    trading,
    account,
    entry,
    drift,
    time,
    governor,
    maintenance,
    rest,
  });
}
