import { expect, test } from "vitest";
import { parseFixed } from "#domain/decimal.ts";
import { OkxScanner } from "#adapters/venues/okx/scanner.ts";
import { readPublicFrame } from "#adapters/venues/okx/words.ts";
import { Grid, readLevels } from "#adapters/venues/grid.ts";
import { NameTable } from "#adapters/venues/name-table.ts";
import { decodeText } from "#adapters/wire/json.ts";
import { fixtureFrames, haveFixtures } from "../scripted-wire.ts";
import { dice, mangled } from "./frames.ts";

const grid = { prices: new Grid(parseFixed("0.1") ?? 0n), sizes: new Grid(parseFixed("0.01") ?? 0n) };
const followed = new Map([["BTC-USDT-SWAP", { symbol: "BTC-USDT-SWAP", grid }]]);
const scanner = new OkxScanner(new NameTable(followed));

function scanned(bytes: Uint8Array): unknown {
  const kind = scanner.read(bytes);
  if (kind === null) return null;
  const { sequence, previous, bids, asks, bidTick, bidLots, askTick, askLots } = scanner;
  const symbol = scanner.followed?.symbol;
  if (kind === "books") return { kind, symbol, sequence, previous, bids: bids.flat(), asks: asks.flat() };
  return { kind, symbol, sequence, bid: [bidTick, bidLots], ask: [askTick, askLots] };
}

function plain(bytes: Uint8Array): unknown {
  const frame = readPublicFrame(decodeText(bytes));
  if (frame.kind === "books") {
    const { kind, symbol, sequence, previous } = frame;
    const [bids, asks] = [readLevels(frame.bids, grid)?.flat(), readLevels(frame.asks, grid)?.flat()];
    // The scanner reads updates only.
    return frame.action === "update" ? { kind, symbol, sequence, previous, bids, asks } : frame;
  }
  if (frame.kind !== "bbo-tbt") return frame;
  const level = (row: unknown) => (Array.isArray(row) ? [grid.prices.count(row[0]), grid.sizes.count(row[1])] : row);
  const { kind, symbol, sequence, bid, ask } = frame;
  return { kind, symbol, sequence, bid: level(bid), ask: level(ask) };
}

function difference(bytes: Uint8Array): string | null {
  const fast = scanned(bytes);
  if (fast === null) return null;
  const [left, right] = [JSON.stringify(fast), JSON.stringify(plain(bytes))];
  return left === right ? null : `${decodeText(bytes)}\n  scanned ${left}\n  plain   ${right}`;
}

/** Frames of OKX's form with anybody's numbers: the venue has given us no recording. */
function drawn(roll: (below: number) => number): Uint8Array {
  const levels = (most: number, from: number): string =>
    Array.from({ length: roll(most) }, () => {
      const price = (from + roll(4_000)) / 10;
      return `["${roll(9) === 0 ? price : price.toFixed(1)}","${(roll(100_000) / 100).toFixed(roll(3))}","0","${roll(9)}"]`;
    }).join(",");
  const best = (from: number): string =>
    `["${((from + roll(9)) / 10).toFixed(1)}","${roll(900)}.${roll(10)}","0","${roll(9)}"]`;
  const sequence = 333_794_735_000 + roll(1_000_000);
  const ts = `"ts":"17865412${roll(90_000) + 10_000}"`;
  if (roll(2) === 0) {
    return Buffer.from(
      `{"arg":{"channel":"bbo-tbt","instId":"BTC-USDT-SWAP"},"data":[{"asks":[${best(639_210)}],"bids":[${best(639_200)}],${ts},"seqId":${sequence}}]}`,
    );
  }
  const ids = [`"prevSeqId":${sequence - roll(40)}`, `"seqId":${sequence}`];
  const fields = [`"asks":[${levels(9, 639_200)}]`, `"bids":[${levels(9, 635_000)}]`, ts, '"checksum":0', ...ids];
  return Buffer.from(
    `{"arg":{"channel":"books","instId":"BTC-USDT-SWAP"},"action":"update","data":[{${fields.join(",")}}]}`,
  );
}

test.skipIf(!haveFixtures)("the sample updates are scanned and read alike (skipped without SHARED_DIR)", () => {
  const files = ["okx/ws/books-BTC-USDT-SWAP.seq.json", "okx/ws/bbo-tbt.seq.json"];
  const frames = files
    .flatMap((file) => fixtureFrames(file))
    .map((text) => Buffer.from(text))
    .filter((bytes) => bytes.includes("BTC-USDT-SWAP"));
  const hot = frames.filter((bytes) => !decodeText(bytes).includes('"snapshot"'));
  expect(hot.length).toBeGreaterThan(4);
  expect(hot.filter((bytes) => scanned(bytes) === null).map(decodeText)).toEqual([]);
  expect(frames.map(difference).filter((each) => each !== null)).toEqual([]);
});

test("drawn and mangled frames, half a million of them, are read alike or left to the plain reader", () => {
  const FRAMES = 500_000;
  const roll = dice(7);
  const differing: string[] = [];
  let accepted = 0;
  for (let count = 0; count < FRAMES; count += 1) {
    const frame = drawn(roll);
    const bytes = roll(3) === 0 ? frame : mangled(frame, roll);
    if (scanner.read(bytes) !== null) accepted += 1;
    const found = difference(bytes);
    if (found !== null) differing.push(found);
  }
  expect(differing.slice(0, 3)).toEqual([]);
  expect(accepted).toBeGreaterThan(FRAMES / 4);
}, 180_000);
