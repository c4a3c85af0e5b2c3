import { type Flags, eachInItsOwnProcess, flags, rounds } from "./harness/command.ts";
import { type Goal, type Part, number } from "./harness/report.ts";
import { type Variant, measure, middle, ratio } from "./harness/rounds.ts";
import { median } from "./harness/statistics.ts";
import { inputOf } from "./decode/inputs.ts";
import { Limit } from "./decode/limit.ts";
import { type Input, inWords } from "./decode/market.ts";
import { Ours } from "./decode/ours.ts";
import { Ccxt, SortedDoubles, parseOnly } from "./decode/peers.ts";

/** Frame bytes to a moved book, through the production adapter, beside the least it could take and what others take. */

const FULL_ROUNDS = 15;

interface Bounds {
  readonly limit: number;
  readonly parse: number;
  readonly doubles: number;
  readonly ccxt: number;
}

const BOUNDS: Readonly<Record<string, Bounds>> = {
  "usdm depth": { limit: 1.6, parse: 3.8, doubles: 9, ccxt: 15 },
  "cm depth": { limit: 1.6, parse: 3.8, doubles: 6.5, ccxt: 20 },
  "usdm bookTicker": { limit: 1.6, parse: 3.5, doubles: 3.8, ccxt: 24 },
  "cm bookTicker": { limit: 1.6, parse: 2.7, doubles: 2.8, ccxt: 18 },
  "usdm mixed": { limit: 1.6, parse: 3.8, doubles: 7, ccxt: 25 },
  "cm mixed": { limit: 1.6, parse: 3.7, doubles: 6, ccxt: 28 },
  "okx books": { limit: 1.6, parse: 5, doubles: 7, ccxt: 16 },
  "okx bbo": { limit: 1.6, parse: 5, doubles: 5, ccxt: 30 },
};

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
    { name: "JSON.parse", run: () => timed(frames, (each) => void parseOnly(each)), state: () => null },
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
  const input = inputOf("usdm bookTicker");
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
  for (const input of ["usdm mixed", "cm mixed"].map(inputOf)) {
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
  ...Object.entries(BOUNDS).map(([name, bounds]) => ({
    name,
    run: (given: Flags) => benchOf(inputOf(name), bounds, given),
  })),
  { name: "allocation", run: allocation },
  { name: "surprises", run: surprises },
]);
