import { createWriteStream } from "node:fs";
import { join } from "node:path";
import { finished } from "node:stream/promises";
import { afterAll, describe, expect, test } from "vitest";
import { readLinesOf } from "./tape-lines.ts";
import { COINM, USDM, haveRecordings, recordingsMustBeThere } from "../recordings.ts";
import { Program, emptyFolder, removeFolders, run } from "./program.ts";

afterAll(removeFolders);

const MARKET = `recording:${USDM},${COINM}`;
const NO_FEES = { TAKER_FEE_BPS_BINANCE: "0", TAKER_FEE_BPS_OKX: "0" };

interface Report {
  readonly ledger_hash: string;
  readonly frames: number;
  readonly instrument: string;
  readonly books: Readonly<Record<string, Readonly<Record<string, number>>>>;
  readonly gap_bps: Readonly<Record<string, Readonly<Record<string, number>>>>;
  readonly hedges: Readonly<Record<string, number>>;
  readonly skipped: Readonly<Record<string, number>>;
  readonly pnl_usdt: number;
  readonly pnl: Readonly<Record<string, string>>;
}

async function replayed(market: string, environment: Readonly<Record<string, string>> = {}): Promise<Report> {
  const { code, out, err } = await run(["replay", "--market", market, "--json"], environment);
  if (code !== 0) throw new Error(err);
  return JSON.parse(out.trim().split("\n").at(-1) ?? "") as Report;
}

test("the recordings are there in CI", () => {
  expect(haveRecordings || !recordingsMustBeThere).toBe(true);
});

describe.skipIf(!haveRecordings)("real recorded data (skipped without RECORDINGS_DIR)", () => {
  test(
    "at 5 bps taker: every frame, books that agree, the known gap statistics, and no hedge",
    { timeout: 120_000 },
    async () => {
      const report = await replayed(MARKET);
      expect(report.frames).toBe(93_954 + 48_270);
      expect(report.books["binance-um"]).toMatchObject({
        price_differs: 0,
        size_differs: 0,
        gaps: 0,
        bad_frames: 0,
        compared: 6_543,
        equal: 6_543,
      });
      expect(report.books["okx-perp"]).toMatchObject({
        price_differs: 0,
        size_differs: 0,
        gaps: 0,
        bad_frames: 0,
        compared: 26_805,
        equal: 26_805,
      });
      expect(report.gap_bps["buy binance-um sell okx-perp"]).toEqual({
        states: 84_960,
        median: 0.97,
        p99: 3.8,
        p999: 8.1,
        max: 11.59,
      });
      expect(report.gap_bps["buy okx-perp sell binance-um"]).toMatchObject({
        states: 84_960,
        median: -1.01,
        p99: 0.5,
        max: 2.38,
      });
      expect(report.hedges).toMatchObject({ opened: 0, stuck: 0 });
      expect(report.skipped["below_cost"]).toBeGreaterThan(100_000);
    },
  );

  test(
    "with no fees it opens and closes hedges, and two runs print the same ledger hash",
    { timeout: 120_000 },
    async () => {
      const [one, two] = await Promise.all([replayed(MARKET, NO_FEES), replayed(MARKET, NO_FEES)]);
      expect(one.hedges["opened"]).toBeGreaterThan(0);
      expect(one.hedges["closed"]).toBeGreaterThan(0);
      expect(one.hedges["stuck"]).toBe(0);
      expect(two).toEqual(one);
      expect(one.ledger_hash).toMatch(/^[0-9a-f]{64}$/);
      const parts = Object.values(one.pnl).reduce((sum, part) => sum + Number(part), 0);
      expect(parts.toFixed(9)).toBe(one.pnl_usdt.toFixed(9));
    },
  );

  test("another symbol in the same format works unchanged", { timeout: 120_000 }, async () => {
    const folder = emptyFolder();
    const renamed = async (path: string, name: string): Promise<string> => {
      const target = join(folder, name);
      const out = createWriteStream(target);
      for await (const line of readLinesOf(path, 12_000)) {
        out.write(`${line.replaceAll("BTCUSD", "ETHUSD").replaceAll("btcusd", "ethusd")}\n`);
      }
      out.end();
      await finished(out);
      return target;
    };
    const market = `recording:${await renamed(USDM, "eth.jsonl")},${await renamed(COINM, "eth-perp.jsonl")}`;
    const report = await replayed(market, NO_FEES);
    expect(report.instrument).toBe("ETHUSDT");
    expect(report.frames).toBe(24_000);
    expect(report.books["okx-perp"]).toMatchObject({ price_differs: 0, size_differs: 0 });
    expect(report.books["binance-um"]).toMatchObject({ price_differs: 0, size_differs: 0 });
  });

  test("the same recording runs by the clock through sockets", { timeout: 60_000 }, async () => {
    const program = new Program(
      ["start", "--market", MARKET, "--speed", "8", "--data-dir", emptyFolder(), "--port", "0"],
      NO_FEES,
    );
    await program.says(/moved by a recording of BTC-USDT-PERP, 5\.7 minutes/);
    await program.says(/^opened +/m, 45_000);
    expect(await program.signal("SIGTERM")).toBe(0);
  });
});
