import { format, greatest, negate, NO_USDT } from "#domain/decimal.ts";
import { grade } from "./grade.ts";
import type { Watch } from "./watch.ts";

const SOURCE = "today";

/** Realised, unrealised, fees and funding since 00:00 UTC, against what may be lost in a day. */
export const dailyLoss: Watch = {
  id: "daily-loss",
  code: "daily_loss",
  look(facts) {
    const limit = facts.settings().limits.maxDailyLoss;
    const day = facts.day();
    const threshold = limit === null ? null : `${format(negate(limit))} USDT`;
    if (day === null) {
      const says = "the day's result cannot be computed: something open has no price that can be believed";
      // Without a limit there is nothing that it could be beyond.
      return [{ source: SOURCE, level: limit === null ? "OK" : "UNKNOWN", value: null, threshold, says }];
    }
    const loss = greatest(negate(day.pnl), NO_USDT);
    const level = limit === null ? "OK" : grade(loss, limit, { warnFrom: 50, errorFrom: 80 });
    const value = `${format(day.pnl)} USDT`;
    return [{ source: SOURCE, level, value, threshold, says: `today's result is ${value}, the limit ${threshold}` }];
  },
};
