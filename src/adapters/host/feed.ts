import type { DomainEvent } from "#domain/event.ts";
import type { Feed } from "#ports/feed.ts";

/** The Feed inside one process. Listeners are called in turn, in the order they came. */
export class LocalFeed implements Feed {
  readonly #listeners = new Set<(event: DomainEvent) => void>();

  publish(event: DomainEvent): void {
    for (const listen of this.#listeners) listen(event);
  }

  subscribe(listen: (event: DomainEvent) => void): { close(): void } {
    this.#listeners.add(listen);
    return { close: () => this.#listeners.delete(listen) };
  }
}
