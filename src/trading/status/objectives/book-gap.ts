import type { Objective } from "../objective.ts";

/** How long a market stream keeps silent. */
export const bookGap: Objective = {
  id: "ws_gap_ms_p95",
  title: "market data gap, p95",
  unit: "ms",
  sense: "most",
  measure: (_view, { gapMsP95 }) => gapMsP95,
};
