import { maintenance } from "../maintenance-variable.ts";
import { basisPoints, percent, whole } from "../variable.ts";

/** What the watches hold for: each names the trouble it ends. */
export const guardVariables = {
  maxDayDrawdownBps: basisPoints(
    {
      name: "MAX_DAY_DRAWDOWN_BPS",
      group: "guards",
      preset: "300",
      says: "HOLD when the result is this far below its high of the UTC day, of the equity",
    },
    "1",
    "10000",
  ),
  minLiqDistance: percent(
    {
      name: "MIN_LIQ_DISTANCE_PCT",
      group: "guards",
      preset: "8",
      says: "both legs are closed when one comes this close to its liquidation; HOLD comes before it, at 15",
    },
    "0.5",
    "50",
  ),
  placePerMin: whole(
    {
      name: "PLACE_PER_MIN",
      group: "guards",
      preset: "300",
      says: "orders in a minute: nothing is opened beyond it, more than it is HOLD",
    },
    2,
    100_000,
  ),
  cancelPerMin: whole(
    {
      name: "CANCEL_PER_MIN",
      group: "guards",
      preset: "600",
      says: "cancels in a minute: nothing is opened beyond it, more than it is HOLD",
    },
    1,
    100_000,
  ),
  rescuePerMin: whole(
    { name: "RESCUE_PER_MIN", group: "guards", preset: "30", says: "orders of recovery in a minute; more is HOLD" },
    1,
    10_000,
  ),
  clockSkewGuardMs: whole(
    {
      name: "CLOCK_SKEW_GUARD_MS",
      group: "guards",
      preset: "1000",
      says: "HOLD when a venue's clock and ours are further apart than this, three readings in a row",
    },
    50,
    60_000,
  ),
  maintenanceWindows: maintenance({
    name: "MAINTENANCE_WINDOWS",
    group: "guards",
    preset: "",
    says: "when nothing is opened: <venue> <from>/<until>, separated by commas, times like 2026-12-01T02:00Z",
  }),
} as const;
