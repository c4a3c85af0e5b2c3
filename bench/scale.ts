import { join } from "node:path";
import { type Child, withChildren } from "./harness/child.ts";
import { type Flags, eachInItsOwnProcess, flags, rounds } from "./harness/command.ts";
import { type Part, number } from "./harness/report.ts";
import { measure, middle, ratio } from "./harness/rounds.ts";

/** Ten, a hundred and four hundred instruments on both venues in one process: what an update costs, what a book holds. */

const FULL_ROUNDS = 9;
const SIZES = ["10", "100", "400"] as const;
const UPDATES = 60_000;
const MARKETS = join(import.meta.dirname, "scale/markets.process.ts");

interface Begun {
  readonly seconds: number;
  readonly megabytes: { readonly rss: number; readonly arrays: number; readonly heap: number };
}

async function begun(children: ReadonlyMap<string, Child>): Promise<ReadonlyMap<string, Begun>> {
  const all = new Map<string, Begun>();
  for (const [size, child] of children) all.set(size, await child.ask<Begun>("begin"));
  return all;
}

const cost = (given: Flags): Promise<Part> =>
  withChildren(MARKETS, SIZES, async (children) => {
    const starts = await begun(children);
    const variants = [...children].map(([name, child]) => ({
      name,
      run: () => child.ask<number>("round", { updates: UPDATES }),
      // Each checks every book of its own against the market that moved it; between sizes there is nothing to agree on.
      state: () => null,
    }));
    const plan = { rounds: rounds(given, FULL_ROUNDS), warmUp: 3, seed: given.seed };
    const measured = await measure(variants, plan);
    const larger = SIZES.slice(1).map((size) => [size, 1 / ratio(measured, "10", size)] as const);
    const looks = await Promise.all([...children.values()].map((child) => child.ask<number>("looks")));
    return {
      bench: "scale",
      part: "cost per update",
      ours: `10: ${number(middle(measured, "10"))} ns`,
      against: larger.map(
        ([size]) => `${size}: ${number(middle(measured, size))} (${number(ratio(measured, size, "10"))}x)`,
      ),
      rounds: plan.rounds,
      goals: larger.map(([size]) => ({ what: `${size} vs 10`, figure: ratio(measured, size, "10"), atMost: 1.2 })),
      noisy: measured.noise.noisy,
      fingerprint: `${looks.join(" ")} looks`,
      notes: [
        "an update is a frame through feed, book, and the prefilter of both directions; nine best quotes to one change of the book",
        `all books live after ${[...starts].map(([size, { seconds }]) => `${size}: ${seconds} s`).join(", ")} of the venue's clock (Binance's weight for snapshots)`,
      ],
    };
  });

const memory = (): Promise<Part> =>
  withChildren(MARKETS, SIZES, async (children) => {
    const starts = [...(await begun(children))];
    const perBook = (size: string, megabytes: number): string => number((megabytes * 1_024) / (Number(size) * 2));
    const [largest, ...smaller] = starts.toReversed();
    const smallest = starts[0];
    const more = Number(largest?.[0]) - Number(smallest?.[0]);
    const grown = (largest?.[1].megabytes.rss ?? Number.NaN) - (smallest?.[1].megabytes.rss ?? Number.NaN);
    const inWords = ([size, { megabytes: held }]: readonly [string, Begun]): string =>
      `${size}: RSS ${perBook(size, held.rss)} arrays ${perBook(size, held.arrays)} heap ${perBook(size, held.heap)} kB/book`;
    return {
      bench: "scale",
      part: "memory per book",
      ours: `${perBook(`${more}`, grown)} kB RSS for each book more`,
      against: [...smaller.toReversed(), ...(largest === undefined ? [] : [largest])].map(inWords),
      rounds: 1,
      goals: [],
      noisy: false,
      fingerprint: "",
      notes: [
        "a book of Binance stands on 1000 levels a side, one of OKX on 400; after a collection, less what was held before; RSS keeps what the heap grew to while snapshots were read",
      ],
    };
  });

await eachInItsOwnProcess(flags(), [
  { name: "cost per update", run: cost },
  { name: "memory per book", run: memory },
]);
