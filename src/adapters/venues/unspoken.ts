import type { ClientOrderId } from "#domain/ids.ts";
import type { Clock, Timer } from "#ports/clock.ts";

/** An order's push comes within milliseconds of its answer; after so long it does not come. */
const PATIENCE_MS = 3_000;
/** Names kept of orders the stream has told of, for answers that are slower than it. */
const MOST_TOLD = 1_000;

/**
 * Orders that the venue owned up to by another way than the account's stream, until the stream tells of them too.
 * A stream whose key is gone stays open and says nothing, and silence alone proves nothing: an account may rest for
 * days. An order of ours that it does not tell of proves it.
 */
export class Unspoken {
  readonly #clock: Clock;
  readonly #patienceMs: number;
  readonly #waiting = new Map<ClientOrderId, Timer>();
  readonly #told = new Set<ClientOrderId>();
  #silent: ((says: string) => void) | null = null;

  constructor(clock: Clock, patienceMs = PATIENCE_MS) {
    this.#clock = clock;
    this.#patienceMs = patienceMs;
  }

  /** The stream is there: from now on it owes us word of our orders. */
  begin(silent: (says: string) => void): void {
    this.#silent = silent;
  }

  /** The stream is gone; what it owed is asked for when it comes back. */
  end(): void {
    this.#silent = null;
    for (const timer of this.#waiting.values()) timer.stop();
    this.#waiting.clear();
  }

  /** The venue has this order, by its answer or when asked. */
  owed(id: ClientOrderId): void {
    if (this.#silent === null || this.#told.has(id) || this.#waiting.has(id)) return;
    const says = `order ${id} is not told of within ${this.#patienceMs} ms of its answer`;
    this.#waiting.set(
      id,
      this.#clock.after(this.#patienceMs, () => this.#silent?.(says)),
    );
  }

  /** The stream told of this order. */
  told(id: ClientOrderId): void {
    this.#waiting.get(id)?.stop();
    this.#waiting.delete(id);
    this.#told.add(id);
    if (this.#told.size <= MOST_TOLD) return;
    for (const oldest of this.#told) {
      this.#told.delete(oldest);
      break;
    }
  }
}
