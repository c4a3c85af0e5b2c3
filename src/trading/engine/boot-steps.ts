import type { Clock } from "#ports/clock.ts";
import type { BootStep } from "../status/readings.ts";

/** What a start does, step by step, and how long each took. */
export class BootSteps {
  readonly #clock: Clock;
  readonly #steps: BootStep[] = [];
  #finished = false;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** Runs one step of the start. Rejects as the step does. */
  async step<T>(id: string, run: () => Promise<T> | T): Promise<T> {
    const at = this.#clock.now();
    const began = this.#clock.monotonic();
    const index = this.#steps.push({ id, at, tookMs: null, failed: null }) - 1;
    const tookMs = (): number => Math.round(this.#clock.monotonic() - began);
    try {
      const value = await run();
      this.#steps[index] = { id, at, tookMs: tookMs(), failed: null };
      return value;
    } catch (error) {
      const failed = error instanceof Error ? error.message : String(error);
      this.#steps[index] = { id, at, tookMs: tookMs(), failed };
      throw error;
    }
  }

  finish(): void {
    this.#finished = true;
  }

  get finished(): boolean {
    return this.#finished;
  }

  all(): readonly BootStep[] {
    return this.#steps;
  }
}
