import type { SeededChance } from "#adapters/host/chance.ts";
import type { HoldCode } from "#domain/hold.ts";
import { stateOf } from "#domain/hedge-machine.ts";
import type { Timer, Clock } from "#ports/clock.ts";
import type { Engine } from "#trading/engine/engine.ts";
import type { EventLog } from "./event-log.ts";
import type { People } from "./people.ts";

/** Causes behind which somebody must first find out what happened. */
const GRAVE: ReadonlySet<HoldCode> = new Set(["recon", "foreign_order", "forced_close", "account"] as const);
const LOOK_EVERY_MS = 1_000;

export interface OperatorDeps {
  readonly clock: Clock;
  readonly chance: SeededChance;
  readonly log: EventLog;
  readonly engine: () => Engine | null;
  readonly people: People;
  /** Our books are those of the venues, as somebody who compares them by hand would find. */
  readonly booksAgree: () => boolean;
  /** Does nothing unasked: only brings the engine to RUN when it holds. */
  readonly calm: boolean;
  /** People do more than what has to be done. */
  readonly whims: boolean;
}

/** Looks at the desk every second: people have their whims, resume after a while, close a hedge by hand, let go of a stuck one. */
export class Attention {
  readonly #deps: OperatorDeps;
  readonly #timer: Timer;
  #resuming = false;

  constructor(deps: OperatorDeps) {
    this.#deps = deps;
    this.#timer = deps.clock.every(LOOK_EVERY_MS, () => this.#look());
  }

  leave(): void {
    this.#timer.stop();
  }

  #look(): void {
    const { chance, calm, people, whims } = this.#deps;
    // Drawn every time, so that what the engine does shifts no later whim.
    const [resumes, closes, which] = [chance.happens(0.35), chance.happens(0.03), chance.integer(8)];
    const engine = this.#deps.engine();
    if (!engine) return;
    if (engine.rooms.controller.state.mode === "HOLD") {
      if ((resumes || calm) && this.#mayResume(engine)) this.#resume();
      else this.#letGo(engine, resumes);
    }
    if (calm || !whims) return;
    people.look(engine);
    if (closes) this.#close(engine, which);
  }

  #resume(): void {
    if (this.#resuming) return;
    this.#resuming = true;
    // A process that dies meanwhile never answers: whoever waits for it looks again.
    const again = (): void => {
      this.#resuming = false;
    };
    const late = this.#deps.clock.after(5 * LOOK_EVERY_MS, again);
    void this.#deps.people.resume().then(() => {
      late.stop();
      again();
    });
  }

  #mayResume(engine: Engine): boolean {
    const { state } = engine.rooms.controller;
    const settled = engine.rooms.executor.active().every((hedge) => stateOf(hedge) === "hedged");
    const grave = state.mode === "HOLD" && state.causes.some(({ code }) => GRAVE.has(code));
    return settled && (!grave || this.#deps.booksAgree());
  }

  #letGo(engine: Engine, wants: boolean): void {
    const stuck = engine.rooms.executor.active().find((hedge) => stateOf(hedge) === "stuck");
    if (wants && stuck)
      this.#act("release", () => void engine.rooms.executor.leave(stuck.intent.id, "operator", "operator"));
  }

  #close(engine: Engine, which: number): void {
    const active = engine.rooms.executor.active();
    const hedge = active[which % Math.max(1, active.length)];
    if (hedge) this.#act("close", () => void engine.rooms.executor.leave(hedge.intent.id, "operator", "operator"));
  }

  #act(what: string, run: () => unknown): void {
    this.#deps.log.add("operator", what);
    run();
  }
}
