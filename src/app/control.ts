import { appendFileSync } from "node:fs";
import { createHash, randomBytes } from "node:crypto";
import { AuditLog } from "#adapters/storage/audit-log.ts";
import type { Anchor } from "#adapters/storage/audit-row.ts";
import type { DataDirectory } from "#adapters/storage/data-directory.ts";
import { OperatorsDirectory, keyOf } from "#adapters/storage/operators-directory.ts";
import { isPrivate } from "#adapters/storage/operators-file.ts";
import { StoreFault } from "#adapters/storage/sqlite.ts";
import type { DomainEvent } from "#domain/event.ts";
import type { AuditRow, AuditValue } from "#ports/audit.ts";
import type { Clock, Timer } from "#ports/clock.ts";
import type { Secrets } from "#ports/secrets.ts";
import type { Log } from "#ports/telemetry.ts";
import { type Remembered, remembered } from "#trading/control/control-words.ts";
import { SettingsRoom } from "#trading/control/settings-room.ts";
import type { Acts } from "#trading/control/acts.ts";
import { ControlRoom } from "#trading/engine/control-room.ts";
import type { Engine } from "#trading/engine/engine.ts";
import { type Config, settingsOf } from "./config.ts";
import { CONFIG_FILE, startSettings } from "./start-settings.ts";
import { StateFile } from "./state-file.ts";

export const AUDIT_FOLDER = "audit";
export const AUDIT_KEY = "audit.key";
export const OPERATORS = "operators.json";
const SNAPSHOT_EVERY_MS = 3_600_000;

export interface ControlInput {
  readonly config: Config;
  readonly directory: DataDirectory;
  readonly clock: Clock;
  readonly log: Log;
  /** The API token in force: configured, or drawn and kept. */
  readonly token: string;
  readonly simulated: boolean;
}

/** Why no order goes to a real venue in this run, whatever is changed while it runs; null when some may. */
function dryRunFixed({ config, simulated }: Pick<ControlInput, "config" | "simulated">): string | null {
  if (simulated)
    return "orders go to simulated venues since the start: choose another PROFILE, or DRY_RUN_ONLY=false, and restart";
  if (config.profile === "testnet" && !config.placeTestOrders)
    return "ENABLE_PLACE_TEST_ORDERS is false: set it to true and restart, to place orders on the testnet";
  return null;
}

/** What is kept of control between two runs, and who may change it in this one. */
export class ControlStore {
  readonly audit: AuditLog;
  readonly operators: OperatorsDirectory;
  readonly settings: SettingsRoom;
  /** How the last run left control, by the record. */
  readonly before: Remembered;
  /** What anchors are sealed with. */
  readonly auditKey: Buffer;
  readonly #input: ControlInput;
  #timer: Timer | null = null;
  #room: ControlRoom | null = null;
  #failed: string | null = null;

