import type { HedgeEvent } from "#domain/hedge.ts";
import type { Clock } from "#ports/clock.ts";
import type { Journal, Receipt } from "#ports/journal.ts";
import type { Running } from "./roster.ts";

export interface WriteDownDeps {
  readonly clock: Clock;
  readonly journal: Journal;
  readonly failed: (running: Running, reason: unknown) => void;
}

/** Writes every event of a hedge to the journal in its order, also over a disk that refuses for a while. */
export class WriteDown {
  readonly #deps: WriteDownDeps;
  #closed = false;

  constructor(deps: WriteDownDeps) {
    this.#deps = deps;
  }

  close(): void {
    this.#closed = true;
  }

  /** The receipt, or null when it could not be written now; then nothing may be sent on the strength of it. */
  append(running: Running, event: HedgeEvent): Promise<Receipt | null> {
    const entry = { hedge: running.hedge.intent.id, at: this.#deps.clock.now(), event };
    if (running.refused) {
      // What the disk refused comes first: a fact about an order could not be read back without the order.
      running.unwritten.push(entry);
      this.catchUp(running);
      return Promise.resolve(null);
    }
    const written = this.#deps.journal.append([entry]).catch((reason: unknown) => {
      running.refused = true;
      running.unwritten.push(entry);
      this.#deps.failed(running, reason);
      return null;
    });
    running.written = written;
    return written;
  }

  /** Tries again to write what the disk has refused. */
  catchUp(running: Running): void {
    if (running.catchingUp || this.#closed || !running.refused) return;
    const entries = running.unwritten.splice(0);
    running.refused = entries.length > 0;
    if (!running.refused) return;
    running.catchingUp = true;
    void this.#deps.journal.append(entries).then(
      () => {
        running.catchingUp = false;
        this.catchUp(running);
      },
      (reason: unknown) => {
        running.catchingUp = false;
        running.unwritten.unshift(...entries);
        this.#deps.failed(running, reason);
      },
    );
  }
}
