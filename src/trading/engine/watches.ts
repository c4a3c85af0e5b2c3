import { stateOf } from "#domain/hedge-machine.ts";
import type { HedgeId, InstrumentId } from "#domain/ids.ts";
import type { Instant } from "#domain/time.ts";
import type { Timer } from "#ports/clock.ts";
import { Round, type WatchReadings } from "../watch/round.ts";
import { makeWatches } from "../watch/watches.ts";
import { type FactsGiven, factsOf } from "./facts.ts";
import type { Paces } from "./paces.ts";
import type { Rooms } from "./rooms.ts";

/** How long a cut that did not come off is left before it is tried again. */
const CUT_AGAIN_MS = 1_000;

/** Everything that may hold by itself, looked at on one timer; and what is done about a leg in danger. */
export class Watches {
  readonly #rooms: Rooms;
  readonly #round: Round;
  readonly #lookMs: number;
  readonly #cutting = new Set<HedgeId>();

  constructor(given: FactsGiven, paces: Pick<Paces, "lookMs" | "loopLagMs" | "outOfSightMs">) {
    const { rooms } = given;
    this.#rooms = rooms;
    this.#lookMs = paces.lookMs;
    const watches = makeWatches({
      everyMs: paces.lookMs,
      lagMs: paces.loopLagMs,
      outOfSightMs: paces.outOfSightMs,
      cut: (instrument) => this.#cut(instrument),
    });
    this.#round = new Round(watches, factsOf(given), (...said) => rooms.autoHold.report(...said));
  }

  /** What a status page shows: every value with its limit, as it was at the last look. */
  readings(): readonly WatchReadings[] {
    return this.#round.readings();
  }

  /** When the last look was; null before the first. */
  get lookedAt(): Instant | null {
    return this.#round.lookedAt;
  }

  begin(): Timer {
    return this.#rooms.world.clock.every(this.#lookMs, () => this.#round.look());
  }

  /** Both legs together: one alone would be a bet on the market, in the very moment in which it moves. */
  #cut(instrument: InstrumentId): void {
    const { executor, world } = this.#rooms;
    for (const hedge of executor.active()) {
      const { id } = hedge.intent;
      if (hedge.intent.instrument !== instrument || stateOf(hedge) !== "hedged" || this.#cutting.has(id)) continue;
      this.#cutting.add(id);
      void executor.leave(id, "margin", "automation").then(() => {
        world.clock.after(CUT_AGAIN_MS, () => this.#cutting.delete(id));
      });
    }
  }
}
