import { IN_RUN } from "#trading/control/controller.ts";
import { SeededChance } from "#adapters/host/chance.ts";
import { LocalFeed } from "#adapters/host/feed.ts";
import { silentLog } from "#adapters/host/log.ts";
import { SystemClock } from "#adapters/host/system-clock.ts";
import type { Listing } from "#adapters/simulator/listing.ts";
import { BINANCE_LISTINGS, OKX_LISTINGS } from "#adapters/simulator/listings.ts";
import { Misfortune } from "#adapters/simulator/misfortune.ts";
import { serve } from "#adapters/simulator/server.ts";
import { MemoryJournal, MemoryLedger } from "#adapters/storage/memory.ts";
import type { Patience } from "#adapters/venues/deps.ts";
import { UndiciHttpClient } from "#adapters/wire/http.ts";
import { WsSocketFactory } from "#adapters/wire/socket.ts";
import { makeVenues } from "#app/make-venues.ts";
import { makeSimulatedVenues } from "#app/simulated-venues.ts";
import { venueSettings } from "#app/venue-settings.ts";
import { bps } from "#domain/decimal.ts";
import type { Gate } from "#ports/gate.ts";
import { Engine, type EngineOptions } from "#trading/engine/engine.ts";
import { type Sides, StillMarket, WIDE } from "../still-market.ts";
import { type Overheard, overhear } from "./overhear.ts";
import { type SettingsGiven, Stage } from "./stage.ts";

export interface StageGiven {
  readonly settings?: SettingsGiven;
  readonly market?: readonly [Sides, Sides];
  readonly listings?: readonly [readonly Listing[], readonly Listing[]];
  readonly visibilityLagMs?: number;
  readonly orderEntry?: "ws" | "rest";
  readonly patience?: Partial<Patience>;
  readonly paces?: EngineOptions["paces"];
  /** Holes in the line are noticed by unanswered pings, after so long. */
  readonly pongMs?: number;
}

let stages = 0;
/** Rows wait beside each other in one process: how busy it is says nothing about what they play. */
const PACES = { loopLagMs: 60_000 } as const;

/** Plays one row on a stage of its own and takes the stage down, whatever comes of it. */
export async function onStage(given: StageGiven, play: (stage: Stage) => Promise<void>): Promise<void> {
  const stage = await raise(given);
  try {
    await stage.engine.start();
    const { books, controller } = stage.engine.rooms;
    const ready = (): boolean =>
      stage.venues.every(({ id }) => controller.state.venues.get(id) === "OK") &&
      books.all().every(({ depth }) => depth.live);
    await stage.until("both venues are ready", ready);
    await play(stage);
  } finally {
    await stage.close();
  }
}

async function raise(given: StageGiven): Promise<Stage> {
  const clock = new SystemClock();
  const chance = new SeededChance(`faults/${(stages += 1)}`);
  const misfortune = new Misfortune(clock);
  const listings = given.listings ?? ([BINANCE_LISTINGS.slice(0, 1), OKX_LISTINGS.slice(0, 1)] as const);
  const simulated = makeSimulatedVenues({ clock, chance: chance.child("venues"), misfortune, listings });
  const overheard: Overheard[] = [];
  const servers = await Promise.all(simulated.dialects.map((dialect) => serve(overhear(dialect, clock, overheard))));
  const [first, second] = servers;
  if (!first || !second) throw new Error("two venues are needed");
  const http = new UndiciHttpClient(clock);
  const feed = new LocalFeed();
  // The gate is asked long after the engine that owns it exists.
  const gate: Gate = { permits: (act, venue, asker) => stage.engine.rooms.controller.permits(act, venue, asker) };
  const settings = servers.map(({ rest, ws }, leg) =>
    venueSettings({
      restUrl: rest,
      wsUrl: ws,
      orderEntry: given.orderEntry ?? "ws",
      orderTag: "faults",
      keys: simulated.keys[leg === 0 ? 0 : 1],
      takerFee: bps("5"),
      visibilityLagMs: given.visibilityLagMs ?? 0,
      ...(given.patience ? { patience: given.patience } : {}),
    }),
  );
  const sockets = new WsSocketFactory(clock, given.pongMs);
  const venues = makeVenues(settings, { clock, chance, http, sockets, gate, log: silentLog });
  const journal = new MemoryJournal();
  const ledger = new MemoryLedger();
  const market = new StillMarket(clock, simulated.exchanges, given.market ?? WIDE);
  const stage: Stage = new Stage({
    clock,
    venues,
    exchanges: simulated.exchanges,
    servers: [first, second],
    misfortune,
    market,
    journal,
    ledger,
    overheard,
    given: given.settings,
    feed,
    chance: chance.child("by hand"),
    closers: [() => http.close(), () => first.close(), () => second.close()],
    make: (current) =>
      new Engine(
        { clock, chance: chance.child("names"), venues, journal, ledger, feed, log: silentLog },
        {
          settings: current,
          control: IN_RUN,
          universe: [],
          universeMax: 10,
          paces: { ...PACES, ...given.paces },
        },
      ),
  });
  return stage;
}
