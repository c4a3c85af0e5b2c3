import type { Clock } from "#ports/clock.ts";

interface Slot {
  number: number;
  count: number;
}

const SLOTS = 60;

/** How often something happened within the last while, in sixty slots: bounded, whatever happens how often. */
export class Recent {
  readonly #clock: Clock;
  readonly #slotMs: number;
  readonly #slots: readonly Slot[] = Array.from({ length: SLOTS }, () => ({ number: -1, count: 0 }));

  constructor(clock: Clock, windowMs: number) {
    this.#clock = clock;
    this.#slotMs = windowMs / SLOTS;
  }

  add(times: number): void {
    const now = this.#now();
    const slot = this.#slots[now % SLOTS] as Slot;
    if (slot.number !== now) slot.count = 0;
    slot.number = now;
    slot.count += times;
  }

  /** Never fewer than there were within the window; those of the slot that is just leaving it still count. */
  count(): number {
    const now = this.#now();
    return this.#slots.reduce((sum, { number, count }) => (number >= 0 && now - number < SLOTS ? sum + count : sum), 0);
  }

  #now(): number {
    return Math.floor(this.#clock.monotonic() / this.#slotMs);
  }
}
