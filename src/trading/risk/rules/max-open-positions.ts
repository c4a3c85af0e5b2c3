import type { RiskRule } from "#domain/risk.ts";

/** So many hedges at once and no more, counting the one we are asked about. */
export const maxOpenPositions: RiskRule = {
  id: "max-open-positions",
  code: "too_many_open_positions",
  check({ exposure, settings: { limits } }) {
    const after = exposure.openHedges + 1;
    return after <= limits.maxOpenPositions ? null : { limit: `${limits.maxOpenPositions}`, observed: `${after}` };
  },
};
