import { type Quantity, NO_QUANTITY, NO_USDT, add, subtract } from "#domain/decimal.ts";
import type { Hedge } from "#domain/hedge.ts";
import { liveOrders, openQuantity } from "#domain/hedge-machine.ts";
import type { InstrumentId } from "#domain/ids.ts";
import { commonLot } from "#domain/instrument.ts";
import { exposureOf } from "../risk/exposure.ts";
import type { Facts, HeldDelta } from "../watch/facts.ts";
import type { Results } from "./results.ts";
import type { Rooms } from "./rooms.ts";
import type { VenueWatch } from "./venue-watch.ts";

export interface FactsGiven {
  readonly rooms: Rooms;
  readonly results: Results;
  readonly watch: VenueWatch;
  readonly freeBytes: () => number | null;
}

/** What the watches look at, read from the rooms as they are at that moment. */
export function factsOf({ rooms, results, watch, freeBytes }: FactsGiven): Facts {
  const { accounts, books, conditions, executor, reads, settings, traffic, world } = rooms;
  const venues = world.venues.map(({ id }) => id);
  return {
    venues,
    now: () => world.clock.now(),
    monotonic: () => world.clock.monotonic(),
    settings,
    hedges: () => executor.active(),
    exposure: () => exposureOf(executor.active(), NO_USDT),
    day: () => results.day(),
    equity: () => reads.equity(venues),
    deltas: () => heldDeltas(rooms),
    positions: () =>
      reads.positions().map(({ venue, instrument, quantity, liquidationPrice }) => ({
        venue,
        instrument,
        quantity,
        liquidation: liquidationPrice,
        mark: conditions.mark(venue, instrument),
      })),
    marginUsed: (venue) => reads.marginUsed(venue),
    accountLostMs: (venue) => watch.lostForMs(venue),
    distrust: (venue, instrument) =>
      books.of(venue, instrument)?.distrust(world.clock.now(), settings().bookMaxAgeMs) ?? null,
    clockSamples: (venue) => reads.clockSamples(venue),
    throttled: (venue) => watch.throttled(venue),
    traffic: () => traffic.now(),
    refusals: () => traffic.refusals(),
    unwritten: () => ({ journal: executor.unwritten, ledger: accounts.unwritten }),
    freeBytes,
    maintenance: () => [...settings().maintenanceWindows, ...reads.announced()],
  };
}

interface Sums {
  hedged: Quantity;
  buying: Quantity;
  selling: Quantity;
}

/** Every instrument of which something is held or ordered, by our hedges or beside them. */
export function heldDeltas({ conditions, executor, pairs, reads, world }: Rooms): readonly HeldDelta[] {
  const strange = reads.unattributed();
  const sums = new Map<InstrumentId, Sums>();
  for (const hedge of executor.active()) addHedge(sums, hedge);
  return [...new Set([...sums.keys(), ...strange.keys()])].map((instrument) => {
    const pair = pairs().find(({ id }) => id === instrument);
    const marks = world.venues.map(({ id }) => conditions.mark(id, instrument));
    return {
      instrument,
      ...(sums.get(instrument) ?? { hedged: NO_QUANTITY, buying: NO_QUANTITY, selling: NO_QUANTITY }),
      unattributed: strange.get(instrument) ?? NO_QUANTITY,
      lot: pair ? commonLot(...pair.listings) : NO_QUANTITY,
      mark: marks.find((mark) => mark !== null) ?? null,
    };
  });
}

function addHedge(sums: Map<InstrumentId, Sums>, hedge: Hedge): void {
  const { instrument } = hedge.intent;
  const sum = sums.get(instrument) ?? { hedged: NO_QUANTITY, buying: NO_QUANTITY, selling: NO_QUANTITY };
  sums.set(instrument, sum);
  sum.hedged = add(sum.hedged, subtract(openQuantity(hedge, "long"), openQuantity(hedge, "short")));
  for (const { filled, request, state } of liveOrders(hedge)) {
    // What we cannot read is not counted on to bring anything back.
    if (state === "quarantined") continue;
    const way = request.side === "buy" ? "buying" : "selling";
    sum[way] = add(sum[way], subtract(request.quantity, filled));
  }
}
