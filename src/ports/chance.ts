import type { HedgeId, OpportunityId } from "#domain/ids.ts";

/** The only source of new names and of randomness. */
export interface Chance {
  hedgeId(): HedgeId;
  opportunityId(): OpportunityId;
  /** Of [0, below). */
  integer(below: number): number;
  /** Lower-case letters and digits. */
  token(length: number): string;
}
