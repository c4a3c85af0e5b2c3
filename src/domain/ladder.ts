import { Shelf, type Slots } from "./shelf.ts";

/** Ticks that a ladder holds side by side: at first, and at the most. A wider window is more memory, a narrower more detours. */
const FIRST_SLOTS = 2 ** 11;
const MOST_SLOTS = 2 ** 16;
/** From one ladder to the next on a shelf: whole words of bits, and in the end all the places of a first window. */
const SKEW = 64;
/** So many levels beyond the window, and it is worth twice the window. */
const CROWD = 64;
/** Parts of the window: a best level below the low water calls the window after it, to where it shall stand. */
const LOW_WATER = 1 / 8;
const BEST_AT = 3 / 4;

/**
 * One side of an order book: lots by tick, in a ring that is indexed by the tick itself, so that a change costs the same
 * wherever it falls. Levels beyond the window stand in a map until the window comes to them.
 *
 *   far ◄── overflow ──┤ low ······· levels ······· best ··· room ├── nobody ever stands here: the window moves first
 *
 * Inside, a tick is a rank that is greater the better it is: the tick itself for bids, its negative for asks, and a skew
 * on top. Without the skew, ladders of like prices would all have their best levels at the same place of their windows,
 * and a processor's cache keeps only a few lines of equal place.
 */
export class Ladder {
  // What a change needs comes first: with hundreds of ladders each line of memory counts.
  readonly #sign: 1 | -1;
  readonly #skew: number;
  /** The window is `[low, low + slots)`. */
  #low = 0;
  /** Slots less one. */
  #mask = FIRST_SLOTS - 1;
  /** Where its own slots begin in `lots` and, by the bit, in `taken`. */
  #base: number;
  #lots: Float64Array;
  /** `low - 1` when nobody is there. */
  #best = -1;
  #count = 0;
  /** One bit a slot: is anybody there? It makes a search over empty ticks thirty-two times as fast. */
  #taken: Int32Array;
  readonly #overflow = new Map<number, number>();
  readonly #shelf: Shelf;

  /**
   * @param better 1 when a higher tick is better (bids), -1 when a lower one is (asks)
   * @param shelf where it takes its slots from; from one of its own when nobody says
   */
  constructor(better: 1 | -1, shelf = new Shelf(FIRST_SLOTS)) {
    const { lots, taken, base } = shelf.take(FIRST_SLOTS);
    this.#sign = better;
    this.#skew = (base / FIRST_SLOTS) * SKEW;
    this.#base = base;
    this.#lots = lots;
    this.#taken = taken;
    this.#shelf = shelf;
  }

  /** How many levels stand, near and far. */
  get size(): number {
    return this.#count + this.#overflow.size;
  }

  get #slots(): number {
    return this.#mask + 1;
  }

  get empty(): boolean {
    return this.#count === 0;
  }

  /** Meaningless while `empty`. */
  get bestTick(): number {
    return this.#tickOf(this.#best);
  }

  /** Meaningless while `empty`. */
  get bestLots(): number {
    return this.#lots[this.#base + (this.#best & this.#mask)] as number;
  }

  /** Zero lots remove the level. */
  set(tick: number, lots: number): void {
    const rank = tick * this.#sign + this.#skew;
    const offset = rank - this.#low;
    if (offset < 0 || offset > this.#mask) {
      this.#setOutside(rank, lots);
      return;
    }
    const slot = this.#base + (rank & this.#mask);
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
    const end = (this.#base + this.#slots) / 32;
    for (let word = this.#base / 32; word < end; word += 1) {
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
    // Nobody is searched for below the last of them: a book's far half is often empty.
    let left = this.#count;
    for (let rank = this.#best; left > 0; rank = this.#below(rank), left -= 1) {
      if (!visit(this.#tickOf(rank), this.#lots[this.#base + (rank & this.#mask)] as number)) return;
    }
    if (this.#overflow.size === 0) return;
    for (const [rank, lots] of [...this.#overflow].toSorted(([a], [b]) => b - a)) {
      if (!visit(this.#tickOf(rank), lots)) return;
    }
  }

  #tickOf(rank: number): number {
    return (rank - this.#skew) * this.#sign;
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
      if (this.#overflow.size > CROWD && this.#slots < MOST_SLOTS) this.#widen();
    } else {
      this.#moveTo(this.#lowFor(rank));
      this.set(this.#tickOf(rank), lots);
    }
  }

  /** Twice the window, for a book that is wider than it; what stands is put in again. */
  #widen(): void {
    const all: [tick: number, lots: number][] = [];
    this.walk((tick, lots) => all.push([tick, lots]) > 0);
    const best = this.#best;
    const wider = this.#slots * 2;
    this.#shelf.giveBack(this.#held(), this.#slots);
    this.#mask = wider - 1;
    const { lots, taken, base } = this.#shelf.take(wider);
    this.#lots = lots;
    this.#taken = taken;
    this.#base = base;
    this.#overflow.clear();
    this.#count = 0;
    this.#low = this.#lowFor(best);
    this.#best = this.#low - 1;
    for (const [tick, lots] of all) this.set(tick, lots);
  }

  #held(): Slots {
    return { lots: this.#lots, taken: this.#taken, base: this.#base };
  }

  #lowFor(best: number): number {
    return best - this.#slots * BEST_AT;
  }

  #bestHasGone(): void {
    this.#best = this.#below(this.#best);
    if (this.#overflow.size === 0) return;
    if (this.#count === 0) this.#moveTo(this.#lowFor(highest(this.#overflow)));
    else if (this.#best - this.#low < this.#slots * LOW_WATER) this.#moveTo(this.#lowFor(this.#best));
  }

  /** The next taken rank below this one inside the window; `low - 1` when there is none. */
  #below(rank: number): number {
    const low = this.#low;
    for (let next = rank - 1; next >= low;) {
      const bit = next & 31;
      // The bits of this word up to ours, ours on top: as many zeros in front, as many ranks to skip.
      const bits = (this.#taken[(this.#base + (next & this.#mask)) >>> 5] as number) << (31 - bit);
      if (bits !== 0) return Math.max(low - 1, next - Math.clz32(bits));
      next -= bit + 1;
    }
    return low - 1;
  }

  /** Gives the window another low end; what it leaves goes to the overflow, what it comes to is taken from there. */
  #moveTo(low: number): void {
    const leaves: [rank: number, lots: number][] = [];
    for (let rank = this.#best; rank >= this.#low; rank = this.#below(rank)) {
      if (rank < low) leaves.push([rank, this.#lots[this.#base + (rank & this.#mask)] as number]);
    }
    for (const [rank, lots] of leaves) {
      this.#vacate(this.#base + (rank & this.#mask));
      this.#overflow.set(rank, lots);
    }
    this.#low = low;
    if (this.#count === 0) this.#best = low - 1;
    for (const [rank, lots] of Array.from(this.#overflow)) {
      if (rank < low || rank >= low + this.#slots) continue;
      this.#overflow.delete(rank);
      this.set(this.#tickOf(rank), lots);
    }
  }
}

function highest(overflow: ReadonlyMap<number, number>): number {
  let most = Number.NEGATIVE_INFINITY;
  for (const rank of overflow.keys()) if (rank > most) most = rank;
  return most;
}
