import type { Levels } from "#domain/levels.ts";
import type { BookGrid, Grid } from "./grid.ts";

/*
 * JSON of a shape known in advance, read straight from its bytes without making anything. Every function takes the place
 * where it shall begin and returns the place behind what it read, or `NO` when that is not what it was asked for; numbers
 * go into a slot of a Float64Array, because a returned double would be a new object. A `NO` is final for the frame: white
 * space, an escape, an exponent, all of it legal, is left to a real parser. What is accepted here, a parser reads the same.
 */

/** Not what was asked for. No place in a frame is negative, and no function begins there. */
export const NO = -1;

export const QUOTE = 0x22;
export const COMMA = 0x2c;
export const COLON = 0x3a;
export const OPEN = 0x7b;
export const CLOSE = 0x7d;
const OPEN_LIST = 0x5b;
const CLOSE_LIST = 0x5d;
const MINUS = 0x2d;
const DOT = 0x2e;
const BACKSLASH = 0x5c;
const FIRST_PRINTABLE = 0x20;
/** A digit's byte, this way, is the digit; every other byte, and none at all, is more than nine. */
const DIGIT = 0x30;
/** So many digits are exact in a double, with room. */
const MOST_DIGITS = 15;
/** So many digits fit a machine word, whose sums take half as long as a double's. */
const WORD_DIGITS = 9;
const POWERS = Float64Array.from({ length: MOST_DIGITS }, (_, power) => 10 ** power);

export const bytesOf = (text: string): Uint8Array => new TextEncoder().encode(text);
const TRUE = bytesOf("true");
const FALSE = bytesOf("false");

/** Bytes that may stand in a text as they are. */
const PLAIN = Uint8Array.from({ length: 256 }, (_, code) =>
  code >= FIRST_PRINTABLE && code !== QUOTE && code !== BACKSLASH ? 1 : 0,
);

/** Exactly these bytes. */
export function exactly(bytes: Uint8Array, at: number, expected: Uint8Array): number {
  const { length } = expected;
  if (at + length > bytes.length) return NO;
  let index = 0;
  // Four a turn: a loop's own upkeep costs as much as a comparison.
  for (; index + 3 < length; index += 4) {
    if (
      bytes[at + index] !== expected[index] ||
      bytes[at + index + 1] !== expected[index + 1] ||
      bytes[at + index + 2] !== expected[index + 2] ||
      bytes[at + index + 3] !== expected[index + 3]
    ) {
      return NO;
    }
  }
  for (; index < length; index += 1) if (bytes[at + index] !== expected[index]) return NO;
  return at + length;
}

/** A text in quotes without escapes. */
export function text(bytes: Uint8Array, at: number): number {
  if (bytes[at] !== QUOTE) return NO;
  at += 1;
  const last = bytes.length - 4;
  while (
    at < last &&
    (PLAIN[bytes[at] as number] as number) &
      (PLAIN[bytes[at + 1] as number] as number) &
      (PLAIN[bytes[at + 2] as number] as number) &
      (PLAIN[bytes[at + 3] as number] as number)
  ) {
    at += 4;
  }
  while (at < bytes.length && PLAIN[bytes[at] as number] === 1) at += 1;
  return bytes[at] === QUOTE ? at + 1 : NO;
}

/** A whole number that is exact in a double, into its slot. */
export function whole(bytes: Uint8Array, at: number, into: Float64Array, slot: number): number {
  const negative = bytes[at] === MINUS;
  if (negative) at += 1;
  const first = at;
  let high = 0;
  let low = 0;
  let digit = (bytes[at] as number) ^ DIGIT;
  while (digit <= 9) {
    if (at - first < WORD_DIGITS) high = (Math.imul(high, 10) + digit) | 0;
    else low = (Math.imul(low, 10) + digit) | 0;
    at += 1;
    digit = (bytes[at] as number) ^ DIGIT;
  }
  const digits = at - first;
  if (digits === 0 || digits > MOST_DIGITS || (digits > 1 && bytes[first] === DIGIT)) return NO;
  const value = digits <= WORD_DIGITS ? high : high * (POWERS[digits - WORD_DIGITS] as number) + low;
  into[slot] = negative ? -value : value;
  return at;
}

/** A whole number that means nothing to us. */
export function skipWhole(bytes: Uint8Array, at: number): number {
  if (bytes[at] === MINUS) at += 1;
  const first = at;
  while (((bytes[at] as number) ^ DIGIT) <= 9) at += 1;
  if (at === first || at - first > MOST_DIGITS) return NO;
  return at - first > 1 && bytes[first] === DIGIT ? NO : at;
}

