import type { Facts } from "./facts.ts";
import type { Reading, Watch } from "./watch.ts";

const SECOND = 1_000;
const OF_SECONDS = 10;
const MOST_SECONDS = 2;

/**
 * How late our own timer comes. A process that cannot keep its own time cannot keep a deadline of an order: seconds in
 * which it was late are counted, so that one long stall weighs as much as several short ones.
 */
export class LoopLag implements Watch {
  readonly id = "loop-lag";
  readonly code = "loop_lag";
  readonly #everyMs: number;
  readonly #mostMs: number;
  readonly #lateSeconds = new Set<number>();
  #last: number | null = null;
  #lagMs = 0;

  /**
   * @param everyMs how often it is looked at
   * @param mostMs how late that may be
   */
  constructor(everyMs: number, mostMs: number) {
    this.#everyMs = everyMs;
    this.#mostMs = mostMs;
  }

  look(facts: Facts): readonly Reading[] {
    const now = facts.monotonic();
    const last = this.#last ?? now - this.#everyMs;
    this.#last = now;
    this.#lagMs = Math.max(0, now - last - this.#everyMs);
    const second = Math.floor(now / SECOND);
    if (this.#lagMs > this.#mostMs)
      for (let late = Math.floor((last + this.#everyMs) / SECOND); late <= second; late += 1)
        this.#lateSeconds.add(late);
    for (const late of this.#lateSeconds) if (late <= second - OF_SECONDS) this.#lateSeconds.delete(late);
    const count = this.#lateSeconds.size;
    const value = `${Math.round(this.#lagMs)} ms late, in ${count} of ${OF_SECONDS} s`;
    return [
      {
        source: "loop",
        level: count > MOST_SECONDS ? "HOLD" : count > 0 ? "WARN" : "OK",
        value,
        threshold: `${this.#mostMs} ms in ${MOST_SECONDS} of ${OF_SECONDS} s`,
        says: `our own timers came more than ${this.#mostMs} ms late in ${count} of the last ${OF_SECONDS} s`,
      },
    ];
  }
}
