import { expect, test } from "vitest";
import { seen, someFacts } from "../../../test/facts.ts";
import { usdt } from "#domain/decimal.ts";
import { drawdown } from "./drawdown.ts";

test.each([
  ["0", "200000", "today OK 0 bps"],
  ["-3000", "200000", "today OK 150 bps"],
  ["-3000.02", "200000", "today WARN 150 bps"],
  ["-4801", "200000", "today ERROR 240.05 bps"],
  ["-6000", "200000", "today HOLD 300 bps"],
  ["-6000", null, "today UNKNOWN null"],
  ["-1", "0", "today UNKNOWN null"],
])("%s below the high of the day with %s in the accounts: %s", (fromHigh, equity, expected) => {
  const facts = someFacts({
    day: () => ({ pnl: usdt("5"), fromHigh: usdt(fromHigh) }),
    equity: () => (equity === null ? null : usdt(equity)),
  });
  expect(seen(drawdown, facts)).toEqual([expected]);
});
