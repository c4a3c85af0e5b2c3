import { describe, expect, test } from "vitest";
import { BTC, NOW, type Rows, aBook, aListing, anOkxListing, someSettings } from "../../../test/kit.ts";
import { bps, format, price, quantity, usdt } from "#domain/decimal.ts";
import type { FundingRate } from "#domain/funding.ts";
import { type VenueId, BINANCE_UM, OKX_PERP } from "#domain/ids.ts";
import type { Instrument } from "#domain/instrument.ts";
import { MINUTE, after } from "#domain/time.ts";
import { type Evaluation, type EvaluationInput, evaluate } from "./evaluate.ts";
import { bandLimit, commonSize } from "./size.ts";

const asks: Rows = [
  ["60000", "0.02"],
  ["60006", "1"],
  ["60100", "5"],
];
const bids: Rows = [
  ["60186", "0.02"],
  ["60180", "1"],
  ["60100", "5"],
];
const long = (given: Partial<Instrument> = {}, rows: Rows = asks) =>
  aBook(aListing(given), { bids: [["59999.9", "3"]], asks: rows });
const short = (given: Partial<Instrument> = {}, rows: Rows = bids) =>
  aBook(anOkxListing(given), { bids: rows, asks: [["60186.1", "1"]] });

const input = (given: Partial<EvaluationInput> = {}): EvaluationInput => ({
  long: long(),
  short: short(),
  takerLong: bps("5"),
  takerShort: bps("5"),
  fundingLong: null,
  fundingShort: null,
  exitFloorBps: bps("0"),
  shortfallBps: bps("0"),
  notional: usdt("1200"),
  headroom: usdt("1000000"),
  bandBps: bps("2"),
  settings: someSettings(),
  now: NOW,
  ...given,
});
const reasonOf = (evaluation: Evaluation): string => (evaluation.verdict === "viable" ? "viable" : evaluation.reason);

describe("the trade of the worked example", () => {
  test("is priced: 31 bps gross, four fees, both half-spreads, and the reserve", () => {
    const evaluation = evaluate(input());
    expect(evaluation.verdict).toBe("viable");
    if (evaluation.verdict !== "viable") return;
    const { trade } = evaluation;
    const { edge } = trade;
    expect([trade.quantity, trade.lot, trade.spread, trade.spreadBps].map((each) => format(each))).toEqual([
      "0.02",
      "0.001",
      "186",
      "31",
    ]);
    expect([edge.grossBps, edge.feesBps, edge.slippageBps].map((each) => format(each))).toEqual(["31", "20", "2"]);
    // Half of 0.1 at 59999.95 and at 60186.05, each rounded up.
    expect(format(edge.exitBps)).toBe("0.016640913213");
    expect(edge.allInBps).toBe(edge.grossBps - edge.feesBps - edge.exitBps - edge.slippageBps + edge.fundingBps);
    expect([trade.long.fee, trade.short.fee].map((each) => format(each))).toEqual(["0.6", "0.60186"]);
    expect([trade.long.limit, trade.short.limit].map((each) => format(each))).toEqual(["60012", "60174"]);
  });

  test("walks both books when it is larger than their best levels", () => {
    const evaluation = evaluate(input({ notional: usdt("3000") }));
    const trade = evaluation.verdict === "viable" ? evaluation.trade : null;
    // 0.02 × 60000 + 0.03 × 60006 here, 0.02 × 60186 + 0.03 × 60180 there.
    expect(trade && [format(trade.quantity), format(trade.long.notional), format(trade.short.notional)]).toEqual([
      "0.05",
      "3000.18",
      "3009.12",
    ]);
  });
});

const funding = (venue: VenueId, rate: string, inMinutes: number): FundingRate => ({
  venue,
  instrument: BTC,
  rate: bps(rate),
  nextAt: after(NOW, inMinutes * MINUTE),
  intervalMs: 480 * MINUTE,
  at: NOW,
});

