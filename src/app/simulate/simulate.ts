import { Worker } from "node:worker_threads";
import { runEpisode } from "./episode.ts";
import type { EpisodeReport } from "./episode-report.ts";
import { type SimulationReport, summarise } from "./report.ts";
import type { Share } from "./worker.ts";

export interface SimulateInput {
  readonly seeds: number;
  readonly from: number;
  /** Threads; the report does not depend on how many. One runs in this very thread. */
  readonly workers?: number;
  readonly signal?: AbortSignal;
  /** Called after each seed. */
  readonly progress?: (done: number, of: number) => void;
  /** Called after each seed with what it came to; true stops the rest. */
  readonly enough?: (episode: EpisodeReport) => boolean;
}

/** Runs many seeds and says what they came to. Interrupted, it says what was done so far. */
export async function simulate(input: SimulateInput): Promise<SimulationReport> {
  const episodes: EpisodeReport[] = [];
  const workers = Math.min(input.workers ?? 1, input.seeds);
  const done = (episode: EpisodeReport): boolean => {
    episodes.push(episode);
    input.progress?.(episodes.length, input.seeds);
    return (input.enough?.(episode) ?? false) || (input.signal?.aborted ?? false);
  };
  if (workers > 1) {
    const shares = Array.from({ length: workers }, (_, index) => ({
      first: input.from + index,
      stride: workers,
      end: input.from + input.seeds,
    }));
    await Promise.all(shares.map((share) => inThread(share, done, input.signal)));
  } else {
    for (let seed = input.from; seed < input.from + input.seeds; seed += 1) if (done(await runEpisode(seed))) break;
  }
  return summarise(episodes, { seeds: input.seeds, from: input.from });
}

/** One seed as a readable timeline: both venues, us, the operator and what went wrong, side by side. */
export async function traceSeed(seed: number): Promise<EpisodeReport> {
  return runEpisode(seed, { trace: true });
}

function inThread(share: Share, done: (episode: EpisodeReport) => boolean, signal?: AbortSignal): Promise<void> {
  return new Promise((resolve, reject) => {
    // Whatever loader the caller runs under is the caller's own: these sources run as they are.
    const worker = new Worker(new URL("./worker.ts", import.meta.url), { workerData: share, execArgv: [] });
    const stop = (): void => void worker.terminate();
    signal?.addEventListener("abort", stop, { once: true });
    worker.on("message", (episode: EpisodeReport) => {
      if (done(episode)) stop();
    });
    worker.on("error", reject);
    worker.on("exit", () => {
      signal?.removeEventListener("abort", stop);
      resolve();
    });
  });
}
