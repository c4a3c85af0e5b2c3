import type { SeededChance } from "#adapters/host/chance.ts";
import type { LocalFeed } from "#adapters/host/feed.ts";
import type { SystemClock } from "#adapters/host/system-clock.ts";
import type { SimulatedExchange } from "#adapters/simulator/exchange.ts";
import type { Misfortune } from "#adapters/simulator/misfortune.ts";
import { type SimulatorServer } from "#adapters/simulator/server.ts";
import type { Truth } from "#adapters/simulator/truth.ts";
import type { MemoryJournal, MemoryLedger } from "#adapters/storage/memory.ts";
import { bps, price, usdt } from "#domain/decimal.ts";
import type { DomainEvent } from "#domain/event.ts";
import type { Hedge } from "#domain/hedge.ts";
import { stateOf } from "#domain/hedge-machine.ts";
import { type VenueId, BINANCE_UM } from "#domain/ids.ts";
import type { Settings } from "#domain/settings.ts";
import type { Venue } from "#ports/venue.ts";
import type { Engine } from "#trading/engine/engine.ts";
import { intend } from "#trading/hedge/intent.ts";
import { BTC, someSettings } from "../kit.ts";
import type { StillMarket } from "../still-market.ts";
import { type Overheard } from "./overhear.ts";

export type SettingsGiven = Parameters<typeof someSettings>[0];

/** One engine and its two venues, joined by real sockets on loopback. */
export class Stage {
  readonly clock: SystemClock;
  readonly engine: Engine;
  readonly venues: readonly [Venue, Venue];
  readonly exchanges: readonly [SimulatedExchange, SimulatedExchange];
  readonly servers: readonly [SimulatorServer, SimulatorServer];
  readonly misfortune: Misfortune;
  readonly market: StillMarket;
  readonly journal: MemoryJournal;
  readonly ledger: MemoryLedger;
  readonly feed: LocalFeed;
  /** Everything the engine told, oldest first. */
  readonly events: DomainEvent[] = [];
  /** Everything that reached the venues, in their words. */
  readonly overheard: readonly Overheard[];
  #settings: Settings;
  readonly #chance: SeededChance;
  readonly #closers: (() => Promise<void>)[];

