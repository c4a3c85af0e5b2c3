import { describe, expect, test } from "vitest";
import { BTC, NOW } from "../../test/kit.ts";
import { BrokenPromiseError } from "./assert.ts";
import { type BookUpdate, OrderBook } from "./book.ts";
import { BINANCE_UM, OKX_PERP } from "./ids.ts";
import { Levels } from "./levels.ts";
import { after } from "./time.ts";

const common = { venue: BINANCE_UM, instrument: BTC, at: NOW } as const;
const snapshot: BookUpdate = {
  ...common,
  kind: "snapshot",
  bids: Levels.of([100, 5, 99, 2]),
  asks: Levels.of([101, 3]),
  sequence: 7,
};
const delta: BookUpdate = {
  ...common,
  kind: "delta",
  bids: Levels.of([100, 0, 98, 4]),
  asks: Levels.of([101, 1]),
  sequence: 9,
  at: after(NOW, 20),
};

const opened = (...updates: readonly BookUpdate[]): OrderBook => {
  const book = new OrderBook(BINANCE_UM, BTC);
  for (const update of updates) book.apply(update);
  return book;
};

describe("an order book", () => {
  test("knows nothing before its first snapshot, and a delta tells it nothing", () => {
    const book = opened(delta);
    expect([book.live, book.bestBid(), book.bestAsk(), book.sequence]).toEqual([false, null, null, 0]);
  });

  test("holds absolute quantities; zero removes a level, and removing what is not there changes nothing", () => {
    const book = opened(snapshot, delta, { ...delta, bids: Levels.of([77, 0]) });
    expect(book.bestBid()).toEqual({ tick: 99, lots: 2 });
    expect(book.bestAsk()).toEqual({ tick: 101, lots: 1 });
    expect([book.depth("bid"), book.depth("ask"), book.sequence, book.at]).toEqual([2, 1, 9, NOW + 20]);
  });

  test("forgets everything at a gap, and what follows it until the next snapshot", () => {
    const book = opened(snapshot, { ...common, kind: "gap", says: "8 is missing" }, delta);
    expect([book.live, book.bestBid(), book.depth("ask")]).toEqual([false, null, 0]);
    book.apply(snapshot);
    expect([book.live, book.bestBid()?.tick, book.generation]).toEqual([true, 100, 2]);
  });

  test("begins anew with every snapshot", () => {
    const book = opened(snapshot, { ...snapshot, bids: Levels.of([50, 1]), asks: Levels.of([51, 1]) });
    expect([book.bestBid()?.tick, book.depth("bid"), book.generation]).toEqual([50, 1, 2]);
  });

  test("stops walking when it is told to", () => {
    const seen: number[] = [];
    opened(snapshot).walk("bid", (tick) => seen.push(tick) < 1);
    expect(seen).toEqual([100]);
  });

  test("takes no update of another book", () => {
    expect(() => opened({ ...snapshot, venue: OKX_PERP })).toThrow(BrokenPromiseError);
  });
});
