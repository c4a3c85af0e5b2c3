import type { ControlState } from "#domain/control.ts";
import type { Level } from "#domain/health.ts";
import type { Instant } from "#domain/time.ts";
import type { Timer } from "#ports/clock.ts";
import { Alarms } from "../status/alarms.ts";
import { type Board, type Component, StatusBoard } from "../status/board.ts";
import { type IncidentView, Incidents } from "../status/incidents.ts";
import type { Thresholds } from "../status/objective.ts";
import type { Outside } from "../status/outside.ts";
import { probes } from "../status/probes.ts";
import type { KeptObjectives } from "../status/slo-memory.ts";
import { SloRoom } from "../status/slo-room.ts";
import type { ControlRoom } from "./control-room.ts";
import type { Engine } from "./engine.ts";
import { observe } from "./observe.ts";

/** What of the status outlives the process. */
export interface StatusMemory {
  readonly objectives: KeptObjectives;
  readonly incidents: readonly IncidentView[];
  keepObjectives(kept: KeptObjectives): void;
  keepIncident(incident: IncidentView): void;
}

export interface StatusRoomDeps {
  readonly engine: Engine;
  readonly room: ControlRoom;
  readonly outside: Outside;
  readonly thresholds: Thresholds;
  readonly memory: StatusMemory;
}

/** A component that came to another level, as whoever listens to the board hears it. */
export interface StatusChange {
  readonly component: Component;
  readonly was: Level | null;
}

const LOOK_EVERY_MS = 1_000;
const FLUSH_EVERY_MS = 60_000;
/** The board itself is looked at every second: older than this, nobody looks any more. */
const BOARD_TTL_MS = 10_000;

/** Looks at everything every second and after every change of control, and never because somebody asks. */
export class StatusRoom {
  readonly incidents: Incidents;
  readonly alarms: Alarms;
  readonly slo: SloRoom;
  readonly #engine: Engine;
  readonly #board: StatusBoard;
  readonly #view: ReturnType<typeof observe>;
  readonly #listeners = new Set<(changes: readonly StatusChange[]) => void>();
  readonly #timers: Timer[] = [];
  #soon: Timer | null = null;

  constructor({ engine, room, outside, thresholds, memory }: StatusRoomDeps) {
    const { autoHold, gaps, samples, tell, world } = engine.rooms;
    this.#engine = engine;
    this.slo = new SloRoom({
      clock: world.clock,
      thresholds,
      gaps,
      samples,
      kept: memory.objectives,
      keep: (kept) => memory.keepObjectives(kept),
      report: (source, says) => autoHold.report("slo", source, says),
    });
    this.incidents = new Incidents({
      newId: () => `in${world.chance.token(8)}`,
      kept: memory.incidents,
      keep: (incident) => memory.keepIncident(incident),
    });
    this.alarms = new Alarms((level, code, says) => tell({ level, type: "status", code, says }));
    this.#view = observe({
      engine,
      room,
      outside,
      objectives: () => this.slo.standing(),
      incidents: () => this.incidents.all(),
    });
    this.#board = new StatusBoard(probes, this.#view);
  }

  begin(): void {
    const { clock } = this.#engine.rooms.world;
    this.#timers.push(
      clock.every(LOOK_EVERY_MS, () => this.look()),
      clock.every(FLUSH_EVERY_MS, () => this.#engine.rooms.journal.try()),
    );
    this.#engine.rooms.journal.try();
    this.look();
  }

  close(): void {
    for (const timer of this.#timers.splice(0)) timer.stop();
    this.#soon?.stop();
  }

  /** Control has changed: people shall see it at once, and whoever changed it shall not wait for that. */
  controlChanged(state: ControlState, code: string, says: string): void {
    const { clock } = this.#engine.rooms.world;
    this.incidents.tell("system", `control: ${state.mode}, ${code}: ${says}`, clock.now());
    this.#soon ??= clock.after(0, () => {
      this.#soon = null;
      this.look();
    });
  }

  look(): void {
    this.slo.look(this.#view);
    const changes = this.#board.look();
    const components = this.#worthTelling();
    this.alarms.note(components);
    this.incidents.note(components, this.#view.now());
    for (const listen of this.#listeners) listen(changes);
  }

  /** While the start goes on most things cannot be seen yet: only how the start itself goes is news. */
  #worthTelling(): readonly Component[] {
    const { components = [] } = this.#board.board ?? {};
    const { finished, steps } = this.#view.start();
    if (finished) return components;
    return steps.some(({ failed }) => failed !== null) ? components.filter(({ id }) => id === "guarded_startup") : [];
  }

  /** As of the last look, and UNKNOWN through and through when that is too long ago; null before the first. */
  board(): Board | null {
    const { board } = this.#board;
    if (board === null) return null;
    return this.#view.now() - board.at > BOARD_TTL_MS ? unseen(board) : board;
  }

  /** Hears what changed after every look, also when nothing did. */
  listen(listener: (changes: readonly StatusChange[]) => void): { close(): void } {
    this.#listeners.add(listener);
    return { close: () => this.#listeners.delete(listener) };
  }

  now(): Instant {
    return this.#view.now();
  }
}

function unseen(board: Board): Board {
  const components = board.components.map((each): Component => ({
    ...each,
    level: "UNKNOWN",
    says: `nobody has looked for more than ${BOARD_TTL_MS / 1_000} s: ${each.says}`,
  }));
  const scores = { P0: null, P1: null, P2: null, P3: null };
  return { ...board, overall: board.overall === "HOLD" ? "HOLD" : "ERROR", scores, components };
}
