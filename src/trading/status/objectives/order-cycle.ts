import type { Objective } from "../objective.ts";

/** From the decision until both legs stand. */
export const orderCycle: Objective = {
  id: "order_cycle_ms_p95",
  title: "order cycle, p95",
  unit: "ms",
  sense: "most",
  measure: (_view, { cycleMsP95 }) => cycleMsP95,
};
