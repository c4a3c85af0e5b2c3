import type { DomainEvent } from "#domain/event.ts";

/** Telling, without waiting: no listener can slow trading down. */
export interface Feed {
  publish(event: DomainEvent): void;
  subscribe(listen: (event: DomainEvent) => void): { close(): void };
}
