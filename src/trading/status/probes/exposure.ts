import { type Part, type Probe, byLimits, ofParts, ofWatch } from "../probe.ts";

const NAKED_MS = [0, 2_000, Number.POSITIVE_INFINITY] as const;

/** What is held and not hedged, and for how long. */
export const exposure: Probe = {
  id: "exposure_monitor",
  title: "Exposure",
  group: "P2",
  ttlS: 5,
  links: ["/api/ui/exposure"],
  money: true,
  read(view) {
    const delta = ofWatch(view, "delta", "flat");
    if (delta === null) return null;
    const nakedMs = view.nakedForMs();
    const parts: Part[] = [
      { level: delta.level, says: delta.says },
      { level: byLimits(nakedMs, NAKED_MS), says: `a leg has stood alone for ${Math.round(nakedMs)} ms` },
    ];
    return ofParts(delta.at, parts, "no delta", { ...delta.metrics, naked_ms: Math.round(nakedMs) });
  },
};
