import { describe, expect, test } from "vitest";
import { BTC, NOW } from "../../../test/kit.ts";
import { type Bps, bps, format, price, usdt } from "#domain/decimal.ts";
import type { FundingRate } from "#domain/funding.ts";
import { BINANCE_UM } from "#domain/ids.ts";
import { HOUR, after } from "#domain/time.ts";
import { RecentMedian, edgeValue, fundingWithin, halfSpreadBps, roundTripEdge } from "./edge.ts";

const rate = (percent: string, everyHours: number, nextInHours = everyHours): FundingRate => ({
  venue: BINANCE_UM,
  instrument: BTC,
  rate: (bps(percent) * 100n) as Bps,
  nextAt: after(NOW, nextInHours * HOUR),
  intervalMs: everyHours * HOUR,
  at: NOW,
});

describe("funding within the horizon", () => {
  test("long at +0.0100 % per 8 h, short at +0.0150 % per 4 h, 8 h ahead: −1.0 + 3.0 = +2.0 bps", () => {
    expect(format(fundingWithin(rate("0.0100", 8), rate("0.0150", 4), NOW, 8 * HOUR))).toBe("2");
  });

  test.each([
    { when: "nothing is known", long: null, short: null, hours: 8, sum: "0" },
    { when: "the long pays", long: rate("0.01", 8), short: null, hours: 8, sum: "-1" },
    { when: "the short receives", long: null, short: rate("0.01", 8), hours: 8, sum: "1" },
    { when: "rates are negative", long: rate("-0.01", 8), short: rate("-0.02", 8), hours: 8, sum: "-1" },
    { when: "no stamp falls into it", long: rate("0.01", 8), short: rate("0.01", 8), hours: 7.9, sum: "0" },
    { when: "one venue's stamp does", long: rate("0.01", 8, 2), short: rate("0.01", 8, 6), hours: 4, sum: "-1" },
    { when: "intervals differ", long: rate("0.01", 1), short: rate("0.01", 8), hours: 8, sum: "-7" },
  ])("when $when it is $sum bps", ({ long, short, hours, sum }) => {
    expect(format(fundingWithin(long, short, NOW, hours * HOUR))).toBe(sum);
  });
});

describe("the edge", () => {
  const trip = {
    buyNotional: usdt("1200"),
    sellNotional: usdt("1203.72"),
    takerBuy: bps("5"),
    takerSell: bps("5"),
    exitBps: bps("1.5"),
    fundingBps: bps("0.5"),
    slippageBps: bps("2"),
  };

  test("is the gap less four fees, the way out and the reserve, with funding added", () => {
    const edge = roundTripEdge(trip);
    expect([edge.grossBps, edge.feesBps, edge.allInBps].map((each) => format(each))).toEqual(["31", "20", "8"]);
    expect(format(edgeValue(edge, usdt("1200")))).toBe("0.96");
  });

  test("rounds the gap down, on either side of zero: the figure never flatters", () => {
    const third = (sell: string): string =>
      format(roundTripEdge({ ...trip, buyNotional: usdt("3"), sellNotional: usdt(sell) }).grossBps);
    expect([third("4"), third("2")]).toEqual(["3333.333333333333", "-3333.333333333334"]);
  });

  test("takes a rebate as a rebate", () => {
    expect(format(roundTripEdge({ ...trip, takerBuy: bps("-1"), takerSell: bps("2") }).feesBps)).toBe("2");
  });
});

test.each([
  { bid: "100", ask: "102", half: "99.009900990100" },
  { bid: "60000", ask: "60000.1", half: "0.008333326389" },
])("half the spread of $bid and $ask is $half bps, rounded up", ({ bid, ask, half }) => {
  expect(format(halfSpreadBps(price(bid), price(ask)), 12)).toBe(half);
});

describe("the recent middle", () => {
  const after5 = (keep: number, ...values: string[]): string => {
    const median = new RecentMedian(keep);
    for (const value of values) median.note(bps(value));
    return format(median.value);
  };

  test.each([
    { keep: 5, values: [], middle: "0" },
    { keep: 5, values: ["7"], middle: "7" },
    { keep: 5, values: ["1", "9", "2", "100", "3"], middle: "3" },
    { keep: 3, values: ["100", "100", "1", "2", "3"], middle: "2" },
  ])("of $values, keeping $keep, is $middle", ({ keep, values, middle }) => {
    expect(after5(keep, ...values)).toBe(middle);
  });
});
