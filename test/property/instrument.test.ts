import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { Price, Quantity, Usdt } from "#domain/decimal.ts";
import { commonLot, roundDown, roundToTick } from "#domain/instrument.ts";
import { Levels } from "#domain/levels.ts";
import { bandLimit, commonSize } from "#trading/scanner/size.ts";
import { aBook, aListing, anOkxListing } from "../kit.ts";
import { law } from "./law.ts";

const step = fc.bigInt({ min: 1n, max: 10n ** 15n });
const amount = fc.bigInt({ min: 0n, max: 10n ** 22n });
const lotOf = (lot: bigint): { lot: Quantity } => ({ lot: lot as Quantity });

describe("rounding to a grid", () => {
  test("a quantity is never rounded up, and loses less than a lot", () => {
    law([amount, step], (of, lot) => {
      const down = roundDown(of as Quantity, lot as Quantity);
      expect(down % lot).toBe(0n);
      expect(down <= of && of - down < lot).toBe(true);
    });
  });

  test("a limit is never worse for us, and less than a tick away", () => {
    law([amount, step, fc.constantFrom("buy" as const, "sell" as const)], (at, tick, side) => {
      const limit = roundToTick(at as Price, side, { tick: tick as Price });
      expect(limit % tick).toBe(0n);
      const better = side === "buy" ? at - limit : limit - at;
      expect(better >= 0n && better < tick).toBe(true);
    });
  });
});

describe("a common lot", () => {
  const small = fc.bigInt({ min: 1n, max: 500n });

  test("is whole on both venues, and nothing smaller is", () => {
    law([small, small], (a, b) => {
      const lot = commonLot(lotOf(a), lotOf(b));
      const smallest = Array.from({ length: Number(lot) }, (_, index) => BigInt(index + 1)).find(
        (each) => each % a === 0n && each % b === 0n,
      );
      expect(lot).toBe(smallest);
    });
  });

  test("does not depend on who is asked first", () => {
    law([step, step], (a, b) => {
      expect(commonLot(lotOf(a), lotOf(b))).toBe(commonLot(lotOf(b), lotOf(a)));
    });
  });
});

test("a size is whole on both venues and never more than the money, the depth inside the band, or the largest order", () => {
  const lots = fc.constantFrom("0.001", "0.002", "0.003", "0.01", "0.0001", "0.0005");
  const inTicks = fc.integer({ min: 1, max: 30 });
  const level = fc.tuple(fc.integer({ min: 0, max: 40 }), fc.integer({ min: 1, max: 3_000 }));
  law(
    [
      lots,
      lots,
      inTicks,
      fc.array(level, { minLength: 1, maxLength: 8 }),
      fc.array(level, { minLength: 1, maxLength: 8 }),
      fc.integer({ min: 1, max: 60_000 }),
    ],
    (binanceLot, okxLot, band, asks, bids, money) => {
      const scale = 10n ** 12n;
      const toLot = (text: string): Quantity =>
        ((BigInt(Math.round(Number(text) * 1e4)) * scale) / 10_000n) as Quantity;
      const long = aBook(aListing({ lot: toLot(binanceLot), minQuantity: toLot(binanceLot) }), { bids: [], asks: [] });
      const short = aBook(anOkxListing({ lot: toLot(okxLot), minQuantity: toLot(okxLot) }), { bids: [], asks: [] });
      const put = (book: typeof long, side: "bids" | "asks", rows: readonly (readonly [number, number])[]): void => {
        const { venue, id } = book.instrument;
        const sign = side === "asks" ? 1 : -1;
        const levels = Levels.of(rows.flatMap(([away, of]) => [600_000 + sign * away, of]));
        const none = { bids: Levels.of([]), asks: Levels.of([]) };
        book.apply({ kind: "delta", venue, instrument: id, at: book.depth.at, sequence: 2, ...none, [side]: levels });
      };
      put(long, "asks", asks);
      put(short, "bids", bids);
      const longTouch = long.touch("ask") as Price;
      const shortTouch = short.touch("bid") as Price;
      const bandBps = (BigInt(band) * scale) as Parameters<typeof bandLimit>[3];
      const longLimit = bandLimit(long, "buy", longTouch, bandBps);
      const shortLimit = bandLimit(short, "sell", shortTouch, bandBps);
      const notional = (BigInt(money) * scale) as Usdt;
      const size = commonSize({ long, short, longTouch, shortTouch, longLimit, shortLimit, notional });
      const lot = commonLot(long.instrument, short.instrument);
      expect(size.lot).toBe(lot);
      if (!("quantity" in size)) return;
      const { quantity } = size;
      expect([quantity % lot, quantity % long.instrument.lot, quantity % short.instrument.lot]).toEqual([0n, 0n, 0n]);
      expect(quantity * longTouch <= notional * scale).toBe(true);
      expect(quantity <= long.depthTo("ask", longLimit) && quantity <= short.depthTo("bid", shortLimit)).toBe(true);
      expect(long.take("ask", quantity, longLimit).quantity).toBe(quantity);
      expect(quantity * longTouch >= long.instrument.minNotional * scale).toBe(true);
    },
  );
});