  constructor(input: ControlInput) {
    const { config, directory, clock, log, token } = input;
    this.#input = input;
    const kept = directory.file(CONFIG_FILE);
    this.settings = new SettingsRoom(startSettings(settingsOf(config), kept, (line) => log.write("info", line)));
    const key = StateFile.keptSecret(directory.file(AUDIT_KEY), () => randomBytes(32).toString("hex"));
    this.auditKey = Buffer.from(key, "hex");
    this.audit = new AuditLog(directory.file(AUDIT_FOLDER), {
      clock,
      boot: directory.epoch,
      key: this.auditKey,
      anchored: (anchor) => this.#anchored(anchor),
      failed: (says) => this.#unwritten(says),
    });
    const rows = [...this.audit.recent()];
    this.before = remembered(rows);
    const path = config.operatorsFile || directory.file(OPERATORS);
    if (!isPrivate(path)) {
      const says = `OPERATORS_FILE ${path} can be read by others; run: chmod 600 ${path}`;
      if (config.profile !== "paper") throw new StoreFault(says);
      log.write("warn", says);
    }
    this.operators = new OperatorsDirectory({
      clock,
      path,
      apiToken: token,
      admitted: admittedIn(rows),
      admitsFreely: () => !(this.#room?.authority.needsTwo("add_operators") ?? config.profile !== "paper"),
      tell: (code, says) => this.#tell(code, says),
    });
  }

  /** The room over an engine that was built and not started. */
  open(engine: Engine, secrets: Secrets): ControlRoom {
    const { config, directory } = this.#input;
    const room = new ControlRoom({
      engine,
      audit: this.audit,
      settings: this.settings,
      operators: this.operators,
      profile: config.profile,
      dryRunFixed: dryRunFixed(this.#input),
      boot: directory.epoch,
      digest: (text) => createHash("sha256").update(text).digest("hex"),
      acts: this.#acts(),
      secrets,
      alsoKept: () => ({ operators: this.operators.admitted.join(" ") }),
    });
    this.#room = room;
    return room;
  }

  /** The record of this run begins with how everything stands, and with what was found wrong with that of the last one. */
  begin(engine: Engine, room: ControlRoom): void {
    for (const says of this.audit.findings) this.#found(engine, says);
    if (this.#failed !== null) engine.rooms.controller.hold("audit", this.#failed);
    room.begin(this.before.requests);
    this.#timer = this.#input.clock.every(SNAPSHOT_EVERY_MS, () => room.snapshot());
  }

  /** Everything worth telling is on record too. */
  hear({ level, type, code, says, venue, instrument, hedge, data }: DomainEvent): void {
    // Changes of control are noted with their whole state where they are made.
    if (type === "control") return;
    const about = Object.fromEntries(
      Object.entries({ venue, instrument, hedge, ...data }).filter(([, value]) => value !== undefined),
    ) as Readonly<Record<string, AuditValue>>;
    this.audit.note({ actor: "system", action: `${type}.${code}`, data: { level, says, ...about } });
  }

  close(): void {
    this.#timer?.stop();
    this.audit.close();
  }

  #acts(): Acts {
    const keys = (): string => this.operators.waiting().map(keyOf).join(" ");
    return {
      add_operators: {
        title: () =>
          `admit ${this.operators
            .waiting()
            .map(({ name, role }) => `${name} (${role})`)
            .join(", ")}`,
        before: () => ({ waiting: keys() }),
        obstacles: () =>
          this.operators.waiting().length === 0
            ? [
                {
                  code: "nothing_to_do",
                  says: "nobody waits in the operators file: add one with propbot operators add",
                },
              ]
            : [],
        apply: () => {
          this.operators.admit(this.operators.waiting().map(keyOf));
          this.#room?.snapshot();
        },
      },
    };
  }

  /** A crash in the middle of a commit is no crime; a chain that does not verify is. */
  #found(engine: Engine, says: string): void {
    const torn = says.includes("in the middle of a commit");
    if (!torn) engine.rooms.controller.hold("audit", says);
    engine.rooms.tell({ level: torn ? "warn" : "critical", type: "control", code: "audit", says });
  }

  #anchored(anchor: Anchor): void {
    const { config, log } = this.#input;
    log.write("info", "audit anchor", { sequence: anchor.sequence, hash: anchor.hash, seal: anchor.seal });
    if (config.auditAnchorFile === "") return;
    try {
      appendFileSync(config.auditAnchorFile, `${JSON.stringify(anchor)}\n`, { mode: 0o600, flush: true });
    } catch (error) {
      this.#tell(
        "audit_anchor",
        `AUDIT_ANCHOR_FILE cannot be written: ${error instanceof Error ? error.message : String(error)}`,
      );
    }
  }

  #unwritten(says: string): void {
    this.#failed = says;
    this.#input.log.write("error", says);
    this.#room?.unrecorded(says);
  }

  #tell(code: string, says: string): void {
    this.#input.log.write("warn", says, { code });
    this.#room?.tell(code, says);
  }
}

/** Whom the last run had admitted, by its last snapshot; null when there is none that says so. */
function admittedIn(rows: readonly AuditRow[]): ReadonlySet<string> | null {
  const kept = rows.find(({ action }) => action === "control.snapshot")?.data["operators"];
  return typeof kept === "string" ? new Set(kept.split(" ").filter((key) => key !== "")) : null;
}
