import type { Instant } from "#domain/time.ts";
import type { Clock } from "#ports/clock.ts";

export interface PreflightItem {
  readonly id: string;
  readonly ok: boolean;
  readonly says: string;
}

export interface PreflightResult {
  readonly at: Instant;
  readonly settings: number;
  readonly items: readonly PreflightItem[];
}

/** A look at one thing that must be so before RUN; it may ask a venue. */
export type PreflightCheck = () => Promise<PreflightItem>;

/** A pass is good for this long, and only for the settings it was made with. */
const GOOD_FOR_MS = 600_000;

/** Everything that must be green before RUN, looked at when somebody asks for it. */
export class Preflight {
  readonly #clock: Clock;
  readonly #checks: readonly PreflightCheck[];
  readonly #settings: () => number;
  #last: PreflightResult | null = null;

  /** @param settings the revision of the settings */
  constructor(clock: Clock, checks: readonly PreflightCheck[], settings: () => number) {
    this.#clock = clock;
    this.#checks = checks;
    this.#settings = settings;
  }

  get last(): PreflightResult | null {
    return this.#last;
  }

  get passed(): boolean {
    return this.#last !== null && this.obstacles().length === 0;
  }

  async run(): Promise<PreflightResult> {
    const settings = this.#settings();
    const items = await Promise.all(this.#checks.map((check) => check()));
    this.#last = { at: this.#clock.now(), settings, items };
    return this.#last;
  }

  /** Why the last look does not allow a resume; empty when it does. */
  obstacles(): readonly string[] {
    if (this.#last === null) return ["the preflight was never run"];
    const { at, settings, items } = this.#last;
    if (settings !== this.#settings()) return ["the settings have changed since the preflight"];
    if (this.#clock.now() - at > GOOD_FOR_MS) return ["the preflight is older than ten minutes"];
    return items.filter(({ ok }) => !ok).map(({ id, says }) => `${id}: ${says}`);
  }
}
