import { IN_RUN } from "#trading/control/controller.ts";
import { randomBytes } from "node:crypto";
import { join } from "node:path";
import { SeededChance, TrueChance } from "#adapters/host/chance.ts";
import { LocalFeed } from "#adapters/host/feed.ts";
import { FreeSpace } from "#adapters/host/free-space.ts";
import { redactor } from "#adapters/host/redact.ts";
import { SystemClock } from "#adapters/host/system-clock.ts";
import type { ModelShape } from "#adapters/simulator/markets/model.ts";
import { takeDataDirectory } from "#adapters/storage/data-directory.ts";
import { KeptConfig } from "#adapters/storage/kept-config.ts";
import type { SecretsFile } from "#adapters/storage/secrets-file.ts";
import { UndiciHttpClient } from "#adapters/wire/http.ts";
import { WsSocketFactory } from "#adapters/wire/socket.ts";
import { Desk } from "#desk/desk.ts";
import type { Gate } from "#ports/gate.ts";
import type { Log } from "#ports/telemetry.ts";
import { type Served, serveApi } from "#surfaces/api/server.ts";
import { Engine } from "#trading/engine/engine.ts";
import { LeaseKeeper } from "#trading/engine/lease-keeper.ts";
import { warmUp } from "#trading/engine/warm-up.ts";
import { BINANCE_UM, OKX_PERP } from "#domain/ids.ts";
import { commitOf } from "./commit.ts";
import { NodeMetrics } from "./metrics/node-metrics.ts";
import { VERSION } from "./version.ts";
import type { Config, Environment } from "./config.ts";
import { ControlStore } from "./control.ts";
import { crashLoop } from "./crash-loop.ts";
import { doorOf } from "./door.ts";
import { makeVenues } from "./make-venues.ts";
import { type Paper, openRecording, startPaper } from "./paper.ts";
import { restorePaper } from "./paper-memory.ts";
import { SecretKeeper } from "./secret-keeper.ts";
import { slotsOf } from "./secret-slots.ts";
import { CONFIG_FILE } from "./start-settings.ts";
import { type Guards, StateFile } from "./state-file.ts";
import { openStatus } from "./status/open-status.ts";
import { nameLetter } from "./name-letter.ts";
import { keepToken, openBooks, openLog } from "./node-files.ts";
import { connected, portIsFree, settleInFlight } from "./node-waits.ts";
import { tryKeys } from "./try-keys.ts";
import { paperSettings, realSettings, ringsOf } from "./venue-settings.ts";

export interface NodeInput {
  readonly config: Config;
  /** A start with no configuration at all: paper, out of HOLD. */
  readonly demo: boolean;
  /** What the configuration was read from. */
  readonly environment: Environment;
  /** Where rotated secrets are kept; null when they cannot be. */
  readonly secrets: SecretsFile | null;
  readonly shape?: ModelShape;
  /** Reads a minute for one person, where something is measured. */
  readonly looksPerMinute?: number;
}

/** Everything that runs, and how to stop it. */
export interface Node {
  readonly config: Config;
  readonly engine: Engine;
  readonly feed: LocalFeed;
  readonly desk: Desk;
  readonly paper: Paper | null;
  readonly lease: LeaseKeeper;
  readonly clock: SystemClock;
  readonly log: Log;
  readonly url: string;
  readonly token: string;
  /** Finishes what is in flight, closes every door in order, and leaves nothing half-written. */
  stop(): Promise<void>;
}

const ROOT = join(import.meta.dirname, "../..");

/**
 * Puts the process together and starts it: directory, store, venues, engine, doors. Throws a fault of its own kind
 * when one of them cannot be; what was opened before is closed again.
 */
export async function startNode(input: NodeInput): Promise<Node> {
  const opened: (() => Promise<void> | void)[] = [];
  const closeAll = async (): Promise<void> => {
    for (const close of opened.splice(0).toReversed()) await close();
  };
  try {
    return await assemble(input, opened, closeAll);
  } catch (error) {
    await closeAll();
    throw error;
  }
}

