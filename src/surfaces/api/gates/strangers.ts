import type { Clock } from "#ports/clock.ts";
import { Buckets } from "./bucket.ts";
import { networkOf } from "./peer.ts";

/** One line a minute, whatever is tried: a flood of guesses must not become a flood of lines. */
const TELL_EVERY_MS = 60_000;

/** Those who come with a credential that is nobody's. A right one is never asked about here, so it is never kept out. */
export class Strangers {
  readonly #clock: Clock;
  readonly #buckets: Buckets;
  readonly #tell: (address: string, attempts: number) => void;
  #untold = 0;
  #quietUntil = -Infinity;

  constructor(clock: Clock, perMinute: number, tell: (address: string, attempts: number) => void) {
    this.#clock = clock;
    this.#buckets = new Buckets(clock, { name: "credentials", burst: perMinute, perMinute });
    this.#tell = tell;
  }

  /** Another wrong credential from there: null, or how long to wait before the next one is looked at. */
  knocked(address: string): number | null {
    this.#untold += 1;
    const now = this.#clock.monotonic();
    if (now >= this.#quietUntil) {
      this.#tell(address, this.#untold);
      this.#untold = 0;
      this.#quietUntil = now + TELL_EVERY_MS;
    }
    const { admitted, waitMs } = this.#buckets.take(networkOf(address));
    return admitted ? null : waitMs;
  }
}
