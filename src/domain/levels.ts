import { assert } from "./assert.ts";

const FIRST_ROOM = 64;

/**
 * Price levels as whole ticks and whole lots, exact below 2⁵³, never a fraction. One list is filled again and again, so
 * that a stream of frames makes no garbage: whoever wants to keep what it says takes a copy.
 */
export class Levels {
  #pairs = new Float64Array(FIRST_ROOM * 2);
  #length = 0;

  /** `[tick, lots, tick, lots, …]` */
  static of(flat: readonly number[]): Levels {
    assert(flat.length % 2 === 0, "levels come in pairs");
    const levels = new Levels();
    for (let index = 0; index < flat.length; index += 2) {
      levels.push(flat[index] as number, flat[index + 1] as number);
    }
    return levels;
  }

  /** Twice the number of levels. */
  get length(): number {
    return this.#length;
  }

  /** Flat pairs; only the first `length` of them mean anything. */
  get pairs(): Float64Array {
    return this.#pairs;
  }

  clear(): void {
    this.#length = 0;
  }

  push(tick: number, lots: number): void {
    if (this.#length === this.#pairs.length) this.#grow();
    this.#pairs[this.#length] = tick;
    this.#pairs[this.#length + 1] = lots;
    this.#length += 2;
  }

  copy(): Levels {
    return Levels.of(this.flat());
  }

  flat(): number[] {
    return Array.from(this.#pairs.subarray(0, this.#length));
  }

  #grow(): void {
    const wider = new Float64Array(this.#pairs.length * 2);
    wider.set(this.#pairs);
    this.#pairs = wider;
  }
}
