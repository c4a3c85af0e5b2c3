import { type Part, type Probe, ofParts, ofWatch } from "../probe.ts";

/** What is reserved for hedges, against what there is of them. */
export const limits: Probe = {
  id: "limits_service",
  title: "Limits",
  group: "P2",
  ttlS: 5,
  links: ["/api/ui/limits", "/api/risk/state"],
  money: true,
  read(view) {
    const used = ofWatch(view, "caps", "within every limit");
    if (used === null) return null;
    const open = view.hedges().length;
    const { openHedges } = view.exposure();
    const parts: Part[] = [
      { level: used.level, says: used.says },
      {
        level: openHedges === open ? "OK" : "ERROR",
        says: `room is kept for ${openHedges} hedges, and there are ${open}`,
      },
    ];
    return ofParts(used.at, parts, `${open} open hedges, and room kept for as many`, {
      ...used.metrics,
      reserved: openHedges,
      open,
    });
  },
};
