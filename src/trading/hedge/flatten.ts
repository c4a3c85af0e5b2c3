import type { ExitReason, Hedge } from "#domain/hedge.ts";
import type { InstrumentId, VenueId } from "#domain/ids.ts";
import type { Clock } from "#ports/clock.ts";
import type { HedgeExecutor } from "./executor.ts";

export interface FlattenAsk {
  /** Only hedges with a leg there. */
  readonly venue: VenueId | null;
  readonly instrument: InstrumentId | null;
}

/** How long somebody waits for a hedge to come off; it goes on coming off after that. */
const PATIENCE_MS = 10_000;

/**
 * Takes hedges off, both legs of each together and reduce-only. A hedge with a leg on the named venue comes off whole:
 * taking one leg alone would leave the other naked. Answers with the hedges as they stand when all are off, or patience is.
 */
export async function flatten(
  executor: HedgeExecutor,
  clock: Clock,
  { venue, instrument }: FlattenAsk,
  reason: ExitReason = "operator",
): Promise<readonly Hedge[]> {
  const wanted = executor.active().filter(({ intent }) => {
    const there = venue === null || intent.long.venue === venue || intent.short.venue === venue;
    return there && (instrument === null || intent.instrument === instrument);
  });
  const leaving = wanted.map(({ intent }) => executor.leave(intent.id, reason, "operator"));
  await Promise.race([Promise.all(leaving), clock.sleep(PATIENCE_MS)]);
  return wanted.map((hedge) => executor.find(hedge.intent.id) ?? hedge);
}
