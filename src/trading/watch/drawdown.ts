import { format, negate, ratioBps } from "#domain/decimal.ts";
import { grade } from "./grade.ts";
import { shown } from "./shown.ts";
import type { Reading, Watch } from "./watch.ts";

const SOURCE = "today";

/**
 * How far the result has fallen from its best of the UTC day, of what both accounts hold. By our own books: money that
 * somebody takes out of an account is no loss.
 */
export const drawdown: Watch = {
  id: "drawdown",
  code: "drawdown",
  look(facts): readonly Reading[] {
    const limit = facts.settings().limits.maxDayDrawdown;
    const threshold = `${format(limit)} bps`;
    const [day, equity] = [facts.day(), facts.equity()];
    if (day === null || equity === null || equity <= 0n) {
      const says = "the result or the equity is not known now";
      return [{ source: SOURCE, level: "UNKNOWN", value: null, threshold, says }];
    }
    const fallen = ratioBps(negate(day.fromHigh), equity, "up");
    const value = `${shown(fallen)} bps`;
    return [
      {
        source: SOURCE,
        level: grade(fallen, limit, { warnFrom: 50, errorFrom: 80 }),
        value,
        threshold,
        says: `${format(negate(day.fromHigh))} USDT below the day's high: ${value} of the equity, the limit is ${threshold}`,
      },
    ];
  },
};
