import type { VenueId } from "#domain/ids.ts";
import type { Level } from "#domain/health.ts";
import { windowAt } from "#domain/maintenance.ts";
import { MINUTE, isoTime } from "#domain/time.ts";
import type { Facts } from "./facts.ts";
import type { Reading, Watch } from "./watch.ts";

const WARN_MINUTES = 60;
const ERROR_MINUTES = 10;

/** The next time a venue is worked on, planned by us or announced by it. */
export const maintenance: Watch = {
  id: "maintenance",
  code: "maintenance",
  look: (facts) => facts.venues.map((venue) => read(venue, facts)),
};

function read(venue: VenueId, facts: Facts): Reading {
  const [now, windows] = [facts.now(), facts.maintenance()];
  const inside = windowAt(windows, venue, now);
  const coming = windows.filter((window) => window.venue === venue && window.from > now);
  const next = inside ?? coming.toSorted((a, b) => a.from - b.from)[0];
  const common = { source: venue, threshold: null, about: { venue } };
  if (!next) return { ...common, level: "OK", value: "none", says: `no maintenance of ${venue} is known of` };
  const minutes = Math.max(0, (next.from - now) / MINUTE);
  const says = inside
    ? `${venue} is in maintenance until ${isoTime(next.until)}: ${next.says}`
    : `maintenance of ${venue} begins in ${Math.ceil(minutes)} min: ${next.says}`;
  return {
    ...common,
    level: inside ? "HOLD" : level(minutes),
    value: `${isoTime(next.from)}/${isoTime(next.until)}`,
    says,
  };
}

function level(minutes: number): Level {
  if (minutes < ERROR_MINUTES) return "ERROR";
  return minutes < WARN_MINUTES ? "WARN" : "OK";
}
