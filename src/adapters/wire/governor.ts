import type { Clock } from "#ports/clock.ts";

/** What one request costs on one of the venue's counters: so many of `limit` in any `windowMs`. */
export interface Charge {
  readonly counter: string;
  readonly limit: number;
  readonly windowMs: number;
  readonly cost: number;
}

/** `reserved` is for what makes us safer: cancels, reduce-only orders, questions about unknown orders. */
export type Lane = "ordinary" | "reserved";

export type Admission =
  | { readonly admitted: true }
  | { readonly admitted: false; readonly retryAfterMs: number; readonly banned: boolean; readonly says: string };

/** A silence the venue asked for. */
export interface Quiet {
  readonly forMs: number;
  readonly banned: boolean;
}

/** The part of every limit that ordinary requests leave alone. */
const RESERVED_SHARE = 0.3;
const LEAST_JUDGED = 10;

interface Window {
  readonly limit: number;
  readonly windowMs: number;
  readonly spent: { readonly at: number; readonly cost: number }[];
  total: number;
}

/**
 * Counts what a venue counts, so that we are never the ones to break a limit. Windows slide, which is never looser
 * than a venue's own fixed ones. After a 429 only the reserved lane speaks; during a ban nobody does.
 */
export class Governor {
  readonly #clock: Clock;
  readonly #windows = new Map<string, Window>();
  readonly #listeners = new Set<(quiet: Quiet) => void>();
  #quietUntil = Number.NEGATIVE_INFINITY;
  #bannedUntil = Number.NEGATIVE_INFINITY;

  constructor(clock: Clock) {
    this.#clock = clock;
  }

  /** Charges the counters when the request may go; changes nothing when it may not. */
  admit(charges: readonly Charge[], lane: Lane): Admission {
    const now = this.#clock.monotonic();
    if (now < this.#bannedUntil) return refusal(this.#bannedUntil - now, true, "banned by the venue");
    if (lane === "ordinary" && now < this.#quietUntil) {
      return refusal(this.#quietUntil - now, false, "throttled by the venue");
    }
    for (const charge of charges) {
      const window = this.#window(charge, now);
      const ceiling = lane === "reserved" ? charge.limit : Math.floor(charge.limit * (1 - RESERVED_SHARE));
      if (window.total + charge.cost > ceiling) {
        return refusal(
          waitFor(window, window.total + charge.cost - ceiling, now),
          false,
          `own budget ${charge.counter} is used up`,
        );
      }
    }
    for (const charge of charges) spend(this.#window(charge, now), charge.cost, now);
    return { admitted: true };
  }

  /** The venue's own count, which includes what other processes behind the same address asked. */
  observe(charge: Omit<Charge, "cost">, used: number): void {
    const now = this.#clock.monotonic();
    const window = this.#window(charge, now);
    if (Number.isSafeInteger(used) && used > window.total) spend(window, used - window.total, now);
  }

  /** The venue told us to be quiet for so long. */
  silence(forMs: number, banned: boolean): void {
    const until = this.#clock.monotonic() + forMs;
    if (banned) this.#bannedUntil = Math.max(this.#bannedUntil, until);
    else this.#quietUntil = Math.max(this.#quietUntil, until);
    for (const listen of this.#listeners) listen({ forMs, banned });
  }

  /** Told whenever the venue asks for silence. */
  listen(listener: (quiet: Quiet) => void): { close(): void } {
    this.#listeners.add(listener);
    return { close: () => this.#listeners.delete(listener) };
  }

  /** Share of the fullest counter, 0 to 1. One that a question or two fill is full now and then, and says nothing of how busy we are. */
  used(): number {
    const now = this.#clock.monotonic();
    if (now < this.#bannedUntil || now < this.#quietUntil) return 1;
    let fullest = 0;
    for (const window of this.#windows.values()) {
      if (window.limit < LEAST_JUDGED) continue;
      forget(window, now);
      fullest = Math.max(fullest, window.total / window.limit);
    }
    return Math.min(1, fullest);
  }

  #window({ counter, limit, windowMs }: Omit<Charge, "cost">, now: number): Window {
    let window = this.#windows.get(counter);
    if (!window) {
      window = { limit, windowMs, spent: [], total: 0 };
      this.#windows.set(counter, window);
    }
    forget(window, now);
    return window;
  }
}

function refusal(retryAfterMs: number, banned: boolean, says: string): Admission {
  return { admitted: false, retryAfterMs: Math.max(1, Math.ceil(retryAfterMs)), banned, says };
}

function spend(window: Window, cost: number, now: number): void {
  if (cost === 0) return;
  window.spent.push({ at: now, cost });
  window.total += cost;
}

function forget(window: Window, now: number): void {
  let gone = 0;
  for (const { at, cost } of window.spent) {
    if (now - at < window.windowMs) break;
    window.total -= cost;
    gone += 1;
  }
  if (gone > 0) window.spent.splice(0, gone);
}

function waitFor(window: Window, excess: number, now: number): number {
  let freed = 0;
  for (const { at, cost } of window.spent) {
    freed += cost;
    if (freed >= excess) return at + window.windowMs - now;
  }
  return window.windowMs;
}
