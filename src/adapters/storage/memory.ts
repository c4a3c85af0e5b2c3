import type { LedgerEntry } from "#domain/entry.ts";
import type { DomainEvent } from "#domain/event.ts";
import type { HedgeId } from "#domain/ids.ts";
import type { Instant } from "#domain/time.ts";
import type { Audit, AuditNote, AuditRow } from "#ports/audit.ts";
import type { Journal, JournalEntry, Receipt } from "#ports/journal.ts";
import { isMeant } from "#domain/event-filter.ts";
import type { EventPage, EventQuery, Ledger } from "#ports/ledger.ts";

/** A Journal that forgets with the process, or with whoever holds it: for replay, simulation and tests. */
export class MemoryJournal implements Journal {
  readonly entries: JournalEntry[] = [];
  readonly finished: HedgeId[] = [];
  readonly #flush: () => Promise<void>;

  /** @param flush what stands for the disk: it may take time, and it may fail */
  constructor(flush: () => Promise<void> = () => Promise.resolve()) {
    this.#flush = flush;
  }

  async append(entries: readonly JournalEntry[]): Promise<Receipt> {
    await this.#flush();
    this.entries.push(...entries);
    return { sequence: this.entries.length } as Receipt;
  }

  finish(hedge: HedgeId): void {
    // A late fill may bring a finished hedge back; finished again it is the latest.
    const before = this.finished.indexOf(hedge);
    if (before >= 0) this.finished.splice(before, 1);
    this.finished.push(hedge);
  }

  async *read(latestFinished: number): AsyncIterable<JournalEntry> {
    const dropped = new Set(this.finished.slice(0, Math.max(0, this.finished.length - latestFinished)));
    for (const entry of this.entries) if (!dropped.has(entry.hedge)) yield entry;
  }
}

/** A Ledger in memory; events are kept up to a bound. */
export class MemoryLedger implements Ledger {
  readonly posted = new Map<string, LedgerEntry>();
  readonly events: DomainEvent[] = [];
  readonly #keepEvents: number;
  #dropped = 0;

  constructor(keepEvents = 10_000) {
    this.#keepEvents = keepEvents;
  }

  post(entries: readonly LedgerEntry[]): Promise<void> {
    for (const entry of entries) if (!this.posted.has(entry.id)) this.posted.set(entry.id, entry);
    return Promise.resolve();
  }

  async *entries(): AsyncIterable<LedgerEntry> {
    yield* this.posted.values();
  }

  record(event: DomainEvent): void {
    this.events.push(event);
    if (this.events.length <= this.#keepEvents * 2) return;
    this.events.splice(0, this.#keepEvents);
    this.#dropped += this.#keepEvents;
  }

  findEvents({ filter, order, after, through, offset, limit, count }: EventQuery): Promise<EventPage> {
    const recorded = this.events.map((event, index) => ({ ...event, id: this.#dropped + index + 1 }));
    const meant = recorded.filter((event) => isMeant(filter, event));
    const told = meant.filter(
      ({ id }) => id <= (through ?? id) && (after === null || (order === "asc" ? id > after : id < after)),
    );
    if (order === "desc") told.reverse();
    return Promise.resolve({
      items: told.slice(offset, offset + limit),
      more: told.length > offset + limit,
      total: count ? { count: meant.length, exact: true } : null,
    });
  }
}

/** An audit record that ends with the process. */
export class MemoryAudit implements Audit {
  readonly rows: AuditRow[] = [];
  readonly #now: () => Instant;
  /** What stands for a disk that refuses. */
  refuses = false;

  constructor(now: () => Instant) {
    this.#now = now;
  }

  commit(notes: readonly AuditNote[]): void {
    if (this.refuses) throw new Error("ENOSPC: no space left on device");
    for (const note of notes) this.note(note);
  }

  note(note: AuditNote): void {
    this.rows.push({ ...note, sequence: this.rows.length + 1, at: this.#now(), boot: 1 });
  }

  recent(): Iterable<AuditRow> {
    return [...this.rows];
  }
}
