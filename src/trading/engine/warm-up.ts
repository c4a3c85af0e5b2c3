import { NO_USDT } from "#domain/decimal.ts";
import { hedgeId } from "#domain/ids.ts";
import { assess } from "#domain/risk.ts";
import { intend } from "../hedge/intent.ts";
import { riskRules } from "../risk/rules.ts";
import type { Pricing } from "./pricing.ts";
import { riskContext } from "./risk-context.ts";
import type { Rooms } from "./rooms.ts";

/** Never sent, and no hedge of ours is ever called so. */
const NOBODY = hedgeId("warmup");
const ROUNDS = 300;

/**
 * Goes the way from a look to two signed orders, again and again, and sends nothing: the first hedge of the day shall not
 * wait for the compiler. Answers how many rounds it went; none while a book is not there to be priced.
 */
export function warmUp(rooms: Rooms, pricing: Pricing, rounds = ROUNDS): number {
  const [pair] = rooms.pairs();
  if (!pair) return 0;
  let gone = 0;
  for (let round = 0; round < rounds; round += 1) {
    for (const direction of pricing.directions(pair.id)) {
      const { trade } = pricing.evaluate(direction, rooms.settings().orderNotional);
      if (trade === null) continue;
      const { leverage } = rooms.settings();
      const { instrument, quantity, long, short } = trade;
      const venues = [long.venue, short.venue] as const;
      const intended = { instrument, notional: long.notional, quantity, leverage, venues };
      assess(riskRules, riskContext(rooms, intended, NO_USDT));
      const now = rooms.world.clock.now();
      const intent = intend({ id: NOBODY, trade, opportunity: null, leverage, asker: "automation", now });
      for (const request of [intent.long, intent.short]) {
        rooms.world.venues.find(({ id }) => id === request.venue)?.trading.prepare(request);
      }
      gone += 1;
    }
  }
  return gone;
}
