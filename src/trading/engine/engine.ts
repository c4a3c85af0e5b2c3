import { assert } from "#domain/assert.ts";
import type { ControlState } from "#domain/control.ts";
import { NO_BPS, format } from "#domain/decimal.ts";
import type { Hedge, HedgeEvent } from "#domain/hedge.ts";
import type { FeeSchedule } from "#domain/fee.ts";
import type { InstrumentId, VenueId } from "#domain/ids.ts";
import type { Settings } from "#domain/settings.ts";
import type { Timer } from "#ports/clock.ts";
import type { AccountUpdate, MarketListener, MarketUpdate, Venue } from "#ports/venue.ts";
import { Accounts } from "../accounts/accounts.ts";
import type { DayBaseline } from "../accounts/day.ts";
import { AutoHold } from "../control/auto-hold.ts";
import { Controller, type ControllerStart } from "../control/controller.ts";
import { HedgeExecutor } from "../hedge/executor.ts";
import type { RecoveryBook } from "../hedge/recovery-policy.ts";
import { Books } from "../market/books.ts";
import { Conditions } from "../market/conditions.ts";
import type { Pair } from "../market/universe.ts";
import type { Reconciler } from "../reconcile/reconciler.ts";
import { Candidates } from "../scanner/candidates.ts";
import { OrderTraffic } from "../risk/order-traffic.ts";
import { Skipped } from "../scanner/skipped.ts";
import { alarmOf } from "./alarm.ts";
import { feeKey, findUniverse, prepareAccount } from "./boot.ts";
import { DeadMan } from "./dead-man.ts";
import { PACES, type Paces } from "./paces.ts";
import { Pipeline } from "./pipeline.ts";
import { Pricing } from "./pricing.ts";
import { comeToRest } from "./come-to-rest.ts";
import { makeReconciler } from "./make-reconciler.ts";
import { Results } from "./results.ts";
import type { Rooms, World } from "./rooms.ts";
import { VenueReads } from "./venue-reads.ts";
import { VenueWatch } from "./venue-watch.ts";
import { Watches } from "./watches.ts";

export interface EngineOptions {
  readonly settings: () => Settings;
  readonly control: ControllerStart;
  readonly universe: readonly InstrumentId[];
  readonly universeMax: number;
  /** Where the last run left the day's result. */
  readonly dayBaseline?: DayBaseline | null;
  /** Sees every market update before it is acted on. */
  readonly observe?: (update: MarketUpdate) => void;
  /** Hears of every change of a hedge, after the fact. */
  readonly hedgeChanged?: (hedge: Hedge, event: HedgeEvent) => void;
  /** Hears how long a look at every pair took, in ms. */
  readonly beaten?: (ms: number) => void;
  /** Bytes left where we write; null where nobody can tell. */
  readonly freeBytes?: () => number | null;
  readonly paces?: Partial<Paces>;
  /** Called after every change of control. */
  readonly controlChanged?: (state: ControlState, code: string, says: string) => void;
}

/** How many finished hedges are read back from the journal at the start. */
const HISTORY = 200;
const WRITE_DOWN_EVERY_MS = 1_000;

/** Owns the rooms: start, recover, stop. */
export class Engine {
  readonly rooms: Rooms;
  readonly pricing: Pricing;
  readonly results: Results;
  readonly pipeline: Pipeline;
  readonly watch: VenueWatch;
  readonly watches: Watches;
  readonly reconciler: Reconciler;
  readonly deadMen: readonly DeadMan[];
  readonly #options: EngineOptions;
  readonly #paces: Paces;
  readonly #fees = new Map<string, FeeSchedule>();
  readonly #closers: { close(): void }[] = [];
  readonly #timers: Timer[] = [];
  #pairs: readonly Pair[] = [];
  #heart: Timer | null = null;

