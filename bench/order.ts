import { type ChildProcess, fork } from "node:child_process";
import { join } from "node:path";
import { type Flags, eachInItsOwnProcess, flags } from "./harness/command.ts";
import { NoiseMeter } from "./harness/machine.ts";
import { type Goal, type Part, number } from "./harness/report.ts";
import { dice, median, quantile, shuffled } from "./harness/statistics.ts";
import type { ClientPlan, ClientResult, Sample } from "./order/words.ts";

/** From the tick that makes a hedge pay to both orders handed to the kernel: ours, the least it could be, and the peers. */

/** The venues' own order limits set the pace, ten hedges a second: more of them would take longer than they teach. */
const HEDGES = 150;
const WARM_UP = 60;
const PROCESSES = 1;
const FOLDER = join(import.meta.dirname, "order");

interface Measured {
  readonly samples: readonly Sample[];
  readonly lost: number;
  readonly venueMicros: readonly number[];
  readonly journals: readonly NonNullable<ClientResult["journal"]>[];
}

type Say = { readonly urls: ClientPlan["urls"]; readonly keys: ClientPlan["keys"] } & {
  readonly crossed?: number | null;
  readonly ready?: boolean;
  readonly result?: ClientResult;
};

const hears = (child: ChildProcess, what: string, wants: (say: Say) => boolean): Promise<Say> =>
  new Promise((resolve, reject) => {
    const hear = (say: Say): void => {
      if (!wants(say)) return;
      child.off("message", hear);
      resolve(say);
    };
    child.on("message", hear);
    child.once("exit", (code) => reject(new Error(`the process ended (${code}) before it said ${what}`)));
  });

/** One client against venues of its own, both fresh. */
async function once(variant: string, given: Flags): Promise<{ result: ClientResult; venueMicros: number[] }> {
  const venue = fork(join(FOLDER, "venue.process.ts"), { stdio: ["ignore", "ignore", "inherit", "ipc"] });
  const client = fork(join(FOLDER, "client.process.ts"), { stdio: ["ignore", "ignore", "inherit", "ipc"] });
  try {
    const { urls, keys } = await hears(venue, "its address", (say) => say.urls !== undefined);
    const venueMicros: number[] = [];
    venue.on("message", ({ crossed }: Say) => {
      if (typeof crossed === "number") venueMicros.push(crossed);
    });
    const hedges = given.quick ? HEDGES / 3 : HEDGES;
    const plan: ClientPlan = { variant, urls, keys, warmUp: given.quick ? WARM_UP / 3 : WARM_UP, hedges };
    const ready = hears(client, "that it is ready", (say) => say.ready === true);
    const finished = hears(client, "its result", (say) => say.result !== undefined);
    client.send(plan);
    await ready;
    venue.send("begin");
    const { result } = await finished;
    if (result === undefined) throw new Error("a result without a result");
    return { result, venueMicros: venueMicros.slice(plan.warmUp) };
  } finally {
    client.kill();
    venue.kill();
  }
}

async function measured(variants: readonly string[], given: Flags, noise: NoiseMeter): Promise<Map<string, Measured>> {
  const roll = dice(given.seed);
  const all = new Map<string, Measured>(
    variants.map((name) => [name, { samples: [], lost: 0, venueMicros: [], journals: [] }]),
  );
  for (let process = 0; process < PROCESSES; process += 1) {
    noise.sample();
    for (const name of shuffled(variants, roll)) {
      const { result, venueMicros } = await once(name, given);
      const so = all.get(name);
      if (!so) continue;
      all.set(name, {
        samples: [...so.samples, ...result.samples],
        lost: so.lost + result.lost,
        venueMicros: [...so.venueMicros, ...venueMicros],
        journals: result.journal === null ? so.journals : [...so.journals, result.journal],
      });
    }
  }
  noise.sample();
  return all;
}

const p = (samples: readonly Sample[], share: number): number =>
  quantile(
    samples.map(({ second }) => second),
    share,
  );
const gapOf = (samples: readonly Sample[], share: number): number =>
  quantile(
    samples.map(({ first, second }) => second - first),
    share,
  );

interface Road {
  readonly part: string;
  readonly ours: string;
  readonly limit: string;
  readonly peers: readonly { readonly name: string; readonly atLeast: number }[];
}

const ROADS: readonly Road[] = [
  {
    part: "websocket orders",
    ours: "ours ws",
    limit: "limit ws",
    peers: [
      { name: "sdk ws", atLeast: 1.5 },
      { name: "ccxt ws", atLeast: 3 },
      { name: "seed shape", atLeast: 25 },
    ],
  },
  {
    part: "REST orders",
    ours: "ours rest",
    limit: "limit rest",
    peers: [
      { name: "sdk rest", atLeast: 2.5 },
      { name: "ccxt rest", atLeast: 2 },
    ],
  },
];

