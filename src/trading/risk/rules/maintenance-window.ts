import { windowAt } from "#domain/maintenance.ts";
import type { RiskRule } from "#domain/risk.ts";
import { isoTime } from "#domain/time.ts";

/** Nothing is opened while either venue is worked on: what is opened then may not be closed. */
export const maintenanceWindow: RiskRule = {
  id: "maintenance-window",
  code: "maintenance",
  check({ intent, maintenance, settings, now }) {
    for (const venue of intent.venues) {
      const window = windowAt(maintenance, venue, now) ?? windowAt(settings.maintenanceWindows, venue, now);
      if (window)
        return { limit: `not on ${venue} until ${isoTime(window.until)}`, observed: `${isoTime(now)}: ${window.says}` };
    }
    return null;
  },
};
