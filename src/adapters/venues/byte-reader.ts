import type { Levels } from "#domain/levels.ts";
import type { BookGrid, Grid } from "./grid.ts";

export const QUOTE = 0x22;
export const COMMA = 0x2c;
export const COLON = 0x3a;
export const OPEN = 0x7b;
export const CLOSE = 0x7d;
const OPEN_LIST = 0x5b;
const CLOSE_LIST = 0x5d;
const MINUS = 0x2d;
const DOT = 0x2e;
const ZERO = 0x30;
const NINE = 0x39;
const BACKSLASH = 0x5c;
const FIRST_PRINTABLE = 0x20;
/** So many digits are exact in a double, with room. */
const MOST_DIGITS = 15;

export const bytesOf = (text: string): Uint8Array => new TextEncoder().encode(text);

const NOTHING = new Uint8Array(0);
const TRUE = bytesOf("true");
const FALSE = bytesOf("false");

/**
 * Reads JSON of a shape known in advance straight from its bytes, without making anything. Every method steps over what
 * it reads and says whether it was what was expected; a no is final for the frame: white space, an escape, a fraction, a
 * number of another form, all of them legal JSON, are left to a real parser. What it accepts, a parser reads the same.
 */
export class ByteReader {
  bytes: Uint8Array = NOTHING;
  at = 0;
  /** What `whole` read. A field, because a returned double would be a new object each time. */
  number = 0;

  open(bytes: Uint8Array): void {
    this.bytes = bytes;
    this.at = 0;
  }

  /** Nothing is left. */
  get done(): boolean {
    return this.at === this.bytes.length;
  }

  /** Exactly these bytes. */
  exactly(expected: Uint8Array): boolean {
    const { bytes, at } = this;
    for (let index = 0; index < expected.length; index += 1) {
      if (bytes[at + index] !== expected[index]) return false;
    }
    this.at = at + expected.length;
    return true;
  }

  byte(expected: number): boolean {
    if (this.bytes[this.at] !== expected) return false;
    this.at += 1;
    return true;
  }

  /** A text in quotes without escapes; it lies between the old `at + 1` and the new `at - 1`. */
  text(): boolean {
    const { bytes } = this;
    let { at } = this;
    if (bytes[at] !== QUOTE) return false;
    for (at += 1; at < bytes.length; at += 1) {
      const code = bytes[at] as number;
      if (code === QUOTE) {
        this.at = at + 1;
        return true;
      }
      if (code === BACKSLASH || code < FIRST_PRINTABLE) return false;
    }
    return false;
  }

  /** A whole number that is exact in a double, into `number`. */
  whole(): boolean {
    const { bytes } = this;
    let { at } = this;
    const negative = bytes[at] === MINUS;
    if (negative) at += 1;
    const first = at;
    let value = 0;
    let code = bytes[at] as number;
    while (code >= ZERO && code <= NINE) {
      value = value * 10 + (code - ZERO);
      at += 1;
      code = bytes[at] as number;
    }
    const digits = at - first;
    if (digits === 0 || digits > MOST_DIGITS || (digits > 1 && bytes[first] === ZERO)) return false;
    this.number = negative ? -value : value;
    this.at = at;
    return true;
  }

  /** Any text, whole number or truth, for a field that means nothing to us. */
  scalar(): boolean {
    const code = this.bytes[this.at] as number;
    if (code === QUOTE) return this.text();
    if (code === TRUE[0]) return this.exactly(TRUE);
    return code === FALSE[0] ? this.exactly(FALSE) : this.whole();
  }

  /** A decimal text in quotes as a count of the grid's steps; -1 for anything else, and for what is off the grid. */
  steps(grid: Grid): number {
    const { bytes } = this;
    let { at } = this;
    if (bytes[at] !== QUOTE) return -1;
    at += 1;
    const first = at;
    let digits = 0;
    let missing = grid.decimals;
    let code = bytes[at] as number;
    while (code >= ZERO && code <= NINE) {
      digits = digits * 10 + (code - ZERO);
      at += 1;
      code = bytes[at] as number;
    }
    if (at === first) return -1;
    if (code === DOT) {
      at += 1;
      const point = at;
      code = bytes[at] as number;
      while (missing > 0 && code >= ZERO && code <= NINE) {
        digits = digits * 10 + (code - ZERO);
        missing -= 1;
        at += 1;
        code = bytes[at] as number;
      }
      // Beyond the grid's own decimals only zeros are exact.
      while (code === ZERO) {
        at += 1;
        code = bytes[at] as number;
      }
      if (at === point) return -1;
    }
    if (code !== QUOTE || at - first > MOST_DIGITS) return -1;
    this.at = at + 1;
    return grid.ofDigits(digits, missing);
  }

  /** `[["63921.40","4.313",…],…]`, what follows a level's size unread; false for a level off the grid. */
  levels(grid: BookGrid, into: Levels): boolean {
    const { bytes } = this;
    const { prices, sizes } = grid;
    into.clear();
    if (bytes[this.at] !== OPEN_LIST) return false;
    this.at += 1;
    if (bytes[this.at] === CLOSE_LIST) {
      this.at += 1;
      return true;
    }
    for (;;) {
      if (bytes[this.at] !== OPEN_LIST) return false;
      this.at += 1;
      const tick = this.steps(prices);
      if (tick <= 0 || bytes[this.at] !== COMMA) return false;
      this.at += 1;
      const lots = this.steps(sizes);
      if (lots < 0) return false;
      into.push(tick, lots);
      while (bytes[this.at] === COMMA) {
        this.at += 1;
        if (!this.text()) return false;
      }
      if (bytes[this.at] !== CLOSE_LIST) return false;
      this.at += 1;
      const next = bytes[this.at];
      this.at += 1;
      if (next === CLOSE_LIST) return true;
      if (next !== COMMA) return false;
    }
  }
}
