import type { Clock, Timer } from "#ports/clock.ts";

/** One stream's sign of life. Set at every frame; the clock is read by whoever looks, not by every frame. */
export interface Pulse {
  heard: boolean;
}

interface Watched {
  readonly stream: string;
  readonly pulse: Pulse;
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
  expect(stream: string, pulse: Pulse, firstMs: number, thenMs: number): void {
    pulse.heard = false;
    const heardAt = this.#clock.monotonic();
    this.#streams.set(stream, { stream, pulse, heardAt, patienceMs: firstMs, thenMs });
    this.#timer ??= this.#clock.every(LOOK_EVERY_MS, () => this.#look());
  }

  stop(): void {
    this.#timer?.stop();
    this.#timer = null;
    this.#streams.clear();
  }

  #look(): void {
    const now = this.#clock.monotonic();
    for (const watched of this.#streams.values()) {
      if (watched.pulse.heard) {
        watched.pulse.heard = false;
        watched.heardAt = now;
        watched.patienceMs = watched.thenMs;
      }
      if (now - watched.heardAt < watched.patienceMs) continue;
      this.stop();
      this.#silent(watched.stream, now - watched.heardAt);
      return;
    }
  }
}
