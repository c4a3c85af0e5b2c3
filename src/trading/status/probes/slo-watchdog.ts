import { type Part, type Probe, ofParts } from "../probe.ts";

/** Objectives in breach, and since when. Each that lasts too long holds by itself. */
export const sloWatchdog: Probe = {
  id: "slo_watchdog",
  title: "SLO watchdog",
  group: "P0",
  ttlS: 15,
  links: ["/api/ui/status/slo"],
  read(view) {
    const { at, readings } = view.objectives();
    if (at === null) return null;
    const parts = readings.map(({ breachedSince, holding, says }): Part => ({
      level: holding ? "HOLD" : breachedSince === null ? "OK" : "ERROR",
      says,
    }));
    const measured = readings.filter(({ value }) => value !== null).length;
    return ofParts(at, parts, `${measured} of ${readings.length} measured, none in breach`, {
      objectives: readings.length,
      measured,
      in_breach: readings.filter(({ breachedSince }) => breachedSince !== null).length,
    });
  },
};
