import { assert } from "#domain/assert.ts";
import {
  absolute,
  add,
  type Bps,
  greatest,
  least,
  movePrice,
  negate,
  NO_PRICE,
  NO_QUANTITY,
  NO_USDT,
  type Price,
  type Quantity,
  subtract,
} from "#domain/decimal.ts";
import { opposite, type Side } from "#domain/fill.ts";
import type { InstrumentId } from "#domain/ids.ts";
import type { Clock } from "#ports/clock.ts";
import { type Account, causeOf } from "./account.ts";
import type { OwnListener } from "./feed.ts";
import type { MarketState } from "./market-state.ts";
import { ALL, type Take, type Takeable, takes, total, within } from "./matching.ts";
import {
  type Bucket,
  type EndCause,
  isForced,
  type OrderLog,
  type OwnTrade,
  type Placement,
  type SimulatedOrder,
} from "./orders.ts";
import { carried, justBefore, ownInTheWay } from "./self-trade.ts";
import { exceeds } from "./tiers.ts";
import { value } from "./wallet.ts";

/** Why the exchange itself does not take an order. What a dialect refuses by its filters never gets here. */
export type Refusal =
  | "halted"
  | "only-reduce"
  | "closed"
  | "duplicate"
  | "too-many"
  | "no-book"
  | "margin"
  | "nothing-to-reduce"
  | "reduced-already"
  | "position-limit"
  | "would-increase"
  | "unfillable"
  | "would-take"
  | "no-counterparty";

export type Placed =
  | { readonly outcome: "accepted"; readonly order: SimulatedOrder }
  | { readonly outcome: "refused"; readonly refusal: Refusal };

/** What misfortune does to one order. */
export interface Hindrance {
  readonly takeable?: Takeable;
  readonly visibleAfterMs?: number;
  /** A trade of it is only seen this long after it ended. */
  readonly lateFillMs?: number;
}

export interface EngineRules {
  /** Binance refuses a FOK or post-only order that cannot be; OKX takes it and cancels it. */
  readonly refusesUnfillable: boolean;
  /** How far from the mark a market order goes. */
  readonly marketBand: Bps;
  readonly maxOpenOrders: number;
}

/** Takes orders, matches them and books what comes of it. */
export class Engine {
  readonly #clock: Clock;
  readonly #rules: EngineRules;
  readonly #account: Account;
  readonly #orders: OrderLog;
  readonly #markets: ReadonlyMap<InstrumentId, MarketState>;
  readonly #own: OwnListener;
  /** The market has changed by our own hand. */
  readonly #marked: (market: MarketState, order: SimulatedOrder, trades: readonly OwnTrade[]) => void;

  constructor(
    clock: Clock,
    rules: EngineRules,
    account: Account,
    orders: OrderLog,
    markets: ReadonlyMap<InstrumentId, MarketState>,
    own: OwnListener,
    marked: (market: MarketState, order: SimulatedOrder, trades: readonly OwnTrade[]) => void,
  ) {
    this.#clock = clock;
    this.#rules = rules;
    this.#account = account;
    this.#orders = orders;
    this.#markets = markets;
    this.#own = own;
    this.#marked = marked;
  }

