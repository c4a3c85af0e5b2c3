import type { DomainEvent } from "#domain/event.ts";
import type { FeeSchedule } from "#domain/fee.ts";
import type { InstrumentId, VenueId } from "#domain/ids.ts";
import type { Settings } from "#domain/settings.ts";
import type { Chance } from "#ports/chance.ts";
import type { Clock } from "#ports/clock.ts";
import type { Feed } from "#ports/feed.ts";
import type { Journal } from "#ports/journal.ts";
import type { Ledger } from "#ports/ledger.ts";
import type { Log } from "#ports/telemetry.ts";
import type { Venue } from "#ports/venue.ts";
import type { Accounts } from "../accounts/accounts.ts";
import type { AutoHold } from "../control/auto-hold.ts";
import type { Controller } from "../control/controller.ts";
import type { HedgeExecutor } from "../hedge/executor.ts";
import type { Books } from "../market/books.ts";
import type { Conditions } from "../market/conditions.ts";
import type { Pair } from "../market/universe.ts";
import type { Candidates } from "../scanner/candidates.ts";
import type { OrderTraffic } from "../risk/order-traffic.ts";
import type { Skipped } from "../scanner/skipped.ts";
import type { FrameGaps } from "../status/samples/frame-gaps.ts";
import type { HedgeSamples } from "../status/samples/hedge-samples.ts";
import type { LastPlan } from "./last-plan.ts";
import type { TimedJournal } from "./timed-journal.ts";
import type { VenueReads } from "./venue-reads.ts";

/** What trading needs from the world. */
export interface World {
  readonly clock: Clock;
  readonly chance: Chance;
  readonly venues: readonly [Venue, Venue];
  readonly journal: Journal;
  readonly ledger: Ledger;
  readonly feed: Feed;
  readonly log: Log;
}

/** The rooms of one running engine, handed to whoever tells their common story. */
export interface Rooms {
  readonly world: World;
  readonly controller: Controller;
  readonly autoHold: AutoHold;
  readonly books: Books;
  readonly conditions: Conditions;
  readonly candidates: Candidates;
  readonly skipped: Skipped;
  readonly plans: LastPlan;
  readonly accounts: Accounts;
  readonly executor: HedgeExecutor;
  readonly traffic: OrderTraffic;
  readonly reads: VenueReads;
  readonly journal: TimedJournal;
  /** How long each venue kept silent between two frames. */
  readonly gaps: ReadonlyMap<VenueId, FrameGaps>;
  readonly samples: HedgeSamples;
  readonly settings: () => Settings;
  readonly pairs: () => readonly Pair[];
  readonly fees: (venue: VenueId, instrument: InstrumentId) => FeeSchedule;
  readonly tell: (event: Omit<DomainEvent, "at">) => void;
}
