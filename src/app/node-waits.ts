import { createServer } from "node:net";
import { isMoving } from "#domain/hedge-machine.ts";
import type { Clock } from "#ports/clock.ts";
import type { Engine } from "#trading/engine/engine.ts";

const SETTLE_MS = 10_000;
const SETTLE_STEP_MS = 50;
const CONNECT_MS = 5_000;
const CONNECT_STEP_MS = 20;

/**
 * Waits until both venues are there, and a model's first books too, so that what is said next can be acted on. It gives
 * up waiting after a while: what is still missing shows in the readiness.
 */
export async function connected(engine: Engine, clock: Clock, withBooks: boolean): Promise<void> {
  const { books, controller, world } = engine.rooms;
  const venuesUp = (): boolean => world.venues.every(({ id }) => controller.state.venues.get(id) === "OK");
  const booksUp = (): boolean => !withBooks || books.all().every(({ depth }) => depth.live);
  const until = clock.monotonic() + CONNECT_MS;
  while (!(venuesUp() && booksUp()) && clock.monotonic() < until) await clock.sleep(CONNECT_STEP_MS);
}

/** Rejects with the listener's own error when something else listens there. */
export function portIsFree(host: string, port: number): Promise<void> {
  return new Promise((resolve, reject) => {
    const probe = createServer();
    probe.once("error", reject);
    probe.listen(port, host, () => probe.close(() => resolve()));
  });
}

/** Orders on their way get a moment to end; what has no end by then is found again from the journal. */
export async function settleInFlight(engine: Engine, clock: Clock): Promise<void> {
  const busy = (): boolean => engine.rooms.executor.active().some(isMoving);
  const until = clock.monotonic() + SETTLE_MS;
  while (busy() && clock.monotonic() < until) await clock.sleep(SETTLE_STEP_MS);
}
