import {
  absolute,
  add,
  divideRounded,
  negate,
  NO_USDT,
  type Price,
  type Quantity,
  subtract,
  type Usdt,
} from "#domain/decimal.ts";
import type { Side } from "#domain/fill.ts";
import type { InstrumentId } from "#domain/ids.ts";
import type { Instant } from "#domain/time.ts";
import type { AccountCause, Income } from "./feed.ts";
import type { MarketState } from "./market-state.ts";
import type { Bucket, OwnTrade, SimulatedOrder } from "./orders.ts";
import { maintenanceOf } from "./tiers.ts";
import { charge, Position, value, Wallet } from "./wallet.ts";

/** A position as somebody reads it, now or with a lag. */
export type PositionView = Readonly<
  Pick<
    Position,
    | "instrument"
    | "bucket"
    | "quantity"
    | "cost"
    | "realized"
    | "fees"
    | "funding"
    | "openedAt"
    | "updatedAt"
    | "lastTradeId"
    | "entry"
  >
>;

export interface Margins {
  readonly wallet: Usdt;
  readonly unrealized: Usdt;
  readonly positionMargin: Usdt;
  readonly orderMargin: Usdt;
  readonly maintenance: Usdt;
  readonly available: Usdt;
}

/** The money, the positions and the margins of the one account of an exchange. */
export class Account {
  readonly wallet: Wallet;
  readonly incomes: Income[] = [];
  readonly trades: OwnTrade[] = [];
  readonly #positions = new Map<string, Position>();
  readonly #leverages = new Map<InstrumentId, number>();
  readonly #defaultLeverage: number;
  /** What positions were, for reads that lag. */
  readonly #past: PositionView[] = [];
  #lastTradeId: number;

  constructor(deposit: Usdt, leverage: number, firstTradeId: number) {
    this.wallet = new Wallet(deposit);
    this.#defaultLeverage = leverage;
    this.#lastTradeId = firstTradeId;
  }

  position(instrument: InstrumentId, bucket: Bucket): Position {
    const key = `${instrument}/${bucket}`;
    let position = this.#positions.get(key);
    if (!position) {
      position = new Position(instrument, bucket);
      this.#positions.set(key, position);
    }
    return position;
  }

  holds(instrument: InstrumentId, bucket: Bucket): boolean {
    const position = this.#positions.get(`${instrument}/${bucket}`);
    return position !== undefined && position.quantity !== 0n;
  }

  /** Those that ever were, flat ones too. */
  positions(): Iterable<Position> {
    return this.#positions.values();
  }

  positionsAt(at: Instant): PositionView[] {
    const latest = new Map<string, PositionView>();
    for (const view of this.#past) {
      if (view.updatedAt <= at) latest.set(`${view.instrument}/${view.bucket}`, view);
    }
    return [...latest.values()];
  }

  leverage(instrument: InstrumentId): number {
    return this.#leverages.get(instrument) ?? this.#defaultLeverage;
  }

  setLeverage(instrument: InstrumentId, leverage: number): void {
    this.#leverages.set(instrument, leverage);
  }

  book(
    order: SimulatedOrder,
    market: MarketState,
    price: Price,
    quantity: Quantity,
    liquidity: "maker" | "taker",
    at: Instant,
  ): OwnTrade {
    const { listing } = market;
    const paid = value(price, quantity);
    const fee = charge(paid, liquidity === "maker" ? listing.makerFee : listing.takerFee);
    const position = this.position(order.instrument, order.bucket);
    const realized = position.fill(order.side, price, quantity, at);
    position.fees = add(position.fees, fee);
    this.#lastTradeId += 1;
    position.lastTradeId = this.#lastTradeId;
    const trade: OwnTrade = {
      id: this.#lastTradeId,
      order,
      price,
      quantity,
      fee,
      realized,
      liquidity,
      mark: market.mark,
      at,
    };
    order.filled = add(order.filled, quantity);
    order.value = add(order.value, paid);
    order.fee = add(order.fee, fee);
    order.realized = add(order.realized, realized);
    order.lastTrade = trade;
    order.updatedAt = at;
    this.trades.push(trade);
    this.#move("realized", order.instrument, realized, trade, at);
    this.#move("fee", order.instrument, negate(fee), trade, at);
    this.#remember(position);
    return trade;
  }

