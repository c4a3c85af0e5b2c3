import type { InstrumentId, VenueId } from "#domain/ids.ts";
import type { RiskContext } from "#domain/risk.ts";
import type { Usdt } from "#domain/decimal.ts";
import { exposureOf } from "../risk/exposure.ts";
import type { Rooms } from "./rooms.ts";

/** What every risk rule is asked about, as things stand now. @param dayPnl null where it cannot be computed */
export function riskContext(rooms: Rooms, intent: RiskContext["intent"], dayPnl: Usdt | null): RiskContext {
  const { conditions, executor, reads, settings, traffic, world } = rooms;
  const [long, short] = intent.venues;
  const funding = (venue: VenueId, instrument: InstrumentId) => conditions.funding(venue, instrument);
  return {
    intent,
    exposure: exposureOf(executor.active(), dayPnl, reads.unattributed()),
    settings: settings(),
    traffic: traffic.now(),
    funding: { long: funding(long, intent.instrument), short: funding(short, intent.instrument) },
    maintenance: reads.announced(),
    now: world.clock.now(),
  };
}
