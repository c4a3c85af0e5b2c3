import type { SeededChance } from "#adapters/host/chance.ts";
import { stateOf } from "#domain/hedge-machine.ts";
import type { Timer, Clock } from "#ports/clock.ts";
import type { Engine } from "#trading/engine/engine.ts";
import type { EventLog } from "./event-log.ts";

/** Causes behind which somebody must first find out what happened. */
const GRAVE: ReadonlySet<string> = new Set(["recon", "foreign_order", "forced_close", "account"]);
const LOOK_EVERY_MS = 1_000;

export interface OperatorDeps {
  readonly clock: Clock;
  readonly chance: SeededChance;
  readonly log: EventLog;
  readonly engine: () => Engine | null;
  /** Our books are those of the venues, as somebody who compares them by hand would find. */
  readonly booksAgree: () => boolean;
  /** Does nothing unasked: only brings the engine to RUN when it holds. */
  readonly calm: boolean;
}

/** A person at the desk: resumes after a while, holds now and then, closes a hedge by hand, lets go of a stuck one. */
export class Operator {
  readonly #deps: OperatorDeps;
  readonly #timer: Timer;

  constructor(deps: OperatorDeps) {
    this.#deps = deps;
    this.#timer = deps.clock.every(LOOK_EVERY_MS, () => this.#look());
  }

  leave(): void {
    this.#timer.stop();
  }

  #look(): void {
    const { chance, calm } = this.#deps;
    // Drawn every time, so that what the engine does shifts no later whim.
    const [resumes, holds, closes, which] = [
      chance.happens(0.35),
      chance.happens(0.02),
      chance.happens(0.03),
      chance.integer(8),
    ];
    const engine = this.#deps.engine();
    if (!engine) return;
    const { controller } = engine.rooms;
    if (controller.state.mode === "HOLD") {
      if ((resumes || calm) && this.#mayResume(engine)) this.#act("resume", () => controller.resume([]));
      else this.#letGo(engine, resumes);
    } else if (calm) return;
    else if (holds) this.#act("hold", () => controller.hold("operator", "because"));
    if (!calm && closes) this.#close(engine, which);
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
