import { type Probe, ofParts, ofWatch, watchParts } from "../probe.ts";

/** How much of each limit is used at worst case, and whether the delta and the margin are within their caps. */
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
    const parts = [used, delta, ...watchParts(view, "margin")];
    return ofParts(used.at, parts, used.says, { ...used.metrics, ...delta.metrics });
  },
};
