import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { gzipSync } from "node:zlib";
import { afterEach, beforeEach, describe, expect, test } from "vitest";
import { type Fixed, bps, format } from "#domain/decimal.ts";
import type { Liquidity, MarketBest, MarketDepth, MarketDepthChange, MarketTrade } from "../liquidity.ts";
import { type RecordedFees, RecordedMarket } from "./recorded.ts";
import { surveyTape } from "./survey.ts";
import { TapeFault, type TapeFrame, decodeLine, readTape } from "./tape.ts";

let folder = "";
beforeEach(() => {
  folder = mkdtempSync(join(tmpdir(), "propbot-tape-"));
});
afterEach(() => rmSync(folder, { recursive: true, force: true }));

const START_NS = 1_723_161_249_000_000_000n;
const FEES: RecordedFees = { maker: [bps("2"), bps("2")], taker: [bps("5"), bps("5")] };
type Rows = readonly (readonly [string, string])[];

/** One line of a recording, `ms` after its beginning. */
const line = (ms: number, message: unknown): string =>
  `${START_NS + BigInt(Math.round(ms * 1e6))} ${typeof message === "string" ? message : JSON.stringify(message)}`;
const best = (
  symbol: string,
  u: number,
  [b, B]: readonly [string, string],
  [a, A]: readonly [string, string],
): unknown => ({
  stream: `${symbol.toLowerCase()}@bookTicker`,
  data: { e: "bookTicker", u, s: symbol, b, B, a, A, T: 1, E: 2 },
});
const depth = (symbol: string, U: number, u: number, pu: number, b: Rows, a: Rows): unknown => ({
  stream: `${symbol.toLowerCase()}@depth@0ms`,
  data: { e: "depthUpdate", E: 1, T: 1, s: symbol, U, u, pu, b, a },
});
const trade = (symbol: string, t: number, p: string, q: string): unknown => ({
  stream: `${symbol.toLowerCase()}@trade`,
  data: { e: "trade", E: 1, T: 1, s: symbol, t, p, q, X: "MARKET", m: true },
});
const snapshot = (lastUpdateId: number, bids: Rows, asks: Rows): unknown => ({ lastUpdateId, E: 1, T: 1, bids, asks });

function goodLines(symbol: string, [bid, ask]: readonly [string, string], size: string): string[] {
  return [
    line(0, depth(symbol, 100, 105, 99, [[bid, size]], [[ask, size]])),
    line(1.5, snapshot(104, [[bid, size]], [[ask, size]])),
    line(2, depth(symbol, 106, 108, 105, [[bid, "0"]], [])),
    line(3, depth(symbol, 109, 110, 108, [[bid, size]], [])),
    line(4, best(symbol, 111, [bid, size], [ask, size])),
    line(5, trade(symbol, 1, ask, size)),
  ];
}
const BTC = (): string[] => goodLines("BTCUSDT", ["61700.1", "61700.2"], "0.512");

function write(name: string, lines: readonly string[], end = "\n"): string {
  const path = join(folder, name);
  const text = lines.join("\n") + end;
  writeFileSync(path, name.endsWith(".gz") ? gzipSync(text) : text);
  return path;
}

async function frames(path: string): Promise<TapeFrame[]> {
  const all: TapeFrame[] = [];
  for await (const frame of readTape(path)) all.push(frame);
  return all;
}

/** A venue that only listens. */
class Ear implements Liquidity {
  readonly heard: [kind: string, told: unknown][] = [];
  snapshot(_instrument: unknown, told: MarketDepth): void {
    this.heard.push(["snapshot", told]);
  }
  change(_instrument: unknown, told: MarketDepthChange): void {
    this.heard.push(["change", told]);
  }
  best(_instrument: unknown, told: MarketBest): void {
    this.heard.push(["best", told]);
  }
  trade(_instrument: unknown, told: MarketTrade): void {
    this.heard.push(["trade", told]);
  }
  mark(_instrument: unknown, told: unknown): void {
    this.heard.push(["mark", told]);
  }
  funding(_instrument: unknown, told: unknown): void {
    this.heard.push(["funding", told]);
  }
}

/** The first of its kind that a venue was told. */
const toldOf = ({ heard }: Ear, kind: string): unknown => heard.find(([each]) => each === kind)?.[1];

async function play(market: RecordedMarket): Promise<[Ear, Ear]> {
  const ears: [Ear, Ear] = [new Ear(), new Ear()];
  for await (const frame of market.frames()) market.apply(frame, ears);
  return ears;
}

