import type { Price } from "#domain/decimal.ts";
import type { FundingRate } from "#domain/funding.ts";
import type { InstrumentId, VenueId } from "#domain/ids.ts";

/** The latest funding rate and mark price of each instrument on each venue. */
export class Conditions {
  readonly #funding = new Map<string, FundingRate>();
  readonly #marks = new Map<string, Price>();

  noteFunding(funding: FundingRate): void {
    this.#funding.set(key(funding.venue, funding.instrument), funding);
  }

  noteMark(venue: VenueId, instrument: InstrumentId, price: Price): void {
    this.#marks.set(key(venue, instrument), price);
  }

  funding(venue: VenueId, instrument: InstrumentId): FundingRate | null {
    return this.#funding.get(key(venue, instrument)) ?? null;
  }

  mark(venue: VenueId, instrument: InstrumentId): Price | null {
    return this.#marks.get(key(venue, instrument)) ?? null;
  }
}

const key = (venue: VenueId, instrument: InstrumentId): string => `${venue} ${instrument}`;
