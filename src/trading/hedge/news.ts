import type { Hedge, HedgeOrder } from "#domain/hedge.ts";
import { isTerminal } from "#domain/hedge-machine.ts";

/** An order of recovery or exit has just ended without a fill: the same book would give the same answer again. */
export function cameBackEmpty(before: Hedge, next: Hedge): boolean {
  return next.orders.some(({ request, state, filled }, index) => {
    const ended = (state === "cancelled" || state === "expired") && before.orders[index]?.state !== state;
    return ended && filled === 0n && request.act !== "open";
  });
}

/** Orders that traded on after their end, or after they were held for dead. */
export function tradedLate(before: Hedge, next: Hedge): readonly HedgeOrder[] {
  return next.orders.filter((order, index) => {
    const old = before.orders[index];
    return old !== undefined && isTerminal(old.state) && order.filled > old.filled;
  });
}

/** Whether anything at all has changed: the same news told twice is no news. */
export function differs(before: Hedge, next: Hedge): boolean {
  if (before.stuck !== next.stuck || before.phase !== next.phase || before.orders.length !== next.orders.length)
    return true;
  return next.orders.some((order, index) => {
    const old = before.orders[index];
    return (
      old?.state !== order.state ||
      old.filled !== order.filled ||
      old.fills.length !== order.fills.length ||
      old.venueOrderId !== order.venueOrderId
    );
  });
}
