import type { Asker } from "#domain/control.ts";
import type { HedgeIntent } from "#domain/hedge.ts";
import { type HedgeId, type LegName, type OpportunityId, clientOrderId } from "#domain/ids.ts";
import type { LegQuote, Opportunity } from "#domain/opportunity.ts";
import type { OrderRequest } from "#domain/order.ts";
import { after, type Instant } from "#domain/time.ts";

/** How long a first order may take to reach its venue. Past it the venue itself refuses: what bounds an unknown. */
export const ORDER_LIFE_MS = 1_000;

export interface IntentInput {
  readonly id: HedgeId;
  readonly trade: Omit<Opportunity, "id">;
  readonly opportunity: OpportunityId | null;
  readonly claim?: string | undefined;
  readonly leverage: number;
  readonly asker: Asker;
  readonly now: Instant;
}

/** A trade becomes something we mean to do: names, sizes, price bands and deadlines fixed, nothing sent. */
export function intend({ id, trade, opportunity, claim, leverage, asker, now }: IntentInput): HedgeIntent {
  const leg = (name: LegName, quote: LegQuote): OrderRequest => ({
    id: clientOrderId(id, name, 1),
    hedge: id,
    leg: name,
    act: "open",
    asker,
    venue: quote.venue,
    instrument: trade.instrument,
    side: name === "long" ? "buy" : "sell",
    quantity: trade.quantity,
    limitPrice: quote.limit,
    timeInForce: "ioc",
    reduceOnly: false,
    expiresAt: after(now, ORDER_LIFE_MS),
  });
  return {
    id,
    instrument: trade.instrument,
    quantity: trade.quantity,
    lot: trade.lot,
    notional: trade.long.notional,
    leverage,
    long: leg("long", trade.long),
    short: leg("short", trade.short),
    prices: { long: trade.long.touch, short: trade.short.touch },
    spreadBps: trade.spreadBps,
    edgeBps: trade.edge.allInBps,
    opportunity,
    ...(claim === undefined ? {} : { claim }),
    decidedAt: now,
  };
}
