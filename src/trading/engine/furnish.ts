import { assert } from "#domain/assert.ts";
import type { ControlState } from "#domain/control.ts";
import { format } from "#domain/decimal.ts";
import type { FeeSchedule } from "#domain/fee.ts";
import type { Hedge, HedgeEvent } from "#domain/hedge.ts";
import type { InstrumentId, VenueId } from "#domain/ids.ts";
import type { Settings } from "#domain/settings.ts";
import type { Venue } from "#ports/venue.ts";
import { Accounts } from "../accounts/accounts.ts";
import { AutoHold } from "../control/auto-hold.ts";
import { Controller, type ControllerStart } from "../control/controller.ts";
import { HedgeExecutor } from "../hedge/executor.ts";
import type { RecoveryBook } from "../hedge/recovery-policy.ts";
import { Books } from "../market/books.ts";
import { Conditions } from "../market/conditions.ts";
import type { Pair } from "../market/universe.ts";
import { OrderTraffic } from "../risk/order-traffic.ts";
import { Candidates } from "../scanner/candidates.ts";
import { Skipped } from "../scanner/skipped.ts";
import { FrameGaps } from "../status/samples/frame-gaps.ts";
import { HedgeSamples } from "../status/samples/hedge-samples.ts";
import { alarmOf } from "./alarm.ts";
import { LastPlan } from "./last-plan.ts";
import type { Paces } from "./paces.ts";
import type { Rooms, World } from "./rooms.ts";
import { TimedJournal } from "./timed-journal.ts";
import { VenueReads } from "./venue-reads.ts";
import { VenueWatch } from "./venue-watch.ts";

export interface Furniture {
  readonly world: World;
  readonly settings: () => Settings;
  readonly control: ControllerStart;
  /** Called after every change of control. */
  readonly controlChanged: (state: ControlState, code: string, says: string) => void;
  readonly paces: Paces;
  readonly pairs: () => readonly Pair[];
  readonly fees: (venue: VenueId, instrument: InstrumentId) => FeeSchedule;
  /** Called after every change of a hedge. */
  readonly changed: (hedge: Hedge, event: HedgeEvent) => void;
}

/** The rooms of one engine, with what each of them has to know of the others. */
export function furnish(given: Furniture): { readonly rooms: Rooms; readonly watch: VenueWatch } {
  const { world, settings, control, controlChanged, paces, pairs, fees } = given;
  const { clock } = world;
  const tell: Rooms["tell"] = (event) => world.feed.publish({ ...event, at: clock.now() });
  const controller = new Controller(clock, control, (state, code, says) => {
    tell({ level: state.mode === "HOLD" ? "warn" : "info", type: "control", code, says });
    controlChanged(state, code, says);
  });
  const autoHold = new AutoHold({ clock, controller, tell, clearAfterMs: paces.clearAfterMs });
  const traffic = new OrderTraffic(clock, paces.refusalsMs);
  const watch = new VenueWatch({ clock, controller, autoHold, tell });
  const journal = new TimedJournal(world.journal, clock);
  const executor = new HedgeExecutor({
    clock,
    journal,
    venues: new Map<VenueId, Venue>(world.venues.map((venue) => [venue.id, venue])),
    settings,
    permits: (act, venue, asker) => controller.permits(act, venue, asker),
    book: (venue, { instrument }) => recoveryBook(rooms, venue, instrument),
    takerBps: (venue, { instrument }) => fees(venue, instrument).taker,
    streamUp: (venue) => watch.privateUp(venue),
    alarm: alarmOf(controller, autoHold, tell),
    evened: ({ intent }) => autoHold.report("delta", intent.id, null),
    cancelled: (failed) => traffic.cancelled(failed),
    stopVenue: (venue, fault) => watch.stopped(venue, fault),
    turnedDown: ({ act, venue }, fault) => {
      if (act === "open") watch.turnedDown(venue, fault);
    },
    tradedLate: ({ intent: { id, instrument } }, { request, filled }) => {
      const says = `${request.venue} filled order ${request.id} on after its end, to ${format(filled)}: hedge ${id}`;
      tell({ level: "critical", type: "risk", code: "late_fill", says, hedge: id, instrument });
    },
    changed: given.changed,
  });
  const rooms: Rooms = {
    world,
    controller,
    autoHold,
    traffic,
    reads: new VenueReads(clock),
    journal,
    samples: new HedgeSamples(),
    gaps: new Map(world.venues.map(({ id }) => [id, new FrameGaps()])),
    books: new Books(),
    conditions: new Conditions(),
    executor,
    candidates: new Candidates(
      () => world.chance.opportunityId(),
      () => settings().opportunityTtlMs,
    ),
    skipped: new Skipped(),
    plans: new LastPlan(),
    accounts: new Accounts(world.ledger, (says) => autoHold.report("disk", "ledger", says)),
    settings,
    pairs,
    fees,
    tell,
  };
  for (const { id } of world.venues) watch.follow(id);
  return { rooms, watch };
}

function recoveryBook(
  { books, conditions, settings, world }: Rooms,
  venue: VenueId,
  instrument: InstrumentId,
): RecoveryBook {
  const book = books.of(venue, instrument);
  assert(book !== undefined, `no book of ${instrument} on ${venue}`);
  const quote = book.quote(world.clock.now(), settings().bookMaxAgeMs);
  return {
    instrument: book.instrument,
    prices: quote ? { bid: quote.bid.price, ask: quote.ask.price } : null,
    mark: conditions.mark(venue, instrument),
  };
}
