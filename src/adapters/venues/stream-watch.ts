import type { Clock, Timer } from "#ports/clock.ts";

interface Watched {
  heardAt: number;
  /** How long it may be silent now: for the first time until it is heard, for good after that. */
  patienceMs: number;
  readonly thenMs: number;
}

const LOOK_EVERY_MS = 500;

/**
 * Watches each stream of a connection on its own. Venues accept a subscription to the wrong place and then say
 * nothing, and a connection that is alive proves nothing about one book on it.
 */
export class StreamWatch {
  readonly #clock: Clock;
  readonly #silent: (stream: string, forMs: number) => void;
  readonly #streams = new Map<string, Watched>();
  #timer: Timer | null = null;

  constructor(clock: Clock, silent: (stream: string, forMs: number) => void) {
    this.#clock = clock;
    this.#silent = silent;
  }

  /** `thenMs`: how long it may pause once it has spoken. Infinity for one that may rest for good. */
  expect(stream: string, firstMs: number, thenMs: number): void {
    this.#streams.set(stream, { heardAt: this.#clock.monotonic(), patienceMs: firstMs, thenMs });
    this.#timer ??= this.#clock.every(LOOK_EVERY_MS, () => this.#look());
  }

  heard(stream: string): void {
    const watched = this.#streams.get(stream);
    if (!watched) return;
    watched.heardAt = this.#clock.monotonic();
    watched.patienceMs = watched.thenMs;
  }

  stop(): void {
    this.#timer?.stop();
    this.#timer = null;
    this.#streams.clear();
  }

  #look(): void {
    const now = this.#clock.monotonic();
    for (const [stream, { heardAt, patienceMs }] of this.#streams) {
      if (now - heardAt < patienceMs) continue;
      this.stop();
      this.#silent(stream, now - heardAt);
      return;
    }
  }
}
