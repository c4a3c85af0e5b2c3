import { IN_RUN } from "#trading/control/controller.ts";
import { mkdtempSync, rmSync } from "node:fs";
import { join } from "node:path";
import { TrueChance } from "#adapters/host/chance.ts";
import { LocalFeed } from "#adapters/host/feed.ts";
import { SystemClock } from "#adapters/host/system-clock.ts";
import { LogJournal } from "#adapters/storage/log-journal.ts";
import { MemoryJournal, MemoryLedger } from "#adapters/storage/memory.ts";
import { UndiciHttpClient } from "#adapters/wire/http.ts";
import { WsSocketFactory } from "#adapters/wire/socket.ts";
import { makeVenues } from "#app/make-venues.ts";
import { venueSettings } from "#app/venue-settings.ts";
import { bps, usdt } from "#domain/decimal.ts";
import { instrumentId } from "#domain/ids.ts";
import type { Settings } from "#domain/settings.ts";
import type { Gate } from "#ports/gate.ts";
import type { Journal } from "#ports/journal.ts";
import { Engine } from "#trading/engine/engine.ts";
import { warmUp } from "#trading/engine/warm-up.ts";
import { quantile } from "../harness/statistics.ts";
import type { ClientPlan, ClientResult } from "./words.ts";

const FAR = usdt("1000000000");

/** The loop with nothing in its way but the rules themselves: every one is asked, none has reason to say no. */
const settings: Settings = {
  autoLoop: true,
  reduceOnly: false,
  orderNotional: usdt("600.001"),
  minSpreadBps: bps("1"),
  maxSlippageBps: bps("2"),
  limits: {
    maxNotionalPerPosition: FAR,
    maxTotalNotional: FAR,
    maxOpenPositions: 1_000,
    maxLeverage: 5,
    maxPosition: null,
    maxPositionBySymbol: new Map(),
    maxOpenOrders: 1_000,
    maxOpenOrdersByVenue: new Map(),
    maxDailyLoss: FAR,
    maxDelta: FAR,
    maxDayDrawdown: bps("10000"),
    placePerMin: 1_000_000_000,
    cancelPerMin: 1_000_000_000,
    rescuePerMin: 1_000_000_000,
  },
  bookMaxAgeMs: 5_000,
  legDeadlineMs: 800,
  recoveryDeadlineMs: 5_000,
  completeMaxLossBps: bps("10"),
  maxRecoveryLossBps: bps("50"),
  unknownHoldMs: 15_000,
  exitTargetBps: bps("1"),
  stopBps: bps("500"),
  maxHoldMs: 86_400_000,
  fundingHorizonMs: 0,
  avoidWindowMs: 0,
  confirmToleranceBps: bps("2"),
  opportunityTtlMs: 30_000,
  leverage: 5,
  loopPairs: [],
  loopVenues: [],
  pollIntervalMs: 5_000,
  cooldownMs: 0,
  clockSkewGuardMs: 1_000,
  minLiquidationDistance: bps("800"),
  maintenanceWindows: [],
};

export interface OursRunning {
  stop(): Promise<void>;
  journal(): ClientResult["journal"];
}

/** The whole engine as production puts it together, over the production wire. */
export async function runOurs(plan: ClientPlan): Promise<OursRunning> {
  const clock = new SystemClock();
  const chance = new TrueChance({ environment: "p", install: "bnch", epoch: 1 });
  const http = new UndiciHttpClient(clock);
  const disk = plan.variant.endsWith("disk");
  const folder = disk ? mkdtempSync(join(import.meta.dirname, "../results-order-")) : null;
  const log = folder === null ? null : new LogJournal(join(folder, "journal.log"));
  const took: Took = { micros: [], flushes: 0 };
  const journal = log === null ? new MemoryJournal() : timed(log, took);
  const gate: Gate = { permits: (act, venue, asker) => engine.rooms.controller.permits(act, venue, asker) };
  const common = {
    orderEntry: plan.variant.includes("rest") ? "rest" : "ws",
    orderTag: "bnch",
    takerFee: bps("5"),
    visibilityLagMs: 0,
  } as const;
  const { binance, okx } = plan.keys;
  const venues = makeVenues(
    [
      venueSettings({
        ...common,
        restUrl: plan.urls.binance.rest,
        wsUrl: plan.urls.binance.ws,
        keys: { apiKey: binance.key, secret: binance.secret, passphrase: "" },
      }),
      venueSettings({
        ...common,
        restUrl: plan.urls.okx.rest,
        wsUrl: plan.urls.okx.ws,
        keys: { apiKey: okx.key, secret: okx.secret, passphrase: okx.passphrase },
      }),
    ],
    { clock, chance, http, sockets: new WsSocketFactory(clock), gate, log: { write: () => undefined } },
  );
  const engine: Engine = new Engine(
    {
      clock,
      chance,
      venues,
      journal,
      ledger: new MemoryLedger(),
      feed: new LocalFeed(),
      log: { write: () => undefined },
    },
    {
      settings: () => settings,
      control: IN_RUN,
      universe: [instrumentId("BTC-USDT-PERP")],
      universeMax: 1,
    },
  );
  await engine.start();
  const up = (): boolean => venues.every(({ id }) => engine.rooms.controller.state.venues.get(id) === "OK");
  while (!up()) await clock.sleep(20);
  await clock.sleep(500);
  warmUp(engine.rooms, engine.pricing);
  return {
    stop: async () => {
      await engine.stop();
      await http.close();
      await log?.close();
      if (folder !== null) rmSync(folder, { recursive: true, force: true });
    },
    journal: () =>
      log === null
        ? null
        : { flushesPerHedge: took.flushes / took.micros.length, flushMicros: quantile(took.micros, 0.5) },
  };
}

interface Took {
  readonly micros: number[];
  flushes: number;
}

/** The journal, and how long it took for each intention and in how many flushes. */
function timed(journal: LogJournal, took: Took): Journal {
  return {
    append: async (entries) => {
      const opens = entries.some(({ event }) => event.type === "intended");
      const started = process.hrtime.bigint();
      const before = journal.flushes;
      const receipt = await journal.append(entries);
      if (opens) {
        took.micros.push(Number(process.hrtime.bigint() - started) / 1_000);
        took.flushes += journal.flushes - before;
      }
      return receipt;
    },
    finish: (hedge) => journal.finish(hedge),
    read: (latest) => journal.read(latest),
  };
}
