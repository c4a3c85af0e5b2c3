import { join } from "node:path";
import { feedPart } from "./api/feed.ts";
import { Child, withChildren } from "./harness/child.ts";
import { type Flags, eachInItsOwnProcess, flags, rounds } from "./harness/command.ts";
import { type Goal, type Part, number, unbuiltPart } from "./harness/report.ts";
import { type Variant, measure, middle, ratio } from "./harness/rounds.ts";
import { median } from "./harness/statistics.ts";

/** HTTP answers of the running product beside the least a server can do, asked from a process of its own. */

const FULL_ROUNDS = 9;
const ROUND_MS = 1_000;
const SERVER = join(import.meta.dirname, "api/server.process.ts");
const LOAD = join(import.meta.dirname, "api/load.process.ts");

interface Asked {
  readonly name: string;
  readonly path: string;
  readonly connections: number;
  readonly bounds: { readonly limit?: number; readonly stringify?: number; readonly p99?: number };
}

const ASKED: readonly Asked[] = [
  {
    name: "positions, 32 connections",
    path: "/api/ui/positions",
    connections: 32,
    bounds: { limit: 0.6, stringify: 1.5, p99: 1.5 },
  },
  { name: "positions, 1 connection", path: "/api/ui/positions", connections: 1, bounds: {} },
  {
    name: "status snapshot",
    path: "/api/ui/status/overview",
    connections: 32,
    bounds: { limit: 0.6, stringify: 1.5, p99: 1.5 },
  },
  { name: "livez, 32 connections", path: "/livez", connections: 32, bounds: { limit: 0.6 } },
];

interface Loaded {
  readonly micros: number;
  readonly p50: number;
  readonly p99: number;
}

interface Stage {
  readonly asked: Asked;
  readonly servers: ReadonlyMap<string, Child>;
  readonly load: Child;
  readonly given: Flags;
}

/** The product's own answer, which the others are then told to give. */
async function answerOf(server: Child, path: string): Promise<string> {
  const [port, token] = [await server.ask<number>("port"), await server.ask<string>("token")];
  const response = await fetch(`http://127.0.0.1:${port}${path}`, { headers: { authorization: `Bearer ${token}` } });
  if (response.status !== 200) throw new Error(`${path} answered ${response.status}`);
  return response.text();
}

async function run({ asked, servers, load, given }: Stage): Promise<Part> {
  const { path, connections } = asked;
  const ours = servers.get("ours");
  if (ours === undefined) throw new Error("no product");
  const body = await answerOf(ours, path);
  const token = await ours.ask<string>("token");
  const tails = new Map<string, Loaded[]>([...servers.keys()].map((name) => [name, []]));
  const variants: Variant[] = [];
  for (const [name, server] of servers) {
    await server.ask("say", body);
    const port = await server.ask<number>("port");
    const work = { port, path, token, connections, ms: given.quick ? ROUND_MS / 2 : ROUND_MS };
    variants.push({
      name,
      run: async () => {
        const loaded = await load.ask<Loaded>("load", work);
        tails.get(name)?.push(loaded);
        return loaded.micros;
      },
      // Every answer was looked at where it came in: another status than 200 ends the bench.
      state: () => "200",
    });
  }
  const plan = { rounds: rounds(given, FULL_ROUNDS), warmUp: 3, seed: given.seed };
  const measured = await measure(variants, plan);
  return partOf(asked, body.length, measured, tails, given);
}

function partOf(
  { name, path, bounds }: Asked,
  bytes: number,
  measured: Awaited<ReturnType<typeof measure>>,
  tails: ReadonlyMap<string, readonly Loaded[]>,
  given: Flags,
): Part {
  const ran = rounds(given, FULL_ROUNDS);
  const p99 = (who: string): readonly number[] => (tails.get(who) ?? []).slice(-ran).map((loaded) => loaded.p99);
  const tail = median(p99("ours").map((figure, round) => figure / (p99("limit")[round] ?? Number.NaN)));
  const share = ratio(measured, "limit", "ours");
  const goals: Goal[] = [];
  if (bounds.limit !== undefined) goals.push({ what: "share of limit", figure: share, atLeast: bounds.limit });
  if (bounds.stringify !== undefined && given.peers)
    goals.push({
      what: "vs JSON.stringify",
      figure: ratio(measured, "JSON.stringify", "ours"),
      atLeast: bounds.stringify,
    });
  if (bounds.p99 !== undefined) goals.push({ what: "p99 vs limit", figure: tail, atMost: bounds.p99 });
  const others = [...tails.keys()].filter((who) => who !== "ours");
  const inWords = (who: string): string =>
    `${number(1e6 / middle(measured, who))}/s p99 ${number(median(p99(who)) / 1_000)} ms`;
  return {
    bench: "api",
    part: name,
    ours: inWords("ours"),
    against: others.map((who) => `${who} ${inWords(who)} (${number(ratio(measured, who, "ours"))}x)`),
    rounds: ran,
    goals,
    noisy: measured.noise.noisy,
    fingerprint: measured.state,
    notes: [
      ...(path.endsWith("positions")
        ? [
            "profiled: half of a request makes words of exact numbers, a sixth checks them against their schema and writes JSON, a quarter hands it to the socket",
          ]
        : []),
      `a body of ${bytes} bytes, ${path.endsWith("positions") ? "built for each request" : "built once for as long as it is the same"}; both simulated venues and a moving market run in the same process and thread`,
      "every gate of the door is gone through and security headers are sent, with so many reads allowed that none is refused; access is measured; the seed's server is not at hand: unknown",
    ],
  };
}

const benchOf = (asked: Asked, given: Flags): Promise<Part> =>
  withChildren(SERVER, ["ours", "limit", ...(given.peers ? ["JSON.stringify"] : [])], async (servers) => {
    const load = await Child.start(LOAD, "load");
    try {
      return await run({ asked, servers, load, given });
    } finally {
      await load.end();
    }
  });

const UNBUILT: readonly Part[] = [
  unbuiltPart("api", "trading beside it", "a thread of its own for the surfaces", [
    { what: "tick to order, saturated vs idle", atMost: 1.5 },
  ]),
];

await eachInItsOwnProcess(flags(), [
  ...ASKED.map((asked) => ({ name: asked.name, run: (given: Flags) => benchOf(asked, given) })),
  { name: "feed to 1000 clients", run: feedPart },
  ...UNBUILT.map((part) => ({ name: part.part, run: () => Promise.resolve(part) })),
]);
