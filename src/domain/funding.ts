import type { Bps, Usdt } from "./decimal.ts";
import type { InstrumentId, VenueId } from "./ids.ts";
import type { Instant } from "./time.ts";

/** The rate a venue will charge at its next stamp; a long pays when it is positive. */
export interface FundingRate {
  readonly venue: VenueId;
  readonly instrument: InstrumentId;
  readonly rate: Bps;
  readonly nextAt: Instant;
  /** Derived from the venue's own stamps; it differs by instrument and changes at run time. */
  readonly intervalMs: number;
  readonly at: Instant;
}

/** Money a venue moved at a funding stamp: positive was received. */
export interface FundingPayment {
  readonly venue: VenueId;
  readonly instrument: InstrumentId | null;
  readonly amount: Usdt;
  /** The same payment has the same id on every channel. */
  readonly id: string;
  readonly at: Instant;
}

/** The stamps of one venue in (from, to], oldest first. */
export function stampsBetween(funding: Pick<FundingRate, "nextAt" | "intervalMs">, from: Instant, to: Instant): number {
  if (to < funding.nextAt || funding.intervalMs <= 0) return to >= funding.nextAt && funding.nextAt > from ? 1 : 0;
  const first = funding.nextAt > from ? 0 : Math.floor((from - funding.nextAt) / funding.intervalMs) + 1;
  const last = Math.floor((to - funding.nextAt) / funding.intervalMs);
  return Math.max(0, last - first + 1);
}
