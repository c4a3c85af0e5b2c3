import { join } from "node:path";
import { withChildren } from "./harness/child.ts";
import { type Flags, eachInItsOwnProcess, flags, rounds } from "./harness/command.ts";
import { type Goal, type Part, number } from "./harness/report.ts";
import { measure, middle } from "./harness/rounds.ts";
import { median } from "./harness/statistics.ts";
import { FASTEST, paced } from "./jitter/paced.ts";

/** How long a frame takes when it takes long: every one timed in process, then paced over loopback with people watching. */

const FULL_ROUNDS = 9;
/** Of some 118 000 frames each. */
const PASSES = 4;
const IN_PROCESS = join(import.meta.dirname, "jitter/in-process.process.ts");

interface Timed {
  readonly n: number;
  readonly p50: number;
  readonly p99: number;
  readonly p999: number;
  readonly max: number;
  readonly collections: number;
  readonly state: string;
}

const inProcess = (given: Flags): Promise<Part> =>
  withChildren(IN_PROCESS, ["ours", "scanner", ...(given.peers ? ["JSON+doubles"] : [])], async (children) => {
    const timed = new Map<string, Timed[]>([...children.keys()].map((name) => [name, []]));
    const variants = [...children].map(([name, child]) => ({
      name,
      run: async () => {
        const result = await child.ask<Timed>("pass", { passes: given.quick ? 1 : PASSES });
        timed.get(name)?.push(result);
        return result.p50;
      },
      state: () => timed.get(name)?.at(-1)?.state ?? "",
    }));
    const ran = rounds(given, FULL_ROUNDS);
    const measured = await measure(variants, { rounds: ran, warmUp: given.quick ? 1 : 3, seed: given.seed });
    const of = (name: string, pick: (timed: Timed) => number): readonly number[] =>
      (timed.get(name) ?? []).slice(-ran).map(pick);
    const apart = (above: string, below: string, pick: (timed: Timed) => number): number =>
      median(of(above, pick).map((figure, round) => figure / (of(below, pick)[round] ?? Number.NaN)));
    const tails = [
      ["p50", ({ p50 }: Timed) => p50, 3.5],
      ["p99", ({ p99 }: Timed) => p99, 5],
      ["p99.9", ({ p999 }: Timed) => p999, 5],
    ] as const;
    const collected = (name: string): number => of(name, ({ collections }) => collections).reduce((a, b) => a + b, 0);
    const goals: Goal[] = tails.map(([what, pick]) => ({
      what: `${what} vs scanner`,
      figure: apart("ours", "scanner", pick),
      atMost: 1.6,
    }));
    if (given.peers) {
      for (const [what, pick, atLeast] of tails)
        goals.push({ what: `${what} vs JSON`, figure: apart("JSON+doubles", "ours", pick), atLeast });
      const fewer = collected("JSON+doubles") / Math.max(1, collected("ours"));
      goals.push({ what: "collections", figure: fewer, atLeast: 5 });
    }
    const inWords = (name: string): string =>
      [
        `p50 ${number(middle(measured, name))}`,
        `p99 ${number(median(of(name, ({ p99 }) => p99)))}`,
        `p99.9 ${number(median(of(name, ({ p999 }) => p999)))}`,
        `max ${number(median(of(name, ({ max }) => max)))}`,
        `gc ${collected(name)}`,
      ].join(" ");
    return {
      bench: "jitter",
      part: "in process",
      ours: `${inWords("ours")} µs`,
      against: [...children.keys()].filter((name) => name !== "ours").map((name) => `${name} ${inWords(name)}`),
      rounds: ran,
      goals,
      noisy: measured.noise.noisy,
      fingerprint: measured.state,
      notes: [
        "profiled: three fifths of ours are the scanner's bytes, an eighth the books, a ninth the looks, a twentieth the wall clock",
        `${timed.get("ours")?.at(-1)?.n ?? 0} frames a round, each timed alone, decode to decision of both directions; COIN-M plays OKX in its words; 200 000 live objects beside`,
      ],
    };
  });

await eachInItsOwnProcess(flags(), [
  { name: "in process", run: inProcess },
  ...[5_000, 20_000, FASTEST].map((rate) => ({
    name: `paced ${rate / 1_000}k`,
    run: (given: Flags) => paced(rate, given),
  })),
]);
