import type { EndState, Input } from "./market.ts";
import { Window } from "./window.ts";

const QUOTE = 0x22;
const DOT = 0x2e;
const COMMA = 0x2c;
const OPEN = 0x7b;
const CLOSE = 0x7d;
const OPEN_LIST = 0x5b;
const CLOSE_LIST = 0x5d;

/** A key by its first letter and its length. */
const key = (name: string): number => name.charCodeAt(0) * 16 + name.length;
const BIDS = key("bids");
const ASKS = key("asks");
const SEQUENCE = key("seqId");
const PREVIOUS_SEQUENCE = key("prevSeqId");
const CHANNEL = key("channel");
const EVENT = key("e");
const FINAL = key("u");
const PREVIOUS_FINAL = key("pu");
const BID = key("b");
const ASK = key("a");

/**
 * The least work that ends in the same place: one pass over the bytes that finds fields by the first letter and the length
 * of their keys, integer ticks, a window of levels. It checks the sequence and nothing else: not the shape, not the grid,
 * not that numbers are numbers, not whose frame it is, not that it is whole.
 */
export class Limit {
  readonly #bids = new Window(1);
  readonly #asks = new Window(-1);
  readonly #okx: boolean;
  readonly #sizeDecimals: number;
  readonly #hasBook: boolean;
  #at = 0;
  #to = 0;
  #sequence = 0;
  #gaps = 0;
  #isDepth = false;
  #bid = 0;
  #ask = 0;
  #id = 0;
  #previous = 0;
  #quote = { bid: 0, ask: 0, id: 0 };

  constructor(input: Input) {
    this.#okx = input.venue === "okx";
    this.#sizeDecimals = this.#okx ? 2 : (input.lot.split(".")[1] ?? "").length;
    this.#hasBook = input.snapshot !== null;
    if (input.snapshot !== null) this.#begin(input);
  }

  run(frames: readonly Buffer[]): void {
    for (let index = 0; index < frames.length; index += 1) {
      const frame = frames[index] as Buffer;
      this.take(frame, 0, frame.length);
    }
  }

  get sequence(): number {
    return this.#hasBook ? this.#sequence : this.#quote.id;
  }

  /** Best tick of a side now: the newer of book and best quote. */
  get bid(): number {
    return this.#quote.id > this.#sequence ? this.#quote.bid : this.#bids.best;
  }

  get ask(): number {
    return this.#quote.id > this.#sequence ? this.#quote.ask : this.#asks.best;
  }

