import { SeededChance } from "#adapters/host/chance.ts";
import type { LocalFeed } from "#adapters/host/feed.ts";
import { silentLog } from "#adapters/host/log.ts";
import { VirtualClock } from "#adapters/host/virtual-clock.ts";
import type { Listing } from "#adapters/simulator/listing.ts";
import { BINANCE_LISTINGS, OKX_LISTINGS } from "#adapters/simulator/listings.ts";
import type { MemoryWire } from "#adapters/simulator/memory-wire.ts";
import { Misfortune } from "#adapters/simulator/misfortune.ts";
import { MemoryJournal, MemoryLedger } from "#adapters/storage/memory.ts";
import { engineOver, memoryWire } from "#app/offline.ts";
import { type SimulatedVenues, makeSimulatedVenues } from "#app/simulated-venues.ts";
import { Desk } from "#desk/desk.ts";
import type { DeskFacts } from "#desk/control-desk.ts";
import { bps } from "#domain/decimal.ts";
import type { Settings } from "#domain/settings.ts";
import { after } from "#domain/time.ts";
import { buildApi } from "#surfaces/api/server.ts";
import type { ControllerStart } from "#trading/control/controller.ts";
import type { Engine, EngineOptions } from "#trading/engine/engine.ts";
import { NOW, someSettings, turn } from "../kit.ts";
import { type Sides, StillMarket, WIDE } from "../still-market.ts";

export const TOKEN = "f3c1b6a9e0d24f7b8a5c6d7e8f901234";

export interface StageGiven {
  readonly settings?: Parameters<typeof someSettings>[0];
  readonly market?: readonly [Sides, Sides];
  readonly control?: Partial<ControllerStart>;
  readonly facts?: Partial<DeskFacts>;
  readonly auth?: boolean;
  readonly paces?: EngineOptions["paces"];
  readonly freeBytes?: () => number | null;
  /** BTC alone unless said otherwise; the books of all of them are the same. */
  readonly listings?: readonly [readonly Listing[], readonly Listing[]];
  readonly token?: string;
}

export interface Stage {
  readonly clock: VirtualClock;
  readonly engine: Engine;
  readonly feed: LocalFeed;
  readonly desk: Desk;
  readonly market: StillMarket;
  readonly simulated: SimulatedVenues;
  readonly wire: MemoryWire;
  readonly journal: MemoryJournal;
  readonly ledger: MemoryLedger;
  /** Asks the API, turning the clock until it answers. */
  readonly ask: Ask;
  /** Lets time pass. */
  readonly pass: (ms: number) => Promise<void>;
  readonly api: Awaited<ReturnType<typeof buildApi>>;
  change(settings: Parameters<typeof someSettings>[0]): void;
}

export interface Answered {
  readonly status: number;
  readonly headers: Readonly<Record<string, unknown>>;
  // oxlint-disable-next-line typescript/no-explicit-any -- what came over the wire, looked at by tests alone
  readonly body: any;
}

export type Ask = (
  method: "GET" | "POST" | "PUT" | "PATCH" | "DELETE",
  url: string,
  body?: unknown,
  headers?: Readonly<Record<string, string>>,
) => Promise<Answered>;

/** The whole bot with its API, over a wire in memory: real adapters, real rules, real routes, no network and no waiting. */
export async function stage(given: StageGiven = {}): Promise<Stage> {
  const clock = new VirtualClock(NOW);
  const chance = new SeededChance("stage");
  const misfortune = new Misfortune(clock);
  const listings = given.listings ?? ([BINANCE_LISTINGS.slice(0, 1), OKX_LISTINGS.slice(0, 1)] as const);
  const simulated = makeSimulatedVenues({
    clock,
    chance: chance.child("venues"),
    misfortune,
    listings,
  });
  const wire = memoryWire(clock, chance.child("wire"), simulated);
  const market = new StillMarket(
    clock,
    simulated.exchanges,
    given.market ?? WIDE,
    listings[0].map(({ instrument }) => instrument),
  );
  const journal = new MemoryJournal();
  const ledger = new MemoryLedger();
  let settings: Settings = someSettings(given.settings);
  const { engine, feed } = engineOver({
    clock,
    chance: chance.child("names"),
    wire,
    simulated,
    journal,
    ledger,
    log: silentLog,
    takerFees: [bps("5"), bps("5")],
    options: {
      settings: () => settings,
      control: { mode: "RUN", safeMode: false, dryRun: false, killed: false, causes: [], version: 1, ...given.control },
      universe: [],
      universeMax: 100,
      ...(given.paces ? { paces: given.paces } : {}),
      ...(given.freeBytes ? { freeBytes: given.freeBytes } : {}),
    },
  });
  const desk = new Desk(engine, { profile: "paper", label: "paper", ...given.facts });
  const names = chance.child("requests");
  const api = await buildApi(desk, {
    host: "127.0.0.1",
    port: 0,
    authEnabled: given.auth ?? false,
    token: given.token ?? TOKEN,
    version: "0.0.0-test",
    log: silentLog,
    requestId: () => names.token(16),
  });
  await turn(clock, engine.start());
  await clock.runUntil(after(clock.now(), 1_000));
  const ask: Ask = async (method, url, body, headers = {}) => {
    const raw = typeof body === "string";
    const answer = await turn(
      clock,
      api.inject({
        method,
        url,
        headers: { ...(raw ? { "content-type": "application/json" } : {}), ...headers },
        ...(body === undefined ? {} : { payload: body as string | object }),
      }),
    );
    const type = String(answer.headers["content-type"] ?? "");
    return {
      status: answer.statusCode,
      headers: answer.headers,
      body: type.includes("json") ? answer.json() : answer.body,
    };
  };
  return {
    clock,
    engine,
    feed,
    desk,
    market,
    simulated,
    wire,
    journal,
    ledger,
    ask,
    api,
    pass: (ms) => clock.runUntil(after(clock.now(), ms)),
    change: (next) => {
      settings = someSettings(next);
    },
  };
}
