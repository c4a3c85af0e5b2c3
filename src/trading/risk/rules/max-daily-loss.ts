import { format, negate } from "#domain/decimal.ts";
import type { RiskRule } from "#domain/risk.ts";

/** Since 00:00 UTC, realised and unrealised, fees and funding included. A result we cannot compute counts as too bad. */
export const maxDailyLoss: RiskRule = {
  id: "max-daily-loss",
  code: "daily_loss_limit",
  check({ exposure, settings: { limits } }) {
    if (limits.maxDailyLoss === null) return null;
    if (exposure.dayPnl === null) return { limit: format(limits.maxDailyLoss), observed: "unknown" };
    const floor = negate(limits.maxDailyLoss);
    return exposure.dayPnl > floor ? null : { limit: format(floor), observed: format(exposure.dayPnl) };
  },
};