  constructor(world: World, options: EngineOptions) {
    this.#options = options;
    this.#paces = { ...PACES, ...options.paces };
    const tell: Rooms["tell"] = (event) => world.feed.publish({ ...event, at: world.clock.now() });
    const controller = new Controller(world.clock, options.control, (state, code, says) => {
      tell({ level: state.mode === "HOLD" ? "warn" : "info", type: "control", code, says });
      options.controlChanged?.(state, code, says);
    });
    const { clearAfterMs, refusalsMs } = this.#paces;
    const autoHold = new AutoHold({ clock: world.clock, controller, tell, clearAfterMs });
    const traffic = new OrderTraffic(world.clock, refusalsMs);
    this.watch = new VenueWatch({ clock: world.clock, controller, autoHold, tell });
    const venues = new Map<VenueId, Venue>(world.venues.map((venue) => [venue.id, venue]));
    const books = new Books();
    const conditions = new Conditions();
    const executor = new HedgeExecutor({
      clock: world.clock,
      journal: world.journal,
      venues,
      settings: options.settings,
      permits: (act, venue, asker) => controller.permits(act, venue, asker),
      book: (venue, { instrument }) => this.#recoveryBook(venue, instrument),
      takerBps: (venue, { instrument }) => this.#feesOf(venue, instrument).taker,
      streamUp: (venue) => this.watch.privateUp(venue),
      alarm: alarmOf(controller, autoHold, tell),
      evened: ({ intent }) => autoHold.report("delta", intent.id, null),
      cancelled: (failed) => traffic.cancelled(failed),
      stopVenue: (venue, fault) => this.watch.stopped(venue, fault),
      turnedDown: ({ act, venue }, fault) => {
        if (act === "open") this.watch.turnedDown(venue, fault);
      },
      tradedLate: ({ intent: { id, instrument } }, { request, filled }) => {
        const says = `${request.venue} filled order ${request.id} on after its end, to ${format(filled)}: hedge ${id}`;
        tell({ level: "critical", type: "risk", code: "late_fill", says, hedge: id, instrument });
      },
      changed: (hedge, event) => {
        traffic.note(hedge, event);
        this.pipeline.onHedge(hedge, event);
        this.reconciler.onHedge(hedge);
        for (const deadMan of this.deadMen) deadMan.onHedge(hedge);
        options.hedgeChanged?.(hedge, event);
      },
    });
    this.rooms = {
      world,
      controller,
      autoHold,
      traffic,
      reads: new VenueReads(),
      books,
      conditions,
      executor,
      candidates: new Candidates(
        () => world.chance.opportunityId(),
        () => options.settings().opportunityTtlMs,
      ),
      skipped: new Skipped(),
      accounts: new Accounts(world.ledger, (says) => autoHold.report("disk", "ledger", says)),
      settings: options.settings,
      pairs: () => this.#pairs,
      fees: (venue, instrument) => this.#feesOf(venue, instrument),
      tell,
    };
    this.pricing = new Pricing(this.rooms);
    this.results = new Results(() => this.rooms, options.dayBaseline ?? null);
    this.pipeline = new Pipeline({
      rooms: this.rooms,
      pricing: this.pricing,
      results: this.results,
      watch: this.watch,
    });
    const { rooms, results, watch } = this;
    this.watches = new Watches({ rooms, results, watch, freeBytes: options.freeBytes ?? (() => null) }, this.#paces);
    this.reconciler = makeReconciler(this.rooms, this.pipeline, this.watch, this.#paces.reconcilePauseMs);
    this.deadMen = world.venues.map((venue) => {
      const { id } = venue;
      const report = (source: string, says: string | null): void =>
        autoHold.report("deadman", `${id} ${source}`, says, { venue: id });
      return new DeadMan({ clock: world.clock, venue, report });
    });
    for (const venue of world.venues) this.watch.follow(venue.id);
  }

  /**
   * Brings the engine up: clocks, instruments, accounts, what the books and the journal remember, then the streams,
   * then the comparison with the venues. Throws `BootFault` when a venue will not tell what we must know.
   */
  async start(): Promise<void> {
    const { clock, venues, journal } = this.rooms.world;
    const { universe, universeMax, settings, observe } = this.#options;
    const { reads } = this.rooms;
    this.#pairs = await findUniverse({
      clock,
      venues,
      wanted: universe,
      most: universeMax,
      clockRead: (venue, sample) => reads.noteClock(venue, sample),
    });
    for (const { listings } of this.#pairs) for (const listing of listings) this.rooms.books.follow(listing);
    await Promise.all(
      venues.map(async (venue, index) => {
        const listings = this.#pairs.map((pair) => pair.listings[index === 0 ? 0 : 1]);
        const checks = await prepareAccount(clock, venue, listings, settings().leverage);
        for (const { fees, instrument } of checks) this.#fees.set(feeKey(venue.id, instrument.id), fees);
      }),
    );
    await this.rooms.accounts.load();
    for (const [index, venue] of venues.entries()) {
      const listings = this.#pairs.map((pair) => pair.listings[index === 0 ? 0 : 1]);
      this.#closers.push(venue.account.subscribe((update) => this.#onAccount(update)));
      const hear = this.pipeline.hearing(listings);
      const observed: MarketListener = (update, place) => {
        observe?.(update);
        hear(update, place);
      };
      this.#closers.push(venue.marketData.subscribe(listings, observed));
      this.#closers.push(venue.watchQuiet((quiet) => this.watch.quieted(venue.id, quiet)));
      this.#closers.push(venue.watchDrift(listings, (drift) => this.watch.drifted(venue.id, drift)));
    }
    await this.rooms.executor.resume(journal.read(HISTORY));
    for (const hedge of this.rooms.executor.hedges()) {
      // What was written of a hedge and not of its money is booked now; what was booked stays as it is.
      for (const { fills, request } of hedge.orders) {
        for (const fill of fills) this.rooms.accounts.postFill(fill, hedge.intent.id, request.leg);
      }
    }
    const eachVenue = (ask: (venue: Venue) => Promise<unknown>) => (): void => void Promise.all(venues.map(ask));
    await this.checkVenues();
    this.#beat();
    const { balanceMs, clockMs, maintenanceMs, reconcileMs } = this.#paces;
    const askMaintenance = eachVenue((venue) => reads.readMaintenance(venue));
    askMaintenance();
    this.#timers.push(
      this.watches.begin(),
      clock.every(WRITE_DOWN_EVERY_MS, () => this.#writeDown()),
      clock.every(balanceMs, () => void this.#readBalances()),
      clock.every(
        clockMs,
        eachVenue((venue) => reads.readClock(venue)),
      ),
      clock.every(maintenanceMs, askMaintenance),
      clock.every(reconcileMs, () => void this.checkVenues()),
    );
  }

  /** The pace is asked for anew at every beat: an operator may change it. */
  #beat(): void {
    const { clock } = this.rooms.world;
    const beating = clock.after(this.rooms.settings().pollIntervalMs, () => {
      const began = clock.monotonic();
      this.pipeline.beat();
      this.#options.beaten?.(clock.monotonic() - began);
      this.#beat();
    });
    this.#heart = beating;
  }

  /** Stops deciding and sending; streams close. What is in flight is found again from the journal. */
  async stop(): Promise<void> {
    for (const timer of this.#timers) timer.stop();
    this.#heart?.stop();
    this.reconciler.close();
    await comeToRest(this.rooms, this.deadMen);
    this.rooms.executor.close();
    for (const closer of this.#closers) closer.close();
    await Promise.all(this.rooms.world.venues.map((venue) => venue.close()));
  }

  /** Both venues compared with our books, now. */
  async checkVenues(): Promise<void> {
    await Promise.all([this.#readBalances(), this.reconciler.runAll()]);
  }

  /**
   * What happened while the stream was away was read back; whether that is all of it is for the comparison to say. So is
   * what becomes of an order of another run.
   */
  #onAccount(update: AccountUpdate): void {
    this.pipeline.onAccount(update);
    const { chance } = this.rooms.world;
    if (update.type === "stream" && update.state === "up") {
      this.reconciler.soon(update.venue);
      this.deadMen[this.rooms.world.venues.findIndex(({ id }) => id === update.venue)]?.reconnected();
    }
    if (update.type === "order" && chance.origin(update.order.id) !== "ours") this.reconciler.soon(update.order.venue);
  }

  #writeDown(): void {
    this.rooms.executor.writeDown();
    this.rooms.accounts.writeDown();
  }

  async #readBalances(): Promise<void> {
    for (const venue of this.rooms.world.venues) {
      const balance = await this.rooms.reads.readBalance(venue);
      if (balance) this.pricing.noteAvailable(venue.id, balance.available);
    }
  }

  #feesOf(venue: VenueId, instrument: InstrumentId): FeeSchedule {
    return this.#fees.get(feeKey(venue, instrument)) ?? { maker: NO_BPS, taker: NO_BPS, source: "configured" };
  }

  #recoveryBook(venue: VenueId, instrument: InstrumentId): RecoveryBook {
    const { books, conditions, settings, world } = this.rooms;
    const book = books.of(venue, instrument);
    assert(book !== undefined, `no book of ${instrument} on ${venue}`);
    const quote = book.quote(world.clock.now(), settings().bookMaxAgeMs);
    return {
      instrument: book.instrument,
      prices: quote ? { bid: quote.bid.price, ask: quote.ask.price } : null,
      mark: conditions.mark(venue, instrument),
    };
  }
}
