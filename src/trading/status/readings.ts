import type { VenueId } from "#domain/ids.ts";
import type { Level } from "#domain/health.ts";
import type { Instant } from "#domain/time.ts";
import type { Drift, DriftLook } from "#ports/venue.ts";

/*
 * What the rooms tell of themselves, in the shape in which a probe reads it.
 */

export interface LeaseReading {
  readonly holder: string;
  readonly epoch: number;
  /** By the last renewal; null before the first. */
  readonly expires: Instant | null;
  readonly sinceRenewedMs: number;
  readonly lost: boolean;
}

export interface BootStep {
  readonly id: string;
  readonly at: Instant;
  /** Null while it is under way. */
  readonly tookMs: number | null;
  /** Why it failed; null when it did not, or is under way. */
  readonly failed: string | null;
}

/** Where one venue's cancel timer stands. */
export interface DeadManReading {
  /** Orders of ours that may rest there now. */
  readonly covers: number;
  /** Until when the venue holds its timer, by our last refresh; null when it is not armed. */
  readonly armedUntil: Instant | null;
  readonly refreshedAt: Instant | null;
  /** Refreshes in a row that failed. */
  readonly misses: number;
  /** Since when something may rest there with no timer set behind it; null when nothing does. */
  readonly bareSince: Instant | null;
}

/** How the disk takes what must be on it before anything is sent. */
export interface JournalReading {
  /** The last flush that came back: how long it took, and when that was; null before the first. */
  readonly flushed: { readonly at: Instant; readonly tookMs: number } | null;
  /** Why the last one failed; null when it did not. */
  readonly failed: string | null;
  /** How long the oldest flush has been under way; 0 when none is. */
  readonly waitingMs: number;
}

/** What a venue is asked for again and again. */
export type ReadKind = "balance" | "clock" | "maintenance" | "setup" | DriftLook;

/** Something that is not as it was, and when that was found. */
export type DriftSeen = Drift & { readonly at: Instant };

/** One watched thing, as it was at the last look. */
export interface WatchView {
  readonly id: string;
  readonly readings: readonly {
    readonly source: string;
    readonly level: Level;
    readonly value: string | null;
    readonly threshold: string | null;
    readonly says: string;
  }[];
}

/** Something in which a venue and our books differ. */
export interface DifferenceView {
  readonly kind: "position" | "order" | "balance" | "foreign_order";
  readonly says: string;
}

/** The latest comparison with one venue. */
export interface ComparisonView {
  readonly at: Instant;
  readonly venue: VenueId;
  /** Why something was not compared; null when everything was. */
  readonly says: string | null;
}

/** A reading of a venue's clock against ours. */
export interface ClockView {
  readonly offsetMs: number;
  readonly errorMs: number;
}
