import { type Probe, ofWatch } from "../probe.ts";

/** Orders, cancels and rescues within a minute, and orders of one hedge. */
export const runaway: Probe = {
  id: "runaway_breaker",
  title: "Runaway breaker",
  group: "P0",
  ttlS: 5,
  links: ["/api/ui/orders"],
  read: (view) => ofWatch(view, "runaway", "well below its limits"),
};
