import { add, toNumber } from "#domain/decimal.ts";
import type { Objective } from "../objective.ts";

/** What may still be lost today. Null where no limit was set. */
export const budget: Objective = {
  id: "budget_remaining",
  title: "loss budget left",
  unit: "USDT",
  sense: "least",
  money: true,
  measure(view) {
    const [day, limit] = [view.day(), view.settings().limits.maxDailyLoss];
    return day === null || limit === null ? null : toNumber(add(limit, day.pnl));
  },
};