  constructor(
    parts: Pick<Stage, Built> & {
      readonly given: SettingsGiven;
      readonly feed: LocalFeed;
      readonly chance: SeededChance;
      readonly closers: (() => Promise<void>)[];
      readonly make: (settings: () => Settings) => Engine;
    },
  ) {
    const { given, feed, chance, closers, make, ...built } = parts;
    this.#chance = chance;
    this.clock = built.clock;
    this.venues = built.venues;
    this.exchanges = built.exchanges;
    this.servers = built.servers;
    this.misfortune = built.misfortune;
    this.market = built.market;
    this.journal = built.journal;
    this.ledger = built.ledger;
    this.overheard = built.overheard;
    this.#closers = closers;
    this.#settings = settingsWith(given);
    this.feed = feed;
    feed.subscribe((event) => this.events.push(event));
    this.engine = make(() => this.#settings);
  }

  change(given: SettingsGiven): void {
    this.#settings = { ...this.#settings, ...given, limits: this.#settings.limits };
  }

  get executor(): Engine["rooms"]["executor"] {
    return this.engine.rooms.executor;
  }

  /** The only hedge of the row, or the latest. */
  get hedge(): Hedge | undefined {
    return this.executor.hedges().at(-1);
  }

  get state(): string {
    return this.hedge ? stateOf(this.hedge) : "none";
  }

  /** Lets the loop open one hedge, as it does by itself: at the next tick of a book that pays. */
  async open(): Promise<Hedge> {
    const before = this.executor.hedges().length;
    this.change({ autoLoop: true });
    await this.until("a hedge was opened", () => this.executor.hedges().length > before);
    this.change({ autoLoop: false });
    return this.hedge as Hedge;
  }

  /** Opens a hedge whose long leg rests below the market, as an immediate order never should. */
  openResting(): Hedge {
    const { pricing } = this.engine;
    const offers = pricing.directions(BTC).map((direction) => pricing.evaluate(direction, usdt("1500")));
    const [trade] = offers.flatMap((offer) => (offer.verdict === "viable" ? [offer.trade] : []));
    if (!trade) throw new Error("nothing pays");
    const id = this.#chance.hedgeId();
    const intent = intend({ id, trade, opportunity: null, leverage: 1, asker: "automation", now: this.clock.now() });
    const long = { ...intent.long, timeInForce: "post-only", limitPrice: price("59000") } as const;
    void this.executor.open({ ...intent, long });
    return this.hedge as Hedge;
  }

  /** A hedge that stands on both legs, by everybody's word. */
  async standing(): Promise<Hedge> {
    await this.open();
    await this.until("the hedge stands", () => this.state === "hedged" && this.#booksAgree());
    return this.hedge as Hedge;
  }

  /** Waits for a hedge to come to rest: standing, gone, or waiting for a person. */
  async rest(withinMs = PATIENCE_MS): Promise<string> {
    const still = new Set(["hedged", "closed", "aborted", "stuck"]);
    await this.until("the hedge rests", () => still.has(this.state) && this.#booksAgree(), withinMs);
    return this.state;
  }

  async until(what: string, met: () => boolean, withinMs = PATIENCE_MS): Promise<void> {
    for (const end = this.clock.monotonic() + withinMs; !met(); await this.clock.sleep(5)) {
      if (this.clock.monotonic() > end) throw new Error(`not within ${withinMs} ms: ${what}; ${this.#story()}`);
    }
  }

  truth(venue: VenueId): Truth {
    return this.exchange(venue).truth();
  }

  exchange(venue: VenueId): SimulatedExchange {
    return this.exchanges[legOf(venue)];
  }

  venue(id: VenueId): Venue {
    return this.venues[legOf(id)];
  }

  /** The next events of the account are lost on their way: what becomes of an order must be asked for. */
  mute(venue: VenueId): void {
    for (let event = 0; event < EVENTS_OF_AN_ORDER; event += 1) this.misfortune.next(venue, "ws_drop");
  }

  /** Nobody answers at one venue any more but on the websockets that stand. Returns when that has been noticed. */
  async deafen(venue: VenueId): Promise<void> {
    this.servers[legOf(venue)].deafen();
    while ((await this.venue(venue).syncClock()).outcome === "answered") await this.clock.sleep(5);
  }

  /** Base units over both venues of everything held: what nobody hedges. */
  delta(): bigint {
    return this.exchanges.reduce((total, exchange) => total + held(exchange), 0n);
  }

  /** Base units held at one venue, signed. */
  held(venue: VenueId): bigint {
    return held(this.exchange(venue));
  }

  /** Why we hold, by code. */
  causes(): readonly string[] {
    const { state } = this.engine.rooms.controller;
    return state.mode === "HOLD" ? state.causes.map(({ code }) => code) : [];
  }

  told(code: string): readonly DomainEvent[] {
    return this.events.filter((event) => event.code === code);
  }

  /** What a person was called for. */
  alarms(code: string): readonly DomainEvent[] {
    return this.told(code).filter(({ level }) => level === "critical");
  }

  async close(): Promise<void> {
    this.market.stop();
    await this.engine.stop();
    for (const close of this.#closers) await close();
  }

  #booksAgree(): boolean {
    const { accounts } = this.engine.rooms;
    return this.exchanges.every((exchange) =>
      [...exchange.truth().positions].every(([id, size]) => accounts.position(exchange.venue, id) === size),
    );
  }

  #story(): string {
    const orders = this.hedge?.orders.map(
      ({ request, state, filled }) => `${request.id} ${request.act} ${state} ${filled}`,
    );
    const events = this.events.slice(-12).map(({ code, says }) => `${code}: ${says}`);
    return JSON.stringify(
      { state: this.state, causes: this.causes(), delta: `${this.delta()}`, orders, events },
      null,
      1,
    );
  }
}

type Built =
  "clock" | "venues" | "exchanges" | "servers" | "misfortune" | "market" | "journal" | "ledger" | "overheard";

const PATIENCE_MS = 10_000;
/** What each venue tells of one order that is filled at once: of the order twice, of the account twice. */
const EVENTS_OF_AN_ORDER = 4;
const legOf = (venue: VenueId): 0 | 1 => (venue === BINANCE_UM ? 0 : 1);
const held = (exchange: SimulatedExchange): bigint =>
  [...exchange.truth().positions.values()].reduce((total, size) => total + size, 0n);

/** Deadlines a row can wait for, and a hedge that is left only when the row says so. */
function settingsWith(given: SettingsGiven): Settings {
  return someSettings({
    exitTargetBps: bps("1000"),
    stopBps: bps("1000"),
    cooldownMs: 60_000,
    avoidWindowMs: 0,
    legDeadlineMs: 400,
    recoveryDeadlineMs: 3_000,
    unknownHoldMs: 1_500,
    bookMaxAgeMs: 1_000,
    ...given,
  });
}
