import { NO_BPS, NO_PRICE, type Bps, type Price } from "#domain/decimal.ts";
import type { Side } from "#domain/fill.ts";
import type { Instant } from "#domain/time.ts";
import { MarketBook } from "./book.ts";
import type { Settlement } from "./feed.ts";
import type { MarketBest, MarketDepth, MarketDepthChange, MarketLevel, MarketTrade } from "./liquidity.ts";
import type { Listing } from "./listing.ts";
import type { Upcoming } from "./listing-desk.ts";
import type { SimulatedOrder } from "./orders.ts";

const EVERYTHING = 1_000_000;

/** What the exchange knows of one instrument: its market, its mark, its funding and our resting orders in it. */
export class MarketState {
  /** Changed by the listing desk alone. */
  listing: Listing;
  /** Halted takes no order, closing only what reduces, closed nothing ever again. */
  status: "trading" | "halted" | "closing" | "closed" = "trading";
  /** When it ends, once that is announced. */
  endsAt: Instant | null = null;
  upcoming: readonly Upcoming[] = [];
  /** How often it was listed anew. */
  relistings = 0;
  /** Funding is being paid just now. */
  settling = false;
  readonly book = new MarketBook();
  /** Best priced and oldest first. */
  readonly resting: { readonly buy: SimulatedOrder[]; readonly sell: SimulatedOrder[] } = { buy: [], sell: [] };
  readonly settlements: Settlement[] = [];
  mark: Price = NO_PRICE;
  /** What the market says the mark is, whatever is shown. */
  trueMark: Price = NO_PRICE;
  markedAt = 0 as Instant;
  lastTrade: MarketTrade | null = null;
  fundingRate: Bps = NO_BPS;
  nextFundingAt: Instant | null = null;
  fundingIntervalMs = 0;
  /** Nothing stands in the book, whatever the market says: a misfortune. */
  emptied = false;
  /** A recording is passed on as it is; our own marks on it stay unseen. */
  recording = false;
  /** Update ids given away to our own trades; what the market numbers stands above them. */
  #own = 0;
  #last = 0;
  #shownBid: MarketLevel | null = null;
  #shownAsk: MarketLevel | null = null;

  constructor(listing: Listing) {
    this.listing = listing;
  }

  /** The update id of the book as the venue shows it. */
  get sequence(): number {
    return this.#last;
  }

  snapshot(depth: MarketDepth): void {
    this.#own = 0;
    this.book.snapshot(depth);
    this.#last = depth.sequence;
  }

  /** From here on the ids are the recording's own. */
  beRecording(): void {
    if (this.recording) return;
    this.recording = true;
    this.#own = 0;
  }

  /** Applies a change and says how the venue publishes it. */
  change(change: MarketDepthChange): MarketDepthChange {
    if (change.recorded !== undefined || change.immediate === true) this.beRecording();
    this.book.change(change);
    if (this.#own === 0) {
      this.#last = change.sequence;
      return change;
    }
    const previousSequence = this.#last;
    this.#last = change.sequence + this.#own;
    return { ...change, sequence: this.#last, firstSequence: change.firstSequence + this.#own, previousSequence };
  }

  /** How our own trades at these prices show in the book; null when they must not. */
  ownChange(taker: Side, prices: readonly Price[]): MarketDepthChange | null {
    if (this.recording || prices.length === 0) return null;
    const side = taker === "buy" ? "ask" : "bid";
    const levels = prices.map((price): MarketLevel => [price, this.book.shown(side, price)]);
    return this.#stamped(side === "bid" ? levels : [], side === "ask" ? levels : []);
  }

  /** All levels as removed, or as they stand: how an emptied book goes and comes back. */
  wholeChange(present: boolean): MarketDepthChange | null {
    if (this.recording) return null;
    const as = ([price, quantity]: MarketLevel): MarketLevel => [price, (present ? quantity : 0n) as typeof quantity];
    const { book } = this;
    return this.#stamped(book.levels("bid", EVERYTHING).map(as), book.levels("ask", EVERYTHING).map(as));
  }

  /** Half of what the ids have come to is taken off them. */
  lowerSequence(): MarketDepthChange {
    const previousSequence = this.#last;
    const by = Math.ceil(previousSequence / 2);
    this.#own -= by;
    this.#last -= by;
    return { bids: [], asks: [], sequence: this.#last, firstSequence: this.#last, previousSequence };
  }

  /** The best quote, when it is another than the one last shown. */
  freshBest(): MarketBest | null {
    const bid = this.book.bestBid();
    const ask = this.book.bestAsk();
    if (!bid || !ask) return null;
    if (same(bid, this.#shownBid) && same(ask, this.#shownAsk)) return null;
    this.show(bid, ask);
    return { bid, ask, sequence: this.#last };
  }

  show(bid: MarketLevel, ask: MarketLevel): void {
    this.#shownBid = bid;
    this.#shownAsk = ask;
  }

  shift(best: MarketBest): MarketBest {
    return this.#own === 0 ? best : { ...best, sequence: best.sequence + this.#own };
  }

  rest(order: SimulatedOrder): void {
    const queue = this.resting[order.side];
    const limit = order.limit ?? NO_PRICE;
    const ahead = (other: SimulatedOrder): boolean => {
      const price = other.limit ?? NO_PRICE;
      return order.side === "buy" ? price >= limit : price <= limit;
    };
    let index = queue.length;
    while (index > 0 && !ahead(queue[index - 1] as SimulatedOrder)) index -= 1;
    queue.splice(index, 0, order);
  }

  leave(order: SimulatedOrder): void {
    const queue = this.resting[order.side];
    const index = queue.indexOf(order);
    if (index >= 0) queue.splice(index, 1);
  }

  #stamped(bids: readonly MarketLevel[], asks: readonly MarketLevel[]): MarketDepthChange {
    const previousSequence = this.#last;
    this.#own += 1;
    this.#last += 1;
    return { bids, asks, sequence: this.#last, firstSequence: this.#last, previousSequence };
  }
}

function same(a: MarketLevel, b: MarketLevel | null): boolean {
  return b !== null && a[0] === b[0] && a[1] === b[1];
}
