import type { DomainEvent, EventLevel } from "./event.ts";
import type { InstrumentId, VenueId } from "./ids.ts";
import type { Instant } from "./time.ts";

/** One word that must be in an event; or, with `begins`, what one of its words must begin with. */
export interface SearchWord {
  readonly text: string;
  readonly begins: boolean;
}

/** Which events are meant. What is null or empty leaves none out; both ends of the time are inside. */
export interface EventFilter {
  readonly venue: VenueId | null;
  readonly instrument: InstrumentId | null;
  readonly level: EventLevel | null;
  readonly since: Instant | null;
  readonly until: Instant | null;
  /** All of them, in any order. */
  readonly words: readonly SearchWord[];
}

/** An event as it was recorded: its number only grows, whatever the clock did. */
export type RecordedEvent = DomainEvent & { readonly id: number };

/** The words of what somebody types: letters and digits, capitals or not; `word*` is the beginning of one. */
export function searchWords(text: string): readonly SearchWord[] {
  return [...text.toLowerCase().matchAll(/([\p{L}\p{N}]+)(\*?)/gu)].map(([, word = "", star]) => ({
    text: word,
    begins: star === "*",
  }));
}

/** What of an event is searched. */
const textOf = ({ code, says, hedge }: DomainEvent): string => `${code} ${says} ${hedge ?? ""}`;

/** Whether the filter means this event. The store answers the same from its indexes. */
export function isMeant(filter: EventFilter, event: DomainEvent): boolean {
  if (filter.venue !== null && event.venue !== filter.venue) return false;
  if (filter.instrument !== null && event.instrument !== filter.instrument) return false;
  if (filter.level !== null && event.level !== filter.level) return false;
  if (filter.since !== null && event.at < filter.since) return false;
  if (filter.until !== null && event.at > filter.until) return false;
  if (filter.words.length === 0) return true;
  const said = searchWords(textOf(event)).map(({ text }) => text);
  return filter.words.every(({ text, begins }) =>
    said.some((word) => (begins ? word.startsWith(text) : word === text)),
  );
}
