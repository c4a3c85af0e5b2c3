import type { HedgeId } from "#domain/ids.ts";
import type { Clock } from "#ports/clock.ts";
import type { Journal, JournalEntry, Receipt } from "#ports/journal.ts";
import type { JournalReading } from "../status/readings.ts";

/** The journal, with a stopwatch beside it: a disk that never answers must show while it does not. */
export class TimedJournal implements Journal {
  readonly #journal: Journal;
  readonly #clock: Clock;
  /** When each flush under way began, oldest first. */
  readonly #under = new Map<number, number>();
  #asked = 0;
  #flushed: JournalReading["flushed"] = null;
  #failed: string | null = null;

  constructor(journal: Journal, clock: Clock) {
    this.#journal = journal;
    this.#clock = clock;
  }

  append(entries: readonly JournalEntry[]): Promise<Receipt> {
    const number = (this.#asked += 1);
    const began = this.#clock.monotonic();
    this.#under.set(number, began);
    const written = this.#journal.append(entries);
    // Beside the caller's own promise and not in front of it: the stopwatch costs the order nothing.
    written.then(
      () => {
        this.#under.delete(number);
        this.#flushed = { at: this.#clock.now(), tookMs: this.#clock.monotonic() - began };
        this.#failed = null;
      },
      (reason: unknown) => {
        this.#under.delete(number);
        this.#failed = reason instanceof Error ? reason.message : String(reason);
      },
    );
    return written;
  }

  /** Flushes nothing, to see whether the disk would; unless a flush is under way and will tell anyhow. */
  try(): void {
    if (this.#under.size === 0) this.append([]).catch(() => undefined);
  }

  finish(hedge: HedgeId): void {
    this.#journal.finish(hedge);
  }

  read(latestFinished: number): AsyncIterable<JournalEntry> {
    return this.#journal.read(latestFinished);
  }

  reading(): JournalReading {
    const [oldest] = this.#under.values();
    const waitingMs = oldest === undefined ? 0 : this.#clock.monotonic() - oldest;
    return { flushed: this.#flushed, failed: this.#failed, waitingMs };
  }
}
