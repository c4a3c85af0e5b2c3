import { availableParallelism } from "node:os";
import { InvalidArgumentError } from "commander";
import type { Counts } from "./simulate/episode-report.ts";
import type { Quantiles, SimulationReport } from "./simulate/report.ts";
import { shrinkSeed } from "./simulate/shrink.ts";
import { simulate, traceSeed } from "./simulate/simulate.ts";

export interface SimulateFlags {
  readonly seeds: number;
  readonly from: number;
  readonly trace?: boolean;
  readonly shrink?: boolean;
  readonly json?: boolean;
}

const PROGRESS_SHARE = 0.1;
const MOST_THREADS = 4;
const INTERRUPTED = 130;

/** `propbot simulate`: many seeded episodes, judged by venue truth. Exit code 1 on a violated guarantee. */
export async function simulateCommand(
  flags: SimulateFlags,
  out: { readonly say: (line: string) => void; readonly progress: (line: string) => void },
): Promise<number> {
  if (flags.trace) return trace(flags.from, out.say);
  if (flags.shrink) return shrink(flags.from, out.say);
  const stop = new AbortController();
  process.once("SIGINT", () => stop.abort());
  const every = Math.max(1, Math.floor(flags.seeds * PROGRESS_SHARE));
  const report = await simulate({
    seeds: flags.seeds,
    from: flags.from,
    workers: Math.min(MOST_THREADS, availableParallelism()),
    signal: stop.signal,
    progress: (done, of) => {
      if (done % every === 0) out.progress(`${done} of ${of} seeds`);
    },
  });
  for (const line of lines(report)) if (!flags.json) out.say(line);
  if (flags.json) out.say(JSON.stringify(report));
  if (report.violations.length > 0) return 1;
  return report.run < report.seeds ? INTERRUPTED : 0;
}

/** Reads a whole number that is not negative, for `--seeds` and `--from`. */
export function wholeNumber(text: string): number {
  if (!/^\d{1,9}$/.test(text)) throw new InvalidArgumentError("must be a whole number, for example 200");
  return Number(text);
}

async function trace(seed: number, say: (line: string) => void): Promise<number> {
  const episode = await traceSeed(seed);
  for (const line of episode.trace) say(line);
  for (const { invariant, says } of episode.violations) say(`VIOLATED ${invariant}: ${says}`);
  say(`seed ${seed}  ${episode.events} events  hash ${episode.hash}`);
  return episode.violations.length > 0 ? 1 : 0;
}

/** What of a seed's story breaks a promise, and the line that keeps it from happening again. */
async function shrink(seed: number, say: (line: string) => void): Promise<number> {
  const shrunk = await shrinkSeed(seed);
  if (shrunk === null) {
    say(`seed ${seed} keeps every promise: there is nothing to shrink`);
    return 0;
  }
  const { found, kept, runs } = shrunk;
  for (const part of kept) say(`kept      ${part}`);
  say(
    `shrunk    ${found.invariant} is broken by ${kept.length} parts, ${found.without.length} left out, ${runs} episodes`,
  );
  say(JSON.stringify(found));
  return 1;
}

function lines(report: SimulationReport): readonly string[] {
  const { hedges } = report;
  return [
    `seeds     ${report.run} of ${report.seeds} from ${report.from}, ${report.calm_seeds} of them calm, ${report.events} events`,
    `hedges    ${hedges.opened} opened, ${hedges.closed} closed, ${hedges.unwound} unwound, ${hedges.aborted} aborted, ${hedges.stuck} stuck`,
    `faults    ${counted(report.faults_fired)}`,
    `crashes   ${counted(report.crashes)}`,
    `states    ${counted(report.states_entered)}`,
    `people    ${counted(report.people)}`,
    `holds     ${counted(report.holds)}`,
    `naked     calm seeds: ${quantiles(report.naked_ms.calm, "ms")}, all seeds: ${quantiles(report.naked_ms.all, "ms")}`,
    `exposure  calm seeds: ${quantiles(report.naked_usdt.calm, "USDT")}, all seeds: ${quantiles(report.naked_usdt.all, "USDT")}`,
    ...(report.never.length > 0 ? [`never     ${report.never.join(", ")}`] : []),
    ...report.violations.map(
      ({ seed, invariant, says, at_ms }) => `VIOLATED  seed ${seed} ${invariant} at ${at_ms} ms: ${says}`,
    ),
    `result    ${report.violations.length} violations`,
    ...report.violations
      .slice(0, 1)
      .map(({ seed }) => `next      propbot simulate --from ${seed} --trace, or --shrink`),
    `hash      ${report.hash}`,
  ];
}

function counted(counts: Counts): string {
  return Object.entries(counts)
    .map(([name, count]) => `${name} ${count}`)
    .join(", ");
}

function quantiles({ count, p50, p99, max }: Quantiles, unit: string): string {
  return count === 0 ? "none" : `${count} spells, p50 ${p50} p99 ${p99} max ${max} ${unit}`;
}
