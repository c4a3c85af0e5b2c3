import type { Timer } from "#ports/clock.ts";
import type { Venue } from "#ports/venue.ts";
import type { Engine } from "./engine.ts";
import type { Paces } from "./paces.ts";

const WRITE_DOWN_EVERY_MS = 1_000;

/** What happens by the clock while an engine runs. Begins at once. */
export function timetable(engine: Engine, paces: Paces): readonly Timer[] {
  const { accounts, executor, reads, world } = engine.rooms;
  const { clock, venues } = world;
  const eachVenue = (ask: (venue: Venue) => Promise<unknown>) => (): void => void Promise.all(venues.map(ask));
  const askMaintenance = eachVenue((venue) => reads.readMaintenance(venue));
  askMaintenance();
  return [
    engine.watches.begin(),
    clock.every(WRITE_DOWN_EVERY_MS, () => {
      executor.writeDown();
      accounts.writeDown();
    }),
    clock.every(paces.balanceMs, () => void engine.readBalances()),
    clock.every(
      paces.clockMs,
      eachVenue((venue) => reads.readClock(venue)),
    ),
    clock.every(paces.maintenanceMs, askMaintenance),
    clock.every(
      paces.setupMs,
      eachVenue((venue) => reads.readSetup(venue)),
    ),
    clock.every(paces.reconcileMs, () => void engine.checkVenues()),
  ];
}
