import type { LedgerEntry } from "#domain/entry.ts";
import type { DomainEvent } from "#domain/event.ts";

/** What happened to the money, and what was said. */
export interface Ledger {
  /** Posting an entry again changes nothing. Rejects when it could not be written. */
  post(entries: readonly LedgerEntry[]): Promise<void>;
  /** Every entry, in the order of posting. */
  entries(): AsyncIterable<LedgerEntry>;
  record(event: DomainEvent): void;
}
