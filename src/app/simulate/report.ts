import { createHash } from "node:crypto";
import { DRAWN } from "#adapters/simulator/fault-verbs.ts";
import { CRASH_POINTS } from "./crash.ts";
import type { Counts, EpisodeReport, HedgeCounts } from "./episode-report.ts";

export interface Quantiles {
  readonly count: number;
  readonly p50: number;
  readonly p99: number;
  readonly max: number;
}

export interface SimulationReport {
  readonly from: number;
  readonly seeds: number;
  /** Fewer than asked for when it was interrupted. */
  readonly run: number;
  readonly calm_seeds: number;
  readonly events: number;
  readonly violations: readonly {
    readonly seed: number;
    readonly invariant: string;
    readonly at_ms: number;
    readonly says: string;
  }[];
  readonly hedges: HedgeCounts;
  readonly faults_fired: Counts;
  readonly states_entered: Counts;
  readonly transitions: Counts;
  readonly acts: Counts;
  readonly holds: Counts;
  readonly people: Counts;
  readonly crashes: Counts;
  readonly boots_refused: number;
  /** What could have happened and never did. */
  readonly never: readonly string[];
  readonly naked_ms: { readonly calm: Quantiles; readonly all: Quantiles };
  readonly naked_usdt: { readonly calm: Quantiles; readonly all: Quantiles };
  /** SHA-256 over the event hashes of all seeds, in order. */
  readonly hash: string;
}

const STATES = [
  "opening",
  "hedged",
  "naked",
  "completing",
  "unwinding",
  "frozen",
  "closing",
  "closed",
  "aborted",
  "stuck",
];

export function summarise(
  unordered: readonly EpisodeReport[],
  asked: { readonly from: number; readonly seeds: number },
): SimulationReport {
  const episodes = unordered.toSorted((a, b) => a.seed - b.seed);
  const calm = episodes.filter((episode) => episode.calm);
  const faults = summed(episodes.map((episode) => episode.faults));
  const states = summed(episodes.map((episode) => episode.states));
  const crashes = summed(episodes.map((episode) => episode.crashes));
  const hash = createHash("sha256");
  for (const { seed, hash: own } of episodes) hash.update(`${seed}:${own}\n`);
  return {
    ...asked,
    run: episodes.length,
    calm_seeds: calm.length,
    events: episodes.reduce((sum, { events }) => sum + events, 0),
    violations: episodes.flatMap(({ seed, violations }) =>
      violations.map(({ invariant, says, atMs }) => ({ seed, invariant, at_ms: atMs, says })),
    ),
    hedges: summed(episodes.map(({ hedges }) => ({ ...hedges }))) as unknown as HedgeCounts,
    faults_fired: faults,
    states_entered: states,
    transitions: summed(episodes.map((episode) => episode.transitions)),
    acts: summed(episodes.map((episode) => episode.acts)),
    holds: summed(episodes.map((episode) => episode.holds)),
    people: summed(episodes.map((episode) => episode.people)),
    crashes,
    boots_refused: episodes.reduce((sum, { bootsRefused }) => sum + bootsRefused, 0),
    never: [
      ...zeros("fault", [...DRAWN], faults),
      ...zeros("state", STATES, states),
      ...zeros("crash", CRASH_POINTS, crashes),
    ],
    naked_ms: { calm: quantiles(calm, (spell) => spell.ms), all: quantiles(episodes, (spell) => spell.ms) },
    naked_usdt: { calm: quantiles(calm, (spell) => spell.usdt), all: quantiles(episodes, (spell) => spell.usdt) },
    hash: hash.digest("hex"),
  };
}

function zeros(kind: string, all: readonly string[], seen: Counts): string[] {
  return all.filter((each) => !seen[each]).map((each) => `${kind} ${each}`);
}

function summed(all: readonly Counts[]): Counts {
  const total = new Map<string, number>();
  for (const counts of all)
    for (const [name, count] of Object.entries(counts)) total.set(name, (total.get(name) ?? 0) + count);
  return Object.fromEntries([...total].toSorted(([a], [b]) => (a < b ? -1 : 1)));
}

function quantiles(
  episodes: readonly EpisodeReport[],
  read: (spell: EpisodeReport["spells"][number]) => number,
): Quantiles {
  const values = episodes.flatMap(({ spells }) => spells.map(read)).toSorted((a, b) => a - b);
  const at = (share: number): number =>
    Math.round((values[Math.min(values.length - 1, Math.floor(values.length * share))] ?? 0) * 1_000) / 1_000;
  return { count: values.length, p50: at(0.5), p99: at(0.99), max: at(1) };
}
