import { OKX_PERP } from "#domain/ids.ts";
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
import { OkxAccount } from "./account.ts";
import { OKX_FIELDS, okxRows } from "./known-fields.ts";
import { OkxLineWords } from "./line-words.ts";
import { askMaintenance } from "./maintenance.ts";
import { OkxMarketData } from "./market-data.ts";
import { OkxOrderWords } from "./order-words.ts";
import { okxRest } from "./rest.ts";
import { OkxSigner } from "./signer.ts";
import { OkxTrading } from "./trading.ts";

/** OKX linear USDT swaps as a Venue. */
export function okxVenue(settings: VenueSettings, deps: VenueDeps): Venue {
  const time = new VenueClock(deps.clock);
  const governor = new Governor(deps.clock);
  const signer = new OkxSigner(settings.keys, time);
  const sentinel = new Sentinel(OKX_FIELDS, okxRows);
  const rest = okxRest(settings, { ...deps, sentinel }, { governor, time, signer });
  const shared = {
    rest,
    sentinel,
    time,
    fees: new FeeValue(settings.fallbackFees),
    activity: new Activity(),
    unspoken: new Unspoken(deps.clock),
  };
  const marketData = new OkxMarketData(settings, deps, rest, shared.fees);
  const { listing } = marketData;
  const entry =
    settings.orderEntry === "ws"
      ? new OrderEntry(deps, new OkxLineWords(settings, signer, time), () => rest.syncClock())
      : null;
  const words = new OkxOrderWords(settings.orderTag);
  const desk = new OrderDesk({ ...shared, words, entry, listing, gate: deps.gate });
  const trading = new OkxTrading(settings, { ...shared, desk, listing });
  const account = new OkxAccount({ ...shared, settings, deps, signer, listing, trading, entry });
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
  const maintenance: VenueParts["maintenance"] = () => askMaintenance(rest, settings.simulated);
  return new ComposedVenue({
    id: OKX_PERP,
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
