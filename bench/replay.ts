import { openRecording } from "#app/paper.ts";
import { readConfig, settingsOf } from "#app/config.ts";
import { type ReplayReport, replay } from "#app/replay/replay.ts";
import { Limit } from "./decode/limit.ts";
import { SortedDoubles } from "./decode/peers.ts";
import { type Flags, eachInItsOwnProcess, flags, rounds } from "./harness/command.ts";
import { COINM_FILE, USDM_FILE } from "./harness/recordings.ts";
import { type Part, number, unbuiltPart } from "./harness/report.ts";
import { type Variant, measure, middle, ratio } from "./harness/rounds.ts";
import { type Tape, readTape, standsAt } from "./replay/tape.ts";

/** Recordings from their gzip files to decisions, through the pipeline that trades. */

const FULL_ROUNDS = 9;
const TAPES = [
  [USDM_FILE, "BTCUSDT", "0.001"],
  [COINM_FILE, "BTCUSD_PERP", "1"],
] as const;

/** As `propbot replay` has them. */
const { config } = readConfig({
  PROFILE: "paper",
  AUTO_LOOP: "true",
  ORDER_NOTIONAL_USDT: "1000",
  MARKET: `recording:${USDM_FILE},${COINM_FILE}`,
});

async function replayed(): Promise<ReplayReport> {
  const market = await openRecording(config.market, [config.takerFeeBinance, config.takerFeeOkx]);
  if (market === null) throw new Error("no recording");
  return replay({
    market,
    settings: settingsOf(config),
    log: { write: () => undefined },
    progress: () => undefined,
    signal: new AbortController().signal,
  });
}

/** Seconds of one way to go through both tapes, and where the markets stood at the end. */
function variant(name: string, run: () => string | Promise<string>): Variant {
  let state = "";
  return {
    name,
    run: async () => {
      const started = process.hrtime.bigint();
      state = await run();
      return Number(process.hrtime.bigint() - started) / 1e9;
    },
    state: () => state,
  };
}

function throughLimit({ bytes, places, input }: Tape): string {
  const limit = new Limit(input);
  for (let at = 0; at < places.length; at += 2) limit.take(bytes, places[at] as number, places[at + 1] as number);
  return standsAt(limit.state());
}

function throughDoubles({ bytes, places, input }: Tape): string {
  const doubles = new SortedDoubles(input);
  for (let at = 0; at < places.length; at += 2)
    doubles.take(JSON.parse(bytes.toString("utf8", places[at], places[at + 1])) as never);
  return standsAt(doubles.state());
}

const overTapes = (run: (tape: Tape) => string): string =>
  TAPES.map(([path, symbol, lot]) => run(readTape(path, symbol, lot))).join(" ");

async function recordings(given: Flags): Promise<Part> {
  const fingerprints = new Set<string>();
  let last: ReplayReport | null = null;
  const ours = variant("ours", async () => {
    last = await replayed();
    fingerprints.add(`${last.ledger_hash} ${last.scans} ${JSON.stringify(last.skipped)}`);
    return Object.values(last.books)
      .map(({ ends_at: [bid, ask] }) => `${bid}/${ask}`)
      .join(" ");
  });
  const variants = [ours, variant("limit", () => overTapes(throughLimit))];
  if (given.peers) variants.push(variant("JSON+doubles", () => overTapes(throughDoubles)));
  const plan = { rounds: rounds(given, FULL_ROUNDS), warmUp: given.quick ? 1 : 3, seed: given.seed };
  const measured = await measure(variants, plan);
  const toLimit = 1 / ratio(measured, "limit", "ours");
  const toPeer = given.peers ? ratio(measured, "JSON+doubles", "ours") : Number.NaN;
  const { frames, scans } = last ?? { frames: 0, scans: 0 };
  return {
    bench: "replay",
    part: "recording to decisions",
    ours: `${number(middle(measured, "ours"))} s`,
    against: [
      `limit ${number(middle(measured, "limit"))} (${number(toLimit)}x)`,
      ...(given.peers ? [`JSON+doubles ${number(middle(measured, "JSON+doubles"))} (${number(toPeer)}x)`] : []),
    ],
    rounds: plan.rounds,
    goals: [
      { what: "vs limit", figure: toLimit, atMost: 1.7 },
      ...(given.peers ? [{ what: "vs JSON + doubles", figure: toPeer, atLeast: 2.3 }] : []),
      { what: "different outcomes", figure: fingerprints.size, atMost: 1 },
    ],
    noisy: measured.noise.noisy,
    fingerprint: `${measured.state} ${[...fingerprints].join(" | ")}`,
    notes: [
      `${frames} frames, ${scans} looks; ours plays each file twice, once to find it whole, and moves two simulated venues whose frames the adapters read`,
      "profiled: a quarter of ours moves the simulated venues' books, a fifth reads the tape's JSON, 4 % are the two adapters with all that follows",
      "equal to the same frames fed live: unknown, not measured here",
    ],
  };
}

const eventLog = (): Part =>
  unbuiltPart("replay", "event log", "there is no binary event log of quotes", [
    { what: "share of the typed-array limit", atLeast: 0.03 },
    { what: "vs NDJSON", atLeast: 2 },
  ]);

await eachInItsOwnProcess(flags(), [
  { name: "recording to decisions", run: recordings },
  { name: "event log", run: () => Promise.resolve(eventLog()) },
]);
