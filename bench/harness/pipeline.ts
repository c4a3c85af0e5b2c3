import { IN_RUN } from "#trading/control/controller.ts";
import { SeededChance } from "#adapters/host/chance.ts";
import { LocalFeed } from "#adapters/host/feed.ts";
import { MemoryJournal, MemoryLedger } from "#adapters/storage/memory.ts";
import type { FrameCounts } from "#adapters/venues/hot-updates.ts";
import { binanceVenue } from "#adapters/venues/binance/venue.ts";
import { okxVenue } from "#adapters/venues/okx/venue.ts";
import { readConfig, settingsOf } from "#app/config.ts";
import { bps, price, quantity, usdt } from "#domain/decimal.ts";
import { BINANCE_UM, OKX_PERP, instrumentId } from "#domain/ids.ts";
import type { Instrument } from "#domain/instrument.ts";
import type { Clock } from "#ports/clock.ts";
import type { HttpClient, HttpOutcome, SocketFactory, SocketListener } from "#ports/wire.ts";
import { Engine } from "#trading/engine/engine.ts";
import { settings } from "../decode/ours.ts";

export const BINANCE_HOST = "binance.bench:1";
export const OKX_HOST = "okx.bench:1";

/** Sockets that say what they are given, and HTTP that answers from a function. */
export class ScriptedWire implements SocketFactory, HttpClient {
  readonly #listeners = new Map<string, SocketListener>();
  readonly #answer: (target: string) => string;

  constructor(answer: (target: string) => string) {
    this.#answer = answer;
  }

  open(url: string, listener: SocketListener): ReturnType<SocketFactory["open"]> {
    const { host, pathname } = new URL(url);
    const road = `${host}${/\/(public|market)/.exec(pathname)?.[0] ?? ""}`;
    this.#listeners.set(road, listener);
    queueMicrotask(() => listener.opened());
    return { send: () => true, ping: () => undefined, close: () => undefined };
  }

  send({ target }: Parameters<HttpClient["send"]>[0]): Promise<HttpOutcome> {
    return Promise.resolve({ outcome: "answered", status: 200, headers: new Map(), body: this.#answer(target) });
  }

  close(): Promise<void> {
    return Promise.resolve();
  }

  /** Who hears a venue's books and quotes. */
  publicOf(host: string): SocketListener {
    const listener = this.#listeners.get(`${host}/public`);
    if (listener === undefined) throw new Error(`nobody listens to ${host}`);
    return listener;
  }
}

export interface Followed {
  readonly engine: Engine;
  readonly frames: readonly [FrameCounts, FrameCounts];
  close(): Promise<void>;
}

export interface PipelineParts {
  readonly clock: Clock;
  readonly http: HttpClient;
  readonly sockets: SocketFactory;
  /** As host and port, the venue of each side. */
  readonly hosts: readonly [string, string];
  readonly listings: readonly (readonly [Instrument, Instrument])[];
}

/**
 * The engine that trades, with both adapters, told of nothing but markets: every update goes through feed, book, both
 * directions and the prefilter, and further wherever it might pay. The wanted edge is wide, so that a quiet market stays
 * quiet: what is measured is looking, not trading.
 */
export function followMarkets({ clock, http, sockets, hosts, listings }: PipelineParts): Followed {
  const chance = new SeededChance("bench");
  const log = { write: () => undefined };
  const deps = { clock, chance, gate: { permits: () => false }, log, http, sockets };
  const at = (host: string) => ({ ...settings, restUrl: `http://${host}`, wsUrl: `ws://${host}` });
  const venues = [binanceVenue(at(hosts[0]), deps), okxVenue(at(hosts[1]), deps)] as const;
  const wanted = { ...settingsOf(readConfig({ PROFILE: "paper" }).config), minSpreadBps: bps("25") };
  const engine = new Engine(
    { clock, chance, venues, journal: new MemoryJournal(), ledger: new MemoryLedger(), feed: new LocalFeed(), log },
    {
      settings: () => wanted,
      control: IN_RUN,
      universe: [],
      universeMax: listings.length,
    },
  );
  for (const pair of listings) for (const listing of pair) engine.rooms.books.follow(listing);
  for (const [index, venue] of venues.entries()) {
    const own = listings.map((pair) => pair[index === 0 ? 0 : 1]);
    venue.marketData.subscribe(own, engine.pipeline.hearing(venue.id, own));
  }
  return {
    engine,
    frames: [venues[0].marketData.frames, venues[1].marketData.frames],
    close: () => engine.stop(),
  };
}

/** One coin as both venues list it, prices in tenths. */
export function listingsOf(base: string): readonly [Instrument, Instrument] {
  const common = {
    id: instrumentId(`${base}-USDT-PERP`),
    tick: price("0.1"),
    maxQuantity: quantity("1000"),
    minNotional: usdt("0"),
    maxLeverage: 100,
    tradable: true,
  };
  const [fine, finer] = [quantity("0.001"), quantity("0.0001")];
  return [
    { ...common, venue: BINANCE_UM, symbol: `${base}USDT`, lot: fine, minQuantity: fine, contractSize: quantity("1") },
    {
      ...common,
      venue: OKX_PERP,
      symbol: `${base}-USDT-SWAP`,
      lot: finer,
      minQuantity: finer,
      contractSize: quantity("0.01"),
    },
  ];
}
