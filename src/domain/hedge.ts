import type { Bps, Price, Quantity, Usdt } from "./decimal.ts";
import type { Fill } from "./fill.ts";
import type { ClientOrderId, HedgeId, InstrumentId, LegName, OpportunityId } from "./ids.ts";
import type { OrderRequest, OrderStatus } from "./order.ts";
import type { Instant } from "./time.ts";

/** Entry until both legs stand; exit from the decision to leave. */
export type Phase = "entry" | "exit";

export type ExitReason =
  "target" | "funding_flip" | "time_stop" | "adverse_basis" | "margin" | "adl" | "operator" | "risk";

/** What each leg could be had for at the moment we decided: the measure of slippage and of leg risk. */
export interface DecisionPrices {
  readonly long: Price;
  readonly short: Price;
}

/** What we mean to do, before anything is done. */
export interface HedgeIntent {
  readonly id: HedgeId;
  readonly instrument: InstrumentId;
  /** Base units of each leg, the same on both. */
  readonly quantity: Quantity;
  /** The common lot: below this a difference between the legs is dust, from this on it is a naked leg. */
  readonly lot: Quantity;
  readonly notional: Usdt;
  readonly leverage: number;
  readonly long: OrderRequest;
  readonly short: OrderRequest;
  readonly prices: DecisionPrices;
  readonly spreadBps: Bps;
  /** All-in, after every cost, at the decision. */
  readonly edgeBps: Bps;
  readonly opportunity: OpportunityId | null;
  /** The claim of the request that asked for it, where one was made: by it a repeated request finds what it began. */
  readonly claim?: string;
  readonly decidedAt: Instant;
}

/** Where one order stands, as far as we know. `dead` is proved never to have existed. */
export type OrderState = "prepared" | "acked" | "unknown" | "filled" | "cancelled" | "expired" | "dead" | "quarantined";

export interface HedgeOrder {
  readonly request: OrderRequest;
  readonly phase: Phase;
  readonly decisionPrice: Price;
  readonly state: OrderState;
  readonly venueOrderId: string | null;
  /** Cumulative, as far as anybody told us: the greater of the venue's figure and the sum of fills. Never shrinks. */
  readonly filled: Quantity;
  readonly fills: readonly Fill[];
  /** The stamp of the newest report applied. */
  readonly reportedAt: Instant | null;
  readonly says: string | null;
}

export interface Hedge {
  readonly intent: HedgeIntent;
  readonly phase: Phase;
  readonly orders: readonly HedgeOrder[];
  readonly exit: { readonly reason: ExitReason; readonly prices: DecisionPrices; readonly at: Instant } | null;
  /** Set when recovery ended badly; a person must look. */
  readonly stuck: string | null;
  /** When the last event was applied. */
  readonly at: Instant;
  /** True once both legs stood at the same size. */
  readonly wasHedged: boolean;
}

/** An order with the price its fills will be measured against. */
export interface PreparedOrder {
  readonly request: OrderRequest;
  readonly decisionPrice: Price;
}

export type HedgeEvent =
  /** The hedge begins: both first orders exist on paper, nothing has left. */
  | { readonly type: "intended"; readonly intent: HedgeIntent }
  /** The decision to leave: both closing orders exist on paper. */
  | {
      readonly type: "exit-prepared";
      readonly reason: ExitReason;
      readonly prices: DecisionPrices;
      readonly orders: readonly PreparedOrder[];
    }
  /** One order that takes a naked leg off, or adds the missing one. */
  | {
      readonly type: "recovery-prepared";
      readonly order: PreparedOrder;
      readonly reference: Price;
      readonly says: string;
    }
  /** What a venue said about one of our orders, from any channel. */
  | {
      readonly type: "order-reported";
      readonly order: ClientOrderId;
      readonly venueOrderId: string;
      readonly status: OrderStatus;
      readonly filled: Quantity;
      readonly at: Instant;
    }
  | { readonly type: "order-unknown"; readonly order: ClientOrderId; readonly says: string }
  /** Proved never to have existed: refused, withheld, or absent beyond doubt. */
  | { readonly type: "order-dead"; readonly order: ClientOrderId; readonly code: string; readonly says: string }
  | { readonly type: "filled"; readonly fill: Fill }
  /** The venue closed a part of one leg by itself. The fill bears a name of ours, made for it: no order of ours made it. */
  | { readonly type: "forced"; readonly leg: LegName; readonly fill: Fill; readonly reason: ExitReason }
  | { readonly type: "stuck"; readonly says: string }
  /** A person looked: recovery may try again. */
  | { readonly type: "released"; readonly says: string };

/** Derived, never stored. The public words for them are in the contract. */
export type HedgeState =
  "opening" | "hedged" | "naked" | "completing" | "unwinding" | "frozen" | "closing" | "closed" | "aborted" | "stuck";

export interface LegStanding {
  /** Base units still open in this leg, never negative. */
  readonly open: Quantity;
  readonly name: LegName;
}
