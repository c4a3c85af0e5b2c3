import type { BookUpdate } from "#domain/book.ts";
import type { Bps, Price, Quantity, Usdt } from "#domain/decimal.ts";
import type { VenueFault } from "#domain/fault.ts";
import type { FeeSchedule } from "#domain/fee.ts";
import type { Fill } from "#domain/fill.ts";
import type { FundingPayment, FundingRate } from "#domain/funding.ts";
import type { ClientOrderId, InstrumentId, VenueId } from "#domain/ids.ts";
import type { Instrument } from "#domain/instrument.ts";
import type { MaintenanceWindow } from "#domain/maintenance.ts";
import type { Order, OrderRequest } from "#domain/order.ts";
import type { BestQuote } from "#domain/quote.ts";
import type { Instant } from "#domain/time.ts";
import type { Receipt } from "./journal.ts";

/** A question's answer: the value, or what went wrong. A failed question settles nothing. */
export type Answer<T> =
  { readonly outcome: "answered"; readonly value: T } | { readonly outcome: "fault"; readonly fault: VenueFault };

/** Only good until the listener returns: the next one may be written over it. Whoever keeps one keeps a copy. */
export type MarketUpdate =
  | { readonly type: "book"; readonly update: BookUpdate }
  | { readonly type: "best-quote"; readonly quote: BestQuote }
  | { readonly type: "funding"; readonly funding: FundingRate }
  | {
      readonly type: "mark";
      readonly venue: VenueId;
      readonly instrument: InstrumentId;
      readonly price: Price;
      readonly at: Instant;
    }
  /** Public streams as a whole. Down: every book of the venue is a thing of the past. */
  | {
      readonly type: "stream";
      readonly venue: VenueId;
      readonly state: "up" | "down";
      readonly says: string;
      readonly at: Instant;
    }
  /** A frame that was not what the venue promised. Counted, never traded on. */
  | { readonly type: "bad-frame"; readonly venue: VenueId; readonly says: string; readonly at: Instant };

/**
 * Hears of the instruments that were subscribed to. `place` is where the update's own stands in that list, said with what
 * comes thousands of times a second: whoever keeps one thing for each instrument need not look it up by name.
 */
export type MarketListener = (update: MarketUpdate, place?: number) => void;

export interface MarketData {
  instruments(): Promise<Answer<readonly Instrument[]>>;
  /** Books, best quotes, funding and marks of these instruments until closed. Reconnects and resyncs by itself. */
  subscribe(instruments: readonly Instrument[], listen: MarketListener): { close(): void };
  /** Depth and best-quote frames so far: read straight from their bytes, or of a form that took the slower reader. */
  readonly frames: { readonly scanned: number; readonly surprises: number };
}

export type SubmitOutcome =
  /** The venue has it. Says nothing about fills: a zero here is not evidence of none. */
  | { readonly outcome: "accepted"; readonly order: Order }
  /** The gate refused at the write: not a byte left. */
  | { readonly outcome: "withheld" }
  | { readonly outcome: "fault"; readonly fault: VenueFault };

export type LookUp =
  | { readonly outcome: "found"; readonly order: Order; readonly fills: readonly Fill[] }
  /** The venue answered, and knows no such order. On its own this does not prove absence. */
  | { readonly outcome: "not-found"; readonly venueTime: Instant }
  | { readonly outcome: "fault"; readonly fault: VenueFault };

export type CancelOutcome =
  /** The wish was taken, or there is nothing left to cancel. Only the order itself says how it ended. */
  | { readonly outcome: "taken" }
  | { readonly outcome: "nothing-open" }
  | { readonly outcome: "withheld" }
  | { readonly outcome: "fault"; readonly fault: VenueFault };

/** An order whose bytes are all made and signed: nothing is left but the gate and the write. */
export interface ReadyOrder {
  /**
   * Asks the gate and writes, in one synchronous step. The receipt proves that the intention is on disk: there is no
   * way to send an order without one. For one call only.
   */
  send(receipt: Receipt): Promise<SubmitOutcome>;
}

export interface Trading {
  /** Makes the order's bytes. What cannot be written as the venue wants it is refused when it is sent. */
  prepare(order: OrderRequest): ReadyOrder;
  cancel(order: Pick<OrderRequest, "id" | "instrument">): Promise<CancelOutcome>;
  /**
   * Has the venue itself cancel every order of ours on these instruments once it has not heard this again for so long.
   * Zero disarms. It cancels orders, never positions, and no conditional ones.
   */
  armDeadMan(instruments: readonly InstrumentId[], milliseconds: number): Promise<Answer<"armed" | "disarmed">>;
  /** How long that timer is set for here, and how often it is set again. */
  readonly deadMan: { readonly timerMs: number; readonly everyMs: number };
  /** In this run somebody here wished this order cancelled: its end by a cancel is no surprise. */
  cancelWished(order: ClientOrderId): boolean;
  /** The answer to every outcome-unknown. */
  lookUp(order: Pick<OrderRequest, "id" | "instrument">): Promise<LookUp>;
  /** How long after an order's deadline the venue may still not show it, in ms. */
  readonly visibilityLagMs: number;
}

