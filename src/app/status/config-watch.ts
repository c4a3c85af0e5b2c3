import { createHash } from "node:crypto";
import { existsSync, readFileSync } from "node:fs";
import { parseEnv } from "node:util";
import type { Clock, Timer } from "#ports/clock.ts";
import type { ConfigHealth } from "#trading/status/outside.ts";
import { ConfigFault, type Environment, readConfig } from "../config.ts";

export interface ConfigWatchDeps {
  readonly clock: Clock;
  /** The file whose lines were read at the start; null when there was none. */
  readonly path: string | null;
  /** Everything the start was given, the file's lines among it. */
  readonly environment: Environment;
}

const EVERY_MS = 60_000;

/** Compares the configuration in force with the file it came from, once a minute. */
export class ConfigWatch {
  readonly #deps: ConfigWatchDeps;
  /** Of the file as it was at the start; of the configuration itself where there is no file. */
  readonly #loaded: string;
  #timer: Timer | null = null;
  #health: ConfigHealth;

  constructor(deps: ConfigWatchDeps) {
    this.#deps = deps;
    const { path, environment } = deps;
    const lines = Object.entries(environment).map(([name, value]) => `${name}=${value}`);
    const sorted = lines.toSorted((a, b) => (a < b ? -1 : 1)).join("\n");
    this.#loaded = (path === null ? null : digestOfFile(path)) ?? digest(sorted);
    this.#health = this.#look();
  }

  begin(): void {
    this.#timer = this.#deps.clock.every(EVERY_MS, () => (this.#health = this.#look()));
  }

  close(): void {
    this.#timer?.stop();
  }

  health(): ConfigHealth {
    return this.#health;
  }

  #look(): ConfigHealth {
    const { clock, path } = this.#deps;
    const file = path === null ? null : digestOfFile(path);
    const changed = path !== null && file !== null && file !== this.#loaded;
    return { at: clock.now(), loaded: this.#loaded, file, path, problems: changed ? this.#problems(path) : [] };
  }

  /** What the next start would say to it. */
  #problems(path: string): readonly string[] {
    try {
      readConfig({ ...this.#deps.environment, ...parseEnv(readFileSync(path, "utf8")) });
      return [];
    } catch (error) {
      return error instanceof ConfigFault ? error.problems : [String(error)];
    }
  }
}

const digest = (bytes: string | Buffer): string => createHash("sha256").update(bytes).digest("hex");

function digestOfFile(path: string): string | null {
  return existsSync(path) ? digest(readFileSync(path)) : null;
}
