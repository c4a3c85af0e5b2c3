import { statfsSync } from "node:fs";
import type { Clock } from "#ports/clock.ts";

/** Asked no more often than this: a file system over a network takes its time to answer. */
const GOOD_FOR_MS = 5_000;

/** How many bytes this user may still write where a file lies; null where the system will not tell. */
export class FreeSpace {
  readonly #path: string;
  readonly #clock: Clock;
  #askedAt = Number.NEGATIVE_INFINITY;
  #bytes: number | null = null;

  constructor(path: string, clock: Clock) {
    this.#path = path;
    this.#clock = clock;
  }

  bytes(): number | null {
    const now = this.#clock.monotonic();
    if (now - this.#askedAt < GOOD_FOR_MS) return this.#bytes;
    this.#askedAt = now;
    try {
      const { bavail, bsize } = statfsSync(this.#path);
      this.#bytes = bavail * bsize;
    } catch {
      // Not known is not none: the watch says so, and a write that fails says more.
      this.#bytes = null;
    }
    return this.#bytes;
  }
}