async function road({ part, ours, limit, peers }: Road, given: Flags): Promise<Part> {
  const noise = new NoiseMeter();
  const names = [ours, limit, ...(given.peers ? peers.map(({ name }) => name) : [])];
  const all = await measured(names, given, noise);
  const of = (name: string): Measured => all.get(name) ?? { samples: [], lost: 0, venueMicros: [], journals: [] };
  const mine = of(ours);
  const shown = (name: string): string => {
    const { samples, lost, venueMicros } = of(name);
    const times = name === ours ? "" : ` (${number(p(samples, 0.5) / p(mine.samples, 0.5))}x)`;
    return `${name} p50 ${number(p(samples, 0.5))}${times} p99 ${number(p(samples, 0.99))} max ${number(p(samples, 1))}, gap p50 ${number(gapOf(samples, 0.5))} p99 ${number(gapOf(samples, 0.99))}, at the venue p50 ${number(median(venueMicros))}${lost > 0 ? `, LOST ${lost}` : ""}`;
  };
  const [first] = [
    quantile(
      mine.samples.map((each) => each.first),
      0.5,
    ),
  ];
  const goals: Goal[] = [
    { what: "p50 vs limit", figure: p(mine.samples, 0.5) / p(of(limit).samples, 0.5), atMost: 1.6 },
    { what: "lost", figure: mine.lost, atMost: 0 },
    { what: "gap of legs p50 of first leg", figure: gapOf(mine.samples, 0.5) / first, atMost: 0.25 },
    { what: "gap of legs p99 µs", figure: gapOf(mine.samples, 0.99), atMost: 1_000 },
    ...(given.peers
      ? peers.flatMap(({ name, atLeast }): Goal[] => [
          { what: `p50 vs ${name}`, figure: p(of(name).samples, 0.5) / p(mine.samples, 0.5), atLeast },
          { what: `p99 vs ${name}`, figure: p(of(name).samples, 0.99) / p(mine.samples, 0.99), atLeast: 1 },
        ])
      : []),
    ...(given.peers && part === "websocket orders"
      ? [
          {
            what: "gap of legs vs seed shape",
            figure: gapOf(of("seed shape").samples, 0.5) / gapOf(mine.samples, 0.5),
            atLeast: 50,
          },
        ]
      : []),
  ];
  return {
    bench: "order",
    part,
    ours: `p50 ${number(p(mine.samples, 0.5))} µs`,
    against: [`limit ${number(p(of(limit).samples, 0.5))} (${number(goals[0]?.figure ?? Number.NaN)}x)`],
    rounds: mine.samples.length,
    goals,
    noisy: noise.noisy,
    fingerprint: `${mine.samples.length} hedges, both legs, ${mine.lost} lost`,
    notes: names.map(shown),
  };
}

async function onDisk(given: Flags): Promise<Part> {
  const noise = new NoiseMeter();
  const all = await measured(["ours ws", "ours ws disk"], given, noise);
  const memory = all.get("ours ws")?.samples ?? [];
  const disk = all.get("ours ws disk");
  const flush = median(disk?.journals.map(({ flushMicros }) => flushMicros) ?? []);
  const flushes = median(disk?.journals.map(({ flushesPerHedge }) => flushesPerHedge) ?? []);
  const samples = disk?.samples ?? [];
  const bound = p(memory, 0.5) + flush;
  return {
    bench: "order",
    part: "journal on disk",
    ours: `p50 ${number(p(samples, 0.5))} µs`,
    against: [`memory ${number(p(memory, 0.5))}`, `one flush ${number(flush)}`],
    rounds: samples.length,
    goals: [
      { what: "p50 vs memory and one flush", figure: p(samples, 0.5) / bound, atMost: 1.3 },
      { what: "flushes a hedge", figure: flushes, atMost: 1 },
      { what: "flushes a hedge, no fewer", figure: flushes, atLeast: 1 },
      { what: "lost", figure: disk?.lost ?? Number.NaN, atMost: 0 },
    ],
    noisy: noise.noisy,
    fingerprint: `${samples.length} hedges, ${number(flushes)} flushes of an intention each`,
    notes: [`p99 ${number(p(samples, 0.99))} µs on disk, ${number(p(memory, 0.99))} in memory`],
  };
}

await eachInItsOwnProcess(flags(), [
  ...ROADS.map((each) => ({ name: each.part, run: (given: Flags) => road(each, given) })),
  { name: "journal on disk", run: onDisk },
]);
