import { SeededChance } from "#adapters/host/chance.ts";
import { VirtualClock } from "#adapters/host/virtual-clock.ts";
import type { MemoryWire } from "#adapters/simulator/memory-wire.ts";
import { ModelMarket } from "#adapters/simulator/markets/model.ts";
import { Misfortune, type PlannedFault } from "#adapters/simulator/misfortune.ts";
import { stateOf } from "#domain/hedge-machine.ts";
import { BINANCE_UM, OKX_PERP } from "#domain/ids.ts";
import { after } from "#domain/time.ts";
import { BootFault } from "#trading/engine/boot.ts";
import type { Desk } from "#desk/desk.ts";
import { remembered } from "#trading/control/control-words.ts";
import { SettingsRoom } from "#trading/control/settings-room.ts";
import type { Engine } from "#trading/engine/engine.ts";
import { deskOver } from "../offline-desk.ts";
import { engineOver, memoryWire } from "../offline.ts";
import { type SimulatedVenues, makeSimulatedVenues } from "../simulated-venues.ts";
import { type CrashPlan, drawCrashes } from "./crash.ts";
import { Disk } from "./disk.ts";
import { type EpisodeReport, Tally } from "./episode-report.ts";
import { EventLog } from "./event-log.ts";
import { Judge } from "./judge.ts";
import { Life } from "./life.ts";
import { Attention } from "./attention.ts";
import { ANN, BEN, People } from "./people.ts";
import { CALM_TEMPER, type Scenario, TAKER, VISIBILITY_MS, drawScenario, drawTemper } from "./scenario.ts";

const TICK_MS = 250;
const QUIET_MS = 120_000;
/** What was held back when the faults ended may still come: late fills, delayed answers. */
const LEAST_QUIET_MS = 6_000;
/** Funding that no stream told of is read back within half a minute. */
const FUNDED_QUIET_MS = 32_000;
const CLOSE_EVERY_MS = 2_000;
const BOOT_AGAIN_MS = 2_000;
const TOGETHER_MS = 9_000;
/** An episode is a minute long: what a minute of patience would hold for its whole length is cleared in a second. */
const PACES = { clearAfterMs: 1_000, refusalsMs: 15_000 } as const;

/** One seed: a market, two venues, misfortune, crashes and a person, for a minute or two of virtual time. */
export class Episode {
  readonly #seed: number;
  readonly #chance: SeededChance;
  readonly #scenario: Scenario;
  readonly #clock: VirtualClock;
  readonly #log: EventLog;
  readonly #misfortune: Misfortune;
  readonly #calm: boolean;
  readonly #venues: SimulatedVenues;
  readonly #wire: MemoryWire;
  readonly #market: ModelMarket;
  readonly #disk: Disk;
  readonly #judge: Judge;
  readonly #crashes: (CrashPlan | null)[];
  readonly #drawn: readonly CrashPlan[];
  readonly #plan: readonly PlannedFault[];
  readonly #without: ReadonlySet<string>;
  readonly #tally = new Tally();
  #life: Life | null = null;
  #engine: Engine | null = null;
  #desk: Desk | null = null;
  #epoch = 0;
  #peace = false;
  /** The engine that runs has finished its start. */
  #ready = false;