describe("a good recording", () => {
  test.each(["good.jsonl", "good.jsonl.gz"])("is read line by line from %s", async (name) => {
    const all = await frames(write(name, BTC()));
    expect(all.map(({ kind }) => kind)).toEqual(["depth", "snapshot", "depth", "depth", "best", "trade"]);
    expect(all.map(({ at }) => at - Number(START_NS / 1_000_000n))).toEqual([0, 1.5, 2, 3, 4, 5]);
  });

  test("is surveyed before it is played", async () => {
    const survey = await surveyTape(write("good.jsonl", BTC()));
    expect(survey).toMatchObject({
      symbol: "BTCUSDT",
      base: "BTC",
      sizes: "base",
      frames: 6,
      counts: { best: 1, depth: 3, trade: 1, snapshot: 1 },
    });
    expect([format(survey.tick), format(survey.step), survey.malformed.size]).toEqual(["0.1", "0.512", 0]);
  });

  test("keeps each payload as it was recorded, byte for byte", async () => {
    const [first] = await frames(write("good.jsonl", BTC()));
    const raw = BTC()[0] ?? "";
    expect(first && "payload" in first && first.payload).toBe(raw.slice(raw.indexOf('"data":') + 7, -1));
  });

  test("alone plays both venues, and its own is passed on verbatim", async () => {
    const market = await RecordedMarket.open([write("good.jsonl", BTC())], FEES);
    const [binance, okx] = await play(market);
    expect(market.frameCount).toBe(12);
    const kinds = (ear: Ear): string[] => ear.heard.map(([kind]) => kind);
    expect(kinds(binance)).toEqual(["change", "snapshot", "change", "change", "best", "mark", "trade"]);
    expect(kinds(okx)).toEqual(kinds(binance));
    const told = (ear: Ear, kind: string): Record<string, unknown> =>
      ear.heard.find(([each]) => each === kind)?.[1] as Record<string, unknown>;
    expect(told(binance, "change")["recorded"]).toMatch(/^\{"e":"depthUpdate"/);
    expect([told(okx, "change")["recorded"], told(okx, "change")["immediate"]]).toEqual([undefined, true]);
  });

  test("shows the second venue its snapshot with what ran ahead of it", async () => {
    const market = await RecordedMarket.open([write("good.jsonl", BTC())], FEES);
    const [binance, okx] = await play(market);
    const sequence = (ear: Ear): unknown => (toldOf(ear, "snapshot") as MarketDepth).sequence;
    expect([sequence(binance), sequence(okx)]).toEqual([104, 105]);
  });

  test("of two files is played in the order of receive times", async () => {
    const later = BTC().map((each) => each.replace(/^(\d+)/, (stamp) => `${BigInt(stamp) + 250_000n}`));
    const market = await RecordedMarket.open([write("a.jsonl", BTC()), write("b.jsonl.gz", later)], FEES);
    const order: string[] = [];
    let last = 0;
    for await (const { leg, frame } of market.frames()) {
      expect(frame.at).toBeGreaterThanOrEqual(last);
      last = frame.at;
      order.push(`${leg}`);
    }
    expect(order.join("")).toBe("010101010101");
    expect(market.to).toBeGreaterThan(market.from);
  });

  test("is the same market every time it is played", async () => {
    const path = write("good.jsonl", BTC());
    const [one, two] = [
      await play(await RecordedMarket.open([path], FEES)),
      await play(await RecordedMarket.open([path], FEES)),
    ];
    expect(two.map(({ heard }) => heard)).toEqual(one.map(({ heard }) => heard));
  });
});

describe("other symbols work unchanged", () => {
  test("ETHUSDT with ETHUSD_PERP in contracts of 10 USD", async () => {
    const eth = write("eth.jsonl", goodLines("ETHUSDT", ["2650.01", "2650.02"], "1.234"));
    const coin = write("coin.jsonl", goodLines("ETHUSD_PERP", ["2650.01", "2650.02"], "1000"));
    const market = await RecordedMarket.open([eth, coin], FEES);
    expect([market.instrument, format(market.listings[0].minNotional)]).toEqual(["ETH-USDT-PERP", "20"]);
    const [, okx] = market.listings;
    expect([format(okx.contractSize), format(okx.lot)]).toEqual(["0.1", "0.001"]);
    const [, ear] = await play(market);
    const { bid } = toldOf(ear, "best") as MarketBest;
    // 1000 contracts of 10 USD at 2650.01: 3.77357… ETH, down to a thousandth.
    expect(format(bid[1])).toBe("3.773");
  });

  test("a base nobody knows gets a grid fine enough for its recording", async () => {
    const market = await RecordedMarket.open(
      [write("doge.jsonl", goodLines("DOGEUSDT", ["0.10001", "0.10002"], "700"))],
      FEES,
    );
    const [binance, okx] = market.listings;
    expect(market.instrument).toBe("DOGE-USDT-PERP");
    expect([binance.lot % okx.lot, okx.contractSize % okx.lot]).toEqual([0n, 0n]);
    const [, ear] = await play(market);
    const { ask } = toldOf(ear, "best") as MarketBest;
    expect(format(ask[1])).toBe("700");
  });

  test.each([
    { contracts: "1", at: "61700.1", base: "0.0016" },
    { contracts: "617", at: "61700", base: "1" },
    { contracts: "616", at: "61700", base: "0.9983" },
    { contracts: "0", at: "61700", base: "0" },
  ])("$contracts BTC contracts of 100 USD at $at are $base, never rounded up", async ({ contracts, at, base }) => {
    const usd = write("coin.jsonl", goodLines("BTCUSD_PERP", ["61700", "61700.1"], "10"));
    const market = await RecordedMarket.open([write("btc.jsonl", BTC()), usd], FEES);
    const [, size] = market.sized(1, [scaled(at), scaled(contracts)] as never);
    expect(format(size)).toBe(base);
  });

  test("a level that stands is never rounded to nothing: one lot is the floor", async () => {
    const expensive = write("coin.jsonl", goodLines("BTCUSD_PERP", ["2000000", "2000000.1"], "10"));
    const market = await RecordedMarket.open([write("btc.jsonl", BTC()), expensive], FEES);
    expect(format(market.sized(1, [scaled("2000000"), scaled("1")] as never)[1])).toBe("0.0001");
  });
});

const scaled = (text: string): bigint => BigInt(Math.round(Number(text) * 1e4)) * 10n ** 8n;

describe("a recording that cannot be played says why, and what to do", () => {
  test("it is not there", async () => {
    await expect(surveyTape(join(folder, "none.jsonl"))).rejects.toThrow(
      /none\.jsonl does not exist; check the path after MARKET=recording:/,
    );
    await expect(surveyTape(join(folder, "none.jsonl.gz"))).rejects.toThrow(/does not exist/);
  });

  test("every one of them is named", async () => {
    await expect(RecordedMarket.open([join(folder, "one"), join(folder, "two")], FEES)).rejects.toThrow(
      /one does not exist[^]*two does not exist/,
    );
  });

  test("it is a folder", async () => {
    await expect(surveyTape(folder)).rejects.toThrow(/is a folder; name the file in it/);
  });

  test("its gzip stream ends too early", async () => {
    const path = write("cut.jsonl.gz", BTC());
    const whole = gzipSync(`${BTC().join("\n")}\n`);
    writeFileSync(path, whole.subarray(0, whole.length - 20));
    await expect(surveyTape(path)).rejects.toThrow(/half-written: the gzip stream ends too early/);
  });

  test("it is no gzip", async () => {
    const path = join(folder, "plain.jsonl.gz");
    writeFileSync(path, BTC().join("\n"));
    await expect(surveyTape(path)).rejects.toThrow(/is corrupt/);
  });

  test("its last line has no end", async () => {
    await expect(surveyTape(write("half.jsonl", BTC(), ""))).rejects.toThrow(/half-written: its last line has no end/);
    await expect(surveyTape(write("half.jsonl", [...BTC(), '1723161249000000000 {"stream":"btc'], ""))).rejects.toThrow(
      /half-written/,
    );
  });

  test.each([
    { what: "is empty", lines: [], says: /holds no market data/ },
    { what: "is garbage", lines: ["hello", "world"], says: /holds no market data/ },
    {
      what: "has no snapshot",
      lines: [0, 2, 3, 4, 5].map((index) => BTC()[index] ?? ""),
      says: /lacks a depth snapshot/,
    },
    {
      what: "has no best quotes",
      lines: [0, 1, 2, 3, 5].map((index) => BTC()[index] ?? ""),
      says: /lacks best quotes/,
    },
    { what: "has neither", lines: [BTC()[5] ?? ""], says: /lacks best quotes and depth updates and a depth snapshot/ },
    {
      what: "holds two instruments",
      lines: [...BTC(), line(9, best("ETHUSDT", 1, ["1", "1"], ["2", "1"]))],
      says: /several instruments \(BTCUSDT, ETHUSDT\); record them into one file each/,
    },
    { what: "is of something else", lines: goodLines("BTCUSDC", ["1.0", "1.1"], "1"), says: /is of BTCUSDC; only/ },
  ])("it $what", async ({ lines, says }) => {
    await expect(surveyTape(write("bad.jsonl", lines, lines.length > 0 ? "\n" : ""))).rejects.toThrow(says);
  });

  test("its twin is of another base", async () => {
    const eth = write("eth.jsonl", goodLines("ETHUSDT", ["2650.01", "2650.02"], "1.234"));
    await expect(RecordedMarket.open([write("btc.jsonl", BTC()), eth], FEES)).rejects.toThrow(
      /different instruments \(BTCUSDT, ETHUSDT\)/,
    );
  });

  test.each([[[]], [["a", "b", "c"]]])("there are %j of them", async (paths) => {
    await expect(RecordedMarket.open(paths, FEES)).rejects.toThrow(TapeFault);
  });
});

describe("a line that is not what the format promises is counted, never played", () => {
  const at = (n: number): number => n;
  const pair = (b: string, B: string, a: string, A: string): unknown => best("BTCUSDT", at(1), [b, B], [a, A]);

  test.each([
    { what: "nothing", text: "" },
    { what: "no receive time", text: '{"stream":"x","data":{}}' },
    { what: "a receive time in words", text: 'yesterday {"data":{}}' },
    { what: "a receive time in milliseconds", text: '1723161249000 {"data":{}}' },
    { what: "no JSON", text: line(1, "{oops") },
    { what: "half a JSON", text: line(1, '{"stream":"btcusdt@bookTicker","data":{"e":"bookTi') },
    { what: "a list", text: line(1, "[]") },
    { what: "null", text: line(1, "null") },
    { what: "no data", text: line(1, { result: null, id: 1 }) },
    { what: "no symbol", text: line(1, { data: { e: "trade" } }) },
    { what: "another event", text: line(1, { data: { e: "kline", s: "BTCUSDT" } }) },
    { what: "NaN for a price", text: line(1, pair("NaN", "1", "2", "1")) },
    { what: "a negative price", text: line(1, pair("-1", "1", "2", "1")) },
    { what: "a price of zero", text: line(1, pair("0", "1", "2", "1")) },
    { what: "a negative size", text: line(1, pair("1", "-1", "2", "1")) },
    { what: "a size of zero in a best quote", text: line(1, pair("1", "0", "2", "1")) },
    { what: "an exponent", text: line(1, pair("1e3", "1", "2e3", "1")) },
    { what: "a crossed best quote", text: line(1, pair("2", "1", "1", "1")) },
    { what: "a locked best quote", text: line(1, pair("2", "1", "2", "1")) },
    { what: "NaN in depth", text: line(1, depth("BTCUSDT", 1, 2, 0, [["NaN", "1"]], [])) },
    { what: "a negative size in depth", text: line(1, depth("BTCUSDT", 1, 2, 0, [["1", "-1"]], [])) },
    {
      what: "depth that is no list",
      text: line(1, { data: { e: "depthUpdate", s: "BTCUSDT", U: 1, u: 2, pu: 0, b: {}, a: [] } }),
    },
    {
      what: "an id that is no number",
      text: line(1, { data: { e: "bookTicker", s: "BTCUSDT", u: "x", b: "1", B: "1", a: "2", A: "1" } }),
    },
    { what: "a trade without a price", text: line(1, { data: { e: "trade", s: "BTCUSDT", t: 1, q: "1", m: true } }) },
    { what: "a snapshot without asks", text: line(1, { lastUpdateId: 1, bids: [] }) },
  ])("$what", ({ text }) => {
    expect(decodeLine(text, 5 as never).kind).toBe("malformed");
  });

  test("and the rest of the recording plays as if it were not there", async () => {
    const rubbish = [
      "",
      "garbage",
      line(2.5, "{"),
      line(2.6, pair("2", "1", "1", "1")),
      line(2.7, pair("NaN", "1", "1", "1")),
    ];
    const dirty = BTC().flatMap((each, index) => [each, rubbish[index] ?? ""].slice(0, index < rubbish.length ? 2 : 1));
    const clean = await RecordedMarket.open([write("clean.jsonl", BTC())], FEES);
    const market = await RecordedMarket.open([write("dirty.jsonl", dirty)], FEES);
    const [survey] = market.surveys;
    expect([survey.frames, Object.fromEntries(survey.malformed)]).toEqual([
      6,
      { "no receive time": 2, "not JSON": 1, "not a frame of this format": 2 },
    ]);
    const played = (ears: readonly Ear[]): unknown => ears.map(({ heard }) => heard);
    expect(played(await play(market))).toEqual(played(await play(clean)));
  });

  test("a receive time that runs backwards is held: time never does", async () => {
    const lines = [
      line(10, best("BTCUSDT", 1, ["1", "1"], ["2", "1"])),
      line(5, best("BTCUSDT", 2, ["1", "1"], ["2", "1"])),
    ];
    const [first, second] = await frames(write("back.jsonl", lines));
    expect(second?.at).toBe(first?.at);
  });
});

test("sizes of another venue's grid are exact there", async () => {
  const market = await RecordedMarket.open([write("good.jsonl", BTC())], FEES);
  const [, size] = market.sized(1, [scaled("61700.1"), scaled("0.512")] as never);
  expect([format(size), (size as Fixed<"quantity">) % market.listings[1].lot]).toEqual(["0.512", 0n]);
});
