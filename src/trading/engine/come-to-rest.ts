import { liveOrders } from "#domain/hedge-machine.ts";
import { cancelAll } from "../hedge/cancel-all.ts";
import type { DeadMan } from "./dead-man.ts";
import type { Rooms } from "./rooms.ts";

/** A venue that does not answer by then is left to its own cancel timer. */
const WITHIN_MS = 3_000;

/**
 * The end of a clean stop: what may still rest is cancelled, and only where the venue says that nothing is left its
 * cancel timer is taken back. Anywhere else the timer stays and does what it is for.
 */
export async function comeToRest(rooms: Rooms, deadMen: readonly DeadMan[]): Promise<void> {
  const { executor, world } = rooms;
  const { chance, clock, venues } = world;
  await Promise.all(
    deadMen.map(async (deadMan, index) => {
      const venue = venues[index];
      const { armedUntil, covers } = deadMan.reading();
      if (!venue || (armedUntil === null && covers === 0)) return deadMan.stop(false);
      const known = () =>
        executor.active().flatMap((hedge) =>
          liveOrders(hedge)
            .map(({ request }) => request)
            .filter((request) => request.venue === venue.id),
        );
      const cancelled = cancelAll(venue, { clock, known, origin: (id) => chance.origin(id) });
      const verdict = await Promise.race([cancelled, clock.sleep(WITHIN_MS).then(() => null)]);
      return deadMan.stop(verdict?.verdict === "confirmed");
    }),
  );
}
