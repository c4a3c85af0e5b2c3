import { LocalFeed } from "#adapters/host/feed.ts";
import type { SeededChance } from "#adapters/host/chance.ts";
import type { VirtualClock } from "#adapters/host/virtual-clock.ts";
import { MemoryWire, type MemoryWireOptions } from "#adapters/simulator/memory-wire.ts";
import type { VenueDeps, VenueSettings } from "#adapters/venues/deps.ts";
import type { Bps } from "#domain/decimal.ts";
import type { Chance } from "#ports/chance.ts";
import type { Clock } from "#ports/clock.ts";
import type { Gate } from "#ports/gate.ts";
import type { Journal } from "#ports/journal.ts";
import type { Ledger } from "#ports/ledger.ts";
import type { Log } from "#ports/telemetry.ts";
import type { HttpClient, SocketFactory } from "#ports/wire.ts";
import { Engine, type EngineOptions } from "#trading/engine/engine.ts";
import { makeVenues } from "./make-venues.ts";
import type { SimulatedVenues } from "./simulated-venues.ts";
import { VISIBILITY_LAG_MS, venueSettings } from "./venue-settings.ts";

export const ORIGINS = ["http://binance.simulated", "http://okx.simulated"] as const;

/** The network inside one process, with both venues behind it. */
export function memoryWire(
  clock: VirtualClock,
  chance: SeededChance,
  simulated: SimulatedVenues,
  options: MemoryWireOptions = {},
): MemoryWire {
  const wire = new MemoryWire(clock, chance, simulated.misfortune, options);
  for (const [index, dialect] of simulated.dialects.entries()) wire.route(ORIGINS[index === 0 ? 0 : 1], dialect);
  return wire;
}

export interface EngineParts {
  readonly clock: Clock;
  readonly chance: Chance;
  readonly wire: HttpClient & SocketFactory;
  readonly simulated: SimulatedVenues;
  readonly journal: Journal;
  readonly ledger: Ledger;
  readonly log: Log;
  readonly takerFees: readonly [Bps, Bps];
  readonly options: EngineOptions;
  /** Which road orders take first; the websocket unless said otherwise. */
  readonly orderEntry?: "ws" | "rest";
  readonly visibilityLagMs?: readonly [number, number];
}

/** A whole engine over a wire in memory: the same adapters, the same rooms, as with sockets. */
export function engineOver(parts: EngineParts): {
  readonly engine: Engine;
  readonly feed: LocalFeed;
  readonly settings: readonly VenueSettings[];
  readonly venueDeps: VenueDeps;
} {
  const { clock, chance, wire, simulated, journal, ledger, log, takerFees, options } = parts;
  const feed = new LocalFeed();
  // The gate is asked long after the engine that owns it exists.
  const gate: Gate = { permits: (act, venue, asker) => engine.rooms.controller.permits(act, venue, asker) };
  const lag = parts.visibilityLagMs ?? [VISIBILITY_LAG_MS.binance, VISIBILITY_LAG_MS.okx];
  const settings = ([0, 1] as const).map((leg) =>
    venueSettings({
      restUrl: ORIGINS[leg],
      wsUrl: ORIGINS[leg].replace(/^http/, "ws"),
      orderEntry: parts.orderEntry ?? "ws",
      orderTag: "offline",
      keys: simulated.keys[leg],
      takerFee: takerFees[leg],
      visibilityLagMs: lag[leg],
    }),
  );
  const venueDeps: VenueDeps = { clock, chance, http: wire, sockets: wire, gate, log };
  const venues = makeVenues(settings, venueDeps);
  const engine: Engine = new Engine({ clock, chance, venues, journal, ledger, feed, log }, options);
  return { engine, feed, settings, venueDeps };
}
