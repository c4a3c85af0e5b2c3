import type { Instant } from "#domain/time.ts";

export interface Timer {
  stop(): void;
}

/** Nothing else in src/ may read a clock or set a timer. */
export interface Clock {
  /** Wall time. */
  now(): Instant;
  /** Milliseconds since some fixed moment; never steps back. For measuring, not for dating. */
  monotonic(): number;
  after(milliseconds: number, run: () => void): Timer;
  every(milliseconds: number, tick: () => void): Timer;
  /** Resolves early, without an error, when the signal aborts. */
  sleep(milliseconds: number, signal?: AbortSignal): Promise<void>;
}
