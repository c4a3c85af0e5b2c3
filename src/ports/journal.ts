import type { HedgeEvent } from "#domain/hedge.ts";
import type { HedgeId } from "#domain/ids.ts";
import type { Instant } from "#domain/time.ts";

export interface JournalEntry {
  readonly hedge: HedgeId;
  readonly at: Instant;
  readonly event: HedgeEvent;
}

declare const receipt: unique symbol;
/** Proof that an intention is on disk. Only a Journal makes one, and no order can be sent without one. */
export interface Receipt {
  readonly [receipt]: true;
  /** The journal's own count. */
  readonly sequence: number;
}

/** Written down before it is done. */
export interface Journal {
  /** Resolves once every entry is flushed, in one commit. Rejects when it could not be: then nothing may be sent. */
  append(entries: readonly JournalEntry[]): Promise<Receipt>;
  /** Nothing is left to do for this hedge: it need not be gone through again after a restart. */
  finish(hedge: HedgeId): void;
  /** All entries of unfinished hedges and of the latest finished ones, in the order of writing. */
  read(latestFinished: number): AsyncIterable<JournalEntry>;
}
