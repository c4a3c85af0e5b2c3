import type { HoldCode } from "#domain/hold.ts";
import type { Clock, Timer } from "#ports/clock.ts";
import type { DomainEvent } from "#domain/event.ts";
import type { Controller } from "./controller.ts";

/** How long a condition must have been gone before its cause counts as cleared. */
export const CLEAR_AFTER_MS = 60_000;

export interface AutoHoldDeps {
  readonly clock: Clock;
  readonly controller: Controller;
  readonly tell: (event: Omit<DomainEvent, "at">) => void;
  readonly clearAfterMs: number;
}

/**
 * Where every watcher says how things stand. What is wrong holds at once, and is told once for each time it comes; what
 * has been right again for a while is cleared. It never resumes: the mode stays HOLD until a person ends it.
 */
export class AutoHold {
  readonly #deps: AutoHoldDeps;
  readonly #wrong = new Map<HoldCode, Set<string>>();
  readonly #clearing = new Map<HoldCode, Timer>();

  constructor(deps: AutoHoldDeps) {
    this.#deps = deps;
  }

  /**
   * @param source which of several watched things of this cause, such as a venue
   * @param says what is wrong, in one sentence; null when nothing is
   */
  report(code: HoldCode, source: string, says: string | null, about: Partial<DomainEvent> = {}): void {
    const wrong = this.#wrong.get(code) ?? new Set();
    this.#wrong.set(code, wrong);
    if (says === null) {
      wrong.delete(source);
      if (wrong.size === 0) this.#clearLater(code);
      return;
    }
    this.#clearing.get(code)?.stop();
    this.#clearing.delete(code);
    // The hold is asked for every time: somebody may have resumed, and it is still wrong.
    this.#deps.controller.hold(code, says);
    if (wrong.has(source)) return;
    wrong.add(source);
    this.#deps.tell({ level: "critical", type: "risk", code, says, ...about });
  }

  #clearLater(code: HoldCode): void {
    const { clock, clearAfterMs, controller } = this.#deps;
    if (this.#clearing.has(code) || !controller.isHeldBy(code)) return;
    const timer = clock.after(clearAfterMs, () => {
      this.#clearing.delete(code);
      controller.clear(code);
    });
    this.#clearing.set(code, timer);
  }
}
