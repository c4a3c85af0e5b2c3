import { expect, test } from "vitest";
import { BINANCE_UM } from "#domain/ids.ts";
import { MarketBook } from "#domain/market-book.ts";
import { Tops } from "#domain/tops.ts";
import { aListing, anOkxListing, snapshotOf } from "../../../test/kit.ts";
import { QuietPairs } from "./quiet-pairs.ts";

const EPOCH = 3;
const UNTIL = 1_000;

/** Two pairs side by side; the second is looked at, so that a wrong row would be seen. */
function scene(bid: string, ask: string, otherBid: string, otherAsk: string) {
  const tops = new Tops();
  const [one, two] = [aListing(), anOkxListing()];
  const books = [one, two, one, two].map((listing, row) => new MarketBook(listing, { tops, row }));
  const show = (row: number, best: readonly [string, string]): void => {
    const book = books[row];
    book?.apply(snapshotOf(book.instrument, { bids: [[best[0], "1"]], asks: [[best[1], "1"]] }));
  };
  show(2, [bid, ask]);
  show(3, [otherBid, otherAsk]);
  const quiet = new QuietPairs(tops);
  const learn = (ratio: number): void =>
    quiet.learn(
      [2, 3].map((row) => ({ row, leastRatio: ratio })),
      UNTIL,
      EPOCH,
    );
  return { books, quiet, learn };
}

test("a pair is quiet while both gaps are under what its prefilters ask for, seen from either book", () => {
  const { quiet, learn } = scene("60000", "60001", "60010", "60011");
  expect(quiet.isQuiet(2, 0, EPOCH)).toBe(false);
  learn(1.001);
  expect([quiet.isQuiet(2, 0, EPOCH), quiet.isQuiet(3, 0, EPOCH)]).toEqual([true, true]);
  // Nine in sixty thousand now pay, one way.
  learn(1.0001);
  expect([quiet.isQuiet(2, 0, EPOCH), quiet.isQuiet(3, 0, EPOCH)]).toEqual([false, false]);
});

test("the other way round pays as well", () => {
  const { quiet, learn } = scene("60010", "60011", "60000", "60001");
  learn(1.0001);
  expect(quiet.isQuiet(2, 0, EPOCH)).toBe(false);
});

test("what was learnt holds for its time, for its settings, and for its own pair alone", () => {
  const { quiet, learn } = scene("60000", "60001", "60000", "60001");
  learn(1.001);
  expect(quiet.isQuiet(2, UNTIL - 1, EPOCH)).toBe(true);
  expect(quiet.isQuiet(2, UNTIL, EPOCH)).toBe(false);
  expect(quiet.isQuiet(2, 0, EPOCH + 1)).toBe(false);
  expect(quiet.isQuiet(0, 0, EPOCH)).toBe(false);
  expect(quiet.isQuiet(40, 0, EPOCH)).toBe(false);
});

test("an empty side is never quiet: the law names it", () => {
  const { books, quiet, learn } = scene("60000", "60001", "60000", "60001");
  learn(1.001);
  books[3]?.forget();
  expect(books[3]?.instrument.venue).not.toBe(BINANCE_UM);
  expect(quiet.isQuiet(2, 0, EPOCH)).toBe(false);
});
