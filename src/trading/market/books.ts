import type { BookUpdate } from "#domain/book.ts";
import type { InstrumentId, VenueId } from "#domain/ids.ts";
import type { Instrument } from "#domain/instrument.ts";
import { MarketBook } from "#domain/market-book.ts";
import type { BestQuote } from "#domain/quote.ts";

/** One book for each venue and instrument we follow. */
export class Books {
  readonly #byVenue = new Map<VenueId, Map<InstrumentId, MarketBook>>();

  follow(instrument: Instrument): void {
    const books = this.#byVenue.get(instrument.venue) ?? new Map<InstrumentId, MarketBook>();
    books.set(instrument.id, new MarketBook(instrument));
    this.#byVenue.set(instrument.venue, books);
  }

  of(venue: VenueId, instrument: InstrumentId): MarketBook | undefined {
    return this.#byVenue.get(venue)?.get(instrument);
  }

  apply(update: BookUpdate): void {
    this.of(update.venue, update.instrument)?.apply(update);
  }

  note(best: BestQuote): void {
    this.of(best.venue, best.instrument)?.note(best);
  }

  /** The venue's stream is gone: what we hold of it is history. */
  forgetVenue(venue: VenueId): void {
    for (const book of this.#byVenue.get(venue)?.values() ?? []) book.forget();
  }

  all(): readonly MarketBook[] {
    return [...this.#byVenue.values()].flatMap((books) => [...books.values()]);
  }
}
