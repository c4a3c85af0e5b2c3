import { assert } from "#domain/assert.ts";
import { absolute, type Bps, bps, type Price, type Quantity, usdt, type Usdt } from "#domain/decimal.ts";
import type { InstrumentId, VenueId } from "#domain/ids.ts";
import { after, type Instant } from "#domain/time.ts";
import type { Clock } from "#ports/clock.ts";
import { Account, type Margins, type PositionView } from "./account.ts";
import { Engine, type Hindrance, type Placed, type Refusal } from "./engine.ts";
import { type Income, OwnFeed, type OwnListener, type PublicListener } from "./feed.ts";
import { FundingSchedule } from "./funding-schedule.ts";
import type { Liquidity, MarketBest, MarketDepth, MarketDepthChange, MarketTrade } from "./liquidity.ts";
import type { Listing } from "./listing.ts";
import { ListingDesk } from "./listing-desk.ts";
import { MarginWatch } from "./margin-watch.ts";
import { MarketState } from "./market-state.ts";
import {
  type EndCause,
  type Bucket,
  type Forced,
  forcedPlacement,
  OrderLog,
  type OwnTrade,
  type Placement,
  type SimulatedOrder,
} from "./orders.ts";
import { Receipts, type Truth, truthOf } from "./truth.ts";
import type { Position } from "./wallet.ts";

export interface ExchangeOptions {
  readonly venue: VenueId;
  readonly clock: Clock;
  readonly listings: readonly Listing[];
  readonly deposit?: Usdt;
  readonly leverage?: number;
  readonly refusesUnfillable: boolean;
  readonly marketBand?: Bps;
  /** A fresh order is found by queries only this long after. */
  readonly visibleAfterMs?: number;
  /** Reads of positions and open orders show what was, this long ago. */
  readonly readLagMs?: number;
  readonly firstTradeId?: number;
}

/** One venue's truth: its market, our one account, and what became of every order that reached it. */
export class SimulatedExchange implements Liquidity {
  readonly venue: VenueId;
  readonly clock: Clock;
  readonly receipts = new Receipts();
  readonly listings: ListingDesk;
  /** How long a settlement takes: OKX takes no order meanwhile. */
  settlementMs = 0;
  /** Long and short positions beside each other. */
  hedgeMode = false;
  readonly #options: ExchangeOptions;
  readonly #markets = new Map<InstrumentId, MarketState>();
  readonly #account: Account;
  readonly #orders = new OrderLog();
  readonly #engine: Engine;
  readonly #own = new OwnFeed();
  readonly #publicListeners: PublicListener[] = [];
  readonly #funding: FundingSchedule;
  readonly #margins: MarginWatch;
  readonly #isolated = new Set<InstrumentId>();
  #markOff = 0n;

