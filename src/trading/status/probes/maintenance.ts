import { type Probe, ofWatch, oldest } from "../probe.ts";

/** When a venue will be worked on next, planned by us or announced by it. */
export const maintenance: Probe = {
  id: "maintenance_calendar",
  title: "Maintenance",
  group: "P0",
  ttlS: 300,
  links: [],
  read(view) {
    const at = oldest(view.venues.map((venue) => view.readAt(venue, "maintenance")));
    const found = ofWatch(view, "maintenance", "nothing planned or announced");
    return found === null || at === null ? null : { ...found, at };
  },
};
