import type { Clock } from "#ports/clock.ts";

const SPAN_MS = 2_000;
const SUB_ACCOUNT = "sub-account";
const ORDERS = 1_000;

/** Sliding windows of two seconds, one for each thing that is counted. */
export class OkxLimits {
  readonly #clock: Clock;
  readonly #seen = new Map<string, number[]>();
  #overloadedUntil = 0;
  #bannedUntil = 0;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** As if the sub-account had sent all the orders it may. */
  useUpOrders(): void {
    this.admits(SUB_ACCOUNT, ORDERS, ORDERS - (this.#seen.get(SUB_ACCOUNT)?.length ?? 0));
  }

  /** New orders and amendments of the whole sub-account. */
  admitsOrders(count: number): boolean {
    return this.admits(SUB_ACCOUNT, ORDERS, count);
  }

  overload(ms: number): void {
    this.#overloadedUntil = this.#clock.now() + ms;
  }

  get overloaded(): boolean {
    return this.#clock.now() < this.#overloadedUntil;
  }

  ban(ms: number): void {
    this.#bannedUntil = this.#clock.now() + ms;
  }

  get banned(): boolean {
    return this.#clock.now() < this.#bannedUntil;
  }

  /** False when one more is one too many. */
  admits(key: string, most: number, count = 1, spanMs = SPAN_MS): boolean {
    const now = this.#clock.now();
    let seen = this.#seen.get(key);
    if (!seen) {
      seen = [];
      this.#seen.set(key, seen);
    }
    let old = 0;
    while (old < seen.length && (seen[old] as number) <= now - spanMs) old += 1;
    if (old > 0) seen.splice(0, old);
    if (seen.length + count > most) return false;
    for (let index = 0; index < count; index += 1) seen.push(now);
    return true;
  }
}
