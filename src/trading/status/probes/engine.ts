import { type Part, type Probe, ofParts, watchParts } from "../probe.ts";

const SLOW_MS = 5_000;
const ERROR_STREAK = 3;
const HOLD_STREAK = 10;

/** Whether pairs are looked at, by books of both venues that can be believed, and whether openings come to something. */
export const engine: Probe = {
  id: "arb_engine",
  title: "Arb engine",
  group: "P0",
  ttlS: 60,
  links: ["/api/arb/opportunities", "/api/arb/skipped"],
  read(view) {
    const { lookedAt, failedInARow } = view.scanning();
    if (lookedAt === null) return null;
    const now = view.now();
    const ageMs = now - lookedAt;
    const books = view.books();
    const pairs = view.universe();
    const both = pairs.filter(
      (pair) => !books.some(({ instrument, distrust }) => instrument === pair && distrust !== null),
    );
    const streak = failedInARow >= HOLD_STREAK ? "HOLD" : failedInARow >= ERROR_STREAK ? "ERROR" : "OK";
    const parts: Part[] = [
      ...watchParts(view, "loop-lag"),
      { level: ageMs > SLOW_MS ? "WARN" : "OK", says: `nothing was looked at for ${Math.round(ageMs / 1_000)} s` },
      { level: both.length > 0 ? "OK" : "ERROR", says: "no pair has two books that can be believed" },
      { level: streak, says: `${failedInARow} openings in a row came to nothing` },
    ];
    return ofParts(lookedAt, parts, `${both.length} of ${pairs.length} pairs in sight`, {
      pairs: pairs.length,
      in_sight: both.length,
      last_look_ms: Math.round(ageMs),
      failed_in_a_row: failedInARow,
    });
  },
};
