import { expect, test } from "vitest";
import { seen, someFacts } from "../../../test/facts.ts";
import { BTC, someSettings } from "../../../test/kit.ts";
import { usdt } from "#domain/decimal.ts";
import { BINANCE_UM } from "#domain/ids.ts";
import { caps } from "./caps.ts";

test("each limit that was set is shown with what is used of it at worst case", () => {
  const facts = someFacts({
    exposure: () => ({
      openHedges: 3,
      totalNotional: usdt("61000"),
      notionalBySymbol: new Map([[BTC, usdt("4000.009")]]),
      openOrders: new Map([[BINANCE_UM, 1]]),
      netDelta: new Map(),
      dayPnl: null,
    }),
    settings: () =>
      someSettings({ limits: { maxPosition: usdt("5000"), maxOpenOrdersByVenue: new Map([[BINANCE_UM, 4]]) } }),
  });
  expect(seen(caps, facts)).toEqual([
    "hedges ERROR 3",
    "total WARN 61000 USDT",
    "BTCUSDT OK 4000 USDT",
    "binance-um orders OK 1 orders",
  ]);
  expect(seen(caps, someFacts())).toEqual(["hedges OK 0", "total OK 0 USDT"]);
});