describe("why a pair of books is no opportunity", () => {
  test.each<{ when: string; given: Partial<EvaluationInput>; reason: string }>([
    { when: "the gap does not pay for its costs", given: { exitFloorBps: bps("20") }, reason: "below_cost" },
    { when: "our own shortfall eats it", given: { shortfallBps: bps("11.1") }, reason: "below_cost" },
    {
      when: "more is wanted of it",
      given: { settings: someSettings({ minSpreadBps: bps("9") }) },
      reason: "below_cost",
    },
    {
      when: "exactly what is wanted is there",
      given: { settings: someSettings({ minSpreadBps: bps("8.983359086787") }) },
      reason: "viable",
    },
    {
      when: "a stamp that the long pays is near",
      given: { fundingLong: funding(BINANCE_UM, "0.1", 5) },
      reason: "funding_window",
    },
    {
      when: "a stamp that the short pays is near",
      given: { fundingShort: funding(OKX_PERP, "-0.1", 4) },
      reason: "funding_window",
    },
    {
      when: "a stamp is near, but received",
      given: { fundingLong: funding(BINANCE_UM, "-0.1", 4), fundingShort: funding(OKX_PERP, "0.1", 4) },
      reason: "viable",
    },
    {
      when: "a stamp is just outside the window",
      given: { fundingLong: funding(BINANCE_UM, "0.1", 5.001) },
      reason: "viable",
    },
    { when: "a book is old", given: { now: after(NOW, 1_501) }, reason: "book_stale" },
    {
      when: "a venue does not trade it now",
      given: { short: short({ tradable: false }) },
      reason: "instrument_halted",
    },
    { when: "a side is empty", given: { long: long({}, []) }, reason: "insufficient_depth" },
    { when: "the money buys less than a lot", given: { notional: usdt("59.9") }, reason: "below_min_size" },
    { when: "limits leave too little", given: { headroom: usdt("59.9") }, reason: "below_min_size" },
    { when: "there is no margin", given: { headroom: usdt("0") }, reason: "below_min_size" },
    {
      when: "the notional is below the venue's least",
      given: { long: long({ minNotional: usdt("60.001") }), notional: usdt("60.5") },
      reason: "below_min_size",
    },
    {
      when: "the other venue's least quantity is more",
      given: { short: short({ minQuantity: quantity("0.021") }) },
      reason: "below_min_size",
    },
    {
      when: "the books are thinner than an order inside the band",
      given: { short: short({}, [["60186", "0.0009"]]) },
      reason: "insufficient_depth",
    },
  ])("$when: $reason", ({ given, reason }) => {
    expect(reasonOf(evaluate(input(given)))).toBe(reason);
  });

  test("an unsynced book is nobody's", () => {
    const gone = long();
    gone.forget();
    expect(reasonOf(evaluate(input({ long: gone })))).toBe("book_unsynced");
  });

  test("a crossed book is nobody's", () => {
    const crossed = aBook(aListing(), { bids: [["60000", "1"]], asks });
    expect(reasonOf(evaluate(input({ long: crossed })))).toBe("book_crossed");
  });

  test("what could be priced is shown all the same", () => {
    const evaluation = evaluate(input({ exitFloorBps: bps("20") }));
    expect(
      evaluation.verdict === "skip" && [evaluation.says, format(evaluation.trade?.edge.allInBps ?? bps("0"))],
    ).toEqual(["all-in -11 bps, wanted 0", "-11"]);
  });
});

describe("the size", () => {
  const sized = (
    notional: string,
    given: { long?: ReturnType<typeof long>; short?: ReturnType<typeof short> } = {},
  ) => {
    const [one, two] = [given.long ?? long(), given.short ?? short()];
    const [longTouch, shortTouch] = [price("60000"), price("60186")];
    const [longLimit, shortLimit] = [
      bandLimit(one, "buy", longTouch, bps("2")),
      bandLimit(two, "sell", shortTouch, bps("2")),
    ];
    const size = commonSize({
      long: one,
      short: two,
      longTouch,
      shortTouch,
      longLimit,
      shortLimit,
      notional: usdt(notional),
    });
    return "quantity" in size ? format(size.quantity) : size.reason;
  };

  test.each([
    { notional: "1259.99", size: "0.02" },
    { notional: "1260", size: "0.021" },
    { notional: "60", size: "0.001" },
    { notional: "59.999", size: "below_min_size" },
    { notional: "1000000", size: "1.02" },
  ])("of $notional USDT is $size", ({ notional, size }) => {
    expect(sized(notional)).toBe(size);
  });

  test("is a whole number of the coarser lot, whichever venue has it", () => {
    expect(sized("1260", { short: short({ lot: quantity("0.005") }, [["60186", "1"]]) })).toBe("0.02");
    expect(
      sized("1260", {
        long: long({ lot: quantity("0.003") }, [["60000", "3"]]),
        short: short({ lot: quantity("0.002") }),
      }),
    ).toBe("0.018");
  });

  test("is no more than one venue's largest order", () => {
    expect(sized("1000000", { long: long({ maxQuantity: quantity("0.5") }) })).toBe("0.5");
  });

  test("counts only what stands inside the band", () => {
    expect(
      sized("1000000", {
        short: short({}, [
          ["60186", "0.3"],
          ["60173.9", "5"],
        ]),
      }),
    ).toBe("0.3");
  });
});
