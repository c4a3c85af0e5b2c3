import { type Flags, eachInItsOwnProcess, flags, rounds } from "./harness/command.ts";
import { COINM_FILE, type Recording, USDM_FILE, recording } from "./harness/recordings.ts";
import { type Goal, type Part, number } from "./harness/report.ts";
import { type Variant, measure, middle, ratio } from "./harness/rounds.ts";
import { median } from "./harness/statistics.ts";
import { bestFrames, bookFrames } from "./frames.ts";
import { Limit } from "./decode/limit.ts";
import { type Input, inWords, isDepth, isQuote } from "./decode/market.ts";
import { Ours } from "./decode/ours.ts";
import { Ccxt, SortedDoubles, parseOnly } from "./decode/peers.ts";

/** Frame bytes to a moved book, through the production adapter, beside the least it could take and what others take. */

const FULL_ROUNDS = 15;
const OKX_UPDATES = 30_000;
const OKX_QUOTES = 150_000;

/** Trades are in the recordings too, but no stream of theirs is ever subscribed. */
const isHot = (frame: Buffer): boolean => isDepth(frame) || isQuote(frame);

interface Bounds {
  readonly limit: number;
  readonly parse: number;
  readonly doubles: number;
  readonly ccxt: number;
}

/** Depth frames up to the one that bridges to the snapshot lead; the others are the work. */
function binanceInput(name: string, lot: string, of: Recording, which: (frame: Buffer) => boolean): Input {
  const snapshotId = (JSON.parse(of.snapshot) as { lastUpdateId: number }).lastUpdateId;
  const finalId = (frame: Buffer): number => Number(/"u":(\d+)/.exec(frame.toString())?.[1]);
  const bridge = of.frames.findIndex((frame) => isDepth(frame) && finalId(frame) >= snapshotId);
  const withBook = which(of.frames[bridge] as Buffer);
  return {
    name,
    venue: "binance",
    symbol: of.symbol,
    lot,
    snapshot: withBook ? of.snapshot : null,
    lead: withBook ? of.frames.slice(0, bridge + 1).filter(isDepth) : [],
    frames: of.frames.slice(withBook ? bridge + 1 : 0).filter(which),
  };
}

function inputs(): [Input, Bounds][] {
  const usdm = recording(USDM_FILE);
  const coinm = recording(COINM_FILE);
  const books = bookFrames(OKX_UPDATES, 11);
  const okx = { venue: "okx", symbol: "BTC-USDT-SWAP", lot: "0.0001", lead: [] } as const;
  return [
    [binanceInput("usdm depth", "0.001", usdm, isDepth), { limit: 1.6, parse: 3.8, doubles: 9, ccxt: 15 }],
    [binanceInput("cm depth", "1", coinm, isDepth), { limit: 1.6, parse: 3.8, doubles: 6.5, ccxt: 20 }],
    [binanceInput("usdm bookTicker", "0.001", usdm, isQuote), { limit: 1.6, parse: 3.5, doubles: 3.8, ccxt: 24 }],
    [binanceInput("cm bookTicker", "1", coinm, isQuote), { limit: 1.6, parse: 2.7, doubles: 2.8, ccxt: 18 }],
    [binanceInput("usdm mixed", "0.001", usdm, isHot), { limit: 1.6, parse: 3.8, doubles: 7, ccxt: 25 }],
    [binanceInput("cm mixed", "1", coinm, isHot), { limit: 1.6, parse: 3.7, doubles: 6, ccxt: 28 }],
    [
      { ...okx, name: "okx books", snapshot: books.snapshot.toString(), frames: books.updates },
      { limit: 1.6, parse: 5, doubles: 7, ccxt: 16 },
    ],
    [
      { ...okx, name: "okx bbo", snapshot: null, frames: bestFrames(OKX_QUOTES, 13) },
      { limit: 1.6, parse: 5, doubles: 5, ccxt: 30 },
    ],
  ];
}

/** Microseconds a frame. */
function timed(frames: readonly Buffer[], run: (frames: readonly Buffer[]) => void): number {
  const started = process.hrtime.bigint();
  run(frames);
  return Number(process.hrtime.bigint() - started) / 1_000 / frames.length;
}

