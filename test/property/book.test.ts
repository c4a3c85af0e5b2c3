import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { type BookUpdate, OrderBook } from "#domain/book.ts";
import type { Price, Quantity } from "#domain/decimal.ts";
import { BINANCE_UM } from "#domain/ids.ts";
import { priceAt, quantityAt } from "#domain/instrument.ts";
import { Levels } from "#domain/levels.ts";
import { MarketBook } from "#domain/market-book.ts";
import { instantAt } from "#domain/time.ts";
import { BTC, aListing } from "../kit.ts";
import { law } from "./law.ts";

type Side = "bid" | "ask";
type Rows = readonly (readonly [tick: number, lots: number])[];

const level = fc.tuple(fc.integer({ min: 1, max: 40 }), fc.integer({ min: 0, max: 5 }));
const levels = fc.array(level, { maxLength: 12 });
const update = fc.oneof(
  { weight: 6, arbitrary: fc.record({ kind: fc.constant("delta" as const), bids: levels, asks: levels }) },
  { weight: 1, arbitrary: fc.record({ kind: fc.constant("snapshot" as const), bids: levels, asks: levels }) },
  {
    weight: 1,
    arbitrary: fc.record({
      kind: fc.constant("gap" as const),
      bids: fc.constant<Rows>([]),
      asks: fc.constant<Rows>([]),
    }),
  },
);
const updates = fc.array(update, { maxLength: 30 });

/** A book as one would write it on a first try: two maps. */
class NaiveBook {
  live = false;
  readonly sides: Record<Side, Map<number, number>> = { bid: new Map(), ask: new Map() };

  apply({ kind, bids, asks }: { kind: BookUpdate["kind"]; bids: Rows; asks: Rows }): void {
    if (kind !== "delta") {
      this.sides.bid.clear();
      this.sides.ask.clear();
      this.live = kind === "snapshot";
    }
    if (!this.live) return;
    for (const [side, rows] of [
      ["bid", bids],
      ["ask", asks],
    ] as const) {
      for (const [tick, lots] of rows) {
        if (lots === 0) this.sides[side].delete(tick);
        else this.sides[side].set(tick, lots);
      }
    }
  }

  rows(side: Side): [number, number][] {
    const better = side === "bid" ? -1 : 1;
    return [...this.sides[side]].toSorted(([a], [b]) => (a - b) * better);
  }
}

function toUpdate(
  { kind, bids, asks }: { kind: BookUpdate["kind"]; bids: Rows; asks: Rows },
  index: number,
): BookUpdate {
  const common = { venue: BINANCE_UM, instrument: BTC, at: instantAt(index) };
  if (kind === "gap") return { ...common, kind, says: "a hole" };
  return { ...common, kind, bids: Levels.of(bids.flat()), asks: Levels.of(asks.flat()), sequence: (index + 1) * 10 };
}

function rowsOf(
  walk: (side: Side, visit: (tick: number, lots: number) => boolean) => void,
  side: Side,
): [number, number][] {
  const rows: [number, number][] = [];
  walk(side, (tick, lots) => {
    rows.push([tick, lots]);
    return true;
  });
  return rows;
}

describe("an order book", () => {
  test("is the sum of its updates, whatever they are and in whatever order", () => {
    law([updates], (all) => {
      const book = new OrderBook(BINANCE_UM, BTC);
      const naive = new NaiveBook();
      for (const [index, each] of all.entries()) {
        book.apply(toUpdate(each, index));
        naive.apply(each);
        expect(book.live).toBe(naive.live);
        for (const side of ["bid", "ask"] as const) {
          const rows = naive.rows(side);
          expect(rowsOf((name, visit) => book.walk(name, visit), side)).toEqual(rows);
          expect(book.depth(side)).toBe(rows.length);
        }
        const [bid] = naive.rows("bid");
        expect(book.bestBid()).toEqual(bid ? { tick: bid[0], lots: bid[1] } : null);
        const [ask] = naive.rows("ask");
        expect(book.bestAsk()).toEqual(ask ? { tick: ask[0], lots: ask[1] } : null);
      }
    });
  });

  test("counts a generation for each snapshot and none for anything else", () => {
    law([updates], (all) => {
      const book = new OrderBook(BINANCE_UM, BTC);
      for (const [index, each] of all.entries()) book.apply(toUpdate(each, index));
      expect(book.generation).toBe(all.filter(({ kind }) => kind === "snapshot").length);
    });
  });
});

describe("walking a market book", () => {
  const best = fc.option(
    fc.record({
      tick: fc.integer({ min: 2, max: 39 }),
      bidLots: fc.integer({ min: 1, max: 9 }),
      askLots: fc.integer({ min: 1, max: 9 }),
    }),
  );
  const listing = aListing();

  /** The depth with a newer best quote laid over it, level by level. */
  function overlaid(naive: NaiveBook, side: Side, tick: number | null, lots: number): [number, number][] {
    const rows = naive.rows(side);
    if (tick === null) return rows;
    return [[tick, lots], ...rows.filter(([at]) => (side === "bid" ? at < tick : at > tick))];
  }

  test("takes level by level what a naive model takes, at exactly its price, and never beyond the limit", () => {
    const quantities = fc.integer({ min: 1, max: 60 });
    const limits = fc.option(fc.integer({ min: 1, max: 40 }));
    law(
      [levels, levels, best, quantities, limits, fc.constantFrom<Side>("bid", "ask")],
      (bids, asks, overlay, lots, limitTick, side) => {
        const book = new MarketBook(listing);
        const naive = new NaiveBook();
        const snapshot = { kind: "snapshot" as const, bids, asks };
        book.apply(toUpdate(snapshot, 0));
        naive.apply(snapshot);
        if (overlay) {
          const { tick, bidLots, askLots } = overlay;
          book.note({
            venue: listing.venue,
            instrument: BTC,
            bidTick: tick - 1,
            bidLots,
            askTick: tick,
            askLots,
            sequence: 99,
            at: instantAt(1),
          });
        }
        const top = overlay ? (side === "bid" ? overlay.tick - 1 : overlay.tick) : null;
        const rows = overlaid(naive, side, top, (side === "bid" ? overlay?.bidLots : overlay?.askLots) ?? 0);
        expect(rowsOf((name, visit) => book.walkLevels(name, visit), side)).toEqual(rows);

        const inside = rows.filter(
          ([tick]) => limitTick === null || (side === "ask" ? tick <= limitTick : tick >= limitTick),
        );
        let left = lots;
        let value = 0n;
        let worst: Price | null = null;
        for (const [tick, here] of inside) {
          if (left === 0) break;
          const part = Math.min(left, here);
          left -= part;
          value += (priceAt(tick, listing) * quantityAt(part, listing)) / 10n ** 12n;
          worst = priceAt(tick, listing);
        }
        const limit = limitTick === null ? null : priceAt(limitTick, listing);
        const walk = book.take(side, quantityAt(lots, listing), limit);
        expect(walk).toEqual({ quantity: quantityAt(lots - left, listing), notional: value, worst });
        const total = inside.reduce((sum, [, here]) => sum + here, 0);
        if (limit !== null) expect(book.depthTo(side, limit)).toBe(quantityAt(total, listing) as Quantity);
      },
    );
  });
});
