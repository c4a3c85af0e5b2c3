import type { HoldCode } from "#domain/hold.ts";
import type { Act, Asker } from "#domain/control.ts";
import type { Bps } from "#domain/decimal.ts";
import type { VenueFault } from "#domain/fault.ts";
import type { Hedge, HedgeEvent, HedgeIntent, HedgeOrder } from "#domain/hedge.ts";
import type { VenueId } from "#domain/ids.ts";
import type { OrderRequest } from "#domain/order.ts";
import type { Settings } from "#domain/settings.ts";
import type { Clock } from "#ports/clock.ts";
import type { Journal } from "#ports/journal.ts";
import type { Venue } from "#ports/venue.ts";
import type { RecoveryBook } from "./recovery-policy.ts";

/** What the executor is given, and whom it tells. */
export interface ExecutorDeps {
  readonly clock: Clock;
  readonly journal: Journal;
  readonly venues: ReadonlyMap<VenueId, Venue>;
  readonly settings: () => Settings;
  readonly permits: (act: Act, venue: VenueId, asker: Asker) => boolean;
  readonly book: (venue: VenueId, intent: HedgeIntent) => RecoveryBook;
  readonly takerBps: (venue: VenueId, intent: HedgeIntent) => Bps;
  readonly streamUp: (venue: VenueId) => boolean;
  /** Something went wrong that a person must know of: HOLD. */
  readonly alarm: (code: HoldCode, says: string, hedge: Hedge | null) => void;
  /** The legs of a hedge that was alarmed of are even again. */
  readonly evened: (hedge: Hedge) => void;
  /** A venue was asked to cancel an order; failed when it would not say that it did. */
  readonly cancelled: (failed: boolean) => void;
  /** A venue refused us as a whole. */
  readonly stopVenue: (venue: VenueId, fault: VenueFault) => void;
  /** A venue would not take an order. */
  readonly turnedDown: (request: OrderRequest, fault: VenueFault) => void;
  /** An order traded on after its end: its hedge is what it was taken for no longer. */
  readonly tradedLate: (hedge: Hedge, order: HedgeOrder) => void;
  /** A hedge has changed. Called after the fact, in order. */
  readonly changed: (hedge: Hedge, event: HedgeEvent) => void;
}
