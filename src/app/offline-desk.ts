import { createHash } from "node:crypto";
import { MemoryAudit } from "#adapters/storage/memory.ts";
import { digestOf } from "#adapters/storage/operators-file.ts";
import { Desk } from "#desk/desk.ts";
import type { DeskFacts } from "#desk/control-words.ts";
import type { Operator } from "#domain/operator.ts";
import type { Audit } from "#ports/audit.ts";
import type { Operators } from "#ports/operators.ts";
import type { Secrets } from "#ports/secrets.ts";
import type { SettingsRoom } from "#trading/control/settings-room.ts";
import { ControlRoom } from "#trading/engine/control-room.ts";
import type { Engine } from "#trading/engine/engine.ts";
import { StatusRoom } from "#trading/engine/status-room.ts";
import type { Outside } from "#trading/status/outside.ts";
import { presetThresholds } from "./status/thresholds.ts";

export interface OfflineDesk {
  readonly desk: Desk;
  readonly room: ControlRoom;
  /** It begins when it is told to. */
  readonly status: StatusRoom;
  readonly audit: MemoryAudit;
  readonly operators: Operators;
}

export interface OfflineDeskGiven {
  readonly engine: Engine;
  readonly settings: SettingsRoom;
  readonly facts?: Partial<DeskFacts>;
  readonly secrets?: Secrets;
  readonly outside?: Outside;
  /** Tokens and whose they are. */
  readonly people: ReadonlyMap<string, Operator>;
}

export interface DeskOverGiven {
  readonly engine: Engine;
  readonly settings: SettingsRoom;
  readonly audit: Audit;
  readonly operators: Operators;
  readonly boot: number;
  readonly facts: DeskFacts;
  readonly outside?: Outside;
  readonly secrets?: Secrets;
}

/** A desk over an engine, with the record it is given. It begins when its room is told to. */
export function deskOver({ facts, outside = {}, ...given }: DeskOverGiven): {
  readonly desk: Desk;
  readonly room: ControlRoom;
  readonly status: StatusRoom;
} {
  const room = new ControlRoom({
    ...given,
    profile: facts.profile,
    dryRunFixed: facts.profile === "paper" ? "in paper every order goes to simulated venues" : null,
    digest: (text) => createHash("sha256").update(text).digest("hex"),
  });
  const { engine } = given;
  const status = new StatusRoom({
    engine,
    room,
    outside,
    thresholds: presetThresholds("local_ok"),
    memory: { objectives: {}, incidents: [], keepObjectives: () => undefined, keepIncident: () => undefined },
  });
  return { desk: new Desk(engine, room, status, facts), room, status };
}

/** A desk whose record ends with the process: the same authority, the same rules. */
export function offlineDesk({
  engine,
  settings,
  facts = {},
  outside = {},
  people,
  secrets,
}: OfflineDeskGiven): OfflineDesk {
  const { clock } = engine.rooms.world;
  const audit = new MemoryAudit(() => clock.now());
  const operators: Operators = {
    identify: (token) => people.get(token) ?? null,
    holder: (digest) => [...people].find(([token]) => digestOf(token) === digest)?.[1] ?? null,
    all: () => [...people.values()],
  };
  const whole = { profile: "paper", label: "paper", killFlatten: false, ...facts };
  const { desk, room, status } = deskOver({
    engine,
    outside,
    settings,
    audit,
    operators,
    boot: 1,
    facts: whole,
    ...(secrets ? { secrets } : {}),
  });
  room.begin([]);
  return { desk, room, status, audit, operators };
}
