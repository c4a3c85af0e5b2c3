import { bytesOf } from "./bytes.ts";

/** Places for each name: with at most half of them taken, one look finds nearly every name. */
const ROOM = 2;
/** A length is one byte. Whoever is called longer than that is not found here, and its frames take the plain reader. */
const LONGEST = 255;

/**
 * Values by a name that is read from bytes: found without making a string of it. Names stand side by side in one array,
 * each at the place its own bytes say or a little behind it, so that finding one of hundreds touches one line of memory
 * where a map of rows touches eight.
 */
export class NameTable<Value> {
  /** A row for each place: the name's length, then its bytes. A length of zero is an empty place. */
  readonly #names: Uint8Array;
  readonly #values: (Value | null)[];
  readonly #rowBytes: number;
  readonly #mask: number;
  /** Asked for last, and often asked for next. */
  #last = 0;

  constructor(entries: Iterable<readonly [name: string, value: Value]>) {
    const rows = [...entries]
      .map(([text, value]) => ({ name: bytesOf(text), value }))
      .filter(({ name }) => name.length <= LONGEST);
    const longest = rows.reduce((most, { name }) => Math.max(most, name.length), 0);
    const places = powerOfTwo(rows.length * ROOM);
    this.#rowBytes = powerOfTwo(longest + 1);
    this.#mask = places - 1;
    this.#names = new Uint8Array(places * this.#rowBytes);
    this.#values = Array.from({ length: places }, () => null);
    for (const { name, value } of rows) this.#put(name, value);
  }

  /** The value of the name that stands in `bytes` from `from` up to `to`; null when there is none. */
  find(bytes: Uint8Array, from: number, to: number): Value | null {
    const length = to - from;
    if (this.#isAt(this.#last, bytes, from, length)) return this.#values[this.#last] as Value | null;
    let place = hashOf(bytes, from, to) & this.#mask;
    while ((this.#names[place * this.#rowBytes] as number) !== 0) {
      if (this.#isAt(place, bytes, from, length)) {
        this.#last = place;
        return this.#values[place] as Value | null;
      }
      place = (place + 1) & this.#mask;
    }
    return null;
  }

  #put(name: Uint8Array, value: Value): void {
    let place = hashOf(name, 0, name.length) & this.#mask;
    while ((this.#names[place * this.#rowBytes] as number) !== 0) place = (place + 1) & this.#mask;
    const row = place * this.#rowBytes;
    this.#names[row] = name.length;
    this.#names.set(name, row + 1);
    this.#values[place] = value;
  }

  #isAt(place: number, bytes: Uint8Array, from: number, length: number): boolean {
    const names = this.#names;
    const row = place * this.#rowBytes;
    if (names[row] !== length || length === 0) return false;
    for (let at = 0; at < length; at += 1) if (names[row + 1 + at] !== bytes[from + at]) return false;
    return true;
  }
}

function hashOf(bytes: Uint8Array, from: number, to: number): number {
  let hash = to - from;
  for (let at = from; at < to; at += 1) hash = (Math.imul(hash, 31) + (bytes[at] as number)) | 0;
  // The low bits alone choose the place: let the high ones, which every letter has moved, have a say in it.
  return hash ^ (hash >>> 15);
}

/** The least power of two that is at least so much, and not less than two. */
function powerOfTwo(least: number): number {
  return 2 ** Math.ceil(Math.log2(Math.max(2, least)));
}
