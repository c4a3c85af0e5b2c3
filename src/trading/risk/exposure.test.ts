import { describe, expect, test } from "vitest";
import { BTC, aHedge, aReducingOrder, aStandingHedge, anIntent, filled, reported } from "../../../test/kit.ts";
import { format, price, quantity, usdt } from "#domain/decimal.ts";
import type { Hedge, HedgeEvent } from "#domain/hedge.ts";
import { BINANCE_UM, OKX_PERP, hedgeId } from "#domain/ids.ts";
import { exposureOf } from "./exposure.ts";

const intent = anIntent();
const { long, short } = intent;
const dead = (order: typeof long): HedgeEvent => ({
  type: "order-dead",
  order: order.id,
  code: "rejected",
  says: "no",
});
const unknown: HedgeEvent = { type: "order-unknown", order: short.id, says: "no answer" };
const leaving = (["long", "short"] as const).map((leg) =>
  aReducingOrder(intent, "close", { leg, attempt: 2, quantity: quantity("0.02"), at: price("60300") }),
);
const exit: HedgeEvent = {
  type: "exit-prepared",
  reason: "target",
  prices: { long: price("60300"), short: price("60318") },
  orders: leaving,
};

describe("a hedge counts in full", () => {
  test.each<{ when: string; hedge: Hedge; orders: [number, number]; delta: string }>([
    { when: "from the moment it is meant", hedge: aHedge(intent), orders: [1, 1], delta: "0" },
    { when: "with one leg filled", hedge: aHedge(intent, filled(long)), orders: [0, 1], delta: "0.02" },
    { when: "with a leg unknown", hedge: aHedge(intent, filled(long), unknown), orders: [0, 1], delta: "0.02" },
    { when: "with a leg refused", hedge: aHedge(intent, filled(short), dead(long)), orders: [0, 0], delta: "-0.02" },
    { when: "standing", hedge: aStandingHedge(), orders: [0, 0], delta: "0" },
    {
      when: "half closed",
      hedge: aHedge(intent, filled(long), filled(short), exit, filled(leaving[0]?.request ?? long)),
      orders: [0, 1],
      delta: "-0.02",
    },
    {
      when: "flat, while a fill is still missing",
      hedge: aHedge(
        intent,
        reported(long.id, "filled", "0.02"),
        reported(short.id, "filled", "0.02"),
        exit,
        ...leaving.map(({ request }) => filled(request)),
      ),
      orders: [0, 0],
      delta: "0",
    },
  ])("$when", ({ hedge, orders, delta }) => {
    const exposure = exposureOf([hedge], usdt("0"));
    expect([
      exposure.openHedges,
      format(exposure.totalNotional),
      format(exposure.notionalBySymbol.get(BTC) ?? usdt("0")),
    ]).toEqual([1, "1200", "1200"]);
    expect([BINANCE_UM, OKX_PERP].map((venue) => exposure.openOrders.get(venue) ?? 0)).toEqual(orders);
    expect(format(exposure.netDelta.get(BTC) ?? quantity("9"))).toBe(delta);
  });
});

test.each([
  {
    when: "closed",
    hedge: aHedge(intent, filled(long), filled(short), exit, ...leaving.map(({ request }) => filled(request))),
  },
  { when: "never filled", hedge: aHedge(intent, dead(long), dead(short)) },
])("$when, it counts no more", ({ hedge }) => {
  expect(exposureOf([hedge], null)).toEqual({
    openHedges: 0,
    totalNotional: 0n,
    notionalBySymbol: new Map(),
    openOrders: new Map(),
    netDelta: new Map(),
    dayPnl: null,
  });
});

test("several add up", () => {
  const other = anIntent({ id: hedgeId("pstest00010000000002"), quantity: quantity("0.01") });
  const exposure = exposureOf([aStandingHedge(), aHedge(other, filled(other.long))], usdt("1"));
  expect([
    exposure.openHedges,
    format(exposure.totalNotional),
    format(exposure.netDelta.get(BTC) ?? quantity("0")),
    exposure.openOrders.get(OKX_PERP),
  ]).toEqual([2, "1800", "0.01", 1]);
});

test("what stands at the venues beside our hedges counts in the delta, and in nothing else", () => {
  const beside = new Map([[BTC, quantity("-0.015")]]);
  const exposure = exposureOf([aHedge(intent, filled(long))], null, beside);
  expect([exposure.openHedges, format(exposure.netDelta.get(BTC) ?? quantity("9"))]).toEqual([1, "0.005"]);
  expect(format(beside.get(BTC) ?? quantity("9"))).toBe("-0.015");
});
