import { NO_QUANTITY, type Price, type Quantity, subtract } from "#domain/decimal.ts";
import type { Side } from "#domain/fill.ts";
import type { MarketBest, MarketDepth, MarketLevel } from "./liquidity.ts";

/** One side of a market book, best level last, so that the busy end is cheap to change. */
class LevelSide {
  readonly prices: Price[] = [];
  readonly quantities: Quantity[] = [];
  /** Bids are better when higher. */
  readonly #rising: boolean;

  constructor(rising: boolean) {
    this.#rising = rising;
  }

  better(a: Price, b: Price): boolean {
    return this.#rising ? a > b : a < b;
  }

  set(at: Price, quantity: Quantity): void {
    const index = this.#find(at);
    const found = this.prices[index] === at;
    if (quantity === 0n) {
      if (found) {
        this.prices.splice(index, 1);
        this.quantities.splice(index, 1);
      }
    } else if (found) {
      this.quantities[index] = quantity;
    } else {
      this.prices.splice(index, 0, at);
      this.quantities.splice(index, 0, quantity);
    }
  }

  at(price: Price): Quantity {
    const index = this.#find(price);
    return this.prices[index] === price ? (this.quantities[index] ?? NO_QUANTITY) : NO_QUANTITY;
  }

  clear(): void {
    this.prices.length = 0;
    this.quantities.length = 0;
  }

  #find(at: Price): number {
    const { prices } = this;
    // Almost every change is near the best level, which stands last.
    let low = 0;
    let high = prices.length;
    while (low < high) {
      const middle = (low + high) >>> 1;
      if (this.better(at, prices[middle] as Price)) low = middle + 1;
      else high = middle;
    }
    return low;
  }
}

/** A best level that runs ahead of depth: what stands better than it is gone. */
interface Touch {
  readonly price: Price;
  quantity: Quantity;
  readonly sequence: number;
}

/**
 * The anonymous market of one instrument. Depth is what the market last said of each level, less what our own takers
 * took of it since; the touch, when newer than depth, overrules the levels at it and better than it.
 */
export class MarketBook {
  readonly #bids = new LevelSide(true);
  readonly #asks = new LevelSide(false);
  #bidTouch: Touch | null = null;
  #askTouch: Touch | null = null;
  #ready = false;
  #sequence = 0;

  /** Before the first snapshot there is no book to show or to trade on. */
  get ready(): boolean {
    return this.#ready;
  }

  get sequence(): number {
    return this.#sequence;
  }

  snapshot(depth: MarketDepth): void {
    this.#bids.clear();
    this.#asks.clear();
    this.#ready = true;
    this.#bidTouch = null;
    this.#askTouch = null;
    this.#put(depth);
  }

  change(depth: MarketDepth): void {
    this.#put(depth);
    if (this.#bidTouch && depth.sequence >= this.#bidTouch.sequence) this.#bidTouch = null;
    if (this.#askTouch && depth.sequence >= this.#askTouch.sequence) this.#askTouch = null;
  }

  /** Older than depth says nothing new. */
  best(best: MarketBest): void {
    if (best.sequence < this.#sequence) return;
    this.#bidTouch = { price: best.bid[0], quantity: best.bid[1], sequence: best.sequence };
    this.#askTouch = { price: best.ask[0], quantity: best.ask[1], sequence: best.sequence };
  }

  bestBid(): MarketLevel | null {
    return first(this, "sell");
  }

  bestAsk(): MarketLevel | null {
    return first(this, "buy");
  }

  /** What a taker of this side meets, best first, until `visit` returns false. */
  walk(taker: Side, visit: (price: Price, quantity: Quantity) => boolean): void {
    const side = taker === "buy" ? this.#asks : this.#bids;
    const touch = taker === "buy" ? this.#askTouch : this.#bidTouch;
    if (touch && touch.quantity > 0n && !visit(touch.price, touch.quantity)) return;
    for (let index = side.prices.length - 1; index >= 0; index -= 1) {
      const price = side.prices[index] as Price;
      if (touch && !side.better(touch.price, price)) continue;
      if (!visit(price, side.quantities[index] as Quantity)) return;
    }
  }

  /** Our taker took this much; it stays taken until the market next speaks of the level. */
  consume(taker: Side, price: Price, quantity: Quantity): void {
    const side = taker === "buy" ? this.#asks : this.#bids;
    const touch = taker === "buy" ? this.#askTouch : this.#bidTouch;
    if (touch?.price === price) touch.quantity = less(touch.quantity, quantity);
    const standing = side.at(price);
    if (standing > 0n) side.set(price, less(standing, quantity));
  }

  /** What depth shows at one price. */
  shown(side: "bid" | "ask", price: Price): Quantity {
    return (side === "bid" ? this.#bids : this.#asks).at(price);
  }

  /** Depth as the venue publishes it, best first. */
  levels(side: "bid" | "ask", limit: number): MarketLevel[] {
    const { prices, quantities } = side === "bid" ? this.#bids : this.#asks;
    const levels: MarketLevel[] = [];
    for (let index = prices.length - 1; index >= 0 && levels.length < limit; index -= 1) {
      levels.push([prices[index] as Price, quantities[index] as Quantity]);
    }
    return levels;
  }

  #put(depth: MarketDepth): void {
    for (const [price, quantity] of depth.bids) this.#bids.set(price, quantity);
    for (const [price, quantity] of depth.asks) this.#asks.set(price, quantity);
    this.#sequence = depth.sequence;
  }
}

function first(book: MarketBook, taker: Side): MarketLevel | null {
  let found: MarketLevel | null = null;
  book.walk(taker, (price, quantity) => {
    found = [price, quantity];
    return false;
  });
  return found;
}

function less(standing: Quantity, taken: Quantity): Quantity {
  return taken >= standing ? NO_QUANTITY : subtract(standing, taken);
}
