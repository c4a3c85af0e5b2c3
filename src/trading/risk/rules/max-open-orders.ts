import type { RiskRule } from "#domain/risk.ts";

/** Each venue holds no more of our orders than its cap, counting the one we are about to send. */
export const maxOpenOrders: RiskRule = {
  id: "max-open-orders",
  code: "open_orders_limit_exceeded",
  check({ intent, exposure, settings: { limits } }) {
    for (const venue of intent.venues) {
      const limit = limits.maxOpenOrdersByVenue.get(venue) ?? limits.maxOpenOrders;
      const after = (exposure.openOrders.get(venue) ?? 0) + 1;
      if (limit !== null && after > limit) return { limit: `${limit} on ${venue}`, observed: `${after}` };
    }
    return null;
  },
};
