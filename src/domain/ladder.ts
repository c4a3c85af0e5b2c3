/** Ticks that one ladder holds side by side. More is a wider window over the prices, less is less memory. */
const SLOTS = 2 ** 16;
const MASK = SLOTS - 1;
const WORDS = SLOTS / 32;
/** A best level this near the far end of the window calls the window after it. */
const LOW_WATER = SLOTS / 8;
/** Where the best level stands in a window that was just moved: room ahead for a rise, more behind for depth. */
const BEST_AT = (SLOTS / 4) * 3;

/**
 * One side of an order book: lots by tick, in a ring that is indexed by the tick itself, so that a change costs the same
 * wherever it falls. Levels beyond the window stand in a map until the window comes to them.
 *
 *   far ◄── overflow ──┤ low ······· levels ······· best ··· room ├── nobody ever stands here: the window moves first
 *
 * Inside, a tick is a rank that is greater the better it is: the tick itself for bids, its negative for asks.
 */
export class Ladder {
  readonly #sign: 1 | -1;
  readonly #lots = new Float64Array(SLOTS);
  /** One bit a slot: is anybody there? It makes a search over empty ticks thirty-two times as fast. */
  readonly #taken = new Int32Array(WORDS);
  readonly #overflow = new Map<number, number>();
  /** The window is `[low, low + SLOTS)`. */
  #low = 0;
  /** `low - 1` when nobody is there. */
  #best = -1;
  #count = 0;

  /** @param better 1 when a higher tick is better (bids), -1 when a lower one is (asks) */
  constructor(better: 1 | -1) {
    this.#sign = better;
  }

  /** How many levels stand, near and far. */
  get size(): number {
    return this.#count + this.#overflow.size;
  }

  get empty(): boolean {
    return this.#count === 0;
  }

  /** Meaningless while `empty`. */
  get bestTick(): number {
    return this.#best * this.#sign;
  }

  /** Meaningless while `empty`. */
  get bestLots(): number {
    return this.#lots[this.#best & MASK] as number;
  }

  /** Zero lots remove the level. */
  set(tick: number, lots: number): void {
    const rank = tick * this.#sign;
    const offset = rank - this.#low;
    if (offset < 0 || offset >= SLOTS) {
      this.#setOutside(rank, lots);
      return;
    }
    const slot = rank & MASK;
    const before = this.#lots[slot] as number;
    if (lots !== 0) {
      this.#lots[slot] = lots;
      if (before !== 0) return;
      this.#taken[slot >>> 5] = (this.#taken[slot >>> 5] as number) | (1 << (slot & 31));
      this.#count += 1;
      if (rank > this.#best) this.#best = rank;
    } else if (before !== 0) {
      this.#vacate(slot);
      if (rank === this.#best) this.#bestHasGone();
    }
  }

  clear(): void {
    for (let word = 0; word < WORDS; word += 1) {
      if (this.#taken[word] === 0) continue;
      this.#lots.fill(0, word * 32, word * 32 + 32);
      this.#taken[word] = 0;
    }
    this.#overflow.clear();
    this.#count = 0;
    this.#best = this.#low - 1;
  }

  /** Levels best first, until `visit` returns false. */
  walk(visit: (tick: number, lots: number) => boolean): void {
    for (let rank = this.#best; rank >= this.#low; rank = this.#below(rank)) {
      if (!visit(rank * this.#sign, this.#lots[rank & MASK] as number)) return;
    }
    if (this.#overflow.size === 0) return;
    for (const [rank, lots] of [...this.#overflow].toSorted(([a], [b]) => b - a)) {
      if (!visit(rank * this.#sign, lots)) return;
    }
  }

  #vacate(slot: number): void {
    this.#lots[slot] = 0;
    this.#taken[slot >>> 5] = (this.#taken[slot >>> 5] as number) & ~(1 << (slot & 31));
    this.#count -= 1;
  }

  #setOutside(rank: number, lots: number): void {
    if (lots === 0) {
      this.#overflow.delete(rank);
    } else if (rank < this.#low && this.#count > 0) {
      this.#overflow.set(rank, lots);
    } else {
      this.#moveTo(rank - BEST_AT);
      this.set(rank * this.#sign, lots);
    }
  }

  #bestHasGone(): void {
    this.#best = this.#below(this.#best);
    if (this.#overflow.size === 0) return;
    if (this.#count === 0) this.#moveTo(highest(this.#overflow) - BEST_AT);
    else if (this.#best - this.#low < LOW_WATER) this.#moveTo(this.#best - BEST_AT);
  }

  /** The next taken rank below this one inside the window; `low - 1` when there is none. */
  #below(rank: number): number {
    const low = this.#low;
    for (let next = rank - 1; next >= low;) {
      const bit = next & 31;
      // The bits of this word up to ours, ours on top: as many zeros in front, as many ranks to skip.
      const bits = (this.#taken[(next & MASK) >>> 5] as number) << (31 - bit);
      if (bits !== 0) return Math.max(low - 1, next - Math.clz32(bits));
      next -= bit + 1;
    }
    return low - 1;
  }

  /** Gives the window another low end; what it leaves goes to the overflow, what it comes to is taken from there. */
  #moveTo(low: number): void {
    const leaves: [rank: number, lots: number][] = [];
    for (let rank = this.#best; rank >= this.#low; rank = this.#below(rank)) {
      if (rank < low) leaves.push([rank, this.#lots[rank & MASK] as number]);
    }
    for (const [rank, lots] of leaves) {
      this.#vacate(rank & MASK);
      this.#overflow.set(rank, lots);
    }
    this.#low = low;
    if (this.#count === 0) this.#best = low - 1;
    for (const [rank, lots] of Array.from(this.#overflow)) {
      if (rank < low || rank >= low + SLOTS) continue;
      this.#overflow.delete(rank);
      this.set(rank * this.#sign, lots);
    }
  }
}

function highest(overflow: ReadonlyMap<number, number>): number {
  let most = Number.NEGATIVE_INFINITY;
  for (const rank of overflow.keys()) if (rank > most) most = rank;
  return most;
}
