import type Sqlite from "better-sqlite3";
import type { HedgeEvent } from "#domain/hedge.ts";
import { hedgeId } from "#domain/ids.ts";
import { instantAt } from "#domain/time.ts";
import { decode } from "./codec.ts";
import type { LogJournal } from "./log-journal.ts";

interface Row {
  readonly hedge: string;
  readonly at: number;
  readonly event: string;
}

const BATCH = 1_000;

/** Carries a journal that was kept in the database over to the log, once: first it is all there, then it is taken away here. */
export async function moveOldJournal(store: Sqlite.Database, journal: LogJournal): Promise<number> {
  const rows = store.prepare<[], Row>("select hedge, at, event from journal order by sequence").all();
  if (rows.length === 0) return 0;
  const entries = rows.map(({ hedge, at, event }) => ({
    hedge: hedgeId(hedge),
    at: instantAt(at),
    event: decode(event) as HedgeEvent,
  }));
  for (let from = 0; from < entries.length; from += BATCH) await journal.append(entries.slice(from, from + BATCH));
  const finished = store.prepare<[], { hedge: string }>("select hedge from finished order by sequence").all();
  for (const { hedge } of finished) journal.finish(hedgeId(hedge));
  await journal.append([]);
  store.transaction(() => {
    store.exec("delete from journal");
    store.exec("delete from finished");
  })();
  return entries.length;
}
