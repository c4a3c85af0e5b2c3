import { NO_USDT, greatest } from "#domain/decimal.ts";
import { symbolOf } from "#domain/ids.ts";
import type { Facts } from "./facts.ts";
import { shown } from "./shown.ts";
import type { Reading, Watch } from "./watch.ts";

/** How much of each limit is used at worst case. It is only shown: the rules refuse what would go beyond it. */
export const caps: Watch = {
  id: "caps",
  code: null,
  look(facts) {
    const { openHedges, totalNotional } = facts.exposure();
    const { maxOpenPositions, maxTotalNotional } = facts.settings().limits;
    const total = { value: `${shown(totalNotional)} USDT`, threshold: `${shown(maxTotalNotional)} USDT` };
    return [
      { ...used("hedges", openHedges, maxOpenPositions), value: `${openHedges}`, threshold: `${maxOpenPositions}` },
      { ...used("total", totalNotional, maxTotalNotional), ...total },
      ...symbols(facts),
      ...orders(facts),
    ];
  },
};

function symbols(facts: Facts): readonly Reading[] {
  const { maxPosition, maxPositionBySymbol } = facts.settings().limits;
  return [...facts.exposure().notionalBySymbol].flatMap(([instrument, held]) => {
    const limit = maxPositionBySymbol.get(instrument) ?? maxPosition;
    if (limit === null) return [];
    const words = { value: `${shown(held)} USDT`, threshold: `${shown(limit)} USDT` };
    return [{ ...used(symbolOf(instrument), greatest(held, NO_USDT), limit), ...words, about: { instrument } }];
  });
}

function orders(facts: Facts): readonly Reading[] {
  const { maxOpenOrders, maxOpenOrdersByVenue } = facts.settings().limits;
  return facts.venues.flatMap((venue) => {
    const limit = maxOpenOrdersByVenue.get(venue) ?? maxOpenOrders;
    if (limit === null) return [];
    const count = facts.exposure().openOrders.get(venue) ?? 0;
    const words = { value: `${count} orders`, threshold: `${limit} orders` };
    return [{ ...used(`${venue} orders`, count, limit), ...words, about: { venue } }];
  });
}

function used(
  source: string,
  value: bigint | number,
  limit: bigint | number,
): Pick<Reading, "source" | "level" | "says"> {
  // Of nothing at all everything is used.
  const percent = limit > 0 ? Number((BigInt(value) * 100n) / BigInt(limit)) : 100;
  const level = percent >= 100 ? "ERROR" : percent > 80 ? "WARN" : "OK";
  return { source, level, says: `${percent} % of the limit of ${source} is used` };
}
