import { type Quantity, type Usdt, NO_QUANTITY, NO_USDT, add, subtract } from "#domain/decimal.ts";
import type { Exposure } from "#domain/exposure.ts";
import type { Hedge } from "#domain/hedge.ts";
import { isFinished, liveOrders, openQuantity } from "#domain/hedge-machine.ts";
import type { InstrumentId, VenueId } from "#domain/ids.ts";

const NOTHING: ReadonlyMap<InstrumentId, Quantity> = new Map();

/**
 * What we hold or may come to hold, at worst case. A hedge counts with its whole notional from the moment it is
 * meant until nothing of it is left: in flight, unknown and half closed are all still there.
 *
 * @param unattributed signed base units that stand at the venues beside our hedges
 */
export function exposureOf(
  hedges: readonly Hedge[],
  dayPnl: Usdt | null,
  unattributed: ReadonlyMap<InstrumentId, Quantity> = NOTHING,
): Exposure {
  const notionalBySymbol = new Map<InstrumentId, Usdt>();
  const openOrders = new Map<VenueId, number>();
  const netDelta = new Map(unattributed);
  let openHedges = 0;
  let totalNotional = NO_USDT;
  for (const hedge of hedges) {
    if (isFinished(hedge)) continue;
    const { instrument, notional } = hedge.intent;
    openHedges += 1;
    totalNotional = add(totalNotional, notional);
    notionalBySymbol.set(instrument, add(notionalBySymbol.get(instrument) ?? NO_USDT, notional));
    const delta = subtract(openQuantity(hedge, "long"), openQuantity(hedge, "short"));
    netDelta.set(instrument, add(netDelta.get(instrument) ?? NO_QUANTITY, delta));
    for (const { request } of liveOrders(hedge)) {
      openOrders.set(request.venue, (openOrders.get(request.venue) ?? 0) + 1);
    }
  }
  return { openHedges, totalNotional, notionalBySymbol, openOrders, netDelta, dayPnl };
}
