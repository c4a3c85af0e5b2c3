import { assert } from "#domain/assert.ts";
import type { Instant } from "#domain/time.ts";
import type { Clock, Timer } from "#ports/clock.ts";

interface Due {
  readonly at: number;
  readonly order: number;
  readonly run: () => void;
  stopped: boolean;
}

/** A Clock one turns by hand. Things due at the same moment run in the order they were asked for. */
export class VirtualClock implements Clock {
  readonly #heap: Due[] = [];
  readonly #start: number;
  #now: number;
  #order = 0;

  constructor(start: Instant) {
    this.#start = start;
    this.#now = start;
  }

  now(): Instant {
    return this.#now as Instant;
  }

  monotonic(): number {
    return this.#now - this.#start;
  }

  after(milliseconds: number, run: () => void): Timer {
    const due: Due = { at: this.#now + Math.max(0, milliseconds), order: this.#order++, run, stopped: false };
    this.#push(due);
    return {
      stop: () => {
        due.stopped = true;
      },
    };
  }

  every(milliseconds: number, tick: () => void): Timer {
    assert(milliseconds > 0, "an interval must be longer than nothing");
    let stopped = false;
    let next: Timer;
    const again = (): void => {
      next = this.after(milliseconds, () => {
        tick();
        if (!stopped) again();
      });
    };
    again();
    return {
      stop: () => {
        stopped = true;
        next.stop();
      },
    };
  }

  sleep(milliseconds: number, signal?: AbortSignal): Promise<void> {
    return new Promise((resolve) => {
      if (signal?.aborted) {
        resolve();
        return;
      }
      const timer = this.after(milliseconds, resolve);
      signal?.addEventListener("abort", () => {
        timer.stop();
        resolve();
      });
    });
  }

  /** When the next thing is due; null when nothing is. */
  nextDue(): Instant | null {
    this.#dropStopped();
    return (this.#heap[0]?.at ?? null) as Instant | null;
  }

  /** Runs the next thing due, at its time. False when nothing is. */
  step(): boolean {
    this.#dropStopped();
    const due = this.#pop();
    if (!due) return false;
    this.#now = Math.max(this.#now, due.at);
    due.run();
    return true;
  }

  /** Moves on without running anything: whoever calls this has run what was due before. */
  jumpTo(at: Instant): void {
    this.#now = Math.max(this.#now, at);
  }

  /** Runs everything due until then, letting promises settle after each thing, and stands at that moment. */
  async runUntil(at: Instant): Promise<void> {
    for (let next = this.nextDue(); next !== null && next <= at; next = this.nextDue()) {
      this.step();
      await drained();
    }
    this.jumpTo(at);
    // Once for all: whoever runs for hours of virtual time still lets the loop breathe, and hears an interrupt.
    await settle();
  }

  #dropStopped(): void {
    while (this.#heap[0]?.stopped) this.#pop();
  }

  #push(due: Due): void {
    const heap = this.#heap;
    let index = heap.push(due) - 1;
    while (index > 0) {
      const parent = (index - 1) >> 1;
      if (!before(due, heap[parent] as Due)) break;
      heap[index] = heap[parent] as Due;
      index = parent;
    }
    heap[index] = due;
  }

  #pop(): Due | undefined {
    const heap = this.#heap;
    const first = heap[0];
    const last = heap.pop();
    if (first === undefined || last === undefined || heap.length === 0) return first;
    let index = 0;
    for (;;) {
      let child = 2 * index + 1;
      if (child >= heap.length) break;
      if (child + 1 < heap.length && before(heap[child + 1] as Due, heap[child] as Due)) child += 1;
      if (!before(heap[child] as Due, last)) break;
      heap[index] = heap[child] as Due;
      index = child;
    }
    heap[index] = last;
    return first;
  }
}

function before(a: Due, b: Due): boolean {
  return a.at < b.at || (a.at === b.at && a.order < b.order);
}

/**
 * Resolves when no promise has anything left to run. A tick comes after the last of them, however deep they call, and
 * costs no turn of the event loop: a simulation of seconds has thousands of these.
 * @see https://nodejs.org/api/process.html#when-to-use-queuemicrotask-vs-processnexttick
 */
function drained(): Promise<void> {
  return new Promise((resolve) => process.nextTick(resolve));
}

/** Lets every promise that can settle do so, and the event loop turn once. */
export function settle(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}