/** Any text, whole number or truth, for a field that means nothing to us. */
export function scalar(bytes: Uint8Array, at: number): number {
  const code = bytes[at];
  if (code === QUOTE) return text(bytes, at);
  if (code === TRUE[0]) return exactly(bytes, at, TRUE);
  return code === FALSE[0] ? exactly(bytes, at, FALSE) : skipWhole(bytes, at);
}

/** A decimal text in quotes as a count of the grid's steps, into its slot; `NO` also for what is off the grid. */
export function steps(bytes: Uint8Array, at: number, grid: Grid, into: Float64Array, slot: number): number {
  if (bytes[at] !== QUOTE) return NO;
  at += 1;
  const first = at;
  let value = 0;
  let missing = grid.decimals;
  let digit = (bytes[at] as number) ^ DIGIT;
  while (digit <= 9) {
    value = (Math.imul(value, 10) + digit) | 0;
    at += 1;
    digit = (bytes[at] as number) ^ DIGIT;
  }
  if (at === first) return NO;
  if (bytes[at] === DOT) {
    at += 1;
    const point = at;
    digit = (bytes[at] as number) ^ DIGIT;
    while (missing > 0 && digit <= 9) {
      value = (Math.imul(value, 10) + digit) | 0;
      missing -= 1;
      at += 1;
      digit = (bytes[at] as number) ^ DIGIT;
    }
    // Beyond the grid's own decimals only zeros are exact.
    while (bytes[at] === DIGIT) at += 1;
    if (at === point) return NO;
  }
  if (bytes[at] !== QUOTE || at - first > MOST_DIGITS) return NO;
  const digits = at - first <= WORD_DIGITS ? value : allDigits(bytes, first, grid.decimals - missing);
  const count = grid.ofDigits(digits, missing);
  into[slot] = count;
  return count < 0 ? NO : at + 1;
}

/** The digits of a decimal text known to be one, with so many of its decimals, when they may be too many for a machine word. */
function allDigits(bytes: Uint8Array, at: number, decimals: number): number {
  let value = 0;
  for (; bytes[at] !== DOT && bytes[at] !== QUOTE; at += 1) value = value * 10 + ((bytes[at] as number) ^ DIGIT);
  for (let left = decimals; left > 0; left -= 1) value = value * 10 + ((bytes[(at += 1)] as number) ^ DIGIT);
  return value;
}

/** Where `levels` leaves the greatest and the least tick at which anything stands. */
export interface Extremes {
  highest: number;
  lowest: number;
}

/** `[["63921.40","4.313",…],…]`, what follows a level's size unread; `NO` also for a level off the grid. */
export function levels(bytes: Uint8Array, at: number, grid: BookGrid, into: Levels, extremes: Extremes): number {
  const { prices, sizes } = grid;
  let { pairs } = into;
  let length = 0;
  let highest = 0;
  let lowest = Number.MAX_SAFE_INTEGER;
  if (bytes[at] !== OPEN_LIST) return NO;
  at += 1;
  while (bytes[at] === OPEN_LIST) {
    if (length === pairs.length) pairs = into.grow();
    at = steps(bytes, at + 1, prices, pairs, length);
    if (at === NO || bytes[at] !== COMMA) return NO;
    at = steps(bytes, at + 1, sizes, pairs, length + 1);
    if (at === NO) return NO;
    while (bytes[at] === COMMA) {
      at += 1;
      if (bytes[at] !== QUOTE) return NO;
      do at += 1;
      while (PLAIN[bytes[at] as number] === 1);
      if (bytes[at] !== QUOTE) return NO;
      at += 1;
    }
    const tick = pairs[length] as number;
    if (tick === 0 || bytes[at] !== CLOSE_LIST) return NO;
    if ((pairs[length + 1] as number) > 0) {
      if (tick > highest) highest = tick;
      if (tick < lowest) lowest = tick;
    }
    length += 2;
    at += 1;
    if (bytes[at] !== COMMA) break;
    at += 1;
    // A comma promises another level.
    if (bytes[at] !== OPEN_LIST) return NO;
  }
  if (bytes[at] !== CLOSE_LIST) return NO;
  into.length = length;
  extremes.highest = highest;
  extremes.lowest = lowest;
  return at + 1;
}
