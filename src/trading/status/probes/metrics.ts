import { type Probe, byLimits } from "../probe.ts";

/** Whether the metrics are still collected. */
export const metrics: Probe = {
  id: "metrics_pipeline",
  title: "Metrics",
  group: "P1",
  ttlS: 600,
  links: ["/metrics"],
  read(view) {
    const at = view.outside.metrics?.() ?? null;
    if (at === null) return null;
    const ageS = (view.now() - at) / 1_000;
    const level = byLimits(ageS, [30, 120, Number.POSITIVE_INFINITY]);
    return { level, says: `last sample ${Math.round(ageS)} s ago`, metrics: { age_s: Math.round(ageS) }, at };
  },
};
