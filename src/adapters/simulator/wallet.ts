import {
  absolute,
  add,
  type Bps,
  divideRounded,
  least,
  negate,
  NO_PRICE,
  NO_QUANTITY,
  NO_USDT,
  notional,
  type Price,
  type Quantity,
  subtract,
  type Usdt,
} from "#domain/decimal.ts";
import type { Side } from "#domain/fill.ts";
import type { InstrumentId } from "#domain/ids.ts";
import type { Instant } from "#domain/time.ts";
import type { Bucket } from "./orders.ts";

const ONE = 1_000_000_000_000n;
/** Venues book money in hundred-millionths. */
const CENT = 10_000n;

/** Price × quantity as a venue books it. Exact on every grid it lists. */
export function value(price: Price, quantity: Quantity): Usdt {
  const product = price * quantity;
  return (product % ONE === 0n ? product / ONE : divideRounded(product, ONE, "half-even")) as Usdt;
}

/** `amount × rate`, booked in hundred-millionths. */
export function charge(amount: Usdt, rate: Bps): Usdt {
  return (divideRounded(amount * rate, ONE * 10_000n * CENT, "half-even") * CENT) as Usdt;
}

/**
 * One position with its exact cost: what is left when all of it is closed is nothing, so the wallet has moved by
 * the cash of the fills, to the last digit, whatever was rounded on the way.
 */
export class Position {
  readonly instrument: InstrumentId;
  readonly bucket: Bucket;
  /** Signed. */
  quantity: Quantity = NO_QUANTITY;
  /** Signed as the quantity: what the open quantity cost. */
  cost: Usdt = NO_USDT;
  /** Since it was last flat, before fees. */
  realized: Usdt = NO_USDT;
  fees: Usdt = NO_USDT;
  funding: Usdt = NO_USDT;
  openedAt: Instant = 0 as Instant;
  updatedAt: Instant = 0 as Instant;
  lastTradeId = 0;
  peak: Quantity = NO_QUANTITY;

  constructor(instrument: InstrumentId, bucket: Bucket) {
    this.instrument = instrument;
    this.bucket = bucket;
  }

  /** Twelve decimals of it; zero when flat. */
  get entry(): Price {
    if (this.quantity === 0n) return NO_PRICE;
    return divideRounded(this.cost * ONE, this.quantity, "half-even") as Price;
  }

  unrealized(mark: Price): Usdt {
    if (this.quantity === 0n || mark === 0n) return NO_USDT;
    return subtract(value(mark, this.quantity), this.cost);
  }

  /** Moves the position and says what it earned, before fees. */
  fill(side: Side, price: Price, quantity: Quantity, at: Instant): Usdt {
    const signed = side === "buy" ? quantity : negate(quantity);
    if (this.quantity === 0n) this.#open(at);
    const closing = this.quantity !== 0n && this.quantity > 0n !== signed > 0n;
    const closed = closing ? least(absolute(this.quantity), quantity) : NO_QUANTITY;
    let realized = NO_USDT;
    if (closed > 0n) {
      const all = closed === absolute(this.quantity);
      const released = all ? this.cost : this.#share(closed);
      const cash = notional(price, this.quantity > 0n ? closed : negate(closed));
      realized = subtract(cash, released);
      this.cost = subtract(this.cost, released);
      this.quantity = add(this.quantity, this.quantity > 0n ? negate(closed) : closed);
    }
    const opened = subtract(quantity, closed);
    if (opened > 0n) {
      const added = side === "buy" ? opened : negate(opened);
      this.quantity = add(this.quantity, added);
      this.cost = add(this.cost, notional(price, added));
    }
    this.realized = add(this.realized, realized);
    this.updatedAt = at;
    if (absolute(this.quantity) > this.peak) this.peak = absolute(this.quantity);
    return realized;
  }

  #open(at: Instant): void {
    this.openedAt = at;
    this.realized = NO_USDT;
    this.fees = NO_USDT;
    this.funding = NO_USDT;
  }

  /** The cost of a part of it. The rounding stays with the rest, and so is never lost. */
  #share(closed: Quantity): Usdt {
    const size = absolute(this.quantity);
    return (divideRounded(this.cost * closed, size * CENT, "half-even") * CENT) as Usdt;
  }
}

/** The money of the account. */
export class Wallet {
  balance: Usdt;
  updatedAt: Instant = 0 as Instant;
  lowest: Usdt;

  constructor(deposit: Usdt) {
    this.balance = deposit;
    this.lowest = deposit;
  }

  move(by: Usdt, at: Instant): void {
    this.balance = add(this.balance, by);
    this.updatedAt = at;
    this.lowest = least(this.lowest, this.balance);
  }
}
