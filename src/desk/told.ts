import type { z } from "zod";
import type { executeAnswer } from "#contract/trading.ts";
import { toNumber, subtract } from "#domain/decimal.ts";
import type { Hedge } from "#domain/hedge.ts";
import { stateOf } from "#domain/hedge-machine.ts";
import type { Engine } from "#trading/engine/engine.ts";
import { type DeskAnswer, done, refused } from "./answer.ts";
import { orderWords, positionWords, statusOf } from "./words.ts";

type Told = z.infer<typeof executeAnswer> & { readonly opportunity_id?: string };

/** A hedge that did not stand, and what became of each order of it. */
export function legFailed(hedge: Hedge): ReturnType<typeof refused> {
  const said = hedge.orders
    .map(({ request, state, says }) => `${request.leg} ${state}${says ? ` (${says})` : ""}`)
    .join(", ");
  const says = `hedge ${hedge.intent.id} did not stand: ${said}${hedge.stuck ? `; ${hedge.stuck}` : ""}`;
  return refused(400, "leg_failed", says);
}

/** What became of the hedge that a claim began, as its request would be answered now; null when there is none. */
export function toldOf(engine: Engine, claim: string): DeskAnswer<Told> | null {
  const hedge = engine.rooms.executor.hedges().find(({ intent }) => intent.claim === claim);
  if (!hedge) return null;
  const status = statusOf(hedge);
  const [long, short] = hedge.orders;
  if (status === "unwound" || status === "stuck" || !long || !short) return legFailed(hedge);
  const { intent } = hedge;
  const position = positionWords(hedge, engine.results.of(hedge));
  return done({
    success: true,
    symbol: position.symbol,
    spread: toNumber(subtract(intent.prices.short, intent.prices.long)),
    spread_bps: toNumber(intent.spreadBps),
    cheap_exchange: intent.long.venue,
    expensive_exchange: intent.short.venue,
    long_order: orderWords(hedge, long),
    short_order: orderWords(hedge, short),
    details: { edge: null, size: null, state: stateOf(hedge) },
    position,
    ...(intent.opportunity === null ? {} : { opportunity_id: intent.opportunity }),
  });
}
