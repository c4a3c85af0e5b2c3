import { existsSync } from "node:fs";
import { resolve } from "node:path";
import type { DataDirectory } from "#adapters/storage/data-directory.ts";
import type { Instant } from "#domain/time.ts";
import type { Clock } from "#ports/clock.ts";
import type { Secrets } from "#ports/secrets.ts";
import type { Log } from "#ports/telemetry.ts";
import type { ControlRoom } from "#trading/engine/control-room.ts";
import type { Engine } from "#trading/engine/engine.ts";
import type { LeaseKeeper } from "#trading/engine/lease-keeper.ts";
import type { Served } from "#surfaces/api/server.ts";
import { StatusRoom } from "#trading/engine/status-room.ts";
import type { Config, Environment } from "../config.ts";
import { AUDIT_FOLDER, AUDIT_KEY, type ControlStore, OPERATORS } from "../control.ts";
import { AuditWatch } from "./audit-watch.ts";
import { ConfigWatch } from "./config-watch.ts";
import { DocsWatch } from "./docs-watch.ts";
import { KeysWatch } from "./keys-watch.ts";
import { StatusFiles } from "./status-files.ts";
import { readThresholds } from "./thresholds.ts";

export interface StatusGiven {
  readonly config: Config;
  readonly environment: Environment;
  readonly control: ControlStore;
  readonly directory: DataDirectory;
  readonly engine: Engine;
  readonly room: ControlRoom;
  readonly secrets: Secrets;
  readonly lease: LeaseKeeper;
  /** The API token in force; empty where none is asked for. */
  readonly token: string;
  readonly clock: Clock;
  readonly log: Log;
  readonly simulated: boolean;
  /** When the metrics were last collected; null before the first time. */
  readonly metricsAt: () => Instant | null;
  /** The server of the API; null before it listens. */
  readonly served: () => Served | null;
}

/** The status of this process: its own rooms, and the files and threads around them. */
export function openStatus(given: StatusGiven): { readonly room: StatusRoom; begin(): void; close(): Promise<void> } {
  const { config, environment, control, directory, engine, lease, clock, log, secrets, simulated } = given;
  const envFile = resolve(".env");
  const watches = {
    audit: new AuditWatch({
      clock,
      audit: control.audit,
      folder: directory.file(AUDIT_FOLDER),
      key: control.auditKey,
      broken: (says) => engine.rooms.controller.hold("audit", says),
    }),
    keys: new KeysWatch({
      clock,
      secrets,
      token: given.token,
      paper: config.profile === "paper",
      files: [
        envFile,
        directory.path,
        directory.file("api_token"),
        directory.file("secrets.json"),
        directory.file(AUDIT_KEY),
        directory.file("ledger.db"),
        directory.file("journal.log"),
        config.operatorsFile || directory.file(OPERATORS),
        ...(config.secretsKeyFile === "" ? [] : [config.secretsKeyFile]),
      ],
    }),
    docs: new DocsWatch(clock, () => given.served()?.paths ?? []),
    config: new ConfigWatch({ clock, path: existsSync(envFile) ? envFile : null, environment }),
  };
  const room = new StatusRoom({
    engine,
    room: given.room,
    thresholds: readThresholds(config.statusThresholdsFile, simulated ? "local_ok" : "vps_ok"),
    memory: new StatusFiles(directory.path, (says) => log.write("warn", says)),
    outside: {
      lease: () => lease.reading(),
      audit: () => watches.audit.health(),
      keys: () => watches.keys.health(),
      config: () => watches.config.health(),
      docs: () => watches.docs.health(),
      stream: () => given.served()?.hub.health() ?? null,
      metrics: given.metricsAt,
      telegram: () => "off",
    },
  });
  return {
    room,
    begin: () => {
      for (const watch of Object.values(watches)) watch.begin();
      room.begin();
    },
    close: async () => {
      room.close();
      for (const watch of Object.values(watches)) await watch.close();
    },
  };
}
