import type { JournalEntry } from "#ports/journal.ts";
import type { Accuse, Court } from "../judge.ts";

/** G17: what is decided by itself is decided on books that are live, whole and young, in the step in which it is. */
export class SightInvariant {
  readonly #court: Court;
  readonly #accuse: Accuse;

  constructor(court: Court, accuse: Accuse) {
    this.#court = court;
    this.#accuse = accuse;
  }

  /** The journal is asked to write down something. */
  noted({ event }: JournalEntry): void {
    if (event.type !== "intended") return;
    const { clock, engine, settings } = this.#court;
    for (const { venue, instrument } of [event.intent.long, event.intent.short]) {
      const book = engine()?.rooms.books.of(venue, instrument);
      const distrust = book?.distrust(clock.now(), settings.bookMaxAgeMs) ?? null;
      if (distrust !== null)
        this.#accuse("G17", `${event.intent.id} was decided on a book of ${venue} that is ${distrust}`);
    }
  }
}
