import { join } from "node:path";
import { inputOf } from "./decode/inputs.ts";
import type { Input } from "./decode/market.ts";
import type { Brief } from "./ingest/receiver.ts";
import { Child, withChildren } from "./harness/child.ts";
import { type Flags, eachInItsOwnProcess, flags, rounds } from "./harness/command.ts";
import { type Goal, type Part, number } from "./harness/report.ts";
import { type Variant, measure, middle, ratio } from "./harness/rounds.ts";

/** The same frames off a loopback websocket in bulk, to a moved book: what a message costs the process that takes it. */

const FULL_ROUNDS = 9;
/** A round of fewer frames than this is repeated until it has them: what it cost is too short to be told. */
const FRAMES_A_ROUND = 30_000;
const VENUE = join(import.meta.dirname, "ingest/venue.process.ts");
const RECEIVER = join(import.meta.dirname, "ingest/receiver.process.ts");
const PEERS = ["ws+JSON", "sdk", "ccxt"] as const;

interface Bounds {
  readonly limit: number;
  readonly plain: number;
  readonly sdk: number;
  readonly ccxt: number;
}

const BOUNDS: Readonly<Record<string, Bounds>> = {
  "usdm depth": { limit: 1.5, plain: 2.7, sdk: 2.7, ccxt: 11 },
  "usdm bookTicker": { limit: 2.2, plain: 1.5, sdk: 2, ccxt: 6 },
  "okx books": { limit: 1.6, plain: 2.7, sdk: 3.5, ccxt: 7 },
  "okx bbo": { limit: 2.2, plain: 2.1, sdk: 4.8, ccxt: 7 },
};

interface Heard {
  readonly micros: number;
  readonly heard: number;
  readonly state: string;
}

function briefOf(input: Input, port: number): Brief {
  const { venue, symbol, lot, snapshot, lead, frames } = input;
  const key = venue === "okx" ? "seqId" : "u";
  const lastId = Number(new RegExp(`"${key}":(\\d+)`).exec(frames.at(-1)?.toString() ?? "")?.[1]);
  return { venue, symbol, lot, snapshot, lead: lead.map(String), port, frames: frames.length, lastId };
}

/** Microseconds a frame of the receiving process, over as many passes as a round needs. */
async function roundOf(receiver: Child, venue: Child, brief: Brief, note: (heard: Heard) => void): Promise<number> {
  const passes = Math.ceil(FRAMES_A_ROUND / brief.frames);
  let micros = 0;
  for (let pass = 0; pass < passes; pass += 1) {
    await receiver.ask("connect", brief);
    const hearing = receiver.ask<Heard>("hear");
    await venue.ask("send");
    const heard = await hearing;
    note(heard);
    micros += heard.micros;
  }
  return micros / passes / brief.frames;
}

async function benchOf(name: string, bounds: Bounds, given: Flags): Promise<Part> {
  const input = inputOf(name);
  const names = ["ours", "limit", ...(given.peers ? PEERS : [])];
  const venue = await Child.start(VENUE, name);
  try {
    return await withChildren(RECEIVER, names, async (receivers) => {
      const brief = briefOf(input, await venue.ask<number>("port"));
      const last = new Map<string, Heard>();
      const variants = [...receivers].map(([who, receiver]): Variant => ({
        name: who,
        run: () => roundOf(receiver, venue, brief, (heard) => last.set(who, heard)),
        state: () => last.get(who)?.state ?? "",
      }));
      const plan = { rounds: rounds(given, FULL_ROUNDS), warmUp: 3, seed: given.seed };
      return partOf(name, bounds, await measure(variants, plan), plan.rounds, { last, brief, given });
    });
  } finally {
    await venue.end();
  }
}

interface Around {
  readonly last: ReadonlyMap<string, Heard>;
  readonly brief: Brief;
  readonly given: Flags;
}

function partOf(
  name: string,
  bounds: Bounds,
  measured: Awaited<ReturnType<typeof measure>>,
  ran: number,
  { last, brief, given }: Around,
): Part {
  const toLimit = 1 / ratio(measured, "limit", "ours");
  const peers = given.peers ? PEERS : [];
  const least = { "ws+JSON": bounds.plain, sdk: bounds.sdk, ccxt: bounds.ccxt };
  const goals = peers.map((peer): Goal => ({
    what: `vs ${peer}`,
    figure: ratio(measured, peer, "ours"),
    atLeast: least[peer],
  }));
  const lost = [...last].filter(([who, { heard }]) => who !== "ccxt" && heard !== brief.frames);
  return {
    bench: "ingest",
    part: name,
    ours: `${number(middle(measured, "ours"))} µs CPU/message`,
    against: [
      `limit ${number(middle(measured, "limit"))} (${number(toLimit)}x)`,
      ...peers.map((peer) => `${peer} ${number(middle(measured, peer))} (${number(ratio(measured, peer, "ours"))}x)`),
    ],
    rounds: ran,
    goals: [{ what: "vs limit", figure: toLimit, atMost: bounds.limit }, ...goals],
    noisy: measured.noise.noisy,
    fingerprint: measured.state,
    notes: [
      ...(name === "usdm bookTicker"
        ? [
            "profiled: of the time between the socket's read and the book, ws takes two fifths to cut frames out, session to book half",
          ]
        : []),
      ...(given.peers
        ? [
            `sdk is ${brief.venue === "binance" ? "binance" : "okx-api"} with its beautifier off; ws+JSON and sdk keep sorted doubles; ccxt watches in a loop`,
          ]
        : []),
      ...lost.map(([who, { heard }]) => `${who} lost ${brief.frames - heard} of ${brief.frames}`),
      ...[...last].flatMap(([who, { heard }]) =>
        who === "ccxt"
          ? [`ccxt woke its caller ${heard} times for ${brief.frames} messages; all of them reached its state`]
          : [],
      ),
    ],
  };
}

await eachInItsOwnProcess(
  flags(),
  Object.entries(BOUNDS).map(([name, bounds]) => ({ name, run: (given) => benchOf(name, bounds, given) })),
);
