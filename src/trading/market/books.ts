import { assert } from "#domain/assert.ts";
import type { InstrumentId, VenueId } from "#domain/ids.ts";
import type { Instrument } from "#domain/instrument.ts";
import { MarketBook } from "#domain/market-book.ts";
import { Shelf } from "#domain/shelf.ts";
import { Tops } from "#domain/tops.ts";

/** One instrument, one book on each of two venues. */
const VENUES = 2;
/** Half a megabyte of lots to an array: sixteen books as they begin, or one side at its widest. */
const BOARD_SLOTS = 2 ** 16;

/** One book for each venue and instrument we follow. Both books of a pair have their best prices side by side. */
export class Books {
  readonly #byVenue = new Map<VenueId, Map<InstrumentId, MarketBook>>();
  readonly #pairs = new Map<InstrumentId, number>();
  /** The best prices of all: those of a pair in neighbouring rows, in the order in which its venues came. */
  readonly tops = new Tops();
  readonly #shelf = new Shelf(BOARD_SLOTS);

  follow(instrument: Instrument): void {
    const books = this.#byVenue.get(instrument.venue) ?? new Map<InstrumentId, MarketBook>();
    this.#byVenue.set(instrument.venue, books);
    const venue = [...this.#byVenue.keys()].indexOf(instrument.venue);
    assert(venue < VENUES, "a third venue");
    const pair = this.#pairs.get(instrument.id) ?? this.#pairs.size;
    this.#pairs.set(instrument.id, pair);
    const seat = { tops: this.tops, row: pair * VENUES + venue, shelf: this.#shelf };
    books.set(instrument.id, new MarketBook(instrument, seat));
  }

  of(venue: VenueId, instrument: InstrumentId): MarketBook | undefined {
    return this.#byVenue.get(venue)?.get(instrument);
  }

  /** The venue's stream is gone: what we hold of it is history. */
  forgetVenue(venue: VenueId): void {
    for (const book of this.#byVenue.get(venue)?.values() ?? []) book.forget();
  }

  all(): readonly MarketBook[] {
    return [...this.#byVenue.values()].flatMap((books) => [...books.values()]);
  }
}
