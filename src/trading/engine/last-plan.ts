import type { HedgeId, InstrumentId, VenueId } from "#domain/ids.ts";
import type { Opportunity } from "#domain/opportunity.ts";
import type { Instant } from "#domain/time.ts";

/** A trade that somebody thought of: what it would be, and what became of the thought. */
export interface Plan {
  readonly at: Instant;
  readonly source: "preview" | "loop" | "operator";
  readonly instrument: InstrumentId;
  readonly long: VenueId;
  readonly short: VenueId;
  /** Null for a mere look. */
  readonly leverage: number | null;
  /** Null where the books did not even give a price. */
  readonly trade: Omit<Opportunity, "id"> | null;
  /** What stood in its way; null when nothing did. */
  readonly refused: { readonly code: string; readonly says: string } | null;
  /** The hedge it has become; null when it has not. */
  readonly hedge: HedgeId | null;
}

/** Remembers the latest plan, whoever made it. */
export class LastPlan {
  #last: Plan | null = null;

  note(plan: Plan): void {
    this.#last = plan;
  }

  /** Null until there was one. */
  get last(): Plan | null {
    return this.#last;
  }
}
