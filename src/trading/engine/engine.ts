import type { ControlState } from "#domain/control.ts";
import { NO_BPS } from "#domain/decimal.ts";
import type { FeeSchedule } from "#domain/fee.ts";
import type { Hedge, HedgeEvent } from "#domain/hedge.ts";
import type { InstrumentId, VenueId } from "#domain/ids.ts";
import type { Instrument } from "#domain/instrument.ts";
import type { Settings } from "#domain/settings.ts";
import type { Timer } from "#ports/clock.ts";
import type { AccountUpdate, Drift, MarketListener, MarketUpdate } from "#ports/venue.ts";
import type { DayBaseline } from "../accounts/day.ts";
import type { ControllerStart } from "../control/controller.ts";
import type { Pair } from "../market/universe.ts";
import type { Reconciler } from "../reconcile/reconciler.ts";
import { feeKey, findUniverse, prepareAccount } from "./boot.ts";
import { DeadMan } from "./dead-man.ts";
import { PACES, type Paces } from "./paces.ts";
import { Pipeline } from "./pipeline.ts";
import { Pricing } from "./pricing.ts";
import { furnish } from "./furnish.ts";
import { timetable } from "./timetable.ts";
import { comeToRest } from "./come-to-rest.ts";
import { makeReconciler } from "./make-reconciler.ts";
import { Results } from "./results.ts";
import type { Rooms, World } from "./rooms.ts";
import { BootSteps } from "./boot-steps.ts";
import type { VenueWatch } from "./venue-watch.ts";
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
  readonly steps: BootSteps;
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
    this.steps = new BootSteps(world.clock);
    const { rooms, watch } = furnish({
      world,
      settings: options.settings,
      control: options.control,
      controlChanged: options.controlChanged ?? (() => undefined),
      paces: this.#paces,
      pairs: () => this.#pairs,
      fees: (venue, instrument) => this.#feesOf(venue, instrument),
      changed: (hedge, event) => this.#onHedge(hedge, event),
    });
    this.rooms = rooms;
    this.watch = watch;
    this.pricing = new Pricing(this.rooms);
    this.results = new Results(() => this.rooms, options.dayBaseline ?? null);
    const { pricing, results } = this;
    this.pipeline = new Pipeline({ rooms, pricing, results, watch });
    this.watches = new Watches({ rooms, results, watch, freeBytes: options.freeBytes ?? (() => null) }, this.#paces);
    this.reconciler = makeReconciler(rooms, this.pipeline, watch, this.#paces.reconcilePauseMs);
    this.deadMen = world.venues.map((venue) => {
      const { id } = venue;
      const report = (source: string, says: string | null): void =>
        rooms.autoHold.report("deadman", `${id} ${source}`, says, { venue: id });
      return new DeadMan({ clock: world.clock, venue, report });
    });
  }

  /**
   * Brings the engine up: clocks, instruments, accounts, what the books and the journal remember, then the streams,
   * then the comparison with the venues. Throws `BootFault` when a venue will not tell what we must know.
   */
  async start(): Promise<void> {
    const { steps } = this;
    await steps.step("instruments", () => this.#findUniverse());
    await steps.step("accounts", () => this.#prepareAccounts());
    await steps.step("ledger", () => this.rooms.accounts.load());
    await steps.step("streams", () => this.#subscribe());
    await steps.step("journal", () => this.#resume());
    await steps.step("comparison", () => this.checkVenues());
    this.#beat();
    this.#timers.push(...timetable(this, this.#paces));
    steps.finish();
  }

  async #findUniverse(): Promise<void> {
    const { world, reads, books } = this.rooms;
    const { universe, universeMax } = this.#options;
    this.#pairs = await findUniverse({
      clock: world.clock,
      venues: world.venues,
      wanted: universe,
      most: universeMax,
      clockRead: (venue, sample) => reads.noteClock(venue, sample),
    });
    for (const { id } of world.venues) reads.noteLook(id, "instruments");
    for (const { listings } of this.#pairs) for (const listing of listings) books.follow(listing);
  }

  async #prepareAccounts(): Promise<void> {
    const { reads, world } = this.rooms;
    const { leverage } = this.#options.settings();
    await Promise.all(
      world.venues.map(async (venue, index) => {
        const { checks, setup } = await prepareAccount(world.clock, venue, this.#listingsAt(index), leverage);
        reads.noteSetup(venue.id, setup);
        reads.noteLook(venue.id, "account");
        for (const { fees, instrument } of checks) {
          this.#fees.set(feeKey(venue.id, instrument.id), fees);
          // What was set was read back, or the start would have failed.
          reads.noteLeverage(venue.id, instrument.id, leverage);
        }
      }),
    );
  }

  #subscribe(): void {
    const { reads, world } = this.rooms;
    const { observe } = this.#options;
    for (const [index, venue] of world.venues.entries()) {
      const { id } = venue;
      const listings = this.#listingsAt(index);
      this.#closers.push(venue.account.subscribe((update) => this.#onAccount(update)));
      const hear = this.pipeline.hearing(id, listings);
      const observed: MarketListener = (update, place) => {
        observe?.(update);
        hear(update, place);
      };
      this.#closers.push(venue.marketData.subscribe(listings, observed));
      this.#closers.push(venue.watchQuiet((quiet) => this.watch.quieted(id, quiet)));
      const drifted = (drift: Drift): void => this.watch.drifted(id, drift);
      this.#closers.push(venue.watchDrift(listings, drifted, (at) => reads.noteLook(id, at)));
    }
  }

  async #resume(): Promise<void> {
    const { accounts, executor, journal } = this.rooms;
    await executor.resume(journal.read(HISTORY));
    for (const hedge of executor.hedges()) {
      // What was written of a hedge and not of its money is booked now; what was booked stays as it is.
      for (const { fills, request } of hedge.orders)
        for (const fill of fills) accounts.postFill(fill, hedge.intent.id, request.leg);
    }
  }

  #listingsAt(index: number): readonly Instrument[] {
    return this.#pairs.map((pair) => pair.listings[index === 0 ? 0 : 1]);
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
    await Promise.all([this.readBalances(), this.reconciler.runAll()]);
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

  /** Every change of a hedge, in the order in which the rooms have to know of it. */
  #onHedge(hedge: Hedge, event: HedgeEvent): void {
    const { traffic, samples, world } = this.rooms;
    traffic.note(hedge, event);
    samples.onHedge(hedge, world.clock.now());
    this.pipeline.onHedge(hedge, event);
    this.reconciler.onHedge(hedge);
    for (const deadMan of this.deadMen) deadMan.onHedge(hedge);
    this.#options.hedgeChanged?.(hedge, event);
  }

  /** What the accounts hold, read again. */
  async readBalances(): Promise<void> {
    for (const venue of this.rooms.world.venues) {
      const balance = await this.rooms.reads.readBalance(venue);
      if (balance) this.pricing.noteAvailable(venue.id, balance.available);
    }
  }

  #feesOf(venue: VenueId, instrument: InstrumentId): FeeSchedule {
    return this.#fees.get(feeKey(venue, instrument)) ?? { maker: NO_BPS, taker: NO_BPS, source: "configured" };
  }
}
