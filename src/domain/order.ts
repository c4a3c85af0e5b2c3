import type { Act, Asker } from "./control.ts";
import type { Price, Quantity } from "./decimal.ts";
import type { Side } from "./fill.ts";
import type { ClientOrderId, HedgeId, InstrumentId, LegName, VenueId } from "./ids.ts";
import type { Instant } from "./time.ts";

export type TimeInForce = "ioc" | "fok" | "post-only" | "gtc";

/** One order we mean to send. It is written to the journal before a byte of it leaves. */
export interface OrderRequest {
  readonly id: ClientOrderId;
  readonly hedge: HedgeId;
  readonly leg: LegName;
  /** What the gate is asked about: only `open` and `complete` add risk. */
  readonly act: Act;
  readonly asker: Asker;
  readonly venue: VenueId;
  readonly instrument: InstrumentId;
  readonly side: Side;
  readonly quantity: Quantity;
  readonly limitPrice: Price;
  readonly timeInForce: TimeInForce;
  readonly reduceOnly: boolean;
  /** After this moment on the venue's clock the venue itself refuses it: what bounds an unknown outcome. */
  readonly expiresAt: Instant;
}

/** Where an order stands at the venue. `unreadable` is a status we have no word for; a person must look. */
export type OrderStatus = "open" | "filled" | "cancelled" | "expired" | "unreadable";

/** An order as a venue reports it. */
export interface Order {
  readonly venue: VenueId;
  readonly instrument: InstrumentId;
  /** Empty for orders the venue made itself (liquidation, ADL). */
  readonly id: ClientOrderId;
  readonly venueOrderId: string;
  readonly side: Side;
  readonly quantity: Quantity;
  /** Cumulative. May be above zero in every status. */
  readonly filled: Quantity;
  readonly status: OrderStatus;
  readonly reduceOnly: boolean;
  readonly at: Instant;
}
