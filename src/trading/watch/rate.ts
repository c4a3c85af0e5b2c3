import type { Watch } from "./watch.ts";

/** A venue has banned us, or throttled us twice within a minute. */
export const rate: Watch = {
  id: "rate",
  code: "rate",
  look: (facts) =>
    facts.venues.map((venue) => {
      const says = facts.throttled(venue);
      return {
        source: venue,
        level: says === null ? "OK" : "HOLD",
        value: says ?? "not limited",
        threshold: null,
        says: says ?? `${venue} does not limit us`,
        about: { venue },
      };
    }),
};
