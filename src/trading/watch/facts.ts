import type { Bps, Price, Quantity, Usdt } from "#domain/decimal.ts";
import type { Exposure } from "#domain/exposure.ts";
import type { Hedge } from "#domain/hedge.ts";
import type { InstrumentId, VenueId } from "#domain/ids.ts";
import type { MaintenanceWindow } from "#domain/maintenance.ts";
import type { Settings } from "#domain/settings.ts";
import type { Instant } from "#domain/time.ts";
import type { Refusals, Traffic } from "#domain/traffic.ts";

/** The day's result, and how far it is below the best of the day. */
export interface DayStanding {
  readonly pnl: Usdt;
  /** Never above zero. */
  readonly fromHigh: Usdt;
}

/** What is held of one instrument over both venues. */
export interface HeldDelta {
  readonly instrument: InstrumentId;
  /** Signed, by our hedges. */
  readonly hedged: Quantity;
  /** Signed, what the venues hold beside them. */
  readonly unattributed: Quantity;
  /** What live orders may still buy, and what they may still sell. */
  readonly buying: Quantity;
  readonly selling: Quantity;
  /** Zero where the instrument is none of ours. */
  readonly lot: Quantity;
  readonly mark: Price | null;
}

/** One leg as its venue tells it. */
export interface HeldPosition {
  readonly venue: VenueId;
  readonly instrument: InstrumentId;
  readonly quantity: Quantity;
  readonly liquidation: Price | null;
  readonly mark: Price | null;
}

export interface ClockSample {
  readonly offsetMs: number;
  readonly errorMs: number;
}

/** Everything the watches may look at. One that needs more asks for a new field here, not for a room. */
export interface Facts {
  readonly venues: readonly VenueId[];
  now(): Instant;
  monotonic(): number;
  settings(): Settings;
  /** Those that are not finished. */
  hedges(): readonly Hedge[];
  exposure(): Exposure;
  /** Null while something open has no price that can be believed. */
  day(): DayStanding | null;
  /** What both accounts hold together; null until both were read. */
  equity(): Usdt | null;
  deltas(): readonly HeldDelta[];
  positions(): readonly HeldPosition[];
  /** Maintenance margin by equity; null where the venue has not told. */
  marginUsed(venue: VenueId): Bps | null;
  /** How long the account's stream has not been there; 0 while it is. */
  accountLostMs(venue: VenueId): number;
  /** Why a book cannot be believed now; null when it can. */
  distrust(venue: VenueId, instrument: InstrumentId): string | null;
  /** The latest samples of a venue's clock, oldest first. */
  clockSamples(venue: VenueId): readonly ClockSample[];
  /** What a venue's own limits have to say against us: a ban, or being throttled twice; null when nothing. */
  throttled(venue: VenueId): string | null;
  traffic(): Traffic;
  refusals(): Refusals;
  /** What the disk has refused and not taken since. */
  unwritten(): { readonly journal: number; readonly ledger: number };
  /** Bytes left where we write; null where nobody can tell. */
  freeBytes(): number | null;
  /** Planned and announced. */
  maintenance(): readonly MaintenanceWindow[];
}
