import { Levels } from "#domain/levels.ts";
import { COMMA, type Extremes, NO, bytesOf, exactly, levels, skipWhole, text, whole } from "../bytes.ts";
import type { BookGrid } from "../grid.ts";
import type { NameTable } from "../name-table.ts";

/** What the scanner must know of an instrument to read its frames. */
export interface Scannable {
  readonly grid: BookGrid;
}

const BOOK = bytesOf('{"arg":{"channel":"books","instId":');
const BEST = bytesOf('{"arg":{"channel":"bbo-tbt","instId":');
const BEST_DATA = bytesOf('},"data":[{');
const BOOK_DATA = bytesOf('},"action":"update","data":[{');
const END = bytesOf("}]}");

const [A, B, C, I, P, S, T] = Array.from(bytesOf("abcipst")) as [
  number,
  number,
  number,
  number,
  number,
  number,
  number,
];

const ASKS = bytesOf('"asks":');
const BIDS = bytesOf('"bids":');
const STAMP = bytesOf('"ts":');
const CHECKSUM = bytesOf('"checksum":');
const PREVIOUS = bytesOf('"prevSeqId":');
const SEQUENCE = bytesOf('"seqId":');
const INSTRUMENT = bytesOf('"instId":');

const SAW_ASKS = 1;
const SAW_BIDS = 2;
const SAW_SEQUENCE = 4;
const SAW_PREVIOUS = 8;
const WHOLE_BOOK = SAW_ASKS | SAW_BIDS | SAW_SEQUENCE | SAW_PREVIOUS;
/** The bit of each field, by the first letter of its key; none for one without meaning. */
const BITS = new Int32Array(256);
BITS[A] = SAW_ASKS;
BITS[B] = SAW_BIDS;
BITS[S] = SAW_SEQUENCE;
BITS[P] = SAW_PREVIOUS;
/** Where the frame's numbers are kept. */
const PREVIOUS_ID = 0;
const SEQUENCE_ID = 1;
const NUMBERS = 2;
/** One level: tick and lots. */
const ONE = 2;

/**
 * Reads the two hot frames, updates of `books` and `bbo-tbt`, from their bytes; the fields of their one element in any
 * order. It reads only what it is sure of: for everything else it answers null, and the plain reader of `words.ts`, its
 * twin, decides. A test holds the two equal, frame by frame.
 */
export class OkxScanner<Followed extends Scannable> {
  /** Of the frame last read. */
  followed: Followed | null = null;
  readonly bids = new Levels();
  readonly asks = new Levels();
  readonly #table: NameTable<Followed>;
  readonly #numbers = new Float64Array(NUMBERS);
  readonly #bidTicks: Extremes = { highest: 0, lowest: 0 };
  readonly #askTicks: Extremes = { highest: 0, lowest: 0 };
  #seen = 0;

  constructor(table: NameTable<Followed>) {
    this.#table = table;
  }

  get previous(): number {
    return this.#numbers[PREVIOUS_ID] as number;
  }

  get sequence(): number {
    return this.#numbers[SEQUENCE_ID] as number;
  }

  /** Of a frame with one level a side. */
  get bidTick(): number {
    return this.bids.pairs[0] as number;
  }

  get bidLots(): number {
    return this.bids.pairs[1] as number;
  }

  get askTick(): number {
    return this.asks.pairs[0] as number;
  }

  get askLots(): number {
    return this.asks.pairs[1] as number;
  }

  read(bytes: Uint8Array): "books" | "bbo-tbt" | null {
    let at = exactly(bytes, 0, BOOK);
    if (at !== NO) {
      at = this.#symbol(bytes, at);
      if (at !== NO) at = exactly(bytes, at, BOOK_DATA);
      if (at === NO || !this.#element(bytes, at) || this.#seen !== WHOLE_BOOK) return null;
      return this.#bidTicks.highest < this.#askTicks.lowest ? "books" : null;
    }
    at = exactly(bytes, 0, BEST);
    if (at !== NO) at = this.#symbol(bytes, at);
    if (at !== NO) at = exactly(bytes, at, BEST_DATA);
    return at !== NO && this.#element(bytes, at) && this.#isBest() ? "bbo-tbt" : null;
  }

  #symbol(bytes: Uint8Array, at: number): number {
    const end = text(bytes, at);
    if (end === NO) return NO;
    this.followed = this.#table.find(bytes, at + 1, end - 1);
    return this.followed === null ? NO : end;
  }

  /** The fields of the one element of `data`, and everything after them. */
  #element(bytes: Uint8Array, at: number): boolean {
    const { followed } = this;
    if (followed === null) return false;
    let seen = 0;
    for (;;) {
      const letter = bytes[at + 1] as number;
      const bit = BITS[letter] as number;
      // A field that was there before: JSON lets the last one win, and that is not ours to imitate.
      if ((seen & bit) !== 0) return false;
      seen |= bit;
      at = this.#field(bytes, at, letter, followed.grid);
      if (at === NO) return false;
      if (bytes[at] !== COMMA) break;
      at += 1;
    }
    this.#seen = seen;
    return exactly(bytes, at, END) === bytes.length;
  }

  /** One `"key":value` by the first letter of its key. */
  #field(bytes: Uint8Array, at: number, letter: number, grid: BookGrid): number {
    switch (letter) {
      case A:
        at = exactly(bytes, at, ASKS);
        return at === NO ? NO : levels(bytes, at, grid, this.asks, this.#askTicks);
      case B:
        at = exactly(bytes, at, BIDS);
        return at === NO ? NO : levels(bytes, at, grid, this.bids, this.#bidTicks);
      case T:
        at = exactly(bytes, at, STAMP);
        return at === NO ? NO : text(bytes, at);
      case S:
        at = exactly(bytes, at, SEQUENCE);
        return at === NO ? NO : whole(bytes, at, this.#numbers, SEQUENCE_ID);
      case P:
        at = exactly(bytes, at, PREVIOUS);
        return at === NO ? NO : whole(bytes, at, this.#numbers, PREVIOUS_ID);
      case C:
        at = exactly(bytes, at, CHECKSUM);
        return at === NO ? NO : skipWhole(bytes, at);
      case I:
        at = exactly(bytes, at, INSTRUMENT);
        return at === NO ? NO : text(bytes, at);
      default:
        return NO;
    }
  }

  /** Exactly one level a side, in order. */
  #isBest(): boolean {
    const { bids, asks } = this;
    const whole = (this.#seen | SAW_PREVIOUS) === WHOLE_BOOK;
    return whole && bids.length === ONE && asks.length === ONE && this.bidTick < this.askTick;
  }
}
