import { describe, expect, test } from "vitest";
import { OrderBook } from "#domain/book.ts";
import { BINANCE_UM } from "#domain/ids.ts";
import { price, quantity, usdt } from "#domain/decimal.ts";
import { instrumentId } from "#domain/ids.ts";
import type { Instrument } from "#domain/instrument.ts";
import { START, fixture, fixtureFrames, haveFixtures } from "../../../../test/scripted-wire.ts";
import { BinanceBook, type BookStep } from "./book.ts";
import { bookGrid } from "./decode.ts";
import { type DepthFrame, readDepthSnapshot, readPublicFrame } from "./words.ts";

const BTC = instrumentId("BTC-USDT-PERP");
const btc: Instrument = {
  id: BTC,
  venue: BINANCE_UM,
  symbol: "BTCUSDT",
  tick: price("0.1"),
  lot: quantity("0.001"),
  minQuantity: quantity("0.001"),
  maxQuantity: quantity("1000"),
  minNotional: usdt("50"),
  contractSize: quantity("1"),
  maxLeverage: 125,
  tradable: true,
};

const event = (
  firstId: number,
  finalId: number,
  previousFinalId: number,
  bids: unknown = [],
  asks: unknown = [],
): DepthFrame => ({
  kind: "depth",
  symbol: "BTCUSDT",
  firstId,
  finalId,
  previousFinalId,
  bids,
  asks,
});
const book = (): BinanceBook => new BinanceBook(BTC, bookGrid(btc));
const snapshot = (lastUpdateId: number) => ({ lastUpdateId, bids: [["100.0", "1"]], asks: [["100.1", "1"]] });
const kinds = (step: BookStep) =>
  step.updates.map((update) => (update.kind === "gap" ? "gap" : `${update.kind} ${update.sequence}`));

test("events that end before the snapshot are dropped, and the one across it is the bridge", () => {
  const it = book();
  expect(it.onEvent(event(1, 5, 0), START).needsSnapshot).toBe(true);
  it.onEvent(event(8, 12, 5), START);
  it.onEvent(event(13, 20, 12), START);
  expect(kinds(it.onSnapshot(snapshot(10), START))).toEqual(["snapshot 10", "delta 12", "delta 20"]);
  expect(kinds(it.onEvent(event(25, 30, 20), START))).toEqual(["delta 30"]);
});

test("the bridge may end exactly where the snapshot stands", () => {
  const it = book();
  it.onEvent(event(8, 10, 5), START);
  expect(kinds(it.onSnapshot(snapshot(10), START))).toEqual(["snapshot 10", "delta 10"]);
});

test("a snapshot older than the first event is asked for again", () => {
  const it = book();
  it.onEvent(event(20, 25, 19), START);
  expect(it.onSnapshot(snapshot(10), START)).toMatchObject({ updates: [], needsSnapshot: true });
  expect(kinds(it.onSnapshot(snapshot(22), START))).toEqual(["snapshot 22", "delta 25"]);
});

test("a snapshot ahead of the stream waits for its bridge", () => {
  const it = book();
  it.onEvent(event(1, 5, 0), START);
  expect(it.onSnapshot(snapshot(10), START)).toMatchObject({ updates: [], needsSnapshot: false });
  it.onEvent(event(6, 9, 5), START);
  expect(it.live).toBe(false);
  expect(kinds(it.onEvent(event(10, 14, 9), START))).toEqual(["snapshot 10", "delta 14"]);
});

test("an event that does not continue the last one is a gap at once, and the start of the next book", () => {
  const it = book();
  it.onEvent(event(8, 12, 5), START);
  it.onSnapshot(snapshot(10), START);
  const gap = it.onEvent(event(20, 25, 19), START);
  expect(kinds(gap)).toEqual(["gap"]);
  expect(gap.needsSnapshot).toBe(true);
  expect(kinds(it.onSnapshot(snapshot(23), START))).toEqual(["snapshot 23", "delta 25"]);
});

test.each([
  ["off the tick", [["100.05", "1"]], []],
  ["off the lot", [["100.0", "0.0001"]], []],
  ["a number", [[100, 1]], []],
  ["negative", [["100.0", "-1"]], []],
  ["crossed in itself", [["100.1", "1"]], [["100.0", "1"]]],
  ["no list", "x", []],
  ["null", null, []],
])("a frame that is %s is bad, and breaks the book", (_, bids, asks) => {
  const it = book();
  it.onEvent(event(8, 12, 5), START);
  it.onSnapshot(snapshot(10), START);
  const step = it.onEvent(event(13, 14, 12, bids, asks), START);
  expect(kinds(step)).toEqual(["gap"]);
  expect(step).toMatchObject({ needsSnapshot: true, bad: expect.any(String) });
});

describe.skipIf(!haveFixtures)("recorded sequences (skipped without SHARED_DIR)", () => {
  const play = (it: BinanceBook, held: OrderBook, file: string): string[] => {
    const said: string[] = [];
    const hear = (step: BookStep): void => {
      for (const update of step.updates) held.apply(update);
      said.push(...kinds(step));
    };
    fixtureFrames(file).forEach((text, index) => {
      const frame = readPublicFrame(text);
      if (frame.kind === "depth") hear(it.onEvent(frame, START));
      const words = readDepthSnapshot(JSON.parse(fixture("binance/rest/depth-BTCUSDT-limit10.json")));
      if (index === 1 && words !== null) hear(it.onSnapshot(words, START));
    });
    return said;
  };

  test("the 100 ms sequence bridges: its first event is dropped, its second is the bridge", () => {
    const held = new OrderBook(BINANCE_UM, BTC);
    const said = play(book(), held, "binance/ws/depth-BTCUSDT-100ms.seq.json");
    expect(said.slice(0, 3)).toEqual(["snapshot 11051324939848", "delta 11051324939912", "delta 11051324940036"]);
    expect(said).not.toContain("gap");
    expect(held.live).toBe(true);
    expect(held.sequence).toBeGreaterThan(11051324940036);
  });

  test("the sequence with a gap ends without a book", () => {
    const held = new OrderBook(BINANCE_UM, BTC);
    const it = book();
    expect(play(it, held, "binance/ws/depth-BTCUSDT-gap.seq.json").at(-1)).toBe("gap");
    expect(held.live).toBe(false);
    expect(it.live).toBe(false);
  });
});
