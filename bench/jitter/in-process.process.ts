import { PerformanceObserver } from "node:perf_hooks";
import { obey, role } from "../harness/obey.ts";
import { quantile } from "../harness/statistics.ts";
import { recordedMarkets } from "./recorded.ts";
import { roads } from "./roads.ts";

/** Every frame of the recordings timed alone, beside a heap that is not empty. */

const LIVE_OBJECTS = 200_000;
/** Not yet the engine's compiled code: no sample. */
const FIRST_SAMPLES = 300;

const recorded = recordedMarkets();
const open = roads[role()];
const heap = Array.from({ length: LIVE_OBJECTS }, (_, id) => ({ id, name: `object ${id}`, held: [id] }));

let collections = 0;
new PerformanceObserver((list) => {
  collections += list.getEntries().length;
}).observe({ entryTypes: ["gc"] });
const turn = (): Promise<void> => new Promise((resolve) => setTimeout(resolve, 20));

async function pass({ passes }: { readonly passes: number }): Promise<object> {
  const { frames, legs } = recorded;
  const took = new Float64Array(frames.length * passes);
  let state = "";
  await turn();
  const before = collections;
  let during = 0;
  for (let each = 0; each < passes; each += 1) {
    const road = await open?.(recorded);
    if (road === undefined) throw new Error(`no road ${role()}`);
    await turn();
    const opened = collections;
    for (let index = 0; index < frames.length; index += 1) {
      const started = performance.now();
      road.take(legs[index] as number, frames[index] as Buffer);
      took[each * frames.length + index] = performance.now() - started;
    }
    await turn();
    during += collections - opened;
    state = road.state();
    await road.close();
  }
  if (heap.length !== LIVE_OBJECTS || before < 0) throw new Error("the heap went away");
  const samples = took.subarray(FIRST_SAMPLES) as unknown as readonly number[];
  const at = (share: number): number => quantile(samples, share) * 1_000;
  return { n: samples.length, p50: at(0.5), p99: at(0.99), p999: at(0.999), max: at(1), collections: during, state };
}

obey({ pass });
