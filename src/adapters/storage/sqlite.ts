import { chmodSync, existsSync, rmSync, statSync } from "node:fs";
import Sqlite from "better-sqlite3";

/** What is wrong with the store, and what to do about it. */
export class StoreFault extends Error {
  override readonly name = "StoreFault";
}

/** Numbered, forward only. A migration that was released is never edited. */
const MIGRATIONS: readonly string[] = [
  `create table journal (
     sequence integer primary key autoincrement,
     hedge text not null,
     at real not null,
     event text not null
   ) strict;
   create index journal_by_hedge on journal (hedge, sequence);
   create table finished (hedge text primary key, sequence integer not null) strict;
   create table entries (
     sequence integer primary key autoincrement,
     id text not null unique,
     cause text not null,
     at real not null,
     venue text not null,
     instrument text,
     hedge text,
     leg text
   ) strict;
   create index entries_by_hedge on entries (hedge);
   create table postings (
     entry integer not null references entries (sequence),
     line integer not null,
     account text not null,
     asset text not null,
     amount text not null,
     primary key (entry, line)
   ) strict, without rowid;
   create table events (
     id integer primary key autoincrement,
     at real not null,
     level text not null,
     type text not null,
     code text not null,
     says text not null,
     venue text,
     instrument text,
     hedge text,
     data text
   ) strict;
   create index events_by_time on events (at);`,
  // Events are found by words and by tags, and counted by the hour, in the same commit that writes them.
  `drop index events_by_time;
   create index events_by_time on events (at, level, venue, instrument);
   create table event_counts (
     hour integer not null,
     level text not null,
     venue text not null,
     instrument text not null,
     count integer not null,
     primary key (hour, level, venue, instrument)
   ) strict, without rowid;
   create virtual table events_text using fts5 (words, tags, content='', contentless_delete=1, tokenize='unicode61 remove_diacritics 0');
   create view events_as_text as select
     id,
     code || ' ' || says || ' ' || coalesce(hedge, '') as words,
     'l' || level || ' v' || replace(coalesce(venue, ''), '-', '') || ' i' || replace(coalesce(instrument, ''), '-', '') as tags
   from events;
   insert into events_text (rowid, words, tags) select id, words, tags from events_as_text;
   insert into event_counts
     select cast(at / 3600000 as integer), level, coalesce(venue, ''), coalesce(instrument, ''), count(*)
     from events group by 1, 2, 3, 4;
   create trigger events_added after insert on events begin
     insert into events_text (rowid, words, tags) select id, words, tags from events_as_text where id = new.id;
     insert into event_counts values
       (cast(new.at / 3600000 as integer), new.level, coalesce(new.venue, ''), coalesce(new.instrument, ''), 1)
       on conflict do update set count = count + 1;
   end;
   create trigger events_dropped after delete on events begin
     delete from events_text where rowid = old.id;
     update event_counts set count = count - 1
       where hour = cast(old.at / 3600000 as integer) and level = old.level
         and venue = coalesce(old.venue, '') and instrument = coalesce(old.instrument, '');
     delete from event_counts where count = 0 and hour = cast(old.at / 3600000 as integer);
   end;`,
  `create table claims (
     id text primary key,
     who text not null,
     fingerprint text not null,
     at real not null,
     until real not null,
     status integer,
     type text,
     body text
   ) strict, without rowid;
   create index claims_by_person on claims (who, at);
   create index claims_by_end on claims (until);`,
];

/** A file that carries another application's mark is not ours to write to. */
const APPLICATION_ID = 0x50724274;

/**
 * Opens the store and brings it up to date. Every commit is flushed (`synchronous=FULL`, WAL).
 * Throws `StoreFault` for a file that is not ours, is corrupt, or is newer than this program.
 */
export function openStore(path: string): Sqlite.Database {
  const fresh = !existsSync(path);
  const store = new Sqlite(path, { timeout: 2_000 });
  try {
    check(store, path, fresh);
    store.pragma("journal_mode = WAL");
    store.pragma("synchronous = FULL");
    store.pragma("foreign_keys = ON");
    migrate(store, path);
    if (fresh) chmodSync(path, 0o600);
    return store;
  } catch (error) {
    store.close();
    if (error instanceof StoreFault) throw error;
    throw new StoreFault(
      `the ledger ${path} cannot be opened: ${error instanceof Error ? error.message : String(error)}; restore a backup or point DATA_DIR elsewhere`,
    );
  }
}

function check(store: Sqlite.Database, path: string, fresh: boolean): void {
  if (fresh) {
    store.pragma(`application_id = ${APPLICATION_ID}`);
    return;
  }
  if (statSync(path).size === 0) {
    throw new StoreFault(`the ledger ${path} is empty; restore a backup, or remove it if nothing was ever traded here`);
  }
  const mark = store.pragma("application_id", { simple: true });
  if (mark !== APPLICATION_ID)
    throw new StoreFault(`${path} is a database of another program; point DATA_DIR at an empty folder`);
  const verdict = verdictOf(store);
  if (verdict !== "ok")
    throw new StoreFault(`the ledger ${path} is damaged (${verdict}); restore a backup, it is never read as empty`);
}

/** What a check of every page says; a page so broken that it cannot be checked says it by throwing. */
function verdictOf(store: Sqlite.Database): string {
  try {
    return String(store.pragma("quick_check(1)", { simple: true }));
  } catch (error) {
    return error instanceof Error ? error.message : String(error);
  }
}

function migrate(store: Sqlite.Database, path: string): void {
  const version = Number(store.pragma("user_version", { simple: true }));
  if (version > MIGRATIONS.length)
    throw new StoreFault(`the ledger ${path} was written by a newer PropBot; use that version or another DATA_DIR`);
  if (version > 0 && version < MIGRATIONS.length) keepCopy(store, `${path}.v${version}`);
  for (const [index, sql] of MIGRATIONS.entries()) {
    if (index < version) continue;
    store.transaction(() => {
      store.exec(sql);
      store.pragma(`user_version = ${index + 1}`);
    })();
  }
}

/** What it was before it is brought up to date: whoever must go back to the version that wrote it has it. */
function keepCopy(store: Sqlite.Database, copy: string): void {
  // Of an earlier try: it is of the same version, and whole only if that try came past this step.
  rmSync(copy, { force: true });
  store.prepare("vacuum into ?").run(copy);
  chmodSync(copy, 0o600);
}
