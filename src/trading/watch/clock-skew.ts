import type { VenueId } from "#domain/ids.ts";
import type { ClockSample, Facts } from "./facts.ts";
import type { Reading, Watch } from "./watch.ts";

const IN_A_ROW = 3;

/** A venue's clock and ours, as far apart as they may be at worst: an order lives by both of them. */
export const clockSkew: Watch = {
  id: "clock-skew",
  code: "clock",
  look: (facts) => facts.venues.map((venue) => read(venue, facts)),
};

function read(venue: VenueId, facts: Facts): Reading {
  const guard = facts.settings().clockSkewGuardMs;
  const threshold = `${guard} ms`;
  const samples = facts.clockSamples(venue).map(worst);
  const last = samples.at(-1);
  if (last === undefined)
    return { source: venue, level: "UNKNOWN", value: null, threshold, says: `the clock of ${venue} was not read yet` };
  const apart = samples.length >= IN_A_ROW && samples.slice(-IN_A_ROW).every((skew) => skew > guard);
  const level = apart ? "HOLD" : last > guard ? "ERROR" : last * 2 > guard ? "WARN" : "OK";
  const value = `${Math.ceil(last)} ms`;
  const says = `the clock of ${venue} and ours are ${value} apart at worst, ${IN_A_ROW} readings in a row over ${threshold}`;
  return { source: venue, level, value, threshold, says, about: { venue } };
}

const worst = ({ offsetMs, errorMs }: ClockSample): number => Math.abs(offsetMs) + errorMs;
