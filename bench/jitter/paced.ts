import { Agent, get } from "node:http";
import { join } from "node:path";
import { Child, withChildren } from "../harness/child.ts";
import type { Flags } from "../harness/command.ts";
import { type Goal, type Part, number } from "../harness/report.ts";
import { type Measured, type Variant, measure, middle, ratio } from "../harness/rounds.ts";
import { median } from "../harness/statistics.ts";

const SENDER = join(import.meta.dirname, "sender.process.ts");
const RECEIVER = join(import.meta.dirname, "receiver.process.ts");
const SECONDS = 5;
const QUICK_SECONDS = 1;
const ROUNDS = 3;
const ASK_EVERY_MS = 50;
const ANSWER_BYTES = 100_000;
const EARLY_ANSWERS = 5;
export const FASTEST = 50_000;

interface Heard {
  readonly p50: number;
  readonly p99: number;
  readonly p999: number;
  readonly backlogMs: number;
  readonly bid: number | null;
}

/** Somebody who asks for the long answer twenty times a second, from this process. Returns how to stop. */
function watch(url: string, asked: { count: number; bytes: number }): () => void {
  const agent = new Agent({ keepAlive: true });
  const asking = setInterval(() => {
    get(url, { agent }, (response) => {
      let bytes = 0;
      response.on("data", (chunk: Buffer) => (bytes += chunk.length));
      response.on("end", () => Object.assign(asked, { count: asked.count + 1, bytes }));
    }).on("error", () => undefined);
  }, ASK_EVERY_MS);
  return () => {
    clearInterval(asking);
    agent.destroy();
  };
}

export async function paced(rate: number, given: Flags): Promise<Part> {
  const names = ["noop", "ours", "ours + people", ...(given.peers ? ["ws+JSON", "ws+JSON + people"] : [])];
  const sender = await Child.start(SENDER, "sender");
  try {
    return await withChildren(RECEIVER, names, (receivers) => run(rate, given, sender, receivers));
  } finally {
    await sender.end();
  }
}

async function run(rate: number, given: Flags, sender: Child, receivers: ReadonlyMap<string, Child>): Promise<Part> {
  const frames = rate * (given.quick ? QUICK_SECONDS : SECONDS);
  const { snapshot, lastBid } = await sender.ask<{ snapshot: string; lastBid: number }>("prepare", { frames });
  const setting = { port: await sender.ask<number>("port"), snapshot, frames, answerBytes: ANSWER_BYTES };
  const heard = new Map<string, Heard[]>([...receivers.keys()].map((name) => [name, []]));
  const asked = { count: 0, bytes: 0 };
  const variants = [...receivers].map(([name, receiver]): Variant => ({
    name,
    run: async () => {
      const url = await receiver.ask<string | null>("connect", setting);
      // A first answer is slower than all others; people were there before the frames come.
      for (let early = 0; url !== null && early < EARLY_ANSWERS; early += 1) await (await fetch(url)).arrayBuffer();
      const stop = url === null ? () => undefined : watch(url, asked);
      const hearing = receiver.ask<Heard>("hear");
      await sender.ask("pace", { rate });
      const result = await hearing.finally(stop);
      heard.get(name)?.push(result);
      return result.p50;
    },
    state: () => {
      const bid = heard.get(name)?.at(-1)?.bid ?? null;
      return bid === null ? null : `${bid} of ${lastBid}`;
    },
  }));
  const measured = await measure(variants, { rounds: ROUNDS, warmUp: 1, seed: given.seed });
  return partOf(rate, measured, heard, asked.bytes);
}

function partOf(
  rate: number,
  measured: Measured,
  heard: ReadonlyMap<string, readonly Heard[]>,
  answerBytes: number,
): Part {
  const of = (name: string, pick: (heard: Heard) => number): readonly number[] =>
    (heard.get(name) ?? []).slice(-ROUNDS).map(pick);
  const best = (name: string): number => Math.min(...of(name, ({ p99 }) => p99));
  const inWords = (name: string): string =>
    `p50 ${number(middle(measured, name))} p99 ${number(median(of(name, ({ p99 }) => p99)))} p99.9 ${number(median(of(name, ({ p999 }) => p999)))}`;
  const goals: Goal[] = [
    { what: "p50 vs noop", figure: ratio(measured, "ours", "noop"), atMost: 1.3 },
    { what: "best p99 vs noop", figure: best("ours") / best("noop"), atMost: 1.5 },
    { what: "best p99 with people vs alone", figure: best("ours + people") / best("ours"), atMost: 2 },
  ];
  const backlog = median(of("ours", ({ backlogMs }) => backlogMs));
  if (rate === FASTEST) goals.push({ what: "backlog ms", figure: backlog, atMost: 5 });
  const others = [...heard.keys()].filter((name) => name !== "ours");
  return {
    bench: "jitter",
    part: `paced ${rate / 1_000}k/s`,
    ours: `${inWords("ours")} µs, backlog ${number(backlog)} ms`,
    against: others.map((name) => `${name} ${inWords(name)}`),
    rounds: ROUNDS,
    goals,
    noisy: measured.noise.noisy,
    fingerprint: measured.state,
    notes: [
      `people: ${number(answerBytes / 1_000)} kB from the API 20 times a second, 50 flushes a second; a feed to 200 clients is not built yet: unknown`,
      "scheduled send to decision; the other venue stands still",
    ],
  };
}
