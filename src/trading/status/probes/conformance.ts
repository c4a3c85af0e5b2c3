import { type Part, type Probe, ofParts, oldest } from "../probe.ts";

/** Whether the venues are, and speak, as they were when everything was built on it. */
export const conformance: Probe = {
  id: "conformance",
  title: "Conformance",
  group: "P0",
  // Accounts are compared every minute, instruments every five.
  ttlS: 660,
  links: ["/api/ui/events"],
  read(view) {
    const looks = view.venues.flatMap((venue) => [view.readAt(venue, "account"), view.readAt(venue, "instruments")]);
    const at = oldest(looks);
    if (at === null) return null;
    const seen = view.venues.flatMap((venue) => view.drifts(venue).map((drift) => ({ ...drift, venue })));
    const parts = seen.map(({ cause, says, venue }): Part => ({
      level: cause === "shape" ? "WARN" : "HOLD",
      says: `${venue}: ${says}`,
    }));
    const count = (of: string): number => seen.filter(({ cause }) => cause === of).length;
    return ofParts(at, parts, `${view.venues.length} venues as they were`, {
      account_drifts: count("account"),
      symbol_drifts: count("symbol"),
      new_fields: count("shape"),
    });
  },
};
