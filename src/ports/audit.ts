import type { Instant } from "#domain/time.ts";

/** Who asked for what, and what became of it. Plain data, never a secret. */
export interface AuditNote {
  /** The operator's name, or `system` for what nobody asked for. */
  readonly actor: string;
  /** The stable word, such as `hold`, `approval.approve`, `order.intended`. */
  readonly action: string;
  readonly data: Readonly<Record<string, AuditValue>>;
}

export type AuditValue =
  string | number | boolean | null | readonly AuditValue[] | { readonly [name: string]: AuditValue };

export interface AuditRow extends AuditNote {
  /** Counts from 1 without a hole, across restarts. */
  readonly sequence: number;
  readonly at: Instant;
  /** Which start of the process wrote it. */
  readonly boot: number;
}

/** The record that nobody can change unnoticed: every row carries the hash of the one before it. */
export interface Audit {
  /** Durable when it returns, all of them or none. Throws when that could not be: then the act must not happen. */
  commit(notes: readonly AuditNote[]): void;
  /** Takes its place in the order now and is flushed soon, or with the next commit. */
  note(note: AuditNote): void;
  /** What is on record since the last `control.snapshot` row, oldest first, that row included. */
  recent(): Iterable<AuditRow>;
}
