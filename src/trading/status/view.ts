import type { ControlState } from "#domain/control.ts";
import type { Usdt } from "#domain/decimal.ts";
import type { Exposure } from "#domain/exposure.ts";
import type { Hedge } from "#domain/hedge.ts";
import type { InstrumentId, VenueId } from "#domain/ids.ts";
import type { Settings } from "#domain/settings.ts";
import type { Instant } from "#domain/time.ts";
import type { Refusals } from "#domain/traffic.ts";
import type { AccountSetup } from "#ports/venue.ts";
import type { IncidentView } from "./incidents.ts";
import type { SloReading } from "./objective.ts";
import type { Outside } from "./outside.ts";
import type {
  BootStep,
  ClockView,
  ComparisonView,
  DeadManReading,
  DifferenceView,
  DriftSeen,
  JournalReading,
  ReadKind,
  WatchView,
} from "./readings.ts";

export interface BookView {
  readonly venue: VenueId;
  readonly instrument: InstrumentId;
  /** Why it cannot be believed now; null when it can. */
  readonly distrust: string | null;
  /** How old its last update is, in ms; null before the first. */
  readonly ageMs: number | null;
  /** How often it was fetched anew within the last minute. */
  readonly resyncs: number;
}

export interface ApprovalsView {
  readonly pending: number;
  /** When the next of them runs out; null when none waits. */
  readonly nextExpiry: Instant | null;
  /** People who may approve. */
  readonly approvers: number;
  /** Whether a resume takes two of them. */
  readonly needsTwo: boolean;
}

/** Everything a probe may look at. One that needs more asks for a new field here, and not for a room. */
export interface SystemView {
  readonly venues: readonly VenueId[];
  readonly outside: Outside;
  now(): Instant;
  control(): ControlState;
  settings(): Settings;
  /** Those that are not finished. */
  hedges(): readonly Hedge[];
  exposure(): Exposure;
  /** Null while something open has no price that can be believed. */
  day(): { readonly pnl: Usdt; readonly fromHigh: Usdt } | null;
  /** What both accounts hold together; null until both were read. */
  equity(): Usdt | null;
  watches(): { readonly at: Instant | null; readonly readings: readonly WatchView[] };
  journal(): JournalReading & { readonly unwritten: number; readonly ledgerUnwritten: number };
  start(): { readonly finished: boolean; readonly steps: readonly BootStep[] };
  recon(): { readonly findings: readonly DifferenceView[]; readonly runs: readonly ComparisonView[] };
  drifts(venue: VenueId): readonly DriftSeen[];
  /** When a venue last answered what it is asked again and again. */
  readAt(venue: VenueId, kind: ReadKind): Instant | null;
  setup(venue: VenueId): AccountSetup | null;
  clockSamples(venue: VenueId): readonly ClockView[];
  /** Share of the request budget in use, 0 to 1. */
  budgetUsed(venue: VenueId): number;
  throttled(venue: VenueId): string | null;
  deadMen(): readonly { readonly venue: VenueId; readonly reading: DeadManReading }[];
  books(): readonly BookView[];
  /** When the last frame of the venue's market came; null before the first. */
  framesAt(venue: VenueId): Instant | null;
  /** How long the account's stream has not been there; 0 while it is. */
  accountLostMs(venue: VenueId): number;
  scanning(): { readonly lookedAt: Instant | null; readonly failedInARow: number };
  nakedForMs(): number;
  refusals(): Refusals;
  /** Instruments that trade on both venues. */
  universe(): readonly InstrumentId[];
  approvals(): ApprovalsView | null;
  /** Why nothing could be opened if somebody said RUN; null before anybody looked. */
  obstacles(): readonly string[];
  objectives(): { readonly at: Instant | null; readonly readings: readonly SloReading[] };
  incidents(): readonly IncidentView[];
}
