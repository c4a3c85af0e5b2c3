import type { HedgeId, InstrumentId, VenueId } from "./ids.ts";
import type { Instant } from "./time.ts";

export type EventLevel = "info" | "warn" | "error" | "critical";

/** Everything worth telling. The feed, the event log, Telegram and the metrics all read this one shape. */
export interface DomainEvent {
  readonly at: Instant;
  readonly level: EventLevel;
  /** The room it comes from. */
  readonly type: "hedge" | "order" | "control" | "market" | "venue" | "risk" | "ledger" | "scan" | "status";
  /** Stable machine word. */
  readonly code: string;
  readonly says: string;
  readonly venue?: VenueId;
  readonly instrument?: InstrumentId;
  readonly hedge?: HedgeId;
  readonly data?: Readonly<Record<string, string | number | boolean | null>>;
}
