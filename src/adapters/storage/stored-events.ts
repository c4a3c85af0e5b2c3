import type Sqlite from "better-sqlite3";
import type { DomainEvent } from "#domain/event.ts";
import type { EventFilter, RecordedEvent } from "#domain/event-filter.ts";
import { HOUR, MINUTE, instantAt } from "#domain/time.ts";
import type { EventPage, EventQuery } from "#ports/ledger.ts";

interface EventRow {
  readonly id: number;
  readonly at: number;
  readonly level: DomainEvent["level"];
  readonly type: DomainEvent["type"];
  readonly code: string;
  readonly says: string;
  readonly venue: NonNullable<DomainEvent["venue"]> | null;
  readonly instrument: NonNullable<DomainEvent["instrument"]> | null;
  readonly hedge: NonNullable<DomainEvent["hedge"]> | null;
  readonly data: string | null;
}

/** Part of a question to SQLite, with what it binds. */
interface Clause {
  readonly sql: string;
  readonly values: readonly (string | number)[];
}

/** How many hits of a search are counted before we say "at least". */
export const COUNTED_HITS = 5_000;
/** The order of recording is the order of time, but for a clock that was set back: looked at from a little before. */
const SLACK_MS = MINUTE;

/**
 * Finds events by index alone. Everything that is filtered by stands in one full-text index, as words and as tags, which
 * walks the smallest of its lists in the order of recording; what is counted without a search is counted by the hour when
 * it is written.
 */
export class StoredEvents {
  readonly #store: Sqlite.Database;

  constructor(store: Sqlite.Database) {
    this.#store = store;
  }

  find({ filter, order, after, through, offset, limit, count }: EventQuery): EventPage {
    const from = [this.#firstSince(filter), order === "asc" && after !== null ? after + 1 : 0];
    const to = [this.#lastUntil(filter), through ?? LAST, order === "desc" && after !== null ? after - 1 : LAST];
    const { sql, values } = bounded(filter, Math.max(...from), Math.min(...to));
    const rows = this.#store
      .prepare<unknown[], EventRow>(`select e.* from ${sql} order by ${rowOf(filter)} ${order} limit ? offset ?`)
      .all(...values, limit + 1, offset);
    return {
      items: rows.slice(0, limit).map(eventOf),
      more: rows.length > limit,
      total: count ? this.#total(filter) : null,
    };
  }

  #total(filter: EventFilter): NonNullable<EventPage["total"]> {
    if (filter.words.length === 0) return { count: this.#counted(filter), exact: true };
    const { sql, values } = bounded(filter, this.#firstSince(filter), this.#lastUntil(filter));
    const hits = this.#number(`select count(*) from (select 1 from ${sql} limit ?)`, [...values, COUNTED_HITS + 1]);
    return { count: Math.min(hits, COUNTED_HITS), exact: hits <= COUNTED_HITS };
  }

  /** Whole hours by what was counted in them; what is left of an hour at either end, one by one. */
  #counted({ since, until, ...filter }: EventFilter): number {
    const sorts = sortsOf(filter);
    const first = since === null ? 0 : Math.ceil(since / HOUR);
    const end = until === null ? LAST : Math.floor(until / HOUR);
    if (first >= end) return this.#oneByOne(sorts, "at >= ? and at <= ?", [since ?? 0, until ?? LAST]);
    const whole = this.#number(
      `select coalesce(sum(count), 0) from event_counts where hour >= ? and hour < ?${sorts.sql}`,
      [first, end, ...sorts.values],
    );
    const before = since === null ? 0 : this.#oneByOne(sorts, "at >= ? and at < ?", [since, first * HOUR]);
    const behind = until === null ? 0 : this.#oneByOne(sorts, "at >= ? and at <= ?", [end * HOUR, until]);
    return whole + before + behind;
  }

  #oneByOne(sorts: Clause, sql: string, values: readonly number[]): number {
    return this.#number(`select count(*) from events where ${sql}${sorts.sql}`, [...values, ...sorts.values]);
  }

  #firstSince({ since }: EventFilter): number {
    if (since === null) return 0;
    return this.#number("select coalesce((select id from events where at >= ? order by at limit 1), ?)", [
      since - SLACK_MS,
      LAST,
    ]);
  }

  #lastUntil({ until }: EventFilter): number {
    if (until === null) return LAST;
    return this.#number("select coalesce((select id from events where at <= ? order by at desc limit 1), 0)", [
      until + SLACK_MS,
    ]);
  }

  #number(sql: string, values: readonly (string | number)[]): number {
    return Number(
      this.#store
        .prepare<unknown[], number>(sql)
        .pluck()
        .get(...values),
    );
  }
}

/** Behind every id and every instant. */
const LAST = Number.MAX_SAFE_INTEGER;

/** The tables and conditions of a filter, between two ids. */
function bounded(filter: EventFilter, from: number, to: number): Clause {
  const match = matchOf(filter);
  const row = rowOf(filter);
  const tables =
    match === "" ? "events e where" : "events_text t join events e on e.id = t.rowid where events_text match ? and";
  const times: Clause = {
    sql: `${filter.since === null ? "" : " and e.at >= ?"}${filter.until === null ? "" : " and e.at <= ?"}`,
    values: [filter.since, filter.until].filter((each) => each !== null),
  };
  return {
    sql: `${tables} ${row} >= ? and ${row} <= ?${times.sql}`,
    values: [...(match === "" ? [] : [match]), from, to, ...times.values],
  };
}

const rowOf = (filter: EventFilter): string => (matchOf(filter) === "" ? "e.id" : "t.rowid");

/** The question to the full-text index. Words are letters and digits alone: nothing in them can mean more than itself. */
function matchOf({ venue, instrument, level, words }: EventFilter): string {
  const tags = [
    ...(level === null ? [] : [`l${level}`]),
    ...(venue === null ? [] : [`v${venue.replaceAll("-", "")}`]),
    ...(instrument === null ? [] : [`i${instrument.replaceAll("-", "")}`]),
  ];
  return [
    ...words.map(({ text, begins }) => `words:"${text}"${begins ? "*" : ""}`),
    ...tags.map((tag) => `tags:"${tag}"`),
  ].join(" AND ");
}

function sortsOf({ venue, instrument, level }: Pick<EventFilter, "venue" | "instrument" | "level">): Clause {
  const given = Object.entries({ level, venue, instrument }).filter(([, value]) => value !== null);
  return { sql: given.map(([name]) => ` and ${name} = ?`).join(""), values: given.map(([, value]) => String(value)) };
}

function eventOf({ id, at, level, type, code, says, venue, instrument, hedge, data }: EventRow): RecordedEvent {
  return {
    id,
    at: instantAt(at),
    level,
    type,
    code,
    says,
    ...(venue === null ? {} : { venue }),
    ...(instrument === null ? {} : { instrument }),
    ...(hedge === null ? {} : { hedge }),
    ...(data === null ? {} : { data: JSON.parse(data) as NonNullable<DomainEvent["data"]> }),
  };
}
