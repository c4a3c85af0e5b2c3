import type { Instant } from "#domain/time.ts";
import type { Rooms } from "./rooms.ts";
import type { VenueWatch } from "./venue-watch.ts";

/** HOLD when an account's stream stays away, or a book that an open hedge is watched by. */
export class FeedGuard {
  readonly #rooms: Rooms;
  readonly #watch: VenueWatch;
  readonly #outOfSightMs: number;
  readonly #blindSince = new Map<string, Instant>();
  readonly #said = new Set<string>();

  /** @param outOfSightMs how long what must be seen to be safe may be out of sight */
  constructor(rooms: Rooms, watch: VenueWatch, outOfSightMs: number) {
    this.#rooms = rooms;
    this.#watch = watch;
    this.#outOfSightMs = outOfSightMs;
  }

  look(): void {
    for (const { id } of this.#rooms.world.venues) {
      const lostMs = this.#watch.lostForMs(id);
      this.#judge(`${id} private stream`, lostMs > this.#outOfSightMs, lostMs);
    }
    this.#lookAtBooks();
  }

  #lookAtBooks(): void {
    const { books, executor, settings, world } = this.#rooms;
    const now = world.clock.now();
    const blind = new Set<string>();
    for (const { intent } of executor.active()) {
      for (const { venue, instrument } of [intent.long, intent.short]) {
        const distrust = books.of(venue, instrument)?.distrust(now, settings().bookMaxAgeMs) ?? null;
        if (distrust === null) continue;
        const name = `${venue} book of ${instrument}`;
        blind.add(name);
        const since = this.#blindSince.get(name) ?? now;
        this.#blindSince.set(name, since);
        this.#judge(name, now - since > this.#outOfSightMs, now - since);
      }
    }
    for (const name of this.#blindSince.keys()) {
      if (blind.has(name)) continue;
      this.#blindSince.delete(name);
      this.#said.delete(name);
    }
  }

  /** Said once for each time it goes out of sight. */
  #judge(what: string, tooLong: boolean, forMs: number): void {
    if (!tooLong) this.#said.delete(what);
    if (!tooLong || this.#said.has(what)) return;
    this.#said.add(what);
    const says = `${what} cannot be seen for ${Math.round(forMs)} ms`;
    this.#rooms.controller.hold("feed", says);
    this.#rooms.tell({ level: "critical", type: "venue", code: "feed", says });
  }
}
