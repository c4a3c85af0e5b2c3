import { describe, expect, test } from "vitest";
import { OrderBook } from "#domain/book.ts";
import { price, quantity } from "#domain/decimal.ts";
import { OKX_PERP, instrumentId } from "#domain/ids.ts";
import { START, fixtureFrames, haveFixtures } from "../../../../test/scripted-wire.ts";
import type { Instant } from "#domain/time.ts";
import { Grid } from "../grid.ts";
import { type BookStep, OkxBook } from "./book.ts";
import { type BookFrame, readPublicFrame } from "./words.ts";

const BTC = instrumentId("BTC-USDT-PERP");
const grid = { prices: new Grid(price("0.1")), sizes: new Grid(quantity("0.01")) };
const book = (): OkxBook => new OkxBook(BTC, grid, START);
const frame = (
  action: "snapshot" | "update",
  previous: number,
  sequence: number,
  bids: unknown = [],
  asks: unknown = [],
): BookFrame => ({
  kind: "books",
  symbol: "BTC-USDT-SWAP",
  action,
  previous,
  sequence,
  bids,
  asks,
});
const kinds = (step: BookStep) =>
  step.updates.map((update) => (update.kind === "gap" ? "gap" : `${update.kind} ${update.sequence}`));

test("the venue's own example is complete: it repeats a sequence and falls back once", () => {
  const it = book();
  const pairs = [
    [-1, 10],
    [10, 15],
    [15, 15],
    [15, 3],
    [3, 5],
  ] as const;
  const said = pairs.flatMap(([previous, sequence]) =>
    kinds(it.onFrame(frame(previous === -1 ? "snapshot" : "update", previous, sequence), START)),
  );
  expect(said).toEqual(["snapshot 10", "delta 15", "delta 15", "delta 3", "delta 5"]);
});

test("an update that does not continue the last one is a gap at once, and what follows waits for a snapshot", () => {
  const it = book();
  it.onFrame(frame("snapshot", -1, 10), START);
  const gap = it.onFrame(frame("update", 12, 15), START);
  expect(kinds(gap)).toEqual(["gap"]);
  expect(gap.needs).toBe("resubscribe");
  expect(it.onFrame(frame("update", 15, 16), START)).toEqual({ updates: [], needs: null, bad: null });
  expect(kinds(it.onFrame(frame("snapshot", -1, 20), START))).toEqual(["snapshot 20"]);
});

test("a channel that sends no snapshot is joined to REST's book", () => {
  const it = book();
  const late = (START + 3_000) as Instant;
  it.onFrame(frame("update", 5, 8), START);
  expect(it.onFrame(frame("update", 8, 12), late).needs).toBe("bridge");
  const rest = { bids: [["100", "1"]], asks: [["100.1", "1"]] };
  expect(it.onRestBook({ sequence: 3, ...rest }, late).needs).toBe("bridge");
  expect(kinds(it.onRestBook({ sequence: 9, ...rest }, late))).toEqual(["snapshot 9", "delta 12"]);
  expect(kinds(it.onFrame(frame("update", 12, 13), late))).toEqual(["delta 13"]);
});

test.each([
  ["off the tick", [["100.05", "1", "0", "1"]]],
  ["off the lot", [["100.0", "0.001", "0", "1"]]],
  ["empty text", [["", "1"]]],
  ["no list", 7],
])("a frame that is %s is bad, and breaks the book", (_, bids) => {
  const it = book();
  it.onFrame(frame("snapshot", -1, 10), START);
  const step = it.onFrame(frame("update", 10, 11, bids), START);
  expect(kinds(step)).toEqual(["gap"]);
  expect(step).toMatchObject({ needs: "resubscribe", bad: expect.any(String) });
});

describe.skipIf(!haveFixtures)("recorded sequences (skipped without SHARED_DIR)", () => {
  const play = (file: string): { said: string[]; held: OrderBook; last: BookStep | null } => {
    const it = book();
    const held = new OrderBook(OKX_PERP, BTC);
    const said: string[] = [];
    let last: BookStep | null = null;
    for (const text of fixtureFrames(file)) {
      const read = readPublicFrame(text);
      if (read.kind !== "books") throw new Error(`not a book frame: ${text}`);
      last = it.onFrame(read, START);
      for (const update of last.updates) held.apply(update);
      said.push(...kinds(last));
    }
    return { said, held, last };
  };

  test("the sequence with a keep-alive and a reset has no gap", () => {
    const { said, held } = play("okx/ws/books-BTC-USDT-SWAP.seq.json");
    expect(said).not.toContain("gap");
    expect(said[0]).toBe("snapshot 333794734980");
    expect(held.live).toBe(true);
    expect(held.bestBid()).toEqual({ tick: 639214, lots: 41002 });
  });

  test("the sequence with a gap ends in a resubscription", () => {
    const { said, held, last } = play("okx/ws/books-BTC-USDT-SWAP-gap.seq.json");
    expect(said.at(-1)).toBe("gap");
    expect(last?.needs).toBe("resubscribe");
    expect(held.live).toBe(false);
  });
});
