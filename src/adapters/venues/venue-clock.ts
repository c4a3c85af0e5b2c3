import type { Instant } from "#domain/time.ts";
import type { Clock } from "#ports/clock.ts";

export interface ClockReading {
  /** Theirs minus ours, in ms. */
  readonly offsetMs: number;
  /** At most this far off, in ms: half the way there and back. */
  readonly errorMs: number;
}

/** A venue's clock as we estimate it: ours plus the offset last measured. */
export class VenueClock {
  readonly #clock: Clock;
  #offsetMs = 0;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  now(): Instant {
    return (this.#clock.now() + this.#offsetMs) as Instant;
  }

  /** Whole milliseconds, rounded down: venues forgive an old timestamp and refuse one from the future. */
  stamp(): number {
    return Math.floor(this.now());
  }

  /** Asks for their time and takes the middle of the way there and back for the moment it was read. Null: no answer. */
  async measure<Fault>(
    ask: () => Promise<{ readonly serverTime: number } | { readonly fault: Fault }>,
  ): Promise<ClockReading | { readonly fault: Fault }> {
    const asked = this.#clock.now();
    const started = this.#clock.monotonic();
    const answer = await ask();
    if ("fault" in answer) return answer;
    const roundTripMs = this.#clock.monotonic() - started;
    this.#offsetMs = answer.serverTime - (asked + roundTripMs / 2);
    return { offsetMs: this.#offsetMs, errorMs: roundTripMs / 2 };
  }
}
