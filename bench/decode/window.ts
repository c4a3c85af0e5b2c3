const SLOTS = 1 << 17;
const MASK = SLOTS - 1;

/** Levels by tick in one window around the start; what lies beyond falls on others. The least a book can be. */
export class Window {
  readonly #lots = new Float64Array(SLOTS);
  readonly #sign: 1 | -1;
  best = 0;

  constructor(sign: 1 | -1) {
    this.#sign = sign;
  }

  set(tick: number, lots: number): void {
    this.#lots[tick & MASK] = lots;
    if (lots === 0) {
      if (tick === this.best) while (this.#lots[this.best & MASK] === 0) this.best -= this.#sign;
    } else if (this.best === 0 || (tick - this.best) * this.#sign > 0) this.best = tick;
  }
}
