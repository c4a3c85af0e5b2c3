import { NO_QUANTITY, NO_USDT, type Price, type Quantity, type Usdt } from "#domain/decimal.ts";
import type { Side } from "#domain/fill.ts";
import type { InstrumentId } from "#domain/ids.ts";
import type { Instant } from "#domain/time.ts";

/** Where a position is kept: one net position, or a long and a short one beside each other. */
export type Bucket = "net" | "long" | "short";
export type TimeInForce = "gtc" | "ioc" | "fok" | "post-only";

/** Who goes when an account would trade with itself. The taker's word counts. */
export type SelfTrade = "maker" | "taker" | "both";

/** What an order asks of the exchange, in base units, after the dialect has checked its words. */
export interface Placement {
  readonly clientOrderId: string;
  readonly instrument: InstrumentId;
  readonly side: Side;
  readonly quantity: Quantity;
  /** Null is a market order. */
  readonly limit: Price | null;
  readonly timeInForce: TimeInForce;
  readonly reduceOnly: boolean;
  readonly bucket: Bucket;
  /** The venue's own word for the kind of order, given back in its answers. */
  readonly form: string;
  readonly tag: string;
  /** The maker goes, unless the order says otherwise. */
  readonly selfTrade?: SelfTrade;
  /** It expires then if it still rests. */
  readonly goodTill?: Instant;
  /** Where its price was taken from, in the venue's word. */
  readonly priceMatch?: string;
}

/** Why an order ended before it was filled. */
export type EndCause =
  | "user"
  | "ioc"
  | "fok"
  | "post-only"
  | "market"
  | "reduce-only"
  | "dead-man"
  | "self-trade"
  | "liquidation"
  | "good-till"
  | "delisted";

/** A trade of ours as the exchange books it. */
export interface OwnTrade {
  readonly id: number;
  readonly order: SimulatedOrder;
  readonly price: Price;
  readonly quantity: Quantity;
  /** Positive is paid by us. */
  readonly fee: Usdt;
  /** Before the fee. */
  readonly realized: Usdt;
  readonly liquidity: "maker" | "taker";
  readonly mark: Price;
  readonly at: Instant;
}

/** One order as the exchange holds it. Only the exchange writes to it. */
export interface SimulatedOrder extends Omit<Placement, "quantity" | "limit"> {
  /** Counts from one; a dialect makes the venue's id of it. */
  readonly id: number;
  /** May be cut (reduce-only) or amended. */
  quantity: Quantity;
  limit: Price | null;
  readonly createdAt: Instant;
  updatedAt: Instant;
  /** Queries do not find it earlier than this. */
  visibleAt: Instant;
  status: "open" | "filled" | "ended";
  cause: EndCause | null;
  endedAt: Instant | null;
  filled: Quantity;
  /** Price × quantity over all fills. */
  value: Usdt;
  fee: Usdt;
  realized: Usdt;
  lastTrade: OwnTrade | null;
}

/** Every order of the account, found by either id. */
export class OrderLog {
  readonly all: SimulatedOrder[] = [];
  readonly #latestByClientId = new Map<string, SimulatedOrder>();
  readonly #open = new Map<number, SimulatedOrder>();

  add(placement: Placement, at: Instant, visibleAfterMs: number): SimulatedOrder {
    const order: SimulatedOrder = {
      ...placement,
      id: this.all.length + 1,
      createdAt: at,
      updatedAt: at,
      visibleAt: (at + visibleAfterMs) as Instant,
      status: "open",
      cause: null,
      endedAt: null,
      filled: NO_QUANTITY,
      value: NO_USDT,
      fee: NO_USDT,
      realized: NO_USDT,
      lastTrade: null,
    };
    this.all.push(order);
    this.#latestByClientId.set(order.clientOrderId, order);
    this.#open.set(order.id, order);
    return order;
  }

  close(order: SimulatedOrder): void {
    this.#open.delete(order.id);
  }

  byId(id: number): SimulatedOrder | null {
    return this.all[id - 1] ?? null;
  }

  /** With a name used twice, the latest bearer. */
  byClientId(name: string): SimulatedOrder | null {
    return this.#latestByClientId.get(name) ?? null;
  }

  /** Oldest first. */
  open(): Iterable<SimulatedOrder> {
    return this.#open.values();
  }

  get openCount(): number {
    return this.#open.size;
  }
}

/** Why the venue closes a position by itself. */
export type Forced = "liquidation" | "adl" | "settlement";

export const isForced = ({ form }: Pick<Placement, "form">): boolean =>
  form === "liquidation" || form === "adl" || form === "settlement";

/** The venue's own order against a position, under a name that is not ours. */
export function forcedPlacement(
  instrument: InstrumentId,
  held: Quantity,
  form: Forced,
  quantity: Quantity,
  at: Instant,
  bucket: Bucket = "net",
): Placement {
  const names = { adl: "adl_autoclose", liquidation: `autoclose-${Math.floor(at)}` };
  const clientOrderId = form === "settlement" ? `settlement_autoclose-${Math.floor(at)}` : names[form];
  const side = held > 0n ? "sell" : "buy";
  const common = { instrument, side, quantity, limit: null, timeInForce: "ioc", reduceOnly: true } as const;
  return { ...common, clientOrderId, bucket, form, tag: "" };
}