function variantsOf(input: Input, peers: boolean): Variant[] {
  const { frames } = input;
  const states = new Map<string, string>();
  const variant = (name: string, run: () => number | Promise<number>): Variant => ({
    name,
    run,
    state: () => states.get(name) ?? "",
  });
  const all = [
    variant("ours", async () => {
      const ours = await Ours.open(input);
      const took = timed(frames, (each) => ours.run(each));
      states.set("ours", inWords(ours.state(input)));
      return took;
    }),
    variant("limit", () => {
      const limit = new Limit(input);
      const took = timed(frames, (each) => limit.run(each));
      states.set("limit", inWords(limit.state()));
      return took;
    }),
  ];
  if (!peers) return all;
  return [
    ...all,
    variant("JSON.parse", () => {
      const took = timed(frames, (each) => void parseOnly(each));
      // It keeps nothing, so it is held to nothing.
      states.set(
        "JSON.parse",
        states.get("ours") ?? states.get("limit") ?? states.get("doubles") ?? states.get("ccxt") ?? "",
      );
      return took;
    }),
    variant("doubles", () => {
      const doubles = new SortedDoubles(input);
      const took = timed(frames, (each) => doubles.run(each));
      states.set("doubles", inWords(doubles.state()));
      return took;
    }),
    variant("ccxt", () => {
      const peer = new Ccxt(input);
      const took = timed(frames, (each) => peer.run(each));
      states.set("ccxt", inWords(peer.state()));
      return took;
    }),
  ];
}

async function benchOf(input: Input, bounds: Bounds, given: Flags): Promise<Part> {
  const measured = await measure(variantsOf(input, given.peers), {
    rounds: rounds(given, FULL_ROUNDS),
    warmUp: 3,
    seed: given.seed,
  });
  const against = (name: string): string =>
    `${name} ${number(middle(measured, name))} (${number(ratio(measured, name, "ours"))}x)`;
  const toLimit = 1 / ratio(measured, "limit", "ours");
  const beside = (what: string, name: string, atLeast: number): Goal => ({
    what: `vs ${what}`,
    figure: ratio(measured, name, "ours"),
    atLeast,
  });
  return {
    bench: "decode",
    part: input.name,
    ours: `${number(middle(measured, "ours"))} µs/frame`,
    against: [
      `limit ${number(middle(measured, "limit"))} (${number(toLimit)}x)`,
      ...(given.peers ? ["JSON.parse", "doubles", "ccxt"].map(against) : []),
    ],
    rounds: rounds(given, FULL_ROUNDS),
    goals: [
      { what: "vs limit", figure: toLimit, atMost: bounds.limit },
      ...(given.peers
        ? [
            beside("JSON.parse", "JSON.parse", bounds.parse),
            beside("sorted doubles", "doubles", bounds.doubles),
            beside("ccxt.pro", "ccxt", bounds.ccxt),
          ]
        : []),
    ],
    noisy: measured.noise.noisy,
    fingerprint: measured.state,
  };
}

/** In steady state a best quote makes nothing: what it costs is not paid again by the collector. */
async function allocation(given: Flags): Promise<Part> {
  const [input] = inputs().find(([each]) => each.name === "usdm bookTicker") ?? [];
  if (!input) throw new Error("no best quotes to read");
  const ours = await Ours.open(input);
  for (let warm = 0; warm < 10; warm += 1) ours.run(input.frames);
  const figures: number[] = [];
  for (let round = 0; round < rounds(given, FULL_ROUNDS); round += 1) {
    const before = process.memoryUsage().heapUsed;
    ours.run(input.frames);
    ours.run(input.frames);
    figures.push((process.memoryUsage().heapUsed - before) / (2 * input.frames.length));
  }
  // A collection in between would make it less than nothing, and that is no measurement.
  const bytes = figures.some((figure) => figure < 0) ? Number.NaN : median(figures);
  return {
    bench: "decode",
    part: "allocation",
    ours: `${number(bytes)} B/bookTicker`,
    against: [],
    rounds: figures.length,
    goals: [{ what: "bytes a best quote", figure: bytes, atMost: 16 }],
    noisy: false,
    fingerprint: inWords(ours.state(input)),
  };
}

/** Frames of the recordings that the scanner would not read. */
async function surprises(): Promise<Part> {
  let scanned = 0;
  let surprised = 0;
  for (const [input] of inputs().filter(([each]) => each.name.endsWith("mixed"))) {
    const ours = await Ours.open(input);
    // Up to the bridge a book is read plainly on purpose.
    const before = { ...ours.frames };
    ours.run(input.frames);
    scanned += ours.frames.scanned - before.scanned;
    surprised += ours.frames.surprises - before.surprises;
  }
  return {
    bench: "decode",
    part: "surprises",
    ours: `${surprised} of ${scanned} frames`,
    against: [],
    rounds: 1,
    goals: [{ what: "frames that took the plain reader", figure: surprised, atMost: 0 }],
    noisy: false,
    fingerprint: `${scanned}`,
  };
}

await eachInItsOwnProcess(flags(), [
  ...inputs().map(([input, bounds]) => ({ name: input.name, run: (given: Flags) => benchOf(input, bounds, given) })),
  { name: "allocation", run: allocation },
  { name: "surprises", run: surprises },
]);