  state(): EndState {
    if (this.#gaps > 0) throw new Error("the limit saw a gap");
    const at = (bid: number, ask: number, sequence: number) => ({ bid: bid / 10, ask: ask / 10, sequence });
    const { bid, ask, id } = this.#quote;
    return {
      depth: this.#hasBook ? at(this.#bids.best, this.#asks.best, this.#sequence) : null,
      quote: id === 0 ? null : at(bid, ask, id),
    };
  }

  #begin(input: Input): void {
    const parsed = JSON.parse(input.snapshot ?? "{}");
    const { bids, asks } = this.#okx ? parsed.data[0] : parsed;
    this.#sequence = this.#okx ? parsed.data[0].seqId : parsed.lastUpdateId;
    const scale = 10 ** this.#sizeDecimals;
    const put = (side: Window, levels: readonly (readonly [string, string])[]): void => {
      for (const [at, of] of levels) side.set(Math.round(Number(at) * 10), Math.round(Number(of) * scale));
    };
    put(this.#bids, bids);
    put(this.#asks, asks);
    for (const frame of input.lead) {
      const { data } = JSON.parse(frame.toString());
      if (data.e !== "depthUpdate" || data.u < this.#sequence) continue;
      put(this.#bids, data.b);
      put(this.#asks, data.a);
      this.#sequence = data.u;
    }
  }

  /** One frame where it lies: the bytes of [from, to). */
  take(frame: Buffer, from: number, to: number): void {
    this.#isDepth = false;
    this.#id = 0;
    this.#to = to;
    let at = from + 1;
    while (at < to) {
      const code = frame[at] as number;
      if (code !== QUOTE) {
        at += 1;
        continue;
      }
      const start = at + 1;
      at = start;
      while (frame[at] !== QUOTE) at += 1;
      this.#at = at + 2;
      this.#value(frame, ((frame[start] as number) << 4) + (at - start));
      at = this.#at;
    }
    if (this.#id === 0) return;
    if (this.#isDepth) {
      if (this.#previous !== this.#sequence) this.#gaps += 1;
      this.#sequence = this.#id;
    } else {
      this.#quote.bid = this.#bid;
      this.#quote.ask = this.#ask;
      this.#quote.id = this.#id;
    }
  }

  /** Stands on the first byte of a value; ends behind it, or inside when it is an object or a list of objects. */
  #value(frame: Buffer, name: number): void {
    const first = frame[this.#at] as number;
    if (first === OPEN) return;
    switch (name) {
      case EVENT:
        this.#isDepth = frame[this.#at + 1] === 0x64;
        // A trade has ids of its own: it is left with a sequence of none.
        if (!this.#isDepth && frame[this.#at + 1] !== 0x62) this.#at = this.#to;
        else this.#skip(frame);
        return;
      case CHANNEL:
        this.#isDepth = frame[this.#at + 2] === 0x6f;
        this.#skip(frame);
        return;
      case FINAL:
      case SEQUENCE:
        this.#id = this.#whole(frame);
        return;
      case PREVIOUS_FINAL:
        if (first === QUOTE) this.#skip(frame);
        else this.#previous = this.#whole(frame);
        return;
      case PREVIOUS_SEQUENCE:
        this.#previous = this.#whole(frame);
        return;
      case BID:
      case BIDS:
        this.#bid = first === OPEN_LIST ? this.#levels(frame, this.#bids) : this.#price(frame);
        return;
      case ASK:
      case ASKS:
        this.#ask = first === OPEN_LIST ? this.#levels(frame, this.#asks) : this.#price(frame);
        return;
      default:
        if (first !== OPEN_LIST) this.#skip(frame);
    }
  }

  #skip(frame: Buffer): void {
    let at = this.#at;
    for (let code = frame[at] as number; code !== COMMA && code !== CLOSE; code = frame[at] as number) at += 1;
    this.#at = at;
  }

  #price(frame: Buffer): number {
    this.#at += 1;
    return this.#decimal(frame, 1);
  }

  /** From the first digit to behind the closing quote. */
  #decimal(frame: Buffer, decimals: number): number {
    let at = this.#at;
    let value = 0;
    let code = frame[at] as number;
    while (code !== DOT && code !== QUOTE) {
      value = value * 10 + code - 48;
      code = frame[(at += 1)] as number;
    }
    let missing = decimals;
    if (code === DOT) {
      code = frame[(at += 1)] as number;
      while (code !== QUOTE) {
        if (missing > 0) {
          value = value * 10 + code - 48;
          missing -= 1;
        }
        code = frame[(at += 1)] as number;
      }
    }
    while (missing > 0) {
      value *= 10;
      missing -= 1;
    }
    this.#at = at + 1;
    return value;
  }

  #whole(frame: Buffer): number {
    let at = this.#at;
    let value = 0;
    for (let code = frame[at] as number; code >= 48 && code <= 57; code = frame[(at += 1)] as number) {
      value = value * 10 + code - 48;
    }
    this.#at = at;
    return value;
  }

  /** Stands on the opening bracket; ends behind the closing one. The first tick of the list, for a quote. */
  #levels(frame: Buffer, side: Window): number {
    let first = 0;
    this.#at += 1;
    while (frame[this.#at] !== CLOSE_LIST) {
      this.#at += 2;
      const tick = this.#decimal(frame, 1);
      this.#at += 2;
      const lots = this.#decimal(frame, this.#sizeDecimals);
      if (this.#isDepth) side.set(tick, lots);
      if (first === 0) first = tick;
      while (frame[this.#at] !== CLOSE_LIST) this.#at += 1;
      this.#at += 1;
      if (frame[this.#at] === COMMA) this.#at += 1;
    }
    this.#at += 1;
    return first;
  }
}
