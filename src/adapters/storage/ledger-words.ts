import type { LedgerEntry } from "#domain/entry.ts";
import type { DomainEvent } from "#domain/event.ts";
import type { EventPage, EventQuery } from "#ports/ledger.ts";
import type { Claim, ClaimAnswer, Claimed } from "#ports/claims.ts";

/** What the trading thread asks of the ledger's, and what it is answered. An answer carries its question's number. */
export type LedgerQuestion =
  | { readonly type: "post"; readonly id: number; readonly entries: readonly LedgerEntry[] }
  | { readonly type: "entries"; readonly id: number }
  | { readonly type: "find-events"; readonly id: number; readonly query: EventQuery }
  | { readonly type: "claim"; readonly id: number; readonly claim: Claim }
  | { readonly type: "settle"; readonly id: number; readonly claim: string; readonly answer: ClaimAnswer }
  | { readonly type: "release"; readonly id: number; readonly claim: string }
  | { readonly type: "close"; readonly id: number }
  | { readonly type: "record"; readonly event: DomainEvent };

export type LedgerAnswer =
  | { readonly type: "open" }
  | { readonly type: "done"; readonly id: number }
  | { readonly type: "entries"; readonly id: number; readonly entries: readonly LedgerEntry[] }
  | { readonly type: "events"; readonly id: number; readonly page: EventPage }
  | { readonly type: "claimed"; readonly id: number; readonly claimed: Claimed }
  | { readonly type: "failed"; readonly id: number; readonly says: string }
  | { readonly type: "events-lost"; readonly says: string };
