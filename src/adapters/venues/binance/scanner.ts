import { Levels } from "#domain/levels.ts";
import { ByteReader, CLOSE, COLON, COMMA, OPEN, QUOTE, bytesOf } from "../byte-reader.ts";
import type { BookGrid } from "../grid.ts";
import type { NameTable } from "../name-table.ts";

/** What the scanner must know of an instrument to read its frames. */
export interface Scannable {
  readonly grid: BookGrid;
}

type HotFrame = "depth" | "book-ticker" | "other";

const WRAPPED = bytesOf('{"stream":');
const DATA = bytesOf(',"data":{');
const DEPTH = bytesOf('"depthUpdate"');
const BEST = bytesOf('"bookTicker"');
const MARK = bytesOf('"markPriceUpdate"');

const EVENT_KEY = bytesOf('"e"');

/** A key of one or two letters as one number; a zero byte in the place of the second letter is another key. */
const code = (key: string): number => key.charCodeAt(0) + (key.length > 1 ? (key.charCodeAt(1) + 1) * 256 : 0);
const EVENT = code("e");
const SYMBOL = code("s");
const FIRST = code("U");
const FINAL = code("u");
const PREVIOUS = code("pu");
const BID = code("b");
const BID_SIZE = code("B");
const ASK = code("a");
const ASK_SIZE = code("A");
const EVENT_TIME = code("E");
const TRADE_TIME = code("T");
const PAIR = code("ps");
const MARGIN = code("st");
/** `st` of a USDⓈ-margined frame; 2 is COIN-margined. */
const USDT_MARGINED = 1;

const SAW_EVENT = 1;
const SAW_SYMBOL = 2;
const SAW_FIRST = 4;
const SAW_FINAL = 8;
const SAW_PREVIOUS = 16;
const SAW_BIDS = 32;
const SAW_ASKS = 64;
const SAW_BID_SIZE = 128;
const SAW_ASK_SIZE = 256;
const WHOLE_DEPTH = SAW_EVENT | SAW_SYMBOL | SAW_FIRST | SAW_FINAL | SAW_PREVIOUS | SAW_BIDS | SAW_ASKS;
const WHOLE_BEST = SAW_EVENT | SAW_SYMBOL | SAW_FINAL | SAW_BIDS | SAW_BID_SIZE | SAW_ASKS | SAW_ASK_SIZE;

/**
 * Reads the two hot frames, `depthUpdate` and `bookTicker`, from their bytes, and passes over flat events of other names. Fields are found by name, in any order that
 * names the symbol before its numbers. It reads only what it is sure of: for everything else it answers null, and the
 * plain reader of `words.ts`, its twin, decides. A test holds the two equal, frame by frame.
 */
export class BinanceScanner<Followed extends Scannable> {
  /** Of the frame last read. */
  followed: Followed | null = null;
  firstId = 0;
  finalId = 0;
  previousFinalId = 0;
  readonly bids = new Levels();
  readonly asks = new Levels();
  bidTick = 0;
  bidLots = 0;
  askTick = 0;
  askLots = 0;
  readonly #table: NameTable<Followed>;
  readonly #reader = new ByteReader();
  #event: HotFrame | null = null;
  #seen = 0;

  constructor(table: NameTable<Followed>) {
    this.#table = table;
  }

