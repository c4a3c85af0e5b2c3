/** A run of slots: lots by slot from `base` on, and one bit for each that is taken. Empty when it is handed out. */
export interface Slots {
  readonly lots: Float64Array;
  readonly taken: Int32Array;
  /** A multiple of the run's length, and so of the bits in a word. */
  readonly base: number;
}

const BITS = 32;

/**
 * Memory for the ladders of many books, cut from a few large arrays. A ladder with an array of its own is found by way of
 * two objects that nobody else uses; hundreds of ladders in one array share the two, and they stay in the cache.
 */
export class Shelf {
  readonly #boardSlots: number;
  /** Runs that were handed back, by their length. */
  readonly #free = new Map<number, Slots[]>();
  #lots = new Float64Array(0);
  #taken = new Int32Array(0);
  #used = 0;

  /** @param boardSlots how many slots one array holds; a power of two */
  constructor(boardSlots: number) {
    this.#boardSlots = boardSlots;
  }

  /** @param length a power of two, not less than the bits in a word */
  take(length: number): Slots {
    const free = this.#free.get(length)?.pop();
    if (free !== undefined) return free;
    if (length > this.#boardSlots) return fresh(length);
    // Lengths are powers of two: rounding up keeps every base a multiple of its own length.
    const base = Math.ceil(this.#used / length) * length;
    if (base + length > this.#lots.length) {
      this.#lots = new Float64Array(this.#boardSlots);
      this.#taken = new Int32Array(this.#boardSlots / BITS);
      this.#used = 0;
      return this.take(length);
    }
    this.#used = base + length;
    return { lots: this.#lots, taken: this.#taken, base };
  }

  giveBack(slots: Slots, length: number): void {
    const { lots, taken, base } = slots;
    lots.fill(0, base, base + length);
    taken.fill(0, base / BITS, (base + length) / BITS);
    const free = this.#free.get(length) ?? [];
    free.push(slots);
    this.#free.set(length, free);
  }
}

const fresh = (length: number): Slots => ({
  lots: new Float64Array(length),
  taken: new Int32Array(length / BITS),
  base: 0,
});
