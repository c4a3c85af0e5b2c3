import { type EpisodeReport } from "./episode-report.ts";
import { partsOf, runEpisode } from "./episode.ts";

/** What is left of an episode that breaks a promise, once everything that has no part in it was taken out. */
export interface ShrunkCase {
  readonly seed: number;
  /** The promise it breaks. */
  readonly invariant: string;
  /** What is left out of the seed's own story, as `runEpisode` takes it. */
  readonly without: readonly string[];
}

export interface Shrinking {
  readonly found: ShrunkCase;
  /** What is left, each in words. */
  readonly kept: readonly string[];
  /** How many episodes that took. */
  readonly runs: number;
}

/**
 * The smallest story that still breaks the same promise: halves are left out, then quarters, down to single parts, until
 * none can go any more. Null when the seed breaks none.
 */
export async function shrinkSeed(seed: number, run: typeof runEpisode = runEpisode): Promise<Shrinking | null> {
  const [first] = (await run(seed)).violations;
  if (!first) return null;
  const { invariant } = first;
  const parts = partsOf(seed);
  let runs = 1;
  const breaks = async (kept: readonly string[]): Promise<boolean> => {
    runs += 1;
    const without = new Set(parts.map(({ id }) => id).filter((id) => !kept.includes(id)));
    const { violations }: EpisodeReport = await run(seed, { without });
    return violations.some((each) => each.invariant === invariant);
  };
  const ids = await leastOf(
    parts.map(({ id }) => id),
    breaks,
  );
  return {
    found: { seed, invariant, without: parts.map(({ id }) => id).filter((id) => !ids.includes(id)) },
    kept: parts.filter(({ id }) => ids.includes(id)).map(({ says }) => says),
    runs,
  };
}

/**
 * A least subset for which this still holds: taking out any one more of it would not do.
 *
 * @see Zeller and Hildebrandt, Simplifying and Isolating Failure-Inducing Input, IEEE TSE 28(2), 2002
 */
export async function leastOf<T>(
  all: readonly T[],
  holds: (kept: readonly T[]) => Promise<boolean>,
): Promise<readonly T[]> {
  let kept = all;
  for (let chunks = 1; kept.length > 0;) {
    const size = Math.ceil(kept.length / chunks);
    const smaller = await firstThat(chunksLeftOut(kept, size), holds);
    if (smaller !== null) kept = smaller;
    else if (size === 1) break;
    chunks = smaller === null ? Math.min(kept.length, chunks * 2) : Math.max(1, Math.min(chunks, kept.length));
  }
  return kept;
}

function* chunksLeftOut<T>(all: readonly T[], size: number): Generator<readonly T[]> {
  for (let from = 0; from < all.length; from += size) yield [...all.slice(0, from), ...all.slice(from + size)];
}

async function firstThat<T>(
  tries: Iterable<readonly T[]>,
  holds: (kept: readonly T[]) => Promise<boolean>,
): Promise<readonly T[] | null> {
  for (const kept of tries) if (await holds(kept)) return kept;
  return null;
}
