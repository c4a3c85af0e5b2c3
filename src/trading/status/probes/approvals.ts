import { isoTime } from "#domain/time.ts";
import { type Part, type Probe, ofParts } from "../probe.ts";

/** What waits for a second person, and whether there is one. */
export const approvals: Probe = {
  id: "approvals",
  title: "Two-man rule",
  group: "P0",
  ttlS: 15,
  links: ["/api/ui/approvals"],
  read(view) {
    const standing = view.approvals();
    if (standing === null) return null;
    const { pending, nextExpiry, approvers, needsTwo } = standing;
    const waits = nextExpiry === null ? "" : `; the next ends at ${isoTime(nextExpiry)}`;
    const parts: Part[] = [
      { level: pending > 0 ? "WARN" : "OK", says: `${pending} requests wait for a second person${waits}` },
      {
        level: needsTwo && approvers < 2 ? "HOLD" : "OK",
        says: `the two-man rule is on and only ${approvers} may approve: add an operator`,
      },
    ];
    const rule = needsTwo ? "two persons" : "one person";
    return ofParts(view.now(), parts, `nothing waits; ${rule} to resume`, { pending, approvers, needs_two: needsTwo });
  },
};
