import { expect, test } from "vitest";
import { seen, someFacts } from "../../../test/facts.ts";
import { someSettings } from "../../../test/kit.ts";
import { NO_USDT, usdt } from "#domain/decimal.ts";
import { dailyLoss } from "./daily-loss.ts";

test.each([
  ["12", "100", "today OK 12 USDT"],
  ["-50", "100", "today OK -50 USDT"],
  ["-50.01", "100", "today WARN -50.01 USDT"],
  ["-80.01", "100", "today ERROR -80.01 USDT"],
  ["-99.999999999999", "100", "today ERROR -99.999999999999 USDT"],
  ["-100", "100", "today HOLD -100 USDT"],
  ["-900", null, "today OK -900 USDT"],
  [null, "100", "today UNKNOWN null"],
  [null, null, "today OK null"],
])("a result of %s, of %s that may be lost: %s", (pnl, limit, expected) => {
  const facts = someFacts({
    day: () => (pnl === null ? null : { pnl: usdt(pnl), fromHigh: NO_USDT }),
    settings: () => someSettings({ limits: { maxDailyLoss: limit === null ? null : usdt(limit) } }),
  });
  expect(seen(dailyLoss, facts)).toEqual([expected]);
});
