import type { BookUpdate } from "#domain/book.ts";
import type { InstrumentId, VenueId } from "#domain/ids.ts";
import type { Instrument } from "#domain/instrument.ts";
import { MarketBook } from "#domain/market-book.ts";
import type { BestQuote } from "#domain/quote.ts";

/** One book for each venue and instrument we follow. */
export class Books {
  readonly #books = new Map<string, MarketBook>();

  follow(instrument: Instrument): void {
    this.#books.set(key(instrument.venue, instrument.id), new MarketBook(instrument));
  }

  of(venue: VenueId, instrument: InstrumentId): MarketBook | undefined {
    return this.#books.get(key(venue, instrument));
  }

  apply(update: BookUpdate): void {
    this.of(update.venue, update.instrument)?.apply(update);
  }

  note(best: BestQuote): void {
    this.of(best.venue, best.instrument)?.note(best);
  }

  /** The venue's stream is gone: what we hold of it is history. */
  forgetVenue(venue: VenueId): void {
    for (const book of this.#books.values()) if (book.instrument.venue === venue) book.forget();
  }

  all(): readonly MarketBook[] {
    return [...this.#books.values()];
  }
}

const key = (venue: VenueId, instrument: InstrumentId): string => `${venue} ${instrument}`;
