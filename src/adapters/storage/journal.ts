import type Sqlite from "better-sqlite3";
import type { HedgeEvent } from "#domain/hedge.ts";
import { hedgeId, type HedgeId } from "#domain/ids.ts";
import { instantAt } from "#domain/time.ts";
import type { Journal, JournalEntry, Receipt } from "#ports/journal.ts";
import { decode, encode } from "./codec.ts";

interface Waiting {
  readonly entries: readonly JournalEntry[];
  readonly resolve: (receipt: Receipt) => void;
  readonly reject: (reason: unknown) => void;
}

interface Row {
  readonly hedge: string;
  readonly at: number;
  readonly event: string;
}

/** The journal in the store. Everything asked for in one step of the loop goes down in one commit, one flush. */
export class StoredJournal implements Journal {
  readonly #store: Sqlite.Database;
  readonly #insert: Sqlite.Statement;
  readonly #finish: Sqlite.Statement;
  #waiting: Waiting[] = [];
  #finished: HedgeId[] = [];
  #flushes = 0;

  constructor(store: Sqlite.Database) {
    this.#store = store;
    this.#insert = store.prepare("insert into journal (hedge, at, event) values (?, ?, ?)");
    this.#finish = store.prepare(
      "insert or replace into finished (hedge, sequence) select ?, coalesce(max(sequence), 0) from journal",
    );
  }

  /** Commits so far: one for each group of entries that came together. */
  get flushes(): number {
    return this.#flushes;
  }

  append(entries: readonly JournalEntry[]): Promise<Receipt> {
    return new Promise((resolve, reject) => {
      this.#enqueue();
      this.#waiting.push({ entries, resolve, reject });
    });
  }

  finish(hedge: HedgeId): void {
    this.#enqueue();
    this.#finished.push(hedge);
  }

  async *read(latestFinished: number): AsyncIterable<JournalEntry> {
    const rows = this.#store
      .prepare<[number], Row>(
        `select hedge, at, event from journal
         where hedge not in (select hedge from finished)
            or hedge in (select hedge from finished order by sequence desc limit ?)
         order by sequence`,
      )
      .all(latestFinished);
    for (const row of rows) {
      yield { hedge: hedgeId(row.hedge), at: instantAt(row.at), event: decode(row.event) as HedgeEvent };
    }
  }

  #enqueue(): void {
    if (this.#waiting.length + this.#finished.length === 0) queueMicrotask(() => this.#flush());
  }

  #flush(): void {
    const group = this.#waiting;
    const finished = this.#finished;
    this.#waiting = [];
    this.#finished = [];
    let sequence: number;
    try {
      sequence = this.#commit(group, finished);
      this.#flushes += 1;
    } catch (error) {
      for (const { reject } of group) reject(error);
      return;
    }
    for (const { resolve } of group) resolve({ sequence } as Receipt);
  }

  #commit(group: readonly Waiting[], finished: readonly HedgeId[]): number {
    let sequence = 0;
    this.#store.transaction(() => {
      for (const { entries } of group) {
        for (const { hedge, at, event } of entries) {
          sequence = Number(this.#insert.run(hedge, at, encode(event)).lastInsertRowid);
        }
      }
      for (const hedge of finished) this.#finish.run(hedge);
    })();
    return sequence;
  }
}
