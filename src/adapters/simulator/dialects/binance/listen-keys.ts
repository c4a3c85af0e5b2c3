import type { SeededChance } from "#adapters/host/chance.ts";
import type { Clock, Timer } from "#ports/clock.ts";

const LIFE_MS = 3_600_000;

/** The one listen key of the account: an hour from the last sign of life. */
export class ListenKeys {
  readonly #clock: Clock;
  readonly #chance: SeededChance;
  readonly #expired: (key: string) => void;
  #key: string | null = null;
  #timer: Timer | null = null;

  constructor(clock: Clock, chance: SeededChance, expired: (key: string) => void) {
    this.#clock = clock;
    this.#chance = chance;
    this.#expired = expired;
  }

  get current(): string | null {
    return this.#key;
  }

  /** The same key while one lives. */
  open(): string {
    this.#key ??= this.#chance.token(64);
    this.#arm();
    return this.#key;
  }

  keep(): string | null {
    if (this.#key !== null) this.#arm();
    return this.#key;
  }

  close(): void {
    this.#timer?.stop();
    this.#key = null;
  }

  /** Now, whatever is left of its hour. */
  expire(): void {
    const key = this.#key;
    this.close();
    if (key !== null) this.#expired(key);
  }

  #arm(): void {
    this.#timer?.stop();
    this.#timer = this.#clock.after(LIFE_MS, () => this.expire());
  }
}
