import { type Probe, byLimits } from "../probe.ts";

/** One process writes here. It renews its lease every two seconds, and stops adding risk after eight without. */
export const leader: Probe = {
  id: "leader_fencing",
  title: "Leader/Fencing",
  group: "P0",
  ttlS: 10,
  links: [],
  read(view) {
    const lease = view.outside.lease?.() ?? null;
    if (lease === null) return null;
    const { holder, epoch, sinceRenewedMs, lost } = lease;
    const level = lost ? "HOLD" : byLimits(sinceRenewedMs, [4_000, 6_000, 8_000]);
    const age = `renewed ${(sinceRenewedMs / 1_000).toFixed(1)} s ago`;
    return {
      level,
      says: lost ? "the lease is lost to another process: stop one of the two" : `epoch ${epoch}, ${age}`,
      metrics: { epoch, holder, since_renewed_ms: sinceRenewedMs, lost },
      at: view.now(),
    };
  },
};
