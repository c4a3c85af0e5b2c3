import { Levels } from "#domain/levels.ts";
import {
  CLOSE,
  COLON,
  COMMA,
  type Extremes,
  NO,
  OPEN,
  QUOTE,
  bytesOf,
  exactly,
  levels,
  scalar,
  skipWhole,
  steps,
  text,
  whole,
} from "../bytes.ts";
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
const USDT_MARGINED = bytesOf("1");

const SAW_EVENT = 1;
const SAW_SYMBOL = 2;
const SAW_FIRST = 4;
const SAW_FINAL = 8;
const SAW_PREVIOUS = 16;
const SAW_BIDS = 32;
const SAW_ASKS = 64;
const SAW_BID_SIZE = 128;
const SAW_ASK_SIZE = 256;
/** The bit of each key that may stand only once; none for one without meaning. */
const BITS = new Int32Array(2 ** 16);
BITS[EVENT] = SAW_EVENT;
BITS[SYMBOL] = SAW_SYMBOL;
BITS[FIRST] = SAW_FIRST;
BITS[FINAL] = SAW_FINAL;
BITS[PREVIOUS] = SAW_PREVIOUS;
BITS[BID] = SAW_BIDS;
BITS[ASK] = SAW_ASKS;
BITS[BID_SIZE] = SAW_BID_SIZE;
BITS[ASK_SIZE] = SAW_ASK_SIZE;
const WHOLE_DEPTH = SAW_EVENT | SAW_SYMBOL | SAW_FIRST | SAW_FINAL | SAW_PREVIOUS | SAW_BIDS | SAW_ASKS;
const WHOLE_BEST = SAW_EVENT | SAW_SYMBOL | SAW_FINAL | SAW_BIDS | SAW_BID_SIZE | SAW_ASKS | SAW_ASK_SIZE;

/** Where the frame's numbers are kept. */
const FIRST_ID = 0;
const FINAL_ID = 1;
const PREVIOUS_ID = 2;
const BID_TICK = 3;
const BID_LOTS = 4;
const ASK_TICK = 5;
const ASK_LOTS = 6;
const NUMBERS = 7;

/**
 * Reads the two hot frames, `depthUpdate` and `bookTicker`, from their bytes, and passes over flat events of other names.
 * Fields are found by name, in any order that names the event and the symbol before its numbers. It reads only what it
 * is sure of: for everything else it answers null, and the plain reader of `words.ts`, its twin, decides. A test holds
 * the two equal, frame by frame.
 */
export class BinanceScanner<Followed extends Scannable> {
  /** Of the frame last read. */
  followed: Followed | null = null;
  readonly bids = new Levels();
  readonly asks = new Levels();
  readonly #table: NameTable<Followed>;
  readonly #numbers = new Float64Array(NUMBERS);
  readonly #bidTicks: Extremes = { highest: 0, lowest: 0 };
  readonly #askTicks: Extremes = { highest: 0, lowest: 0 };
  #event: HotFrame | null = null;
  #seen = 0;

  constructor(table: NameTable<Followed>) {
    this.#table = table;
  }

  get firstId(): number {
    return this.#numbers[FIRST_ID] as number;
  }

  get finalId(): number {
    return this.#numbers[FINAL_ID] as number;
  }

  get previousFinalId(): number {
    return this.#numbers[PREVIOUS_ID] as number;
  }

  get bidTick(): number {
    return this.#numbers[BID_TICK] as number;
  }

  get bidLots(): number {
    return this.#numbers[BID_LOTS] as number;
  }

  get askTick(): number {
    return this.#numbers[ASK_TICK] as number;
  }

  get askLots(): number {
    return this.#numbers[ASK_LOTS] as number;
  }

  read(bytes: Uint8Array): HotFrame | null {
    this.#event = null;
    this.#seen = 0;
    this.followed = null;
    let at = exactly(bytes, 0, WRAPPED);
    const wrapped = at !== NO;
    if (wrapped) {
      at = text(bytes, at);
      if (at !== NO) at = exactly(bytes, at, DATA);
      if (at === NO) return null;
    } else {
      if (bytes[0] !== OPEN) return null;
      at = 1;
    }
    at = this.#fields(bytes, at);
    if (at === NO || bytes[at] !== CLOSE) return null;
    at += 1;
    if (wrapped && bytes[at] !== CLOSE) return null;
    if (at + (wrapped ? 1 : 0) !== bytes.length) return null;
    return this.#isWhole() ? this.#event : null;
  }

