import { type Quantity, NO_QUANTITY, format, subtract } from "#domain/decimal.ts";
import type { InstrumentId, VenueId } from "#domain/ids.ts";
import type { VenuePosition } from "#ports/venue.ts";
import type { Difference } from "./finding.ts";

/** Where a venue's positions are not what our books say, exactly. A venue that does not list one holds none. */
export function positionDifferences(
  venue: VenueId,
  instruments: readonly InstrumentId[],
  ours: (instrument: InstrumentId) => Quantity,
  theirs: readonly VenuePosition[],
): readonly (Difference & { readonly instrument: InstrumentId })[] {
  const listed = new Map(theirs.map((position) => [position.instrument, position.quantity]));
  const all = new Set([...instruments, ...listed.keys()]);
  return [...all].flatMap((instrument) => {
    const here = ours(instrument);
    const there = listed.get(instrument) ?? NO_QUANTITY;
    if (subtract(here, there) === NO_QUANTITY) return [];
    const says = `${venue} ${instrument}: our books hold ${format(here)}, the venue ${format(there)}; find out who traded it, then bring the venue's position back or take it over (approval adopt_position)`;
    return [{ venue, kind: "position", instrument, order: null, ours: format(here), theirs: format(there), says }];
  });
}
