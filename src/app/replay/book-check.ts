import type { RecordedMarket, LegFrame, LegIndex } from "#adapters/simulator/markets/recorded.ts";
import { type Instrument, priceAt, quantityAt } from "#domain/instrument.ts";
import type { MarketBook } from "#domain/market-book.ts";
import type { TopLevel } from "#domain/book.ts";

/** Best bid and ask with their sizes: exact, and comparable as text. */
interface Top {
  readonly prices: string;
  readonly sizes: string;
}

interface Reading {
  readonly sequence: number;
  readonly top: Top;
}

interface Ticker {
  readonly sequence: number;
  readonly top: Top;
}

export interface BookAgreement {
  /** Depth updates after which a recorded best quote says what the top must be. */
  readonly compared: number;
  readonly equal: number;
  readonly price_differs: number;
  readonly size_differs: number;
  /** The book did not follow this update: it was not live yet, or had a gap. */
  readonly not_followed: number;
  /** No recorded best quote is old enough, or none came after: nothing to compare with. */
  readonly not_comparable: number;
  /** Two recorded best quotes carry the same update id as the change itself: the venue sent one before its depth. */
  readonly examples: readonly string[];
}

const KEEP_EXAMPLES = 3;

/**
 * Holds the books rebuilt from depth against the best quotes of the recording. After a depth update that ends at
 * update id `u` the top must be that of the last best quote whose id is not beyond `u`; which one that is, is known
 * once a later one has been seen.
 */
export class BookCheck {
  readonly #market: RecordedMarket;
  readonly #leg: LegIndex;
  readonly #pending: Reading[] = [];
  #tickers: Ticker[] = [];
  #compared = 0;
  #equal = 0;
  #price = 0;
  #size = 0;
  #notFollowed = 0;
  #notComparable = 0;
  readonly #examples: string[] = [];

  constructor(market: RecordedMarket, leg: LegIndex) {
    this.#market = market;
    this.#leg = leg;
  }

  /** Called after the frame has gone all the way to the book. */
  note({ frame }: LegFrame, book: MarketBook): void {
    if (frame.kind === "best") {
      const [bid, ask] = [this.#market.sized(this.#leg, frame.bid), this.#market.sized(this.#leg, frame.ask)];
      this.#tickers.push({
        sequence: frame.sequence,
        top: { prices: `${bid[0]} ${ask[0]}`, sizes: `${bid[1]} ${ask[1]}` },
      });
      this.#settle(frame.sequence);
    } else if (frame.kind === "depth") {
      const top = book.depth.sequence === frame.last ? topOf(book) : null;
      if (top) this.#pending.push({ sequence: frame.last, top });
      else this.#notFollowed += 1;
    }
  }

  report(): BookAgreement {
    return {
      compared: this.#compared,
      equal: this.#equal,
      price_differs: this.#price,
      size_differs: this.#size,
      not_followed: this.#notFollowed,
      not_comparable: this.#notComparable + this.#pending.length,
      examples: this.#examples,
    };
  }

  #settle(seen: number): void {
    while (this.#pending[0] && this.#pending[0].sequence < seen) {
      const reading = this.#pending.shift();
      if (reading) this.#compare(reading);
    }
  }

  #compare({ sequence, top }: Reading): void {
    let last: Ticker | null = null;
    let index = 0;
    for (const ticker of this.#tickers) {
      if (ticker.sequence > sequence) break;
      last = ticker;
      index += 1;
    }
    this.#tickers = this.#tickers.slice(Math.max(0, index - 1));
    if (!last) {
      this.#notComparable += 1;
      return;
    }
    this.#compared += 1;
    if (last.top.prices !== top.prices) this.#price += 1;
    else if (last.top.sizes !== top.sizes) this.#size += 1;
    else {
      this.#equal += 1;
      return;
    }
    if (this.#examples.length < KEEP_EXAMPLES) {
      this.#examples.push(
        `after ${sequence}: book ${top.prices} (${top.sizes}), recorded at ${last.sequence} ${last.top.prices} (${last.top.sizes})`,
      );
    }
  }
}

function topOf(book: MarketBook): Top | null {
  const bid = book.depth.bestBid();
  const ask = book.depth.bestAsk();
  return bid && ask
    ? {
        prices: `${at(bid, book.instrument)} ${at(ask, book.instrument)}`,
        sizes: `${of(bid, book.instrument)} ${of(ask, book.instrument)}`,
      }
    : null;
}

const at = ({ tick }: TopLevel, instrument: Instrument): bigint => priceAt(tick, instrument);
const of = ({ lots }: TopLevel, instrument: Instrument): bigint => quantityAt(lots, instrument);
