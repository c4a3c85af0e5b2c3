import type { LedgerEntry } from "#domain/entry.ts";
import type { DomainEvent } from "#domain/event.ts";
import type { EventFilter, RecordedEvent } from "#domain/event-filter.ts";

/** One page of the events, in the order in which they were recorded or against it. */
export interface EventQuery {
  readonly filter: EventFilter;
  readonly order: "asc" | "desc";
  /** The number of the event that the page follows, in its order; null to begin. */
  readonly after: number | null;
  /** The number of the latest event that may be told; null for all there are. */
  readonly through: number | null;
  readonly offset: number;
  readonly limit: number;
  /** Whether all that the filter means are counted too. */
  readonly count: boolean;
}

export interface EventPage {
  readonly items: readonly RecordedEvent[];
  /** Whether others follow. */
  readonly more: boolean;
  /** Null when nobody asked. A search is counted up to a bound: then there are at least so many. */
  readonly total: { readonly count: number; readonly exact: boolean } | null;
}

/** What happened to the money, and what was said. */
export interface Ledger {
  /** Posting an entry again changes nothing. Rejects when it could not be written. */
  post(entries: readonly LedgerEntry[]): Promise<void>;
  /** Every entry, in the order of posting. */
  entries(): AsyncIterable<LedgerEntry>;
  record(event: DomainEvent): void;
  /** Rejects when it could not be read. */
  findEvents(query: EventQuery): Promise<EventPage>;
  /** Why it can do nothing any more; null while it can. Left out by one that cannot end before its holder does. */
  gone?(): string | null;
}
