import type { Hedge } from "#domain/hedge.ts";
import type { Reading, Watch } from "./watch.ts";

/**
 * Orders of one hedge that add to it. Both first legs, and as many tries to complete a missing one as recovery has:
 * whatever is beyond that was sent by mistake. What reduces is not counted here, for a hedge may need many of those; all
 * of them together are bounded by the minute.
 */
const MOST_ADDING = 4;
const LEVELS = { warnFrom: 60, errorFrom: 90 } as const;

/** More is sent than anything we do would explain. */
export const runaway: Watch = {
  id: "runaway",
  code: "runaway",
  look(facts) {
    const { orders, cancels, rescues } = facts.traffic();
    const { placePerMin, cancelPerMin, rescuePerMin } = facts.settings().limits;
    return [
      perMinute("orders", orders, placePerMin),
      perMinute("cancels", cancels, cancelPerMin),
      perMinute("rescues", rescues, rescuePerMin),
      ...facts.hedges().flatMap(ofHedge),
    ];
  },
};

/** The limit itself is still allowed. */
function perMinute(source: string, count: number, limit: number): Reading {
  const used = (count / limit) * 100;
  const level = count > limit ? "HOLD" : used > LEVELS.errorFrom ? "ERROR" : used > LEVELS.warnFrom ? "WARN" : "OK";
  const says = `${count} ${source} within a minute, the limit is ${limit}`;
  return { source, level, value: `${count} a minute`, threshold: `${limit} a minute`, says };
}

function ofHedge({ intent: { id, instrument }, orders }: Hedge): readonly Reading[] {
  const adding = orders.filter(({ request: { act } }) => act === "open" || act === "complete").length;
  if (adding <= MOST_ADDING) return [];
  const says = `hedge ${id} had ${adding} orders that add to it, it needs ${MOST_ADDING} at most`;
  return [
    {
      source: id,
      level: "HOLD",
      value: `${adding}`,
      threshold: `${MOST_ADDING}`,
      says,
      about: { hedge: id, instrument },
    },
  ];
}
