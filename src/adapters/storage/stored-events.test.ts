import fc from "fast-check";
import { mkdtempSync, rmSync, statSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import Sqlite from "better-sqlite3";
import { afterEach, expect, test } from "vitest";
import { BTC, HEDGE, NOW } from "../../../test/kit.ts";
import type { DomainEvent } from "#domain/event.ts";
import { type EventFilter, searchWords } from "#domain/event-filter.ts";
import { BINANCE_UM, OKX_PERP, instrumentId } from "#domain/ids.ts";
import { HOUR, after } from "#domain/time.ts";
import type { EventPage, EventQuery } from "#ports/ledger.ts";
import { StoredLedger } from "./ledger.ts";
import { MemoryLedger } from "./memory.ts";
import { openStore } from "./sqlite.ts";
import { COUNTED_HITS } from "./stored-events.ts";

const ETH = instrumentId("ETH-USDT-PERP");
const opened: (() => void)[] = [];
afterEach(() => {
  for (const close of opened.splice(0).toReversed()) close();
});

function aStore(prepare: (path: string) => void = () => undefined): { store: Sqlite.Database; ledger: StoredLedger } {
  const folder = mkdtempSync(join(tmpdir(), "propbot-events-"));
  const path = join(folder, "ledger.db");
  prepare(path);
  const store = openStore(path);
  opened.push(
    () => rmSync(folder, { recursive: true, force: true }),
    () => store.close(),
  );
  const ledger = new StoredLedger(store, (error) => {
    throw error;
  });
  return { store, ledger };
}

const ALL: EventFilter = { venue: null, instrument: null, level: null, since: null, until: null, words: [] };
const query = (more: Partial<EventQuery> = {}): EventQuery => ({
  filter: ALL,
  order: "asc",
  after: null,
  through: null,
  offset: 0,
  limit: 100,
  count: true,
  ...more,
});
const event = (more: Partial<DomainEvent> = {}): DomainEvent => ({
  at: NOW,
  level: "info",
  type: "hedge",
  code: "filled",
  says: "it is filled",
  ...more,
});
const saysOf = ({ items }: EventPage): readonly string[] => items.map(({ says }) => says);

const anEvent = fc.record(
  {
    // Clocks are set back now and then, within the minute that is allowed for.
    minutes: fc.integer({ min: 0, max: 59 }),
    level: fc.constantFrom("info", "warn", "error", "critical" as const),
    code: fc.constantFrom("order-dead", "stream_down", "filled"),
    says: fc.constantFrom(
      "p7k2aa is Hedged",
      "okx-perp lost BTC-USDT-PERP",
      "limit 150000.01, would be 7",
      'drop\' table "x"',
    ),
    venue: fc.constantFrom(BINANCE_UM, OKX_PERP, undefined),
    instrument: fc.constantFrom(BTC, ETH, undefined),
    hedge: fc.constantFrom(HEDGE, undefined),
  },
  { requiredKeys: ["minutes", "level", "code", "says"] },
);
const aFilter = fc.record({
  venue: fc.constantFrom(null, BINANCE_UM, OKX_PERP),
  instrument: fc.constantFrom(null, BTC, ETH),
  level: fc.constantFrom(null, "warn", "critical" as const),
  since: fc.option(fc.integer({ min: -1, max: 60 * 40 })),
  until: fc.option(fc.integer({ min: -1, max: 60 * 40 })),
  search: fc.constantFrom(
    "",
    "hedged",
    "p7k*",
    "ORDER dead",
    "btc-usdt",
    "150000.01",
    'x"',
    "nothing",
    HEDGE,
    "okx* lost",
  ),
});
const aWay = fc.record({
  order: fc.constantFrom("asc", "desc" as const),
  after: fc.option(fc.integer({ min: 0, max: 45 })),
  through: fc.option(fc.integer({ min: 0, max: 45 })),
  offset: fc.integer({ min: 0, max: 5 }),
  limit: fc.integer({ min: 1, max: 10 }),
});

test("the store answers every question as a plain walk through all events does", async () => {
  await fc.assert(
    fc.asyncProperty(
      fc.array(anEvent, { maxLength: 40 }),
      fc.array(fc.tuple(aFilter, aWay), { minLength: 10, maxLength: 20 }),
      async (given, asked) => {
        const { store, ledger } = aStore();
        const memory = new MemoryLedger();
        for (const [index, { minutes, venue, instrument, hedge, ...rest }] of given.entries()) {
          const at = after(NOW, index * HOUR - minutes * 1_000);
          const told: DomainEvent = {
            at,
            type: "hedge",
            ...rest,
            ...(venue ? { venue } : {}),
            ...(instrument ? { instrument } : {}),
            ...(hedge ? { hedge } : {}),
          };
          ledger.record(told);
          memory.record(told);
        }
        for (const [{ search, since, until, ...filter }, way] of asked) {
          const moment = (minutes: number | null) => (minutes === null ? null : after(NOW, minutes * 60_000));
          const whole = query({
            ...way,
            filter: { ...filter, words: searchWords(search), since: moment(since), until: moment(until) },
          });
          expect(await ledger.findEvents(whole)).toEqual(await memory.findEvents(whole));
        }
        store.close();
      },
    ),
    { numRuns: 25 },
  );
});

test("a page by its place is not moved by what is recorded meanwhile", async () => {
  const { ledger } = aStore();
  for (const says of ["a", "b", "c", "d"]) ledger.record(event({ says }));
  const first = await ledger.findEvents(query({ order: "desc", limit: 2 }));
  expect([saysOf(first), first.more, first.total]).toEqual([["d", "c"], true, { count: 4, exact: true }]);
  ledger.record(event({ says: "e" }));
  const second = await ledger.findEvents(query({ order: "desc", limit: 2, after: first.items[1]?.id ?? 0 }));
  expect([saysOf(second), second.more, second.total]).toEqual([["b", "a"], false, { count: 5, exact: true }]);
});

test("what is dropped is found no more and counted no more", async () => {
  const { store, ledger } = aStore();
  for (const says of ["old news", "new news"]) ledger.record(event({ says, venue: OKX_PERP }));
  const filter: EventFilter = { ...ALL, venue: OKX_PERP };
  expect((await ledger.findEvents(query({ filter }))).total).toEqual({ count: 2, exact: true });
  store.exec("delete from events where id = 1");
  const left = await ledger.findEvents(query({ filter }));
  expect([saysOf(left), left.total]).toEqual([["new news"], { count: 1, exact: true }]);
  expect(saysOf(await ledger.findEvents(query({ filter: { ...ALL, words: searchWords("old") } })))).toEqual([]);
});

test("a search with very many hits is counted up to a bound, and says so", async () => {
  const { store, ledger } = aStore();
  store.exec(`with recursive n (i) as (select 1 union all select i + 1 from n where i <= ${COUNTED_HITS})
    insert into events (at, level, type, code, says) select ${NOW} + i, 'info', 'hedge', 'filled', 'again' from n`);
  const many = await ledger.findEvents(query({ filter: { ...ALL, words: searchWords("again") }, limit: 1 }));
  expect(many.total).toEqual({ count: COUNTED_HITS, exact: false });
  expect((await ledger.findEvents(query({ limit: 1 }))).total).toEqual({ count: COUNTED_HITS + 1, exact: true });
});

test("events written by an older version are found too, and what it wrote is kept as it was", async () => {
  let old = "";
  const { ledger } = aStore((path) => {
    old = `${path}.v1`;
    const newer = openStore(path);
    newer.exec(`drop trigger events_added; drop trigger events_dropped; drop view events_as_text; drop table events_text;
      drop table event_counts; drop table claims; pragma user_version = 1`);
    newer
      .prepare(
        "insert into events (at, level, type, code, says, venue) values (?, 'warn', 'venue', 'stream_down', ?, ?)",
      )
      .run(NOW, "the line is gone", OKX_PERP);
    newer.close();
  });
  const filter: EventFilter = { ...ALL, venue: OKX_PERP, words: searchWords("line") };
  const found = await ledger.findEvents(query({ filter }));
  expect([saysOf(found), found.total]).toEqual([["the line is gone"], { count: 1, exact: true }]);
  expect((await ledger.findEvents(query({ filter: { ...ALL, level: "warn" } }))).total?.count).toBe(1);
  const copy = new Sqlite(old, { readonly: true });
  expect(copy.pragma("user_version", { simple: true })).toBe(1);
  expect(copy.prepare("select says from events").all()).toEqual([{ says: "the line is gone" }]);
  copy.close();
  expect(statSync(old).mode & 0o777).toBe(0o600);
});
