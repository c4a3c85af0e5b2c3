import type { Asker } from "#domain/control.ts";
import type { Hedge, PreparedOrder } from "#domain/hedge.ts";
import { nextAttempt } from "#domain/hedge-machine.ts";
import { type LegName, clientOrderId } from "#domain/ids.ts";
import { after, type Instant } from "#domain/time.ts";
import { ORDER_LIFE_MS } from "./intent.ts";
import type { RecoveryDecision } from "./recovery-policy.ts";

type Carried = Extract<RecoveryDecision, { act: "complete" | "unwind" }>;

/** A decision of recovery as an order: a name of its own, a limit, a deadline, and reduce-only when it takes off. */
export function recoveryOrder(hedge: Hedge, decision: Carried, asker: Asker, now: Instant): PreparedOrder {
  const { leg, act, side, quantity, limitPrice } = decision;
  return {
    request: {
      ...hedge.intent[leg],
      id: clientOrderId(hedge.intent.id, leg, nextAttempt(hedge, leg)),
      act,
      asker,
      side,
      quantity,
      limitPrice,
      reduceOnly: act === "unwind",
      expiresAt: after(now, ORDER_LIFE_MS),
    },
    decisionPrice: lastDecisionPrice(hedge, leg),
  };
}

/** Recovery is measured against the price at which the leg was last decided on. */
function lastDecisionPrice(hedge: Hedge, leg: LegName): PreparedOrder["decisionPrice"] {
  const decided = hedge.orders.filter(
    ({ request, phase }) => request.leg === leg && phase === hedge.phase && request.act !== "unwind",
  );
  return decided.at(-1)?.decisionPrice ?? hedge.intent.prices[leg];
}
