import type { z } from "zod";
import type { EventItem, eventsAnswer, eventsExportQuery, eventsQuery } from "#contract/events.ts";
import { MOST_OFFSET } from "#contract/events.ts";
import { type EventFilter, type RecordedEvent, searchWords } from "#domain/event-filter.ts";
import { instrumentOf, symbolOf, venueOf } from "#domain/ids.ts";
import { type Instant, HOUR, after, instantAt, isoTime } from "#domain/time.ts";
import type { EventPage } from "#ports/ledger.ts";
import type { Engine } from "#trading/engine/engine.ts";
import { readCursor, writeCursor } from "./event-cursor.ts";

type Question = z.infer<typeof eventsQuery>;
type ExportQuestion = z.infer<typeof eventsExportQuery>;
type Narrowed = Omit<ExportQuestion, "format" | "limit">;

/** What is wrong with one field of a question, and what to send instead. */
export interface Trouble {
  readonly path: string;
  readonly message: string;
}

const WINDOW_MS = 7 * 24 * HOUR;
/** How many events an export holds at a time. */
export const EXPORT_PAGE = 1_000;

/** What was said, for people: page by page, or all of it. */
export class EventsDesk {
  readonly #engine: Engine;
  readonly #redact: (text: string) => string;

  constructor(engine: Engine, redact: (text: string) => string) {
    this.#engine = engine;
    this.#redact = redact;
  }

  /** What a question may not be, beside its shape. */
  troubles(question: Question): readonly Trouble[] {
    const troubles = narrowedTroubles(question);
    if (question.cursor === undefined) {
      const { since, until } = this.#window(question);
      if (until - since > WINDOW_MS) {
        const message = `offset paging reads 7 days at most: send a since not before ${isoTime(after(until, -WINDOW_MS))}, or cursor= (empty to begin) for any window`;
        troubles.push({ path: "since", message });
      }
    } else if (question.offset !== undefined) {
      troubles.push({ path: "offset", message: "a cursor has its own place: leave offset out, or cursor" });
    }
    return troubles;
  }

  /** The same for an export, which has no window. */
  exportTroubles(question: ExportQuestion): readonly Trouble[] {
    return narrowedTroubles(question);
  }

  async page(question: Question): Promise<z.infer<typeof eventsAnswer>> {
    const { cursor, limit, order } = question;
    const offset = question.offset ?? 0;
    const page = await this.#engine.rooms.world.ledger.findEvents({
      filter: { ...filterOf(question), ...(cursor === undefined ? this.#window(question) : {}) },
      order,
      after: readCursor(cursor ?? "")?.after ?? null,
      through: null,
      offset,
      limit,
      count: true,
    });
    const next = offset + page.items.length;
    const last = page.items.at(-1);
    return {
      items: page.items.map((event) => this.#words(event)),
      total: page.total?.count ?? 0,
      total_exact: page.total?.exact ?? false,
      offset,
      limit,
      order,
      next_offset: page.more && cursor === undefined && next <= MOST_OFFSET ? next : null,
      next_cursor: page.more && last !== undefined ? writeCursor(last.id, order) : null,
      has_more: page.more,
    };
  }

  /** All that the question means and that is recorded by now; the pages are read one by one, as they are taken. */
  async exported(question: ExportQuestion): Promise<AsyncGenerator<readonly EventItem[], void>> {
    return this.#pages(question, await this.#newest());
  }

  async *#pages(question: ExportQuestion, through: number): AsyncGenerator<readonly EventItem[], void> {
    const { order, cursor } = question;
    const filter = filterOf(question);
    let left = question.limit ?? Number.POSITIVE_INFINITY;
    let place = readCursor(cursor ?? "")?.after ?? null;
    while (left > 0) {
      const limit = Math.min(EXPORT_PAGE, left);
      const query = { filter, order, after: place, through, offset: 0, limit, count: false };
      const page: EventPage = await this.#engine.rooms.world.ledger.findEvents(query);
      if (page.items.length > 0) yield page.items.map((event) => this.#words(event));
      if (!page.more) return;
      left -= page.items.length;
      place = page.items.at(-1)?.id ?? place;
    }
  }

  /** Who took what away is an event itself. */
  tellExport(who: string, what: string, format: string): void {
    this.#engine.rooms.tell({
      level: "info",
      type: "control",
      code: "exported",
      says: `${who} exports ${what} as ${format}`,
    });
  }

  async #newest(): Promise<number> {
    const query = {
      filter: ALL,
      order: "desc",
      after: null,
      through: null,
      offset: 0,
      limit: 1,
      count: false,
    } as const;
    const { items } = await this.#engine.rooms.world.ledger.findEvents(query);
    return items[0]?.id ?? 0;
  }

  /** By offset there is always a window: the last seven days, unless said otherwise. */
  #window({ since, until }: Question): { readonly since: Instant; readonly until: Instant } {
    const end = momentOf(until) ?? this.#engine.rooms.world.clock.now();
    return { since: momentOf(since) ?? after(end, -WINDOW_MS), until: end };
  }

  #words({ id, at, level, code, type, venue, instrument, says, hedge, data }: RecordedEvent): EventItem {
    const payload = Object.entries({ ...data, ...(hedge === undefined ? {} : { hedge }) });
    return {
      id,
      ts: isoTime(at),
      level,
      code,
      type,
      venue: venue ?? null,
      symbol: instrument === undefined ? null : symbolOf(instrument),
      message: this.#redact(says),
      payload: Object.fromEntries(
        payload.map(([name, value]) => [name, typeof value === "string" ? this.#redact(value) : value]),
      ),
    };
  }
}

const ALL: EventFilter = { venue: null, instrument: null, level: null, since: null, until: null, words: [] };

const momentOf = (text: string | undefined): Instant | null =>
  text === undefined ? null : instantAt(Date.parse(text));

function filterOf({ venue, symbol, level, since, until, search }: Narrowed): EventFilter {
  return {
    venue: venue === undefined ? null : venueOf(venue),
    instrument: symbol === undefined ? null : instrumentOf(symbol),
    level: level === undefined ? null : level === "warning" ? "warn" : level,
    since: momentOf(since),
    until: momentOf(until),
    words: searchWords(search ?? ""),
  };
}

function narrowedTroubles({ venue, symbol, since, until, search, cursor, order }: Narrowed): Trouble[] {
  const troubles: Trouble[] = [];
  const say = (path: string, message: string): void => void troubles.push({ path, message });
  if (venue !== undefined && venueOf(venue) === null) say("venue", "is no venue of ours: binance-um or okx-perp");
  if (symbol !== undefined && instrumentOf(symbol) === null) say("symbol", "is no symbol like BTCUSDT");
  const [from, to] = [momentOf(since), momentOf(until)];
  if (from !== null && to !== null && from > to) say("since", "is after until: send the earlier moment as since");
  if (search !== undefined && search.trim() !== "" && searchWords(search).length === 0)
    say("search", "has no letter and no digit to look for");
  if (cursor === undefined) return troubles;
  const place = readCursor(cursor);
  if (place === null) say("cursor", "is none of ours: send next_cursor as it was, or nothing to begin");
  else if (place.order !== null && place.order !== order)
    say("cursor", `was made by order=${place.order}: send the same order, or begin anew`);
  return troubles;
}
