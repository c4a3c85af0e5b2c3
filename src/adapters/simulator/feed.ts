import type { Bps, Price, Quantity, Usdt } from "#domain/decimal.ts";
import type { InstrumentId } from "#domain/ids.ts";
import type { Instant } from "#domain/time.ts";
import type { MarketBest, MarketDepthChange, MarketTrade } from "./liquidity.ts";
import type { OwnTrade, SimulatedOrder } from "./orders.ts";
import type { Position } from "./wallet.ts";

/** What the market told everybody. Books carry own takers' marks too, unless the market is a recording. */
export interface PublicListener {
  depth(instrument: InstrumentId, change: MarketDepthChange): void;
  /** The book was replaced: streams of changes begin anew. */
  reset(instrument: InstrumentId): void;
  best(instrument: InstrumentId, best: MarketBest): void;
  trade(instrument: InstrumentId, trade: MarketTrade): void;
  mark(instrument: InstrumentId, price: Price): void;
  funding(instrument: InstrumentId): void;
}

/** Why money or a position moved. */
export type AccountCause = "order" | "funding" | "transfer" | "liquidation" | "adl";

/** What happened to the account. Orders and positions are the exchange's own: read them at once, keep none. */
export interface OwnListener {
  /** Cut is amended by the venue itself: the position no longer carries all of it. */
  order(order: SimulatedOrder, change: "new" | "trade" | "ended" | "amended" | "cut", trade: OwnTrade | null): void;
  account(cause: AccountCause, position: Position | null, moved: Usdt, trades: readonly OwnTrade[]): void;
  leverage(instrument: InstrumentId, leverage: number): void;
  /** Somebody changed how the margin of an instrument is held. */
  marginType?(instrument: InstrumentId): void;
  /** The margin runs out: the positions it hangs on. */
  warned?(positions: readonly Position[]): void;
}

/** One movement of the wallet, in the order they happened. */
export interface Income {
  readonly id: number;
  readonly kind: "realized" | "fee" | "funding" | "transfer";
  readonly instrument: InstrumentId | null;
  readonly amount: Usdt;
  readonly balance: Usdt;
  readonly trade: OwnTrade | null;
  readonly quantity: Quantity | null;
  readonly price: Price | null;
  readonly at: Instant;
}

/** A settlement that took place. */
export interface Settlement {
  readonly instrument: InstrumentId;
  readonly rate: Bps;
  readonly mark: Price;
  readonly at: Instant;
}

/** Tells every listener of the account the same. */
export class OwnFeed implements OwnListener {
  readonly #listeners: OwnListener[] = [];

  add(listener: OwnListener): void {
    this.#listeners.push(listener);
  }

  order(...told: Parameters<OwnListener["order"]>): void {
    for (const listener of this.#listeners) listener.order(...told);
  }

  account(...told: Parameters<OwnListener["account"]>): void {
    for (const listener of this.#listeners) listener.account(...told);
  }

  leverage(...told: Parameters<OwnListener["leverage"]>): void {
    for (const listener of this.#listeners) listener.leverage(...told);
  }

  marginType(instrument: InstrumentId): void {
    for (const listener of this.#listeners) listener.marginType?.(instrument);
  }

  warned(positions: readonly Position[]): void {
    for (const listener of this.#listeners) listener.warned?.(positions);
  }
}
