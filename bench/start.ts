import { type Flags, eachInItsOwnProcess, flags, rounds } from "./harness/command.ts";
import { type Part, number } from "./harness/report.ts";
import { type Measured, type Variant, measure, middle, ratio } from "./harness/rounds.ts";
import { type Started, residentMb, startImport, startService } from "./start/program.ts";

/** A fresh process to ready, and what it holds after a while: the whole service beside packages that are only imported. */

const FULL_ROUNDS = 9;
const MEMORY_ROUNDS = 3;
const IDLE_MS = 10_000;

const roads = (peers: boolean): readonly (readonly [name: string, start: () => Promise<Started>])[] => [
  ["ours", startService],
  ["node alone", () => startImport([])],
  ...(peers
    ? ([
        ["ccxt", () => startImport(["ccxt"])],
        ["binance+okx-api", () => startImport(["binance", "okx-api"])],
      ] as const)
    : []),
];

const variantOf = (name: string, run: () => Promise<number>): Variant => ({ name, run, state: () => "ready" });

async function ready(given: Flags): Promise<Part> {
  const variants = roads(given.peers).map(([name, start]) =>
    variantOf(name, async () => {
      const started = await start();
      await started.end();
      return started.tookMs;
    }),
  );
  const plan = { rounds: rounds(given, FULL_ROUNDS), warmUp: given.quick ? 1 : 3, seed: given.seed };
  const measured = await measure(variants, plan);
  return partOf("exec to ready", "ms", 2.5, measured, plan.rounds, given);
}

async function memory(given: Flags): Promise<Part> {
  const ran = given.quick ? 1 : MEMORY_ROUNDS;
  const variants = roads(given.peers).map(([name, start]) =>
    variantOf(name, async () => {
      const started = await start();
      await new Promise((later) => setTimeout(later, IDLE_MS));
      const held = residentMb(started.pid);
      await started.end();
      return held;
    }),
  );
  // Nothing of one process warms the next: no round is thrown away.
  const measured = await measure(variants, { rounds: ran, warmUp: 0, seed: given.seed });
  return partOf(`RSS after ${IDLE_MS / 1_000} s`, "MB", 1, measured, ran, given);
}

function partOf(name: string, unit: string, atMost: number, measured: Measured, ran: number, { peers }: Flags): Part {
  const toCcxt = 1 / ratio(measured, "ccxt", "ours");
  const others = roads(peers).slice(1);
  return {
    bench: "start",
    part: name,
    ours: `${number(middle(measured, "ours"))} ${unit}`,
    against: others.map(
      ([other]) => `${other} ${number(middle(measured, other))} (${number(1 / ratio(measured, other, "ours"))}x)`,
    ),
    rounds: ran,
    goals: peers ? [{ what: "vs import ccxt", figure: toCcxt, atMost }] : [],
    noisy: measured.noise.noisy,
    fingerprint: measured.state,
    notes: [
      "profiled: a third of the way to ready is loading modules, a tenth building the API",
      "ours is the whole service with both simulated venues in its process, a moving model market, books live; in brackets ours as a multiple",
    ],
  };
}

await eachInItsOwnProcess(flags(), [
  { name: "exec to ready", run: ready },
  { name: "RSS", run: memory },
]);