  /** What would refuse it now; null when nothing would. Leaves no trace. */
  refusal(placement: Placement): Refusal | null {
    const market = this.#market(placement.instrument);
    const { instrument, side, quantity, bucket } = placement;
    if (market.status !== "trading" && !isForced(placement)) {
      if (market.status !== "closing") return market.status;
      if (!reduces(placement)) return "only-reduce";
    }
    if (this.#orders.byClientId(placement.clientOrderId)?.status === "open") return "duplicate";
    if (this.#orders.openCount >= this.#rules.maxOpenOrders) return "too-many";
    if (!market.book.ready) return "no-book";
    if (reduces(placement)) {
      const held = this.#account.position(instrument, bucket).quantity;
      if (held === 0n) return "nothing-to-reduce";
      if (held > 0n === (side === "buy")) return "would-increase";
      if (this.#reducedBy(market, side, bucket) >= absolute(held)) return "reduced-already";
    }
    const limit = this.#limit(placement, market);
    if (limit === null) return "no-counterparty";
    const opening = reduces(placement) ? 0n : this.#account.opening(instrument, bucket, side, quantity);
    if (opening > 0n) {
      const worst = side === "buy" ? limit : greatest(limit, market.book.bestBid()?.[0] ?? limit);
      const needed = this.#account.initial(instrument, value(worst, opening as Quantity));
      const { available } = this.#account.margins(this.#markets, this.#orders.open());
      if (needed > available) return "margin";
      const held = this.#account.position(instrument, bucket).quantity;
      const after = add(absolute(held), opening as Quantity);
      if (exceeds(market.listing, this.#account.leverage(instrument), market.mark, after)) return "position-limit";
    }
    if (!this.#rules.refusesUnfillable) return null;
    if (placement.timeInForce === "fok" && !this.#fillable(placement, market, limit)) return "unfillable";
    if (placement.timeInForce === "post-only" && this.#wouldTake(placement, market, limit)) return "would-take";
    return null;
  }

  place(placement: Placement, hindrance: Hindrance = {}): Placed {
    const refusal = this.refusal(placement);
    if (refusal !== null) return { outcome: "refused", refusal };
    const market = this.#market(placement.instrument);
    const limit = this.#limit(placement, market);
    assert(limit !== null, "an order without a bound got past the refusals");
    const order = this.#orders.add(placement, this.#clock.now(), hindrance.visibleAfterMs ?? 0);
    this.#own.order(order, "new", null);
    const { goodTill } = placement;
    if (goodTill !== undefined) this.#clock.after(goodTill - this.#clock.now(), () => this.cancel(order, "good-till"));
    if (order.timeInForce === "post-only" && this.#wouldTake(placement, market, limit)) {
      this.#end(order, "post-only");
    } else if (order.timeInForce === "fok" && !this.#fillable(placement, market, limit, hindrance.takeable)) {
      this.#end(order, "fok");
    } else {
      this.#take(order, market, limit, hindrance);
    }
    return { outcome: "accepted", order };
  }

  /** Closes at a price of the venue's, whatever the book says. */
  settle(placement: Placement, at: Price): void {
    const order = this.#orders.add(placement, this.#clock.now(), 0);
    this.#own.order(order, "new", null);
    const market = this.#market(order.instrument);
    this.#fill(order, market, [{ price: at, quantity: order.quantity }], "taker");
  }

  cancel(order: SimulatedOrder, cause: EndCause): boolean {
    if (order.status !== "open") return false;
    this.#end(order, cause);
    return true;
  }

  /** A new limit or quantity for a resting order. It loses its place in the queue. */
  amend(order: SimulatedOrder, limit: Price | null, quantity: Quantity | null): void {
    const market = this.#market(order.instrument);
    market.leave(order);
    if (limit !== null) order.limit = limit;
    if (quantity !== null) order.quantity = quantity;
    order.updatedAt = this.#clock.now();
    this.#own.order(order, "amended", null);
    if (order.quantity <= order.filled) this.#end(order, "user");
    else this.#take(order, market, order.limit ?? NO_PRICE, {});
  }

  /** The market moved: whatever now stands at or through the limit of our resting orders fills them. */
  sweep(market: MarketState): void {
    if (market.emptied) return;
    for (const side of ["buy", "sell"] as const) {
      for (let order = market.resting[side][0]; order; order = market.resting[side][0]) {
        const limit = order.limit ?? NO_PRICE;
        const found = takes(market.book, side, this.#wanted(order), limit, market.listing.lot);
        if (found.length === 0) break;
        for (const { price, quantity } of found) market.book.consume(side, price, quantity);
        this.#fill(order, market, [{ price: limit, quantity: total(found) }], "maker");
        if (order.status === "open" && this.#wanted(order) === 0n) this.#end(order, "reduce-only");
        else if (order.status === "open") break;
      }
    }
  }

  /** Somebody traded with the market at a price our resting orders would have given them first. */
  traded(market: MarketState, price: Price, quantity: Quantity, taker: "buy" | "sell"): void {
    const side = opposite(taker);
    let left = quantity;
    for (let order = market.resting[side][0]; order && left > 0n; order = market.resting[side][0]) {
      const limit = order.limit ?? NO_PRICE;
      if (!within(side, price, limit)) return;
      const filled = least(left, this.#wanted(order));
      if (filled > 0n) this.#fill(order, market, [{ price: limit, quantity: filled }], "maker");
      left = subtract(left, filled);
      if (order.status === "open" && this.#wanted(order) === 0n) this.#end(order, "reduce-only");
      else if (order.status === "open") return;
    }
  }

  /** A trade of an order that has ended, come to light late. */
  fillLate(order: SimulatedOrder, take: Take, liquidity: "maker" | "taker"): void {
    const rest = subtract(order.quantity, order.filled);
    const quantity = least(take.quantity, rest);
    if (quantity > 0n) this.#fill(order, this.#market(order.instrument), [{ price: take.price, quantity }], liquidity);
  }

  #take(order: SimulatedOrder, market: MarketState, limit: Price, hindrance: Hindrance): void {
    const met = ownInTheWay(order, market, limit, this.#wanted(order));
    const mode = order.selfTrade ?? "maker";
    if (mode === "maker") for (const other of met) this.#end(other, "self-trade");
    const [first] = mode === "maker" ? [] : met;
    const bound = first ? justBefore(order, first.limit ?? NO_PRICE, market) : limit;
    this.#takeWithin(order, market, bound, hindrance);
    if (first && mode === "both") this.#end(first, "self-trade");
    if (order.status !== "open") return;
    if (first) this.#end(order, "self-trade");
    else if (order.limit === null) this.#end(order, "market");
    else if (order.timeInForce === "ioc" || order.timeInForce === "fok") this.#end(order, "ioc");
    else if (this.#wanted(order) === 0n) this.#end(order, "reduce-only");
    else market.rest(order);
  }

  #takeWithin(order: SimulatedOrder, market: MarketState, limit: Price, hindrance: Hindrance): void {
    const { book, listing } = market;
    const takeable = market.emptied ? 0 : (hindrance.takeable ?? ALL);
    const wanted = this.#wanted(order);
    const early = hindrance.lateFillMs === undefined ? takeable : Math.min(takeable, ALL / 2);
    const found = takes(book, order.side, wanted, limit, listing.lot, early);
    for (const { price, quantity } of found) book.consume(order.side, price, quantity);
    if (found.length > 0) this.#fill(order, market, found, "taker");
    if (hindrance.lateFillMs === undefined || order.status !== "open") return;
    const [late] = takes(book, order.side, this.#wanted(order), limit, listing.lot, takeable);
    if (!late) return;
    book.consume(order.side, late.price, late.quantity);
    this.#clock.after(hindrance.lateFillMs, () => this.fillLate(order, late, "taker"));
  }

  #fill(order: SimulatedOrder, market: MarketState, found: readonly Take[], liquidity: "maker" | "taker"): void {
    const at = this.#clock.now();
    const trades: OwnTrade[] = [];
    for (const { price, quantity } of found) {
      const trade = this.#account.book(order, market, price, quantity, liquidity, at);
      trades.push(trade);
      if (order.filled >= order.quantity) this.#finish(order, market);
      this.#own.order(order, "trade", trade);
    }
    const moved = trades.reduce((sum, trade) => add(sum, add(trade.realized, negate(trade.fee))), NO_USDT);
    this.#own.account(causeOf(order), this.#account.position(order.instrument, order.bucket), moved, trades);
    this.#marked(market, order, trades);
    this.#trimReducers(market, order.bucket);
  }

  /** A position has changed: resting orders that only reduce keep no more than it carries. */
  #trimReducers(market: MarketState, bucket: Bucket): void {
    const { buy, sell } = market.resting;
    if (buy.length + sell.length === 0) return;
    const held = this.#account.position(market.listing.instrument, bucket).quantity;
    for (const side of ["buy", "sell"] as const) {
      const resting = market.resting[side].filter((order) => order.bucket === bucket && reduces(order));
      for (const [order, carries] of carried(resting, held, side)) {
        if (carries === 0n) this.#end(order, "reduce-only");
        else if (add(order.filled, carries) < order.quantity) {
          order.quantity = add(order.filled, carries);
          order.updatedAt = this.#clock.now();
          this.#own.order(order, "cut", null);
        }
      }
    }
  }

  /** What resting orders would take off a position already. */
  #reducedBy(market: MarketState, side: Side, bucket: Bucket): Quantity {
    let sum = NO_QUANTITY;
    for (const order of market.resting[side]) {
      if (order.bucket === bucket && reduces(order)) sum = add(sum, subtract(order.quantity, order.filled));
    }
    return sum;
  }

  #finish(order: SimulatedOrder, market: MarketState): void {
    market.leave(order);
    order.status = "filled";
    order.endedAt ??= this.#clock.now();
    this.#orders.close(order);
  }

  #end(order: SimulatedOrder, cause: EndCause): void {
    this.#market(order.instrument).leave(order);
    order.status = "ended";
    order.cause = cause;
    order.updatedAt = this.#clock.now();
    order.endedAt = order.updatedAt;
    this.#orders.close(order);
    this.#own.order(order, "ended", null);
  }

  /** What is still to fill; for one that only reduces, no more than there is. */
  #wanted(order: SimulatedOrder): Quantity {
    const rest = subtract(order.quantity, order.filled);
    if (!reduces(order)) return rest;
    const held = this.#account.position(order.instrument, order.bucket).quantity;
    if (held > 0n === (order.side === "buy")) return 0n as Quantity;
    return least(rest, absolute(held));
  }

  /** The worst price it may trade at. Null for a market order with nobody near enough. */
  #limit(placement: Placement, market: MarketState): Price | null {
    if (placement.limit !== null) return placement.limit;
    const buys = placement.side === "buy";
    const touch = (buys ? market.book.bestAsk() : market.book.bestBid())?.[0];
    const from = market.mark === 0n ? touch : market.mark;
    if (from === undefined) return null;
    const band = this.#rules.marketBand;
    const bound = movePrice(from, buys ? band : negate(band), buys ? "down" : "up");
    // OKX lets such an order in and cancels it; Binance says there is no counterparty.
    if (this.#rules.refusesUnfillable && touch !== undefined && !within(placement.side, touch, bound)) return null;
    return bound;
  }

  #fillable(placement: Placement, market: MarketState, limit: Price, takeable: Takeable = ALL): boolean {
    if (market.emptied) return false;
    const found = takes(market.book, placement.side, placement.quantity, limit, market.listing.lot, takeable);
    return total(found) === placement.quantity;
  }

  #wouldTake(placement: Placement, market: MarketState, limit: Price): boolean {
    const best = placement.side === "buy" ? market.book.bestAsk() : market.book.bestBid();
    return best !== null && within(placement.side, best[0], limit);
  }

  #market(instrument: InstrumentId): MarketState {
    const market = this.#markets.get(instrument);
    assert(market !== undefined, `${instrument} is not listed`);
    return market;
  }
}

/** With a long and a short position beside each other, the side against a position closes it by nature. */
function reduces(order: Pick<Placement, "reduceOnly" | "bucket" | "side">): boolean {
  if (order.bucket === "net") return order.reduceOnly;
  return (order.bucket === "long") === (order.side === "sell");
}
