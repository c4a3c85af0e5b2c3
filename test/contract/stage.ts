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
import { type OfflineDoorGiven, offlineDoor } from "#app/offline-door.ts";
import { offlineDesk } from "#app/offline-desk.ts";
import type { Desk } from "#desk/desk.ts";
import type { DeskFacts } from "#desk/control-words.ts";
import type { Operator } from "#domain/operator.ts";
import type { MemoryAudit } from "#adapters/storage/memory.ts";
import type { VenueDeps, VenueSettings } from "#adapters/venues/deps.ts";
import type { Clock } from "#ports/clock.ts";
import type { HttpClient, SocketFactory } from "#ports/wire.ts";
import { NodeMetrics, type NodeMetricsInput } from "#app/metrics/node-metrics.ts";
import type { Secrets } from "#ports/secrets.ts";
import { SettingsRoom } from "#trading/control/settings-room.ts";
import { bps } from "#domain/decimal.ts";
import { after } from "#domain/time.ts";
import type { ApiOptions } from "#surfaces/api/options.ts";
import { buildApi } from "#surfaces/api/server.ts";
import type { ControllerStart } from "#trading/control/controller.ts";
import type { Engine, EngineOptions } from "#trading/engine/engine.ts";
import type { StatusRoom } from "#trading/engine/status-room.ts";
import type { Outside } from "#trading/status/outside.ts";
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
  /** Measured as a running program is; not at all when left out. */
  readonly metrics?: Pick<NodeMetricsInput, "money" | "legacy">;
  /** Where the API is told it listens. */
  readonly host?: string;
  /** Tokens of further operators, and their names. */
  readonly people?: Readonly<Record<string, string>>;
  readonly viewers?: Readonly<Record<string, string>>;
  /** Where its secrets are kept; nowhere when left out. */
  readonly secrets?: (parts: SecretParts) => Secrets;
  /** What stands for the disk of the journal; one that always writes at once when left out. */
  readonly flush?: () => Promise<void>;
  /** What its status page shows of the world around it; nothing when left out. */
  readonly outside?: (clock: VirtualClock) => Outside;
  /** Limits, names and proxies of the door; none of them when left out. */
  readonly door?: OfflineDoorGiven;
  /** Hears every text that is written to a socket, in the step in which it is. */
  readonly overhear?: (text: string) => void;
}

export interface SecretParts {
  readonly clock: VirtualClock;
  readonly venueSettings: readonly VenueSettings[];
  readonly venueDeps: VenueDeps;
  readonly people: Map<string, Operator>;
}

