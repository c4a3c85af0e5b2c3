import type { Objective } from "../objective.ts";

/** What stood unhedged, times how long it did, of the last hour's spells. */
export const nakedExposure: Objective = {
  id: "naked_exposure_usdt_s_p99",
  title: "naked exposure, p99",
  unit: "USDT·s",
  sense: "most",
  money: true,
  measure: (_view, { nakedP99 }) => nakedP99,
};
