import { type Fill, fillKey } from "#domain/fill.ts";
import type { FundingPayment } from "#domain/funding.ts";
import type { Hedge } from "#domain/hedge.ts";
import type { InstrumentId, VenueId } from "#domain/ids.ts";
import { HOUR, type Instant } from "#domain/time.ts";
import type { Venue } from "#ports/venue.ts";

export interface CatchUpDeps {
  /** Every hedge at hand, finished ones included. */
  readonly hedges: () => readonly Hedge[];
  /** Counts a fill once. False when no order of ours made it. */
  readonly onFill: (fill: Fill) => boolean;
  readonly onFunding: (payment: FundingPayment) => void;
}

/** What is charged at one stamp is told over some minutes, one symbol after the other. */
const OVERLAP_MS = HOUR;

/** What no stream told us: read back, and counted once. */
export class CatchUp {
  readonly #deps: CatchUpDeps;
  /** When the latest payment that was read back was made, by venue. */
  readonly #lastFunding = new Map<VenueId, number>();

  constructor(deps: CatchUpDeps) {
    this.#deps = deps;
  }

  /**
   * Fills of an order that had ended while nobody was there to hear of it are counted now. Returns those that no order
   * of ours made: somebody else's trades with our account.
   */
  async fills(venue: Venue, instrument: InstrumentId): Promise<readonly Fill[]> {
    const { hedges, onFill } = this.#deps;
    const oldest = firstDecision(hedges().filter(({ intent }) => intent.instrument === instrument));
    if (oldest === undefined) return [];
    const fills = await venue.account.fills(instrument, oldest);
    if (fills.outcome === "fault") return [];
    const strange = fills.value.filter((fill) => !onFill(fill));
    // What a venue closed by itself is known under a name made for it.
    const known = new Set(hedges().flatMap(({ orders }) => orders.flatMap((order) => order.fills.map(fillKey))));
    return strange.filter((fill) => !known.has(fillKey(fill)));
  }

  /** Funding moves money without an order to ask about: read back as far as our hedges go. */
  async funding(venue: Venue): Promise<void> {
    const oldest = firstDecision(this.#deps.hedges());
    if (oldest === undefined) return;
    const booked = this.#lastFunding.get(venue.id);
    const since = booked === undefined ? oldest : Math.max(oldest, booked - OVERLAP_MS);
    const payments = await venue.account.funding(since as Instant);
    if (payments.outcome === "fault") return;
    for (const payment of payments.value) {
      this.#deps.onFunding(payment);
      this.#lastFunding.set(venue.id, Math.max(payment.at, this.#lastFunding.get(venue.id) ?? 0));
    }
  }
}

/** When the oldest of these hedges was decided; undefined when there is none. */
function firstDecision(hedges: readonly Hedge[]): Instant | undefined {
  return hedges.map(({ intent }) => intent.decidedAt).toSorted((a, b) => a - b)[0];
}
