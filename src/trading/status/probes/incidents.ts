import { MINUTE } from "#domain/time.ts";
import { type Part, type Probe, ofParts } from "../probe.ts";

const UNHEARD_MS = 5 * MINUTE;

/** What went wrong and is not over, and whether anybody has said that they look at it. */
export const incidents: Probe = {
  id: "incidents",
  title: "Incidents",
  group: "P1",
  ttlS: 15,
  links: ["/api/ui/incidents"],
  read(view) {
    const now = view.now();
    const open = view.incidents().filter(({ closedAt }) => closedAt === null);
    const parts = open.map(({ id, group, openedAt, acknowledgedBy, title }): Part => {
      const unheard = acknowledgedBy === null && group === "P0" && now - openedAt > UNHEARD_MS;
      const level = unheard ? "ERROR" : "WARN";
      return { level, says: `${id} ${title}${acknowledgedBy === null ? ", not acknowledged" : ""}` };
    });
    return ofParts(now, parts, "none open", {
      open: open.length,
      unacknowledged: open.filter(({ acknowledgedBy }) => acknowledgedBy === null).length,
    });
  },
};
