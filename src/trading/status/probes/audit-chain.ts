import { MINUTE } from "#domain/time.ts";
import { type Part, type Probe, byLimits, ofParts } from "../probe.ts";

const ANCHOR_AGES = [5 * MINUTE, 15 * MINUTE, Number.POSITIVE_INFINITY] as const;

/** Whether the record of who asked for what still stands as it was written. */
export const auditChain: Probe = {
  id: "compliance_worm",
  title: "Compliance log",
  group: "P0",
  ttlS: 300,
  links: [],
  read(view) {
    const health = view.outside.audit?.() ?? null;
    if (health === null || health.verified === null) return null;
    const { sequence, verified, anchored, fault } = health;
    const now = view.now();
    // What is anchored up to its end needs no younger anchor.
    const open = anchored === null ? sequence > 0 : anchored.sequence < sequence;
    const ageMs = open ? now - (anchored?.at ?? verified.at) : 0;
    const parts: Part[] = [
      { level: fault === null ? "OK" : "HOLD", says: fault ?? "" },
      { level: byLimits(ageMs, ANCHOR_AGES), says: `the last anchor is ${Math.round(ageMs / MINUTE)} min old` },
    ];
    return ofParts(verified.at, parts, `${verified.sequence} rows as they were written`, {
      rows: sequence,
      verified_to: verified.sequence,
      anchored_to: anchored?.sequence ?? null,
    });
  },
};
