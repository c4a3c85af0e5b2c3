import { describe, expect, test } from "vitest";
import { BTC, NOW, aBook, aListing, snapshotOf } from "../../test/kit.ts";
import { format, price, quantity } from "./decimal.ts";
import type { MarketBook } from "./market-book.ts";
import type { BestQuote } from "./quote.ts";
import { after } from "./time.ts";

const listing = aListing();
const sides = {
  bids: [
    ["60000", "1"],
    ["59999.9", "2"],
    ["59999", "3"],
  ],
  asks: [
    ["60000.1", "1"],
    ["60000.3", "2"],
    ["60001", "3"],
  ],
  sequence: 100,
} as const;

const best = (bid: number, ask: number, sequence: number): BestQuote => ({
  venue: listing.venue,
  instrument: BTC,
  bidTick: bid,
  bidLots: 500,
  askTick: ask,
  askLots: 700,
  sequence,
  at: NOW,
});

const touches = (book: MarketBook): (string | null)[] =>
  (["bid", "ask"] as const).map((side) => {
    const touch = book.touch(side);
    return touch === null ? null : format(touch, 1);
  });

const walked = (book: MarketBook, side: "bid" | "ask"): string[] => {
  const rows: string[] = [];
  book.walkLevels(side, (tick, lots) => rows.push(`${tick} × ${lots}`) > 0);
  return rows;
};

describe("a best quote", () => {
  test("newer than depth is laid over it: better levels are gone", () => {
    const book = aBook(listing, sides);
    book.note(best(599_999, 600_003, 101));
    expect(touches(book)).toEqual(["59999.9", "60000.3"]);
    expect(walked(book, "bid")).toEqual(["599999 × 500", "599990 × 3000"]);
    expect(walked(book, "ask")).toEqual(["600003 × 700", "600010 × 3000"]);
  });

  test("may stand better than all of depth", () => {
    const book = aBook(listing, sides);
    book.note(best(600_004, 600_005, 101));
    expect(walked(book, "bid")).toEqual(["600004 × 500", "600000 × 1000", "599999 × 2000", "599990 × 3000"]);
    expect(walked(book, "ask")).toEqual(["600005 × 700", "600010 × 3000"]);
  });

  test.each([99, 100])("with sequence %i is no newer than depth at 100 and changes nothing", (sequence) => {
    const book = aBook(listing, sides);
    book.note(best(599_000, 601_000, sequence));
    expect(touches(book)).toEqual(["60000.0", "60000.1"]);
  });

  test("gives way when depth has caught up", () => {
    const book = aBook(listing, sides);
    book.note(best(599_999, 600_003, 101));
    book.apply({ ...snapshotOf(listing, { bids: [], asks: [] }), kind: "delta", sequence: 101 });
    expect(touches(book)).toEqual(["60000.0", "60000.1"]);
  });

  test("does not step back to an older one", () => {
    const book = aBook(listing, sides);
    book.note(best(599_999, 600_003, 105));
    book.note(best(600_000, 600_001, 104));
    expect(touches(book)).toEqual(["59999.9", "60000.3"]);
  });

  test.each(["snapshot", "gap", "forget"] as const)("of before a %s is forgotten with it", (how) => {
    const book = aBook(listing, sides);
    book.note(best(599_999, 600_003, 10_000));
    if (how === "snapshot") book.apply(snapshotOf(listing, sides));
    else if (how === "gap") book.apply({ kind: "gap", venue: listing.venue, instrument: BTC, at: NOW, says: "a hole" });
    else book.forget();
    expect(touches(book)).toEqual(how === "snapshot" ? ["60000.0", "60000.1"] : [null, null]);
  });
});

describe("taking from the book", () => {
  test.each([
    { side: "ask" as const, of: "0.5", limit: null, took: "0.5", paid: "30000.05", worst: "60000.1" },
    { side: "ask" as const, of: "2", limit: null, took: "2", paid: "120000.4", worst: "60000.3" },
    { side: "ask" as const, of: "2", limit: "60000.2", took: "1", paid: "60000.1", worst: "60000.1" },
    { side: "ask" as const, of: "9", limit: null, took: "6", paid: "360003.7", worst: "60001" },
    { side: "bid" as const, of: "2", limit: "59999.9", took: "2", paid: "119999.9", worst: "59999.9" },
    { side: "bid" as const, of: "1", limit: "60000.1", took: "0", paid: "0", worst: null },
  ])("$of from the $side side no worse than $limit gives $took for $paid", ({ side, of, limit, took, paid, worst }) => {
    const walk = aBook(listing, sides).take(side, quantity(of), limit === null ? null : price(limit));
    expect([format(walk.quantity), format(walk.notional), walk.worst === null ? null : format(walk.worst)]).toEqual([
      took,
      paid,
      worst,
    ]);
  });

  test("what stands up to a price is counted whole", () => {
    const book = aBook(listing, sides);
    expect(format(book.depthTo("ask", price("60000.3")))).toBe("3");
    expect(format(book.depthTo("bid", price("59999.9")))).toBe("3");
    expect(format(book.depthTo("bid", price("60000.1")))).toBe("0");
  });
});

describe("a book is believed", () => {
  const crossed = { ...sides, bids: [["60000.1", "1"]], asks: [["60000.1", "1"]] } as const;

  test.each([
    { when: "it is fresh", book: () => aBook(listing, sides), later: 1_500, why: null },
    { when: "it is a millisecond too old", book: () => aBook(listing, sides), later: 1_501, why: "book_stale" },
    { when: "bid meets ask", book: () => aBook(listing, crossed), later: 0, why: "book_crossed" },
    {
      when: "a side is empty",
      book: () => aBook(listing, { ...sides, asks: [] }),
      later: 0,
      why: "insufficient_depth",
    },
  ])("or not, when $when: $why", ({ book, later, why }) => {
    const now = after(NOW, later);
    expect(book().distrust(now, 1_500)).toBe(why);
    expect(book().quote(now, 1_500) === null).toBe(why !== null);
  });

  test("never after a gap", () => {
    const book = aBook(listing, sides);
    book.forget();
    expect([book.distrust(NOW, 1_500), book.mid(), book.quote(NOW, 1_500)]).toEqual(["book_unsynced", null, null]);
  });

  test("not because its best quote is fresh: age counts from depth", () => {
    const book = aBook(listing, sides);
    book.note({ ...best(600_000, 600_001, 101), at: after(NOW, 2_000) });
    expect(book.distrust(after(NOW, 2_000), 1_500)).toBe("book_stale");
  });

  test("not when a newer best quote crosses", () => {
    const book = aBook(listing, sides);
    book.note(best(600_002, 600_001, 101));
    expect(book.distrust(NOW, 1_500)).toBe("book_crossed");
  });
});

test("its quote is the top of both sides, with the newer best laid over", () => {
  const book = aBook(listing, sides);
  const plain = book.quote(NOW, 1_500);
  expect([plain?.bid, plain?.ask]).toEqual([
    { price: price("60000"), quantity: quantity("1") },
    { price: price("60000.1"), quantity: quantity("1") },
  ]);
  book.note(best(599_999, 600_003, 101));
  const laid = book.quote(NOW, 1_500);
  expect([laid?.bid, laid?.ask]).toEqual([
    { price: price("59999.9"), quantity: quantity("0.5") },
    { price: price("60000.3"), quantity: quantity("0.7") },
  ]);
  expect(format(book.mid() ?? price("0"))).toBe("60000.1");
});
