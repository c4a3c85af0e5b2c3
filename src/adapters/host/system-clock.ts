import type { Instant } from "#domain/time.ts";
import type { Clock, Timer } from "#ports/clock.ts";

/** The real Clock. Its timers do not keep the process alive: sockets and servers do. */
export class SystemClock implements Clock {
  now(): Instant {
    return Date.now() as Instant;
  }

  monotonic(): number {
    return performance.now();
  }

  after(milliseconds: number, run: () => void): Timer {
    const timer = setTimeout(run, milliseconds);
    return { stop: () => clearTimeout(timer) };
  }

  every(milliseconds: number, tick: () => void): Timer {
    const timer = setInterval(tick, milliseconds);
    return { stop: () => clearInterval(timer) };
  }

  sleep(milliseconds: number, signal?: AbortSignal): Promise<void> {
    return new Promise((resolve) => {
      if (signal?.aborted) {
        resolve();
        return;
      }
      const timer = setTimeout(resolve, milliseconds);
      signal?.addEventListener("abort", () => {
        clearTimeout(timer);
        resolve();
      });
    });
  }
}