export interface VenuePosition {
  readonly venue: VenueId;
  readonly instrument: InstrumentId;
  /** Signed base units: negative is short. */
  readonly quantity: Quantity;
  readonly entryPrice: Price | null;
  readonly liquidationPrice: Price | null;
  readonly at: Instant;
}

export interface Balance {
  readonly venue: VenueId;
  readonly wallet: Usdt;
  readonly available: Usdt;
  /** Maintenance margin as a share of the equity, where the venue tells it: at 10 000 it closes what we hold. */
  readonly marginUsed: Bps | null;
  readonly at: Instant;
}

export type AccountUpdate =
  | { readonly type: "order"; readonly order: Order }
  | { readonly type: "fill"; readonly fill: Fill }
  | { readonly type: "position"; readonly position: VenuePosition }
  | { readonly type: "funding"; readonly payment: FundingPayment }
  /** Up means: connected, logged in, and caught up with REST since it was last up. */
  | {
      readonly type: "stream";
      readonly venue: VenueId;
      readonly state: "up" | "down";
      readonly says: string;
      readonly at: Instant;
    }
  /** The stream stood open and did not tell what it should have: it goes down now, to come back with what was missed. */
  | { readonly type: "silent"; readonly venue: VenueId; readonly says: string; readonly at: Instant }
  | { readonly type: "bad-frame"; readonly venue: VenueId; readonly says: string; readonly at: Instant };

/** How the account is set up at the venue, as read back from it. */
export interface AccountSetup {
  readonly positionMode: "net" | "hedge";
  readonly marginMode: "cross" | "isolated" | "unknown";
  readonly canTrade: boolean;
  readonly canWithdraw: boolean;
}

export interface Account {
  setup(): Promise<Answer<AccountSetup>>;
  /** One net position for each instrument, for the whole account: set where it is not so, then read back. */
  useNetMode(): Promise<Answer<AccountSetup>>;
  /** Cross margin and this leverage for one instrument, idempotent, then read back. */
  prepare(instrument: Instrument, leverage: number): Promise<Answer<{ readonly leverage: number }>>;
  fees(instrument: Instrument): Promise<Answer<FeeSchedule>>;
  positions(): Promise<Answer<readonly VenuePosition[]>>;
  balance(): Promise<Answer<Balance>>;
  openOrders(): Promise<Answer<readonly Order[]>>;
  /** Every fill of ours since then, oldest first, of the given instrument. */
  fills(instrument: InstrumentId, since: Instant): Promise<Answer<readonly Fill[]>>;
  funding(since: Instant): Promise<Answer<readonly FundingPayment[]>>;
  /** The private stream until closed: keeps its key alive, reconnects, catches up over REST. */
  subscribe(listen: (update: AccountUpdate) => void): { close(): void };
}

/** What of a venue is compared with what everything was built on. */
export type DriftLook = "account" | "instruments";

/** The venue is not, or does not speak, as it was when everything was built on it. */
export interface Drift {
  /** `symbol` and `account`: orders would be made from what is no longer so. `shape`: it says something new. */
  readonly cause: "symbol" | "account" | "shape";
  readonly instrument: InstrumentId | null;
  readonly says: string;
}

export interface Venue {
  readonly id: VenueId;
  readonly marketData: MarketData;
  readonly trading: Trading;
  readonly account: Account;
  /** Measures the clock offset. Ask before anything signed. */
  syncClock(): Promise<Answer<{ readonly offsetMs: number; readonly errorMs: number }>>;
  /** Compares the venue with these instruments and the account's setup from now on; each finding is told once. */
  watchDrift(
    instruments: readonly Instrument[],
    listen: (drift: Drift) => void,
    /** Hears of every comparison that could be made, whatever it found. */
    looked?: (at: DriftLook) => void,
  ): { close(): void };
  /** Hears whenever the venue asks for silence, whichever call it answered so: for how long, and whether it is a ban. */
  watchQuiet(listen: (quiet: { readonly forMs: number; readonly banned: boolean }) => void): { close(): void };
  /** When the venue will be worked on, or is, by its own word; none where it has no way to say so. */
  maintenance(): Promise<Answer<readonly MaintenanceWindow[]>>;
  /** The venue's clock as we estimate it. */
  serverNow(): Instant;
  /** Share of the request budget in use, 0 to 1, by the venue's own count where it gives one. */
  budgetUsed(): number;
  close(): Promise<void>;
}
