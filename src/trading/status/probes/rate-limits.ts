import { type Part, type Probe, ofParts, oldest } from "../probe.ts";

const WARN = 0.7;
const ERROR = 0.9;

/** How much of each venue's request budget is used, and whether it has asked for silence. */
export const rateLimits: Probe = {
  id: "rate_limit",
  title: "Rate limit",
  group: "P0",
  ttlS: 60,
  links: [],
  read(view) {
    const at = oldest(view.venues.map((venue) => view.readAt(venue, "balance")));
    if (at === null) return null;
    const parts = view.venues.map((venue): Part => {
      const throttled = view.throttled(venue);
      if (throttled !== null) return { level: "HOLD", says: throttled };
      const used = view.budgetUsed(venue);
      const level = used > ERROR ? "ERROR" : used > WARN ? "WARN" : "OK";
      return { level, says: `${venue}: ${percent(used)} of the request budget is used` };
    });
    const metrics = Object.fromEntries(view.venues.map((venue) => [`${venue} used`, percent(view.budgetUsed(venue))]));
    // A ban keeps the account from being read: it must not grow into UNKNOWN.
    const banned = parts.some(({ level }) => level === "HOLD");
    const well = view.venues.map((venue) => `${venue} ${percent(view.budgetUsed(venue))}`).join(", ");
    return ofParts(banned ? view.now() : at, parts, well, metrics);
  },
};

const percent = (share: number): string => `${(share * 100).toFixed(0)} %`;
