import { negate, ratioBps, toNumber } from "#domain/decimal.ts";
import type { Objective } from "../objective.ts";

/** How far the day's result is below its best, of what both accounts hold. */
export const drawdown: Objective = {
  id: "max_day_drawdown_bps",
  title: "day drawdown",
  unit: "bps",
  sense: "most",
  measure(view) {
    const [day, equity] = [view.day(), view.equity()];
    if (day === null || equity === null || equity <= 0n) return null;
    return toNumber(ratioBps(negate(day.fromHigh), equity, "up"));
  },
};