  /** Every `"key":value` up to the closing brace, in one loop: it is where most of a frame's time goes. */
  #fields(bytes: Uint8Array, at: number): number {
    let seen = 0;
    for (;;) {
      if (this.#event === "other") return foreign(bytes, at);
      if (bytes[at] !== QUOTE) return NO;
      let key = bytes[at + 1] as number;
      if (bytes[at + 2] === QUOTE) {
        at += 3;
      } else {
        if (bytes[at + 3] !== QUOTE) return NO;
        key += ((bytes[at + 2] as number) + 1) * 256;
        at += 4;
      }
      if (bytes[at] !== COLON) return NO;
      const bit = BITS[key] as number;
      // A field that was there before: JSON lets the last one win, and that is not ours to imitate.
      if ((seen & bit) !== 0) return NO;
      seen |= bit;
      at = this.#value(bytes, at + 1, key);
      if (at === NO) return NO;
      if (bytes[at] !== COMMA) break;
      at += 1;
    }
    this.#seen = seen;
    return at;
  }

  #value(bytes: Uint8Array, at: number, key: number): number {
    switch (key) {
      case EVENT_TIME:
      case TRADE_TIME:
        return skipWhole(bytes, at);
      case FINAL:
        return whole(bytes, at, this.#numbers, FINAL_ID);
      case FIRST:
        return whole(bytes, at, this.#numbers, FIRST_ID);
      case PREVIOUS:
        return whole(bytes, at, this.#numbers, PREVIOUS_ID);
      case EVENT:
        return this.#named(bytes, at);
      case SYMBOL:
        return this.#symbol(bytes, at);
      case PAIR:
        return text(bytes, at);
      case MARGIN:
        return exactly(bytes, at, USDT_MARGINED);
      default:
        if (this.followed === null) return NO;
        return this.#event === "depth"
          ? this.#side(bytes, at, key, this.followed.grid)
          : this.#best(bytes, at, key, this.followed.grid);
    }
  }

  #side(bytes: Uint8Array, at: number, key: number, grid: BookGrid): number {
    if (key === BID) return levels(bytes, at, grid, this.bids, this.#bidTicks);
    return key === ASK ? levels(bytes, at, grid, this.asks, this.#askTicks) : NO;
  }

  #best(bytes: Uint8Array, at: number, key: number, { prices, sizes }: BookGrid): number {
    switch (key) {
      case BID:
        return steps(bytes, at, prices, this.#numbers, BID_TICK);
      case BID_SIZE:
        return steps(bytes, at, sizes, this.#numbers, BID_LOTS);
      case ASK:
        return steps(bytes, at, prices, this.#numbers, ASK_TICK);
      case ASK_SIZE:
        return steps(bytes, at, sizes, this.#numbers, ASK_LOTS);
      default:
        return NO;
    }
  }

  #named(bytes: Uint8Array, at: number): number {
    let end = exactly(bytes, at, BEST);
    this.#event = "book-ticker";
    if (end !== NO) return end;
    end = exactly(bytes, at, DEPTH);
    this.#event = "depth";
    if (end !== NO) return end;
    this.#event = "other";
    return exactly(bytes, at, MARK) === NO ? text(bytes, at) : NO;
  }

  #symbol(bytes: Uint8Array, at: number): number {
    const end = text(bytes, at);
    if (end === NO) return NO;
    this.followed = this.#table.find(bytes, at + 1, end - 1);
    return this.followed === null ? NO : end;
  }

  /** All its fields are there, and it does not say by itself that somebody bids at or above somebody's ask. */
  #isWhole(): boolean {
    const numbers = this.#numbers;
    switch (this.#event) {
      case "book-ticker": {
        const bid = numbers[BID_TICK] as number;
        return this.#seen === WHOLE_BEST && bid > 0 && bid < (numbers[ASK_TICK] as number) && this.finalId >= 0;
      }
      case "depth": {
        const ids = this.firstId >= 0 && this.firstId <= this.finalId && this.previousFinalId >= 0;
        return this.#seen === WHOLE_DEPTH && ids && this.#bidTicks.highest < this.#askTicks.lowest;
      }
      default:
        return this.#event === "other";
    }
  }
}

/** The rest of an event that is nothing to us: it need only be well-formed, and must not name another event. */
function foreign(bytes: Uint8Array, at: number): number {
  for (;;) {
    if (exactly(bytes, at, EVENT_KEY) !== NO) return NO;
    at = text(bytes, at);
    if (at === NO || bytes[at] !== COLON) return NO;
    at = scalar(bytes, at + 1);
    if (at === NO || bytes[at] !== COMMA) return at;
    at += 1;
  }
}