export interface Stage {
  readonly clock: VirtualClock;
  readonly engine: Engine;
  readonly feed: LocalFeed;
  readonly desk: Desk;
  readonly status: StatusRoom;
  readonly market: StillMarket;
  readonly simulated: SimulatedVenues;
  readonly wire: MemoryWire;
  readonly journal: MemoryJournal;
  readonly ledger: MemoryLedger;
  readonly venueSettings: readonly VenueSettings[];
  /** How far the clocks of both venues are ahead of ours. */
  readonly venueClock: { skewMs: number };
  readonly audit: MemoryAudit;
  /** Asks the API, turning the clock until it answers. */
  readonly ask: Ask;
  /** Lets time pass. */
  readonly pass: (ms: number) => Promise<void>;
  readonly api: Awaited<ReturnType<typeof buildApi>>;
  readonly metrics: NodeMetrics | null;
  /** With which it was built: for another one over the same desk. */
  readonly apiOptions: ApiOptions;
  /** Who may speak to it, by their tokens: what is taken out of here is revoked. */
  readonly people: Map<string, Operator>;
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
  const venueClock = { skewMs: 0 };
  const simulated = makeSimulatedVenues({
    clock: skewed(clock, venueClock),
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
  const journal = new MemoryJournal(given.flush);
  const ledger = new MemoryLedger();
  const metrics = given.metrics ? new NodeMetrics({ clock, process: false, ...given.metrics }) : null;
  const settings = new SettingsRoom(someSettings(given.settings));
  const {
    engine,
    feed,
    settings: venueSettings,
    venueDeps,
  } = engineOver({
    clock,
    chance: chance.child("names"),
    wire: given.overhear ? overheard(wire, given.overhear) : wire,
    simulated,
    journal,
    ledger,
    log: silentLog,
    takerFees: [bps("5"), bps("5")],
    options: {
      settings: () => settings.now,
      control: {
        mode: "RUN",
        safeMode: false,
        dryRun: false,
        killed: false,
        twoManRule: true,
        causes: [],
        version: 1,
        ...given.control,
      },
      universe: [],
      universeMax: 100,
      controlChanged: (state, code, says) => {
        room.changed(state, code, says);
        status.controlChanged(state, code, says);
      },
      ...metrics?.hooks(),
      ...(given.paces ? { paces: given.paces } : {}),
      ...(given.freeBytes ? { freeBytes: given.freeBytes } : {}),
    },
  });
  const people = new Map<string, Operator>(
    Object.entries(given.people ?? {}).map(([carried, name]) => [carried, { name, role: "operator" }]),
  );
  const viewers = Object.entries(given.viewers ?? {}).map(
    ([carried, name]) => [carried, { name, role: "viewer" }] as const,
  );
  for (const [carried, viewer] of viewers) people.set(carried, viewer);
  const token = given.token ?? TOKEN;
  if (token !== "") people.set(token, { name: "operator", role: "operator" });
  const { desk, room, status, audit, operators } = offlineDesk({
    engine,
    ...(given.outside ? { outside: given.outside(clock) } : {}),
    settings,
    people,
    ...(given.facts ? { facts: given.facts } : {}),
    ...(given.secrets ? { secrets: given.secrets({ clock, venueSettings, venueDeps, people }) } : {}),
  });
  const lease = { holder: "stage", epoch: 3, expires: null, sinceRenewedMs: 0, lost: false };
  metrics?.watch(engine, room, feed, {
    profile: "paper",
    version: "0.0.0-test",
    commit: "unknown",
    lease: () => lease,
    started: () => true,
  });
  const names = chance.child("requests");
  const apiOptions: ApiOptions = {
    host: given.host ?? "127.0.0.1",
    ...(metrics ? { exposition: metrics, meter: metrics } : {}),
    port: 0,
    authEnabled: given.auth ?? false,
    operators,
    version: "0.0.0-test",
    log: silentLog,
    requestId: () => names.token(16),
    ...offlineDoor(desk, clock, names.child("door"), given.door),
  };
  const api = await buildApi(desk, apiOptions);
  status.begin();
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
    status,
    market,
    simulated,
    wire,
    journal,
    ledger,
    venueSettings,
    venueClock,
    ask,
    api,
    metrics,
    apiOptions,
    people,
    pass: (ms) => clock.runUntil(after(clock.now(), ms)),
    audit,
    change: (next) => settings.apply(someSettings(next)),
  };
}

/** The clock of somebody whose watch is wrong: time passes as it does, and is read as something else. */
const skewed = (clock: VirtualClock, by: { readonly skewMs: number }): Clock => ({
  now: () => after(clock.now(), by.skewMs),
  monotonic: () => clock.monotonic(),
  sleep: (ms) => clock.sleep(ms),
  after: (ms, run) => clock.after(ms, run),
  every: (ms, run) => clock.every(ms, run),
});

/** The same wire, with somebody who reads along. */
function overheard(wire: MemoryWire, hear: (text: string) => void): HttpClient & SocketFactory {
  return {
    send: (request) => {
      const mayLeave = (): boolean => {
        if (request.mayLeave?.() === false) return false;
        hear(`${request.method} ${request.target} ${request.body}`);
        return true;
      };
      return wire.send({ ...request, mayLeave });
    },
    open: (url, listener) => {
      const socket = wire.open(url, listener);
      return {
        send: (text) => {
          const written = socket.send(text);
          if (written) hear(text);
          return written;
        },
        ping: () => socket.ping(),
        close: (code, says) => socket.close(code, says),
      };
    },
    close: () => wire.close(),
  };
}
