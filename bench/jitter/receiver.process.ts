import { obey, role } from "../harness/obey.ts";
import { quantile } from "../harness/statistics.ts";
import { type Listening, type Setting, listeners } from "./listeners.ts";
import { type People, ourPeople, plainPeople } from "./people.ts";
import { machineClock, placeOf, readStamp } from "./stamps.ts";

/** One listener, with people watching or without, and how late it decided on each frame. */

interface Run extends Setting {
  readonly frames: number;
  /** Bytes of the long answer of a plain bot. */
  readonly answerBytes: number;
}

const FIRST_SAMPLES = 300;
const PATIENCE_MS = 60_000;

const [name = "", watched] = role().split(" + ");
const now = machineClock();
let listening: Listening | null = null;
let people: People | null = null;
let finished = Promise.withResolvers<void>();
let late = new Float64Array(0);
let heard = 0;

/** Connected; the address of the long answer, or nothing when nobody watches. */
async function connect({ frames, answerBytes, ...setting }: Run): Promise<string | null> {
  late = new Float64Array(frames);
  heard = -1;
  finished = Promise.withResolvers();
  listening =
    (await listeners[name]?.(setting, (frame) => {
      // The first is the one that bridges to the snapshot.
      if (heard >= 0) late[heard] = now() - readStamp(frame, placeOf(frame));
      heard += 1;
      if (heard === frames) finished.resolve();
    })) ?? null;
  if (watched !== undefined)
    people = listening?.engine ? await ourPeople(listening.engine) : await plainPeople(answerBytes);
  return people?.url ?? null;
}

async function hear(): Promise<object> {
  const patience = setTimeout(() => finished.reject(new Error("frames were lost")), PATIENCE_MS);
  await finished.promise;
  clearTimeout(patience);
  const samples = late.subarray(FIRST_SAMPLES) as unknown as readonly number[];
  const at = (share: number): number => quantile(samples, share);
  const result = {
    n: samples.length,
    p50: at(0.5),
    p99: at(0.99),
    p999: at(0.999),
    max: at(1),
    backlogMs: (late.at(-1) ?? Number.NaN) / 1_000,
    bid: listening?.bid() ?? null,
  };
  await people?.stop();
  people = null;
  await listening?.close();
  return result;
}

obey({ connect, hear });
