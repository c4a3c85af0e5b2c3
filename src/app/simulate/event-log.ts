import { createHash, type Hash } from "node:crypto";
import type { Clock } from "#ports/clock.ts";

export type Line = Readonly<Record<string, string | number | boolean | null>>;

/** Everything that happened in one episode, in order: its SHA-256 is the episode's fingerprint. */
export class EventLog {
  readonly #clock: Clock;
  readonly #start: number;
  readonly #hash: Hash = createHash("sha256");
  readonly #lines: string[] | null;
  #count = 0;

  /** @param keep whether to hold every line as text, for a trace */
  constructor(clock: Clock, keep: boolean) {
    this.#clock = clock;
    this.#start = clock.now();
    this.#lines = keep ? [] : null;
  }

  get count(): number {
    return this.#count;
  }

  get lines(): readonly string[] {
    return this.#lines ?? [];
  }

  /** @param who `binance-um`, `okx-perp`, `us`, `operator`, `chaos` or `judge` */
  add(who: string, what: string, line: Line = {}): void {
    const at = (this.#clock.now() - this.#start).toFixed(3);
    const record = `${at}|${who}|${what}|${Object.entries(line)
      .map(([name, value]) => `${name}=${value}`)
      .join(" ")}`;
    this.#count += 1;
    this.#hash.update(`${record.length}:${record}`);
    this.#lines?.push(
      `${at.padStart(11)}  ${who.padEnd(10)}  ${what.padEnd(18)}  ${record.split("|").slice(3).join("|")}`,
    );
  }

  /** Call once, at the end. */
  digest(): string {
    return this.#hash.digest("hex");
  }
}
