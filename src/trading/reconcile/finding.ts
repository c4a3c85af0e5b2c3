import type { ClientOrderId, InstrumentId, VenueId } from "#domain/ids.ts";
import type { Instant } from "#domain/time.ts";

/** What differs: a position, an order, the wallet, or an order that is not of this run. */
export type FindingKind = "position" | "order" | "balance" | "foreign_order";

/** A difference as one reading shows it. `ours` and `theirs` are plain text, exact. */
export interface Difference {
  readonly venue: VenueId;
  readonly kind: FindingKind;
  readonly instrument: InstrumentId | null;
  readonly order: ClientOrderId | null;
  readonly ours: string;
  readonly theirs: string;
  /** What differs and what a person should do about it. */
  readonly says: string;
}

/** A difference that stood still: kept, under one id, until a later comparison no longer sees it. */
export interface Finding extends Difference {
  readonly id: string;
  readonly since: Instant;
}

/** One comparison with one venue. */
export interface Run {
  readonly at: Instant;
  readonly venue: VenueId;
  readonly tookMs: number;
  /** How many of each were compared; null where they could not be, which settles nothing. */
  readonly compared: {
    readonly positions: number | null;
    readonly orders: number | null;
    readonly wallets: number | null;
  };
  /** What this run saw, even when it was gone by its end. */
  readonly findings: readonly Finding[];
  /** Why something was not compared, in one sentence; null when everything was. */
  readonly says: string | null;
}

/** The same difference, at another reading. */
export const sameDifference = (a: Difference, b: Difference): boolean =>
  keyOf(a) === keyOf(b) && a.ours === b.ours && a.theirs === b.theirs;

/** What a difference is about: a finding keeps its id while this stays. */
export const keyOf = ({ venue, kind, instrument, order }: Difference): string =>
  `${venue} ${kind} ${instrument ?? ""} ${order ?? ""}`;