  read(bytes: Uint8Array): HotFrame | null {
    const reader = this.#reader;
    reader.open(bytes);
    this.#seen = 0;
    this.#event = null;
    this.followed = null;
    const wrapped = reader.exactly(WRAPPED);
    if (wrapped ? !(reader.text() && reader.exactly(DATA)) : !reader.byte(OPEN)) return null;
    do {
      if (!this.#field()) return null;
    } while (reader.byte(COMMA));
    if (!reader.byte(CLOSE) || (wrapped && !reader.byte(CLOSE)) || !reader.done) return null;
    return this.#whole() ? this.#event : null;
  }

  #whole(): boolean {
    if (this.#event === "depth") return this.#seen === WHOLE_DEPTH && this.firstId <= this.finalId;
    return this.#event === "other" || (this.#seen === WHOLE_BEST && this.bidTick < this.askTick);
  }

  /** One `"key":value`. */
  #field(): boolean {
    const reader = this.#reader;
    const { bytes, at } = reader;
    if (bytes[at] !== QUOTE) return false;
    if (this.#event === "other") return this.#foreign();
    let key = bytes[at + 1] as number;
    if (bytes[at + 2] === QUOTE) {
      reader.at = at + 3;
    } else {
      if (bytes[at + 3] !== QUOTE) return false;
      key += ((bytes[at + 2] as number) + 1) * 256;
      reader.at = at + 4;
    }
    return reader.byte(COLON) && this.#value(key);
  }

  #value(key: number): boolean {
    const reader = this.#reader;
    switch (key) {
      case EVENT:
        return this.#first(SAW_EVENT) && this.#named();
      case SYMBOL:
        return this.#first(SAW_SYMBOL) && this.#symbol();
      case FIRST:
        if (!this.#first(SAW_FIRST) || !reader.whole()) return false;
        this.firstId = reader.number;
        return this.firstId >= 0;
      case FINAL:
        if (!this.#first(SAW_FINAL) || !reader.whole()) return false;
        this.finalId = reader.number;
        return this.finalId >= 0;
      case PREVIOUS:
        if (!this.#first(SAW_PREVIOUS) || !reader.whole()) return false;
        this.previousFinalId = reader.number;
        return this.previousFinalId >= 0;
      case BID:
      case BID_SIZE:
      case ASK:
      case ASK_SIZE:
        return this.#level(key);
      case MARGIN:
        return reader.whole() && reader.number === USDT_MARGINED;
      case EVENT_TIME:
      case TRADE_TIME:
      case PAIR:
        return reader.scalar();
      default:
        return false;
    }
  }

  #level(key: number): boolean {
    const reader = this.#reader;
    const { followed } = this;
    if (followed === null) return false;
    const { grid } = followed;
    switch (key) {
      case BID:
        if (!this.#first(SAW_BIDS)) return false;
        if (this.#event === "depth") return reader.levels(grid, this.bids);
        this.bidTick = reader.steps(grid.prices);
        return this.bidTick > 0;
      case ASK:
        if (!this.#first(SAW_ASKS)) return false;
        if (this.#event === "depth") return reader.levels(grid, this.asks);
        this.askTick = reader.steps(grid.prices);
        return this.askTick > 0;
      case BID_SIZE:
        this.bidLots = reader.steps(grid.sizes);
        return this.#first(SAW_BID_SIZE) && this.bidLots >= 0;
      default:
        this.askLots = reader.steps(grid.sizes);
        return this.#first(SAW_ASK_SIZE) && this.askLots >= 0;
    }
  }

  #named(): boolean {
    const reader = this.#reader;
    if (reader.exactly(DEPTH)) this.#event = "depth";
    else if (reader.exactly(BEST)) this.#event = "book-ticker";
    else if (reader.exactly(MARK)) return false;
    else {
      this.#event = "other";
      return reader.text();
    }
    return true;
  }

  /** A field of an event that is nothing to us: it need only be well-formed, and must not name another event. */
  #foreign(): boolean {
    const reader = this.#reader;
    return !reader.exactly(EVENT_KEY) && reader.text() && reader.byte(COLON) && reader.scalar();
  }

  #symbol(): boolean {
    const reader = this.#reader;
    const from = reader.at + 1;
    if (!reader.text()) return false;
    this.followed = this.#table.find(reader.bytes, from, reader.at - 1);
    return this.followed !== null;
  }

  /** False for a field that was there before: JSON lets the last one win, and that is not ours to imitate. */
  #first(bit: number): boolean {
    const again = (this.#seen & bit) !== 0;
    this.#seen |= bit;
    return !again;
  }
}
