import { parentPort, workerData } from "node:worker_threads";
import { assert } from "#domain/assert.ts";
import { runEpisode } from "./episode.ts";

/** Every `stride`-th seed, from `first` on, below `end`. */
export interface Share {
  readonly first: number;
  readonly stride: number;
  readonly end: number;
}

/** One thread of a simulation: runs its share of the seeds and tells each result as it comes. */
const port = parentPort;
assert(port !== null, "this file is the entry of a worker thread");
const { first, stride, end } = workerData as Share;
for (let seed = first; seed < end; seed += stride) port.postMessage(await runEpisode(seed));