  constructor(seed: number, { trace = false, without = NOTHING }: EpisodeGiven) {
    this.#seed = seed;
    this.#chance = new SeededChance(`simulate/${seed}`);
    this.#scenario = drawScenario(this.#chance.child("scenario"));
    const { activeMs, instruments, settings, shape, start } = this.#scenario;
    this.#clock = new VirtualClock(start);
    this.#log = new EventLog(this.#clock, trace);
    const options = { withinMs: activeMs, befalls: (index: number) => !without.has(`fault ${index}`) };
    const { misfortune, plan } = Misfortune.drawn(
      this.#clock,
      this.#chance.child("faults"),
      [BINANCE_UM, OKX_PERP],
      options,
    );
    this.#misfortune = misfortune;
    this.#calm = plan.length === 0;
    this.#without = without;
    this.#plan = plan;
    for (const [index, { venue, verb, args, trigger }] of plan.entries()) {
      if (without.has(`fault ${index}`)) continue;
      this.#log.add("chaos", "planned", { venue, verb, args: JSON.stringify(args), trigger: JSON.stringify(trigger) });
    }
    const listings = [
      instruments.map((each) => each.listings[0]),
      instruments.map((each) => each.listings[1]),
    ] as const;
    this.#venues = makeSimulatedVenues({
      clock: this.#clock,
      chance: this.#chance.child("venues"),
      misfortune,
      listings,
    });
    this.#wire = memoryWire(this.#clock, this.#chance.child("wire"), this.#venues);
    this.#market = new ModelMarket(instruments, this.#venues.exchanges, {
      clock: this.#clock,
      chance: this.#chance.child("market"),
      shape,
    });
    const temper = this.#calm ? CALM_TEMPER : drawTemper(this.#chance.child("disk"), start, activeMs);
    this.#disk = new Disk(this.#clock, this.#chance.child("flush"), temper);
    this.#drawn = this.#calm ? [] : drawCrashes(this.#chance.child("crashes"), activeMs);
    // Each process that runs has a crash of its own, or is spared one.
    this.#crashes = this.#drawn.map((crash, index) => (without.has(`crash ${index}`) ? null : crash));
    this.#judge = new Judge({
      clock: this.#clock,
      disk: this.#disk,
      exchanges: this.#venues.exchanges,
      settings,
      misfortune,
      log: this.#log,
      engine: () => this.#engine,
      twoManRule: this.#scenario.twoManRule,
    });
  }

  get parts(): readonly { readonly id: string; readonly says: string }[] {
    return [
      ...this.#plan.map(({ venue, verb, args, trigger }, index) => ({
        id: `fault ${index}`,
        says: `${venue} ${verb} ${JSON.stringify(args)} ${JSON.stringify(trigger)}`,
      })),
      ...this.#drawn.map(({ point, nth, downMs }, index) => ({
        id: `crash ${index}`,
        says: `crash ${point} ${nth}, down for ${downMs} ms`,
      })),
      { id: PEOPLE, says: "whims of people at the desk" },
    ];
  }

  async run(): Promise<EpisodeReport> {
    const rejected = (reason: unknown): void => this.#broke(reason);
    process.on("unhandledRejection", rejected);
    try {
      await this.#active();
      await this.#quiet();
      this.#judge.close();
      this.#live();
    } catch (error) {
      this.#broke(error);
    }
    process.off("unhandledRejection", rejected);
    this.#life?.end();
    return this.#tally.report({
      seed: this.#seed,
      calm: this.#calm,
      engine: this.#engine,
      disk: this.#disk,
      fired: this.#misfortune.fired,
      spells: this.#judge.delta.spells,
      violations: this.#judge.violations,
      log: this.#log,
    });
  }

  async #active(): Promise<void> {
    const { activeMs, instruments, shape, start } = this.#scenario;
    this.#market.start();
    const bursts = this.#chance.child("bursts");
    const [least, most] = shape.gap.burstBps;
    // Now and then every instrument pays at once: that is when limits are met.
    const together = this.#clock.every(TOGETHER_MS, () => {
      const size = least + (most - least) * bursts.fraction();
      if (!bursts.happens(0.5)) return;
      const signed = bursts.happens(0.5) ? size : -size;
      for (const index of instruments.keys()) this.#market.burst(index, signed, shape.gap.burstHoldMs);
    });
    const people = new People({
      chance: this.#chance.child("people"),
      log: this.#log,
      desk: () => (this.#ready ? this.#desk : null),
      did: (what) => this.#tally.did(what),
    });
    const operator = new Attention({
      clock: this.#clock,
      chance: this.#chance.child("operator"),
      people,
      log: this.#log,
      engine: () => this.#engine,
      booksAgree: () => this.#booksAgree(),
      calm: this.#calm,
      whims: !this.#without.has(PEOPLE),
    });
    this.#boot();
    await this.#turn(after(start, activeMs));
    together.stop();
    operator.leave();
  }

  /** Nothing goes wrong any more. What is in flight ends, and then somebody closes everything. */
  async #quiet(): Promise<void> {
    this.#peace = true;
    this.#misfortune.end();
    this.#life?.spare();
    this.#log.add("chaos", "peace");
    const began = this.#clock.now();
    const least = this.#scenario.funded ? FUNDED_QUIET_MS : LEAST_QUIET_MS;
    while (this.#clock.now() < after(began, QUIET_MS)) {
      await this.#turn(after(this.#clock.now(), CLOSE_EVERY_MS));
      const quietMs = this.#clock.now() - began;
      if (quietMs < least || !this.#engine || !this.#ready) continue;
      const active = this.#engine.rooms.executor.active();
      if (active.length === 0 && this.#judge.delta.isHome) return;
      for (const hedge of active) void this.#engine.rooms.executor.leave(hedge.intent.id, "operator", "operator");
    }
    for (const hedge of this.#engine?.rooms.executor.active() ?? []) {
      this.#judge.accuse(
        "liveness",
        `${hedge.intent.id} is still ${stateOf(hedge)} after ${QUIET_MS / 1_000} quiet seconds`,
      );
    }
  }

  async #turn(until: ReturnType<typeof after>): Promise<void> {
    while (this.#clock.now() < until) {
      await this.#clock.runUntil(after(this.#clock.now(), TICK_MS));
      this.#judge.tick();
    }
  }

  #boot(): void {
    this.#epoch += 1;
    const plan = this.#peace ? null : (this.#crashes.shift() ?? null);
    const life = new Life({
      clock: this.#clock,
      wire: this.#wire,
      disk: this.#disk,
      plan,
      died: (point) => {
        this.#tally.crash(point);
        this.#log.add("chaos", "crash", { point });
        this.#down(plan?.downMs ?? BOOT_AGAIN_MS);
      },
      writes: (id) => this.#judge.wrote(id),
      noted: (entry) => {
        this.#tally.note(entry);
        this.#judge.noted(entry);
      },
    });
    this.#life = life;
    const { instruments, settings, twoManRule } = this.#scenario;
    const audit = life.audit(this.#epoch);
    const before = remembered(audit.recent());
    const room = new SettingsRoom(settings);
    const control = before.control ?? {
      safeMode: false,
      dryRun: false,
      killed: false,
      twoManRule,
      causes: [],
      version: 0,
    };
    const { engine, feed } = engineOver({
      clock: life.clock,
      chance: new SeededChance(`simulate/${this.#seed}/life/${this.#epoch}`, {
        environment: "s",
        install: "simu",
        epoch: this.#epoch,
      }),
      wire: life,
      simulated: this.#venues,
      journal: life.journal,
      ledger: life.ledger,
      log: { write: () => undefined },
      takerFees: [TAKER, TAKER],
      visibilityLagMs: VISIBILITY_MS,
      options: {
        settings: () => room.now,
        control: { ...control, mode: "HOLD", version: Math.max(1, control.version) },
        controlChanged: (state, code, says) => {
          if (!life.alive) return;
          this.#judge.controlChanged(state);
          desk.room.changed(state, code, says);
        },
        universe: instruments.map(({ listings }) => listings[0].instrument),
        universeMax: instruments.length,
        paces: PACES,
      },
    });
    const desk = deskOver({
      engine,
      settings: room,
      audit,
      boot: this.#epoch,
      facts: { profile: "testnet", label: "simulated", killFlatten: false },
      operators: { identify: () => null, holder: () => null, all: () => [ANN, BEN] },
    });
    feed.subscribe((event) => {
      if (!life.alive) return;
      this.#log.add("us", event.type, { code: event.code, says: event.says });
      this.#tally.told(event);
      this.#judge.told(event);
    });
    this.#engine = engine;
    this.#desk = desk.desk;
    this.#log.add("us", "boot", { epoch: this.#epoch });
    this.#judge.booted(engine.rooms.controller.state);
    desk.room.begin(before.requests);
    // A crash point of the record may be met while it begins.
    if (!life.alive) return;
    this.#ready = false;
    const started = engine.start().then(() => {
      if (life.alive) this.#ready = true;
    });
    void started.catch((error: unknown) => {
      if (!life.alive) return;
      life.end();
      if (!(error instanceof BootFault)) this.#broke(error);
      this.#log.add("us", "boot refused", { says: error instanceof Error ? error.message : String(error) });
      this.#tally.bootRefused += 1;
      this.#down(BOOT_AGAIN_MS);
    });
  }

  /** The process is gone: its sockets die, its unflushed writes too, and after a while another one starts. */
  #down(forMs: number): void {
    this.#engine = null;
    this.#desk = null;
    this.#life = null;
    this.#ready = false;
    this.#disk.crash();
    this.#wire.cutAll();
    this.#clock.after(forMs, () => this.#boot());
  }

  #booksAgree(): boolean {
    const engine = this.#engine;
    if (!engine) return false;
    return this.#venues.exchanges.every((exchange) =>
      [...exchange.truth().positions].every(
        ([instrument, held]) => engine.rooms.accounts.position(exchange.venue, instrument) === held,
      ),
    );
  }

  /** With nothing in its way, the system trades. */
  #live(): void {
    if (!this.#calm || !this.#engine) return;
    const hedges = this.#engine.rooms.executor.hedges();
    const stood = hedges.filter(({ wasHedged }) => wasHedged);
    if (stood.length === 0) this.#judge.accuse("liveness", "nothing went wrong, and no hedge was opened");
    else if (!stood.some((hedge) => stateOf(hedge) === "closed"))
      this.#judge.accuse("liveness", "nothing went wrong, and no hedge was closed");
  }

  #broke(reason: unknown): void {
    const says =
      reason instanceof Error ? `${reason.message} (${reason.stack?.split("\n")[1]?.trim() ?? ""})` : String(reason);
    this.#judge.accuse("throw", says);
  }
}

export interface EpisodeGiven {
  /** A readable line for everything that happens. */
  readonly trace?: boolean;
  /** Parts of the seed's story that do not happen: some of its faults or crashes, or its people. */
  readonly without?: ReadonlySet<string>;
}

const NOTHING: ReadonlySet<string> = new Set();
const PEOPLE = "people";

export function runEpisode(seed: number, given: EpisodeGiven = {}): Promise<EpisodeReport> {
  return new Episode(seed, given).run();
}

/** Everything of a seed's story that could be left out of it. */
export function partsOf(seed: number): readonly { readonly id: string; readonly says: string }[] {
  return new Episode(seed, {}).parts;
}
