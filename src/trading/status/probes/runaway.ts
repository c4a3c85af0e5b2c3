import { type Probe, ofParts, ofWatch, watchParts } from "../probe.ts";

/** Orders, cancels and rescues within a minute, and orders of one hedge. */
export const runaway: Probe = {
  id: "runaway_breaker",
  title: "Runaway breaker",
  group: "P0",
  ttlS: 5,
  links: ["/api/ui/orders"],
  read(view) {
    const found = ofWatch(view, "runaway", "well below its limits");
    if (found === null) return null;
    const refused = watchParts(view, "rejects");
    return ofParts(found.at, [found, ...refused], found.says, found.metrics);
  },
};