  constructor(options: ExchangeOptions) {
    const { venue, clock, listings } = options;
    this.venue = venue;
    this.clock = clock;
    this.#options = options;
    for (const listing of listings) this.#markets.set(listing.instrument, new MarketState(listing));
    this.#account = new Account(options.deposit ?? usdt("100000"), options.leverage ?? 5, options.firstTradeId ?? 0);
    this.#margins = new MarginWatch(this.#account, ({ instrument }) => this.market(instrument), {
      warn: (positions) => this.#own.warned(positions),
      cancelAll: () => this.cancelAll(null, "liquidation"),
      close: ({ instrument, bucket }) => void this.forceClose(instrument, "liquidation", undefined, bucket),
    });
    this.listings = new ListingDesk(
      clock,
      (instrument) => this.market(instrument),
      (market) => this.#close(market),
    );
    this.#funding = new FundingSchedule(clock, (market) => this.#settle(market));
    const rules = {
      refusesUnfillable: options.refusesUnfillable,
      marketBand: options.marketBand ?? bps("500"),
      maxOpenOrders: 500,
    };
    this.#engine = new Engine(
      clock,
      rules,
      this.#account,
      this.#orders,
      this.#markets,
      this.#own,
      (market, order, trades) => this.#showOwn(market, order, trades),
    );
  }

  // ── what the market does ──

  snapshot(instrument: InstrumentId, depth: MarketDepth): void {
    const market = this.market(instrument);
    market.snapshot(depth);
    for (const listener of this.#publicListeners) listener.reset(instrument);
    this.#engine.sweep(market);
    this.#publishBest(market);
  }

  change(instrument: InstrumentId, change: MarketDepthChange): void {
    const market = this.market(instrument);
    const shown = market.change(change);
    if (!market.emptied) for (const listener of this.#publicListeners) listener.depth(instrument, shown);
    this.#engine.sweep(market);
    if (!market.recording && !market.emptied) this.#publishBest(market);
  }

  best(instrument: InstrumentId, best: MarketBest): void {
    const market = this.market(instrument);
    market.book.best(best);
    if (best.recorded !== undefined) market.beRecording();
    if (!market.emptied) {
      market.show(best.bid, best.ask);
      const shown = market.shift(best);
      for (const listener of this.#publicListeners) listener.best(instrument, shown);
    }
    this.#engine.sweep(market);
  }

  trade(instrument: InstrumentId, trade: MarketTrade): void {
    const market = this.market(instrument);
    market.lastTrade = trade;
    for (const listener of this.#publicListeners) listener.trade(instrument, trade);
    this.#engine.traded(market, trade.price, trade.quantity, trade.taker);
  }

  mark(instrument: InstrumentId, price: Price): void {
    const market = this.market(instrument);
    market.trueMark = price;
    market.mark = this.#markOff === 0n ? price : ((price + (price * this.#markOff) / 1_000n) as Price);
    market.markedAt = this.clock.now();
    for (const listener of this.#publicListeners) listener.mark(instrument, market.mark);
    this.#margins.check(market);
  }

  /** Marks stand off the market by so many thousandths, until they are put back. */
  skewMarks(thousandths: number): void {
    this.#markOff = BigInt(thousandths);
    for (const { listing, trueMark } of this.markets()) if (trueMark > 0n) this.mark(listing.instrument, trueMark);
  }

  funding(
    instrument: InstrumentId,
    { rate, nextAt, intervalMs }: { readonly rate: Bps; readonly nextAt: Instant; readonly intervalMs: number },
  ): void {
    const market = this.market(instrument);
    market.fundingRate = rate;
    market.fundingIntervalMs = intervalMs;
    this.#funding.arm(market, nextAt);
    for (const listener of this.#publicListeners) listener.funding(instrument);
  }

  /** From the next settlement on, which is the next whole interval of the day. */
  setFundingInterval(instrument: InstrumentId, intervalMs: number): void {
    const { fundingRate: rate } = this.market(instrument);
    const now = this.clock.now();
    this.funding(instrument, { rate, nextAt: after(now, intervalMs - (now % intervalMs)), intervalMs });
  }

  /** Settlements are stamped up to so many milliseconds after their hour. */
  jitterFunding(ms: number): void {
    this.#funding.jitterMs = ms;
  }

  // ── what the account does ──

  place(placement: Placement, hindrance: Hindrance = {}): Placed {
    const visibleAfterMs = hindrance.visibleAfterMs ?? this.#options.visibleAfterMs ?? 0;
    return this.#engine.place(placement, { ...hindrance, visibleAfterMs });
  }

  /** What would refuse it, without placing it. */
  wouldRefuse(placement: Placement): Refusal | null {
    return this.#engine.refusal(placement);
  }

  cancel(order: SimulatedOrder, cause: EndCause = "user"): boolean {
    return this.#engine.cancel(order, cause);
  }

  amend(order: SimulatedOrder, limit: Price | null, quantity: Quantity | null): void {
    this.#engine.amend(order, limit, quantity);
  }

  fillLate(order: SimulatedOrder, price: Price, quantity: Quantity): void {
    this.#engine.fillLate(order, { price, quantity }, "maker");
  }

  cancelAll(instrument: InstrumentId | null, cause: EndCause = "user", tag: string | null = null): void {
    // Those no query finds yet, too.
    for (const order of this.#orders.open()) {
      if (instrument !== null && order.instrument !== instrument) continue;
      if (tag === null || order.tag === tag) this.#engine.cancel(order, cause);
    }
  }

  setLeverage(instrument: InstrumentId, leverage: number): void {
    this.#account.setLeverage(instrument, leverage);
    this.#own.leverage(instrument, leverage);
  }

  /** Set by somebody in the venue's own window. Margin is still reckoned across: only the word of it changes. */
  setMarginType(instrument: InstrumentId, type: "cross" | "isolated"): void {
    this.#isolated[type === "isolated" ? "add" : "delete"](instrument);
    this.#own.marginType(instrument);
  }

  marginType(instrument: InstrumentId): "cross" | "isolated" {
    return this.#isolated.has(instrument) ? "isolated" : "cross";
  }

  /** What the account held before this exchange began: signed base, and what it cost, signed alike. */
  restore(instrument: InstrumentId, quantity: Quantity, cost: Usdt): void {
    this.#account.restore(instrument, quantity, cost, this.clock.now());
  }

  transfer(amount: Usdt): void {
    this.#account.transfer(amount, this.clock.now());
    this.#own.account("transfer", null, amount, []);
  }

  /** The venue closes a position by itself, at the market: its own order under a name that is not ours. */
  forceClose(instrument: InstrumentId, form: Forced, quantity?: Quantity, bucket: Bucket = "net"): Placed | null {
    const position = this.#account.position(instrument, bucket);
    if (position.quantity === 0n) return null;
    const size = quantity ?? absolute(position.quantity);
    return this.#engine.place(forcedPlacement(instrument, position.quantity, form, size, this.clock.now(), bucket));
  }

  /** Nothing stands in the book for a while, and everybody sees it. */
  emptyBook(instrument: InstrumentId, ms: number): void {
    const market = this.market(instrument);
    if (market.emptied || !market.book.ready) return;
    this.#publishDepth(market, market.wholeChange(false));
    market.emptied = true;
    this.clock.after(ms, () => {
      market.emptied = false;
      this.#publishDepth(market, market.wholeChange(true));
      this.#publishBest(market);
    });
  }

  /** The venue's numbering of a book begins lower, with nothing changed in it. */
  lowerSequence(instrument: InstrumentId): void {
    const market = this.market(instrument);
    if (market.recording || !market.book.ready) return;
    this.#publishDepth(market, market.lowerSequence());
  }

  // ── what may be read ──

  listen(listener: OwnListener): void {
    this.#own.add(listener);
  }

  listenPublic(listener: PublicListener): void {
    this.#publicListeners.push(listener);
  }

  market(instrument: InstrumentId): MarketState {
    const market = this.#markets.get(instrument);
    assert(market !== undefined, `${instrument} is not listed on ${this.venue}`);
    return market;
  }

  markets(): Iterable<MarketState> {
    return this.#markets.values();
  }

  orders(): readonly SimulatedOrder[] {
    return this.#orders.all;
  }

  /** As a query sees it: a fresh order may not be there yet. */
  findOrder(by: { readonly id: number } | { readonly clientOrderId: string }): SimulatedOrder | null {
    const order = this.knownOrder(by);
    return order && order.visibleAt <= this.clock.now() ? order : null;
  }

  /** As the matching engine sees it. */
  knownOrder(by: { readonly id: number } | { readonly clientOrderId: string }): SimulatedOrder | null {
    return "id" in by ? this.#orders.byId(by.id) : this.#orders.byClientId(by.clientOrderId);
  }

  openOrders(lagMs = 0): SimulatedOrder[] {
    const lag = lagMs + (this.#options.readLagMs ?? 0);
    const now = this.clock.now();
    if (lag === 0) return [...this.#orders.open()].filter((order) => order.visibleAt <= now);
    const then = now - lag;
    return this.#orders.all.filter(
      (order) => order.createdAt <= then && order.visibleAt <= now && (order.endedAt === null || order.endedAt > then),
    );
  }

  positions(lagMs = 0): readonly PositionView[] {
    const lag = lagMs + (this.#options.readLagMs ?? 0);
    if (lag > 0) return this.#account.positionsAt(after(this.clock.now(), -lag));
    return [...this.#account.positions()];
  }

  position(instrument: InstrumentId, bucket: Bucket): Position {
    return this.#account.position(instrument, bucket);
  }

  margins(): Margins {
    return this.#account.margins(this.#markets, this.#orders.open());
  }

  leverage(instrument: InstrumentId): number {
    return this.#account.leverage(instrument);
  }

  initialMargin(instrument: InstrumentId, worth: Usdt): Usdt {
    return this.#account.initial(instrument, worth);
  }

  trades(): readonly OwnTrade[] {
    return this.#account.trades;
  }

  incomes(): readonly Income[] {
    return this.#account.incomes;
  }

  /** For the judge, never for a dialect. */
  truth(): Truth {
    return truthOf(this.#account, this.#orders.all, this.receipts.all);
  }

  #showOwn(market: MarketState, order: SimulatedOrder, trades: readonly OwnTrade[]): void {
    const taken = trades.filter((trade) => trade.liquidity === "taker");
    this.#publishDepth(
      market,
      market.ownChange(
        order.side,
        taken.map((trade) => trade.price),
      ),
    );
    if (!market.recording) this.#publishBest(market);
  }

  #publishDepth(market: MarketState, change: MarketDepthChange | null): void {
    if (!change) return;
    for (const listener of this.#publicListeners) listener.depth(market.listing.instrument, change);
  }

  #publishBest(market: MarketState): void {
    const best = market.freshBest();
    if (!best) return;
    for (const listener of this.#publicListeners) listener.best(market.listing.instrument, best);
  }

  #settle(market: MarketState): void {
    if (this.settlementMs === 0) return this.#pay(market);
    market.settling = true;
    for (const listener of this.#publicListeners) listener.funding(market.listing.instrument);
    this.clock.after(this.settlementMs, () => {
      market.settling = false;
      this.#pay(market);
    });
  }

  #pay(market: MarketState): void {
    const settled = this.#account.settle(market, this.clock.now());
    if (settled) this.#own.account("funding", settled.position, settled.paid, []);
    for (const listener of this.#publicListeners) listener.funding(market.listing.instrument);
  }

  /** The instrument ends: so do its orders, and positions at the mark. */
  #close({ listing: { instrument }, mark }: MarketState): void {
    this.cancelAll(instrument, "delisted");
    for (const { quantity, bucket } of this.positions().filter((position) => position.instrument === instrument)) {
      if (quantity === 0n) continue;
      const at = this.clock.now();
      const placement = forcedPlacement(instrument, quantity, "settlement", absolute(quantity), at, bucket);
      this.#engine.settle(placement, mark);
    }
  }
}
