import type { HedgeId, OpportunityId } from "#domain/ids.ts";

/** Whose an order's name is: of this run, of an earlier or another run of this installation, or of nobody here. */
export type NameOrigin = "ours" | "other-epoch" | "foreign";

/** The only source of new names and of randomness. */
export interface Chance {
  hedgeId(): HedgeId;
  opportunityId(): OpportunityId;
  /** @param id an order's name, as a venue reports it */
  origin(id: string): NameOrigin;
  /** Of [0, below). */
  integer(below: number): number;
  /** Lower-case letters and digits. */
  token(length: number): string;
}
