import type { Instant } from "#domain/time.ts";
import type { Facts } from "./facts.ts";
import { grade } from "./grade.ts";
import type { Reading, Watch } from "./watch.ts";

/** An account's stream that stays away, or a book that an open hedge is watched by. */
export class FeedWatch implements Watch {
  readonly id = "feed";
  readonly code = "feed";
  readonly #outOfSightMs: number;
  readonly #blindSince = new Map<string, Instant>();

  /** @param outOfSightMs how long what must be seen to be safe may be out of sight */
  constructor(outOfSightMs: number) {
    this.#outOfSightMs = outOfSightMs;
  }

  look(facts: Facts): readonly Reading[] {
    const streams = facts.venues.map((venue) =>
      this.#judge(`${venue} private stream`, facts.accountLostMs(venue), { venue }),
    );
    return [...streams, ...this.#books(facts)];
  }

  #books(facts: Facts): readonly Reading[] {
    const now = facts.now();
    const seen = new Map<string, Reading>();
    const blind = new Set<string>();
    for (const { intent } of facts.hedges()) {
      for (const { venue, instrument } of [intent.long, intent.short]) {
        const name = `${venue} book of ${instrument}`;
        if (seen.has(name)) continue;
        const isBlind = facts.distrust(venue, instrument) !== null;
        if (isBlind) blind.add(name);
        const since = isBlind ? (this.#blindSince.get(name) ?? now) : now;
        if (isBlind) this.#blindSince.set(name, since);
        seen.set(name, this.#judge(name, now - since, { venue, instrument }));
      }
    }
    for (const name of this.#blindSince.keys()) if (!blind.has(name)) this.#blindSince.delete(name);
    return [...seen.values()];
  }

  #judge(source: string, forMs: number, about: Reading["about"] & object): Reading {
    const limit = this.#outOfSightMs;
    // As long as the limit is still in time.
    const level = grade(forMs, limit + 1, { warnFrom: 0, errorFrom: 50 });
    const value = `${Math.round(forMs)} ms`;
    return { source, level, value, threshold: `${limit} ms`, says: `${source} cannot be seen for ${value}`, about };
  }
}
