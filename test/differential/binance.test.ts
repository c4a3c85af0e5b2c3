import { describe, expect, test } from "vitest";
import { parseFixed } from "#domain/decimal.ts";
import { decodeText } from "#adapters/wire/json.ts";
import { BinanceScanner } from "#adapters/venues/binance/scanner.ts";
import { type PublicFrame, readPublicFrame } from "#adapters/venues/binance/words.ts";
import { type BookGrid, Grid, readLevels } from "#adapters/venues/grid.ts";
import { NameTable } from "#adapters/venues/name-table.ts";
import { COINM, USDM, haveRecordings, recordingsMustBeThere } from "../recordings.ts";
import { dice, mangled, recordedFrames } from "./frames.ts";

const grid = (tick: string, lot: string): BookGrid => ({
  prices: new Grid(parseFixed(tick) ?? 0n),
  sizes: new Grid(parseFixed(lot) ?? 0n),
});
const followed = new Map([
  ["BTCUSDT", { symbol: "BTCUSDT", grid: grid("0.1", "0.001") }],
  ["BTCUSD_PERP", { symbol: "BTCUSD_PERP", grid: grid("0.1", "1") }],
]);
const scanner = new BinanceScanner(new NameTable(followed));

/** What the scanner says it read, in the words of the plain reader, or null when it left the frame to it. */
function scanned(bytes: Uint8Array): unknown {
  const kind = scanner.read(bytes);
  const { symbol } = scanner.followed ?? { symbol: "" };
  if (kind === "other") return { kind };
  if (kind === "depth") {
    const { firstId, finalId, previousFinalId, bids, asks } = scanner;
    return { kind, symbol, firstId, finalId, previousFinalId, bids: bids.flat(), asks: asks.flat() };
  }
  if (kind === null) return null;
  const { finalId: updateId, bidTick, bidLots, askTick, askLots } = scanner;
  return { kind, symbol, updateId, bid: [bidTick, bidLots], ask: [askTick, askLots] };
}

/** The plain reader's frame, its numbers put on the grid. */
function plain(bytes: Uint8Array): unknown {
  const frame: PublicFrame = readPublicFrame(decodeText(bytes));
  if (frame.kind === "other") return { kind: frame.kind };
  if (frame.kind !== "depth" && frame.kind !== "book-ticker") return frame;
  const on = followed.get(frame.symbol)?.grid;
  if (!on) return frame;
  if (frame.kind === "depth") {
    return { ...frame, bids: readLevels(frame.bids, on)?.flat(), asks: readLevels(frame.asks, on)?.flat() };
  }
  const level = ([at, of]: readonly [unknown, unknown]) => [on.prices.count(at), on.sizes.count(of)];
  return { ...frame, bid: level(frame.bid), ask: level(frame.ask) };
}

/** Null when both read the same, or the scanner left it to the plain reader; otherwise what differs. */
function difference(bytes: Uint8Array): string | null {
  const fast = scanned(bytes);
  if (fast === null) return null;
  const [left, right] = [JSON.stringify(fast), JSON.stringify(plain(bytes))];
  return left === right ? null : `${decodeText(bytes)}\n  scanned ${left}\n  plain   ${right}`;
}

test.runIf(haveRecordings || recordingsMustBeThere)(
  "every recorded frame is scanned, and read as the plain reader reads it (skipped without RECORDINGS_DIR)",
  () => {
    for (const path of [USDM, COINM]) {
      const frames = recordedFrames(path);
      expect(frames.length).toBeGreaterThan(48_000);
      const left = frames.filter((bytes) => scanned(bytes) === null);
      expect(left.map(decodeText)).toEqual([]);
      expect(frames.map(difference).filter((each) => each !== null)).toEqual([]);
    }
  },
);

describe.runIf(haveRecordings || recordingsMustBeThere)("mangled frames (skipped without RECORDINGS_DIR)", () => {
  const FRAMES = 600_000;

  test(`of ${FRAMES} the scanner reads the same as the plain reader, or leaves them to it`, () => {
    const source = [...recordedFrames(USDM).slice(0, 4_000), ...recordedFrames(COINM).slice(0, 4_000)].filter(
      (frame) => frame.length < 700,
    );
    const roll = dice(20_261_124);
    const differing: string[] = [];
    let accepted = 0;
    for (let count = 0; count < FRAMES; count += 1) {
      const bytes = mangled(source[roll(source.length)] as Uint8Array, roll);
      if (scanner.read(bytes) !== null) accepted += 1;
      const found = difference(bytes);
      if (found !== null) differing.push(found);
    }
    expect(differing.slice(0, 3)).toEqual([]);
    // A fuzzer whose every frame is refused proves nothing.
    expect(accepted).toBeGreaterThan(FRAMES / 50);
  }, 180_000);
});
