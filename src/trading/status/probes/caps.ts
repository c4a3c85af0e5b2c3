import { worst } from "#domain/health.ts";
import { type Probe, ofWatch } from "../probe.ts";

/** How much of each limit is used at worst case, and whether the delta is within its cap. */
export const caps: Probe = {
  id: "kill_caps",
  title: "Kill caps",
  group: "P0",
  ttlS: 5,
  links: ["/api/ui/limits", "/api/ui/exposure"],
  money: true,
  read(view) {
    const used = ofWatch(view, "caps", "within every cap");
    const delta = ofWatch(view, "delta", "");
    if (used === null || delta === null) return null;
    const level = worst([used.level, delta.level]);
    const says = delta.level === level && level !== "OK" ? delta.says : used.says;
    return { level, says, metrics: { ...used.metrics, ...delta.metrics }, at: used.at };
  },
};
