import type { Act, Asker } from "#domain/control.ts";
import type { VenueId } from "#domain/ids.ts";

/** May this leave now? Asked in the same synchronous step as the write to the socket, so that no HOLD can slip in between. */
export interface Gate {
  permits(act: Act, venue: VenueId, asker: Asker): boolean;
}
