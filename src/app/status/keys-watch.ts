import { existsSync, statSync } from "node:fs";
import type { Secrets } from "#ports/secrets.ts";
import type { Clock, Timer } from "#ports/clock.ts";
import type { KeysHealth } from "#trading/status/outside.ts";
import { tokenWeakness } from "../token-strength.ts";

export interface KeysWatchDeps {
  readonly clock: Clock;
  /** Files that nobody else of this machine has any business with. */
  readonly files: readonly string[];
  readonly secrets: Secrets;
  /** The token of the start: a later one was looked at when it took its place. Empty where none is asked for. */
  readonly token: string;
  /** In paper nothing real can be stolen: there it is a worry and no more. */
  readonly paper: boolean;
}

const EVERY_MS = 300_000;
const DAY_MS = 86_400_000;
const OTHERS = 0o077;

/** Looks at the files and tokens that keep strangers out, every five minutes. */
export class KeysWatch {
  readonly #deps: KeysWatchDeps;
  #timer: Timer | null = null;
  #health: KeysHealth;

  constructor(deps: KeysWatchDeps) {
    this.#deps = deps;
    this.#health = this.#look();
  }

  begin(): void {
    this.#timer = this.#deps.clock.every(EVERY_MS, () => (this.#health = this.#look()));
  }

  close(): void {
    this.#timer?.stop();
  }

  health(): KeysHealth {
    return this.#health;
  }

  #look(): KeysHealth {
    const { clock, files, secrets, token, paper } = this.#deps;
    const now = clock.now();
    const exposed = files.filter(isExposed).map((path) => `${path} can be read by others: chmod go-rwx ${path}`);
    const weak = token !== "" && tokenWeakness(token) !== null ? ["API_TOKEN"] : [];
    const used = secrets.slots().filter(({ inUse }) => inUse);
    const ages = used.flatMap(({ since }) => (since === null ? [] : [Math.floor((now - Date.parse(since)) / DAY_MS)]));
    return {
      at: now,
      exposed,
      weak,
      grave: !paper,
      oldestDays: ages.length === 0 ? null : Math.max(...ages),
      ageless: used.length - ages.length,
    };
  }
}

const isExposed = (path: string): boolean => existsSync(path) && (statSync(path).mode & OTHERS) !== 0;
