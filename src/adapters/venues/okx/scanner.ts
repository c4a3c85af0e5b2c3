import { Levels } from "#domain/levels.ts";
import { ByteReader, CLOSE, COMMA, bytesOf } from "../byte-reader.ts";
import type { BookGrid } from "../grid.ts";
import type { NameTable } from "../name-table.ts";

/** What the scanner must know of an instrument to read its frames. */
export interface Scannable {
  readonly grid: BookGrid;
}

const BOOK = bytesOf('{"arg":{"channel":"books","instId":');
const BEST = bytesOf('{"arg":{"channel":"bbo-tbt","instId":');
const ACTION = bytesOf('},"action":');
const UPDATE = bytesOf('"update"');
const BEST_DATA = bytesOf('},"data":[{');
const BOOK_DATA = bytesOf(',"data":[{');
const END = bytesOf("]}");

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
const WHOLE_BEST = SAW_ASKS | SAW_BIDS | SAW_SEQUENCE;
const WHOLE_BOOK = WHOLE_BEST | SAW_PREVIOUS;
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
  previous = 0;
  sequence = 0;
  readonly bids = new Levels();
  readonly asks = new Levels();
  bidTick = 0;
  bidLots = 0;
  askTick = 0;
  askLots = 0;
  readonly #table: NameTable<Followed>;
  readonly #reader = new ByteReader();
  #seen = 0;

  constructor(table: NameTable<Followed>) {
    this.#table = table;
  }

  read(bytes: Uint8Array): "books" | "bbo-tbt" | null {
    const reader = this.#reader;
    reader.open(bytes);
    this.#seen = 0;
    if (reader.exactly(BOOK)) {
      const headed = this.#symbol() && reader.exactly(ACTION) && reader.exactly(UPDATE) && reader.exactly(BOOK_DATA);
      return headed && this.#element() && this.#seen === WHOLE_BOOK ? "books" : null;
    }
    if (!reader.exactly(BEST) || !this.#symbol() || !reader.exactly(BEST_DATA)) return null;
    return this.#element() && (this.#seen | SAW_PREVIOUS) === WHOLE_BOOK && this.#best() ? "bbo-tbt" : null;
  }

  #symbol(): boolean {
    const reader = this.#reader;
    const from = reader.at + 1;
    if (!reader.text()) return false;
    this.followed = this.#table.find(reader.bytes, from, reader.at - 1);
    return this.followed !== null;
  }

  /** The fields of the one element of `data`, and everything after them. */
  #element(): boolean {
    const reader = this.#reader;
    do {
      if (!this.#field()) return false;
    } while (reader.byte(COMMA));
    return reader.byte(CLOSE) && reader.exactly(END) && reader.done;
  }

  #field(): boolean {
    const reader = this.#reader;
    const { followed } = this;
    if (followed === null) return false;
    if (reader.exactly(ASKS)) return this.#first(SAW_ASKS) && reader.levels(followed.grid, this.asks);
    if (reader.exactly(BIDS)) return this.#first(SAW_BIDS) && reader.levels(followed.grid, this.bids);
    if (reader.exactly(STAMP) || reader.exactly(CHECKSUM) || reader.exactly(INSTRUMENT)) return reader.scalar();
    if (reader.exactly(SEQUENCE)) {
      if (!this.#first(SAW_SEQUENCE) || !reader.whole()) return false;
      this.sequence = reader.number;
      return true;
    }
    if (!reader.exactly(PREVIOUS) || !this.#first(SAW_PREVIOUS) || !reader.whole()) return false;
    this.previous = reader.number;
    return true;
  }

  /** Exactly one level a side, in order. */
  #best(): boolean {
    const { bids, asks } = this;
    if (bids.length !== ONE || asks.length !== ONE) return false;
    this.bidTick = bids.pairs[0] as number;
    this.bidLots = bids.pairs[1] as number;
    this.askTick = asks.pairs[0] as number;
    this.askLots = asks.pairs[1] as number;
    return this.bidTick < this.askTick;
  }

  /** False for a field that was there before: JSON lets the last one win, and that is not ours to imitate. */
  #first(bit: number): boolean {
    const again = (this.#seen & bit) !== 0;
    this.#seen |= bit;
    return !again;
  }
}