async function assemble(
  { config, demo, environment, secrets: file, shape, looksPerMinute }: NodeInput,
  opened: (() => Promise<void> | void)[],
  closeAll: () => Promise<void>,
): Promise<Node> {
  const clock = new SystemClock();
  const takerFees = [config.takerFeeBinance, config.takerFeeOkx] as const;
  const simulated = config.profile === "paper" || config.dryRunOnly;
  // What can fail for a reason outside fails before a file is made.
  const recording = simulated ? await openRecording(config.market, takerFees) : null;
  await portIsFree(config.host, config.port);
  const directory = takeDataDirectory(config.dataDir, clock.now(), () => randomBytes(8).toString("hex").slice(0, 4));
  opened.push(() => directory.release());
  const token = config.apiToken === "" && config.authEnabled ? keepToken(directory) : config.apiToken;
  const slots = slotsOf(config, simulated);
  const redacted = new Set([token, ...slots.map(({ value }) => value)]);
  const log = openLog(directory, redacted, demo);
  const { journal, ledger } = await openBooks(directory, log);
  opened.push(() => ledger.close());
  opened.push(() => journal.close());
  const control = new ControlStore({ config, directory, clock, log, token, simulated });
  opened.push(() => control.close());

  const chance = new TrueChance({
    environment: nameLetter(config),
    install: directory.install,
    epoch: directory.epoch,
  });
  const paper = simulated
    ? await startPaper({
        clock,
        chance: new SeededChance(config.marketSeed),
        recording,
        speed: config.marketSpeed,
        takerFees,
        ...(shape ? { shape } : {}),
        ended: () =>
          feed.publish({
            at: clock.now(),
            level: "info",
            type: "market",
            code: "recording_ended",
            says: "the recording has ended; books grow old from here on",
          }),
      })
    : null;
  if (paper) opened.push(() => paper.close());

  const feed = new LocalFeed();
  feed.subscribe((event) => {
    ledger.record(event);
    control.hear(event);
    log.write(event.level === "critical" ? "error" : event.level, event.says, {
      type: event.type,
      code: event.code,
      hedge: event.hedge ?? null,
    });
  });
  if (paper) await restorePaper(paper, ledger);

  const metrics = new NodeMetrics({ clock, money: config.metricsMoney, legacy: config.metricsLegacy, process: true });
  const http = new UndiciHttpClient(clock);
  opened.push(() => http.close());
  const gate: Gate = {
    permits: (act, venue, asker) => lease.permits(act) && engine.rooms.controller.permits(act, venue, asker),
  };
  const settings = paper ? paperSettings(paper, config, directory.install) : realSettings(config, directory.install);
  const origins = new Map(settings.map(({ restUrl }, index) => [restUrl, index === 0 ? BINANCE_UM : OKX_PERP]));
  const venueDeps = {
    clock,
    chance,
    http: metrics.timedHttp(http, origins),
    sockets: new WsSocketFactory(clock),
    gate,
    log,
  };
  const venues = makeVenues(settings, venueDeps);

  const state = new StateFile(config.runtimeStatePath || directory.file("runtime_state.json"), clock);
  const looping = crashLoop(directory.starts, clock.now());
  const space = new FreeSpace(directory.path, clock);
  const engine: Engine = new Engine(
    { clock, chance, venues, journal, ledger: metrics.timedLedger(ledger), feed, log },
    {
      settings: () => control.settings.now,
      control:
        demo && looping === null ? IN_RUN : state.controlAtStart(guardsOf(config), control.before.control, looping),
      universe: config.universe,
      universeMax: config.universeMax,
      dayBaseline: state.dayBaseline,
      freeBytes: () => space.bytes(),
      ...metrics.hooks(),
      controlChanged: (now, code, says) => {
        room.changed(now, code, says);
        status.room.controlChanged(now, code, says);
        save();
      },
    },
  );
  const report = (says: string | null): void => engine.rooms.autoHold.report("lease", "lease", says);
  const lease = new LeaseKeeper({ clock, lease: directory.lease, report });
  lease.begin();
  opened.push(() => lease.close());
  const secrets = new SecretKeeper({
    file,
    slots,
    clock,
    rings: ringsOf(settings),
    tryKeys: (leg, keys) => tryKeys(settings, venueDeps, leg, keys),
    useToken: (fresh) => control.operators.useToken(fresh),
    redact: (value) => void redacted.add(value),
  });
  const room = control.open(engine, secrets);
  const status = openStatus({
    config,
    control,
    directory,
    engine,
    room,
    secrets,
    lease,
    clock,
    environment,
    log,
    simulated,
    metricsAt: () => metrics.collectedAt,
    served: () => api,
    token: config.authEnabled ? token : "",
  });
  opened.push(() => status.close());
  for (const says of state.findings) engine.rooms.tell({ level: "error", type: "control", code: "state_file", says });
  const save = (): void => state.write(desk, engine.results.dayBaseline);
  const desk = new Desk(engine, room, status.room, {
    profile: config.profile,
    label: config.mode || config.profile,
    killFlatten: config.killFlatten,
    redact: redactor(redacted),
    configFile: new KeptConfig(directory.file(CONFIG_FILE)),
  });
  control.begin(engine, room);
  let api: Served | null = null;
  metrics.sources = {
    uiClients: () => api?.hub.count() ?? 0,
    streamDropped: () => [...(api?.hub.dropped ?? [])].map(([reason, count]) => ({ reason, count })),
    components: () => status.room.board()?.components ?? [],
  };
  const reading = await metrics.begin();
  opened.push(() => reading.stop());
  let started = false;
  metrics.watch(engine, room, feed, {
    profile: config.profile,
    version: VERSION,
    commit: commitOf(ROOT),
    lease: () => lease.reading(),
    started: () => started,
  });
  opened.push(() => engine.stop());
  api = await serveApi(desk, {
    host: config.host,
    port: config.port,
    authEnabled: config.authEnabled,
    operators: control.operators,
    version: VERSION,
    log,
    exposition: metrics,
    meter: metrics,
    requestId: () => chance.token(16),
    ...doorOf({ config, desk, clock, claims: ledger, directory, log, looksPerMinute }),
  });
  const { url } = api;
  opened.push(() => api?.close());
  status.begin();
  await engine.start();
  started = true;
  await connected(engine, clock, paper !== null && paper.model !== null);
  log.write("info", "warmed up", { rounds: warmUp(engine.rooms, engine.pricing) });
  save();
  const saving = clock.every(config.scanIntervalSec * 1_000, () => save());
  opened.push(() => saving.stop());
  paper?.begin();

  return {
    config,
    engine,
    feed,
    desk,
    paper,
    lease,
    clock,
    log,
    url,
    token: config.authEnabled ? token : "",
    stop: async () => {
      engine.rooms.controller.hold("shutdown", "the process is being stopped");
      await settleInFlight(engine, clock);
      save();
      await closeAll();
    },
  };
}

/** What the environment says of the guards. Simulated venues need no dry run: nothing of theirs is real. */
function guardsOf({ safeMode, twoManRule, profile, dryRunOnly, placeTestOrders }: Config): Guards {
  return { safeMode, twoManRule, dryRun: profile === "testnet" && !dryRunOnly && !placeTestOrders };
}
