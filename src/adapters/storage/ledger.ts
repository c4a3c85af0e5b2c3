import type Sqlite from "better-sqlite3";
import type { Fixed } from "#domain/decimal.ts";
import type { LedgerEntry } from "#domain/entry.ts";
import type { DomainEvent } from "#domain/event.ts";
import { instantAt } from "#domain/time.ts";
import type { EventPage, EventQuery, Ledger } from "#ports/ledger.ts";
import { StoredEvents } from "./stored-events.ts";

interface EntryRow {
  readonly sequence: number;
  readonly id: string;
  readonly cause: LedgerEntry["cause"];
  readonly at: number;
  readonly venue: LedgerEntry["venue"];
  readonly instrument: LedgerEntry["instrument"];
  readonly hedge: LedgerEntry["hedge"];
  readonly leg: LedgerEntry["leg"];
}

interface PostingRow {
  readonly account: string;
  readonly asset: string;
  readonly amount: string;
}

/** How many events are kept: the oldest go first. */
const KEEP_EVENTS = 1_000_000;
const PRUNE_EVERY = 5_000;

/** Entries and events in the store. Amounts are written as whole numbers of 10⁻¹², as text. */
export class StoredLedger implements Ledger {
  readonly #store: Sqlite.Database;
  readonly #entry: Sqlite.Statement;
  readonly #posting: Sqlite.Statement;
  readonly #event: Sqlite.Statement;
  readonly #found: StoredEvents;
  readonly #failed: (error: unknown) => void;
  #events: DomainEvent[] = [];
  #recorded = 0;

  /** @param failed hears of events that could not be written; money that could not be written rejects instead */
  constructor(store: Sqlite.Database, failed: (error: unknown) => void) {
    this.#store = store;
    this.#failed = failed;
    this.#found = new StoredEvents(store);
    this.#entry = store.prepare(
      "insert into entries (id, cause, at, venue, instrument, hedge, leg) values (?, ?, ?, ?, ?, ?, ?) on conflict (id) do nothing",
    );
    this.#posting = store.prepare("insert into postings (entry, line, account, asset, amount) values (?, ?, ?, ?, ?)");
    this.#event = store.prepare(
      "insert into events (at, level, type, code, says, venue, instrument, hedge, data) values (?, ?, ?, ?, ?, ?, ?, ?, ?)",
    );
  }

  // oxlint-disable-next-line typescript/require-await -- a rejected promise, not a throw, is what the port promises
  async post(entries: readonly LedgerEntry[]): Promise<void> {
    this.#store.transaction(() => {
      for (const { id, cause, at, venue, instrument, hedge, leg, postings } of entries) {
        const { changes, lastInsertRowid } = this.#entry.run(id, cause, at, venue, instrument, hedge, leg);
        if (changes === 0) continue;
        for (const [line, { account, asset, amount }] of postings.entries()) {
          this.#posting.run(lastInsertRowid, line, account, asset, amount.toString());
        }
      }
    })();
  }

  async *entries(): AsyncIterable<LedgerEntry> {
    const lines = this.#store.prepare<[number], PostingRow>(
      "select account, asset, amount from postings where entry = ? order by line",
    );
    for (const row of this.#store.prepare<[], EntryRow>("select * from entries order by sequence").all()) {
      const postings = lines
        .all(row.sequence)
        .map(({ account, asset, amount }) => ({ account, asset, amount: BigInt(amount) as Fixed<string> }));
      const { id, cause, at, venue, instrument, hedge, leg } = row;
      yield { id, cause, at: instantAt(at), venue, instrument, hedge, leg, postings };
    }
  }

  /** Events of one step of the loop are written together. */
  record(event: DomainEvent): void {
    if (this.#events.length === 0) queueMicrotask(() => this.#flushEvents());
    this.#events.push(event);
  }

  // oxlint-disable-next-line typescript/require-await -- a rejected promise, not a throw, is what the port promises
  async findEvents(query: EventQuery): Promise<EventPage> {
    this.#flushEvents();
    return this.#found.find(query);
  }

  #flushEvents(): void {
    const events = this.#events;
    if (events.length === 0) return;
    this.#events = [];
    try {
      this.#store.transaction(() => {
        for (const { at, level, type, code, says, venue, instrument, hedge, data } of events) {
          this.#event.run(
            at,
            level,
            type,
            code,
            says,
            venue ?? null,
            instrument ?? null,
            hedge ?? null,
            data ? JSON.stringify(data) : null,
          );
        }
      })();
      this.#prune(events.length);
    } catch (error) {
      this.#failed(error);
    }
  }

  #prune(added: number): void {
    this.#recorded += added;
    if (this.#recorded < PRUNE_EVERY) return;
    this.#recorded = 0;
    this.#store.prepare("delete from events where id <= (select max(id) from events) - ?").run(KEEP_EVENTS);
  }
}
