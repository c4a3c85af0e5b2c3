import { format, sum } from "#domain/decimal.ts";
import type { Fill } from "#domain/fill.ts";
import type { Order } from "#domain/order.ts";
import type { Answer, LookUp } from "#ports/venue.ts";
import { faulted } from "./outcome.ts";

/** An order that was found counts only with all of its fills: one that is missing would be a fill nobody ever counts. */
export async function foundWithFills(order: Order, ask: () => Promise<Answer<readonly Fill[]>>): Promise<LookUp> {
  if (order.filled === 0n) return { outcome: "found", order, fills: [] };
  const fills = await ask();
  if (fills.outcome === "fault") return fills;
  const told = sum(fills.value.map((fill) => fill.quantity));
  if (told < order.filled) {
    const says = `fills lag behind: ${format(told)} of ${format(order.filled)} are told`;
    return faulted({ kind: "outcome-unknown", says });
  }
  return { outcome: "found", order, fills: fills.value };
}
