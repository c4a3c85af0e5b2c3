import type { Engine } from "#trading/engine/engine.ts";

/** A flush that takes longer will not come back. */
const MOST_FLUSH_MS = 15_000;
/** The watches look several times a second: longer than this, and their timer is dead. */
const MOST_SINCE_LOOK_MS = 15_000;

/** What of the process itself is dead, and only a new start brings back; nothing while it lives. */
export function vitalFaults({ rooms, watches }: Engine): readonly string[] {
  const { journal, world } = rooms;
  const { waitingMs } = journal.reading();
  const lag = watches.readings().find(({ id }) => id === "loop-lag");
  const late = lag?.readings.filter(({ level }) => level === "HOLD") ?? [];
  const sinceLook = watches.lookedAt === null ? 0 : world.clock.now() - watches.lookedAt;
  const gone = world.ledger.gone?.() ?? null;
  return [
    ...(gone === null ? [] : [`the ledger is gone: ${gone}`]),
    ...(waitingMs > MOST_FLUSH_MS ? [`the journal has been flushing for ${Math.round(waitingMs / 1_000)} s`] : []),
    ...late.map(({ says }) => says),
    ...(sinceLook > MOST_SINCE_LOOK_MS ? [`nothing was watched for ${Math.round(sinceLook / 1_000)} s`] : []),
  ];
}