  /** Pays or receives funding on all positions of the instrument. Null when there are none. */
  settle(market: MarketState, at: Instant): { readonly paid: Usdt; readonly position: Position } | null {
    let paid: Usdt | null = null;
    let touched: Position | null = null;
    for (const position of this.#positions.values()) {
      if (position.instrument !== market.listing.instrument || position.quantity === 0n) continue;
      const payment = negate(charge(value(market.mark, position.quantity), market.fundingRate));
      position.funding = add(position.funding, payment);
      position.updatedAt = at;
      this.#move("funding", position.instrument, payment, null, at, position.quantity, market.mark);
      this.#remember(position);
      paid = add(paid ?? NO_USDT, payment);
      touched = position;
    }
    return paid === null || touched === null ? null : { paid, position: touched };
  }

  /** A position from before this exchange began. */
  restore(instrument: InstrumentId, quantity: Quantity, cost: Usdt, at: Instant): void {
    const position = this.position(instrument, "net");
    position.quantity = quantity;
    position.cost = cost;
    position.openedAt = at;
    position.updatedAt = at;
    this.#remember(position);
  }

  transfer(amount: Usdt, at: Instant): void {
    this.#move("transfer", null, amount, null, at);
  }

  margins(markets: ReadonlyMap<InstrumentId, MarketState>, open: Iterable<SimulatedOrder>): Margins {
    let unrealized = NO_USDT;
    let positionMargin = NO_USDT;
    let maintenance = NO_USDT;
    for (const position of this.#positions.values()) {
      const market = markets.get(position.instrument);
      if (!market || position.quantity === 0n) continue;
      const worth = absolute(value(market.mark, position.quantity));
      unrealized = add(unrealized, position.unrealized(market.mark));
      positionMargin = add(positionMargin, this.initial(position.instrument, worth));
      maintenance = add(maintenance, maintenanceOf(market.listing, market.mark, position.quantity));
    }
    let orderMargin = NO_USDT;
    for (const order of open) {
      if (order.reduceOnly || order.limit === null) continue;
      const rest = value(order.limit, subtract(order.quantity, order.filled));
      orderMargin = add(orderMargin, this.initial(order.instrument, rest));
    }
    const free = this.wallet.balance + unrealized - positionMargin - orderMargin;
    const available = (free > 0n ? free : 0n) as Usdt;
    return { wallet: this.wallet.balance, unrealized, positionMargin, orderMargin, maintenance, available };
  }

  /** Initial margin of so much notional. */
  initial(instrument: InstrumentId, worth: Usdt): Usdt {
    const lever = BigInt(this.leverage(instrument)) * 10_000n;
    return (divideRounded(worth, lever, "half-even") * 10_000n) as Usdt;
  }

  /** How much of an order would open something, rather than close. */
  opening(instrument: InstrumentId, bucket: Bucket, side: Side, quantity: Quantity): Quantity {
    const held = this.position(instrument, bucket).quantity;
    const reduces = side === "buy" ? held < 0n : held > 0n;
    const size = absolute(held);
    if (!reduces) return quantity;
    return (quantity > size ? quantity - size : 0n) as Quantity;
  }

  #move(
    kind: Income["kind"],
    instrument: InstrumentId | null,
    amount: Usdt,
    trade: OwnTrade | null,
    at: Instant,
    quantity: Quantity | null = null,
    price: Price | null = null,
  ): void {
    if (amount === 0n) return;
    this.wallet.move(amount, at);
    const id = this.incomes.length + 1;
    this.incomes.push({ id, kind, instrument, amount, balance: this.wallet.balance, trade, quantity, price, at });
  }

  #remember(position: Position): void {
    const { instrument, bucket, quantity, cost, realized, fees, funding } = position;
    const { openedAt, updatedAt, lastTradeId, entry } = position;
    this.#past.push({
      instrument,
      bucket,
      quantity,
      cost,
      realized,
      fees,
      funding,
      openedAt,
      updatedAt,
      lastTradeId,
      entry,
    });
  }
}

/** The word for a movement of the account by a trade of this order. */
export function causeOf(order: SimulatedOrder): AccountCause {
  if (order.form === "liquidation") return "liquidation";
  if (order.form === "adl") return "adl";
  return "order";
}
