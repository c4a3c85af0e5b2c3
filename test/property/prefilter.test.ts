import fc from "fast-check";
import { expect, test } from "vitest";
import { type Bps, bps, usdt } from "#domain/decimal.ts";
import type { FundingRate } from "#domain/funding.ts";
import { HOUR, after } from "#domain/time.ts";
import { evaluate } from "#trading/scanner/evaluate.ts";
import { Prefilter, leastGapBps } from "#trading/scanner/prefilter.ts";
import { NOW, aBook, aListing, anOkxListing, someSettings } from "../kit.ts";
import { law } from "./law.ts";

const tenths = (most: number) => fc.integer({ min: -most, max: most }).map((value) => bps(`${value / 10}`));
const cost = fc.integer({ min: 0, max: 80 }).map((value) => bps(`${value / 10}`));

test("the prefilter never refuses what the exact law finds viable", () => {
  let viable = 0;
  let refused = 0;
  law(
    [
      fc.integer({ min: -40, max: 1_200 }),
      cost,
      cost,
      fc.option(tenths(60)),
      fc.option(tenths(60)),
      cost,
      fc.constantFrom("0.1", "0.05", "0.25", "1"),
    ],
    (gapTicks, takerLong, takerShort, longRate, shortRate, minSpreadBps, tick) => {
      const long = aBook(aListing(), { bids: [["59999.9", "5"]], asks: [["60000", "5"]] });
      const steps = Math.round((60_000 + gapTicks / 10) / Number(tick));
      const bid = (steps * Number(tick)).toFixed(2);
      const ask = ((steps + 1) * Number(tick)).toFixed(2);
      const listing = anOkxListing({ tick: (BigInt(Math.round(Number(tick) * 100)) * 10n ** 10n) as never });
      const short = aBook(listing, { bids: [[bid, "5"]], asks: [[ask, "5"]] });
      const settings = someSettings({ minSpreadBps, maxSlippageBps: bps("1") });
      const funding = (rate: Bps | null, book: typeof long): FundingRate | null =>
        rate === null
          ? null
          : {
              venue: book.instrument.venue,
              instrument: book.instrument.id,
              rate,
              nextAt: after(NOW, HOUR),
              intervalMs: HOUR,
              at: NOW,
            };
      const costs = {
        takerLong,
        takerShort,
        fundingLong: funding(longRate, long),
        fundingShort: funding(shortRate, short),
        settings,
      };
      const verdict = evaluate({
        ...costs,
        long,
        short,
        exitFloorBps: bps("0"),
        shortfallBps: bps("0"),
        notional: usdt("1000"),
        headroom: usdt("100000"),
        bandBps: bps("1"),
        now: NOW,
      });
      const prefilter = new Prefilter(long.instrument, short.instrument);
      prefilter.require(leastGapBps(costs));
      const passes = prefilter.mayPay(long.bestTick("ask"), short.bestTick("bid"));
      if (!passes) refused += 1;
      if (verdict.verdict === "viable") {
        viable += 1;
        expect(passes).toBe(true);
      }
    },
    2_000,
  );
  // Both must have happened often, or nothing was shown.
  expect([viable > 100, refused > 100]).toEqual([true, true]);
});
