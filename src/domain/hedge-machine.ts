import { assert, assertNever } from "./assert.ts";
import { type Quantity, NO_QUANTITY, absolute, add, greatest, subtract, sum } from "./decimal.ts";
import { type Side, fillKey } from "./fill.ts";
import type {
  Hedge,
  HedgeEvent,
  HedgeIntent,
  HedgeOrder,
  HedgeState,
  LegStanding,
  OrderState,
  Phase,
  PreparedOrder,
} from "./hedge.ts";
import { type ClientOrderId, type LegName, LEGS } from "./ids.ts";
import type { OrderStatus } from "./order.ts";
import type { Instant } from "./time.ts";

/*
 * The law of a hedge: a fold over what happened. The state is read off the orders, so that no sequence of events
 * can make the state and the money disagree.
 *
 *   opening ──► hedged ──► closing ──► closed
 *      │           ▲          │
 *      ▼           │          ▼
 *    naked ──► completing   naked ──► unwinding ──► closed
 *      └─────► unwinding ──► closed        any ──► frozen (an order is unknown) ──► back
 *                                          any ──► stuck  (recovery ended badly; a person looks)
 *   hedged ──(the venue closes a part of a leg)──► naked
 */

/** The hedge before its first event. */
export function beginHedge(intent: HedgeIntent, at: Instant): Hedge {
  return {
    intent,
    phase: "entry",
    orders: [
      newOrder({ request: intent.long, decisionPrice: intent.prices.long }, "entry"),
      newOrder({ request: intent.short, decisionPrice: intent.prices.short }, "entry"),
    ],
    exit: null,
    stuck: null,
    at,
    wasHedged: false,
  };
}

/** The hedge after one more event. The same event applied twice is the same as applied once. */
export function advance(hedge: Hedge, event: HedgeEvent, at: Instant): Hedge {
  const next = { ...apply(hedge, event), at };
  return next.wasHedged || !stands(next) ? next : { ...next, wasHedged: true };
}

function apply(hedge: Hedge, event: HedgeEvent): Hedge {
  switch (event.type) {
    case "intended":
      assert(event.intent.id === hedge.intent.id, "an intent for another hedge");
      return hedge;
    case "exit-prepared":
      return withOrders(
        { ...hedge, phase: "exit", exit: hedge.exit ?? { reason: event.reason, prices: event.prices, at: hedge.at } },
        event.orders,
        "exit",
      );
    case "recovery-prepared":
      return withOrders(hedge, [event.order], hedge.phase);
    case "order-reported":
      return changeOrder(hedge, event.order, (order) => report(order, event));
    case "order-unknown":
      return changeOrder(hedge, event.order, (order) =>
        isTerminal(order.state) ? order : { ...order, state: "unknown", says: event.says },
      );
    case "order-dead":
      return changeOrder(hedge, event.order, (order) => bury(order, `${event.code}: ${event.says}`));
    case "filled":
      return changeOrder(hedge, event.fill.order, (order) => count(order, event.fill));
    case "forced":
      return force(hedge, event);
    case "stuck":
      return { ...hedge, stuck: event.says };
    case "released":
      return { ...hedge, stuck: null };
    default:
      return assertNever(event);
  }
}

function newOrder(prepared: PreparedOrder, phase: Phase): HedgeOrder {
  return {
    request: prepared.request,
    phase,
    decisionPrice: prepared.decisionPrice,
    state: "prepared",
    venueOrderId: null,
    filled: NO_QUANTITY,
    fills: [],
    reportedAt: null,
    says: null,
  };
}

function withOrders(hedge: Hedge, prepared: readonly PreparedOrder[], phase: Phase): Hedge {
  const fresh = prepared.filter(({ request }) => !hedge.orders.some((order) => order.request.id === request.id));
  return { ...hedge, orders: [...hedge.orders, ...fresh.map((order) => newOrder(order, phase))] };
}

function changeOrder(hedge: Hedge, id: ClientOrderId, change: (order: HedgeOrder) => HedgeOrder): Hedge {
  assert(
    hedge.orders.some((order) => order.request.id === id),
    `order ${id} is not one of hedge ${hedge.intent.id}`,
  );
  return { ...hedge, orders: hedge.orders.map((order) => (order.request.id === id ? change(order) : order)) };
}

type Forced = Extract<HedgeEvent, { type: "forced" }>;

/** As if an order of ours had closed that much: the leg shrinks, and the hedge is on its way out, never to be completed. */
function force(hedge: Hedge, { leg, fill, reason }: Forced): Hedge {
  const { order: id, price, quantity, side } = fill;
  if (hedge.orders.some(({ fills }) => fills.some((known) => fillKey(known) === fillKey(fill)))) return hedge;
  const request = {
    ...hedge.intent[leg],
    id,
    side,
    quantity,
    limitPrice: price,
    act: "close",
    reduceOnly: true,
  } as const;
  const exit = hedge.exit ?? { reason, prices: { ...hedge.intent.prices, [leg]: price }, at: hedge.at };
  const leaving = withOrders({ ...hedge, phase: "exit", exit }, [{ request, decisionPrice: price }], "exit");
  return changeOrder(leaving, id, (order) => count(order, fill));
}

const STATE_OF: Readonly<Record<OrderStatus, OrderState>> = {
  open: "acked",
  filled: "filled",
  cancelled: "cancelled",
  expired: "expired",
  unreadable: "quarantined",
};

type Reported = Extract<HedgeEvent, { type: "order-reported" }>;

function report(order: HedgeOrder, { status, filled, venueOrderId, at }: Reported): HedgeOrder {
  const known = { ...order, venueOrderId: order.venueOrderId ?? venueOrderId };
  const newer = order.reportedAt === null || at > order.reportedAt;
  if (filled < order.filled) {
    // An older picture of the same order is no news; a newer one with less filled contradicts what we hold.
    const contradiction = newer && status !== "open" && order.reportedAt !== null && isTerminal(order.state);
    return contradiction ? { ...known, state: "quarantined", says: "the filled quantity shrank" } : known;
  }
  const grown = { ...known, filled, reportedAt: newer ? at : order.reportedAt };
  // A terminal order stays what it is: a late fill adds quantity, never a life.
  if (isTerminal(order.state) && order.state !== "dead") return grown;
  if (order.state === "quarantined") return grown;
  return { ...grown, state: STATE_OF[status], says: status === "unreadable" ? "a status we have no word for" : null };
}

function bury(order: HedgeOrder, says: string): HedgeOrder {
  if (isTerminal(order.state)) return order;
  // A venue that denies an order it has filled for us is not believed.
  if (order.filled > 0n) return { ...order, state: "quarantined", says };
  return { ...order, state: "dead", says };
}

function count(order: HedgeOrder, fill: Hedge["orders"][number]["fills"][number]): HedgeOrder {
  const key = fillKey(fill);
  if (order.fills.some((known) => fillKey(known) === key)) return order;
  const fills = [...order.fills, fill];
  const filled = greatest(order.filled, sum(fills.map((each) => each.quantity)));
  const alive = order.state === "dead" || order.state === "prepared" || order.state === "unknown";
  const complete = filled >= order.request.quantity;
  const state = complete && !isSettledState(order.state) ? "filled" : alive ? "acked" : order.state;
  return { ...order, fills, filled, venueOrderId: order.venueOrderId ?? fill.venueOrderId, state };
}

function isSettledState(state: OrderState): boolean {
  return state === "filled" || state === "cancelled" || state === "expired" || state === "quarantined";
}

/** Nothing more will happen to it, as far as the venue has said. */
export function isTerminal(state: OrderState): boolean {
  return state === "filled" || state === "cancelled" || state === "expired" || state === "dead";
}

/** The fills we hold add up to what the venue says was filled. */
export function fillsComplete(order: HedgeOrder): boolean {
  return sum(order.fills.map((fill) => fill.quantity)) >= order.filled;
}

/** The side that opens each leg. */
const OPENS: Readonly<Record<LegName, Side>> = { long: "buy", short: "sell" };

/**
 * Base units still open in one leg: what was traded its way, less what was traded against it. Below zero when an order
 * that only reduces was filled after its leg had been closed another way: the leg is turned over.
 */
export function openQuantity(hedge: Hedge, leg: LegName): Quantity {
  let open = NO_QUANTITY;
  for (const order of hedge.orders) {
    if (order.request.leg !== leg) continue;
    open = order.request.side === OPENS[leg] ? add(open, order.filled) : subtract(open, order.filled);
  }
  return open;
}

/**
 * By how much one leg exceeds the other, and which. Below one common lot the difference is dust beside a standing
 * hedge, and null; a leg that stands all alone is naked whatever its size. A leg that is turned over comes first: it is
 * taken off where it stands, for the other venue holds nothing that could be.
 */
export function nakedLeg(hedge: Hedge): NakedLeg | null {
  const long = openQuantity(hedge, "long");
  const short = openQuantity(hedge, "short");
  if (long < 0n) return { leg: "long", quantity: absolute(long), turned: true };
  if (short < 0n) return { leg: "short", quantity: absolute(short), turned: true };
  const difference = absolute(subtract(long, short));
  const alone = (long === 0n || short === 0n) && difference > 0n;
  if (difference < hedge.intent.lot && !alone) return null;
  return { leg: long > short ? "long" : "short", quantity: difference, turned: false };
}

export interface NakedLeg {
  readonly leg: LegName;
  readonly quantity: Quantity;
  /** It holds the opposite of what it was meant to hold. */
  readonly turned: boolean;
}

export function standings(hedge: Hedge): readonly LegStanding[] {
  return LEGS.map((name) => ({ name, open: openQuantity(hedge, name) }));
}

export function liveOrders(hedge: Hedge): readonly HedgeOrder[] {
  return hedge.orders.filter((order) => !isTerminal(order.state));
}

function stands(hedge: Hedge): boolean {
  return liveOrders(hedge).length === 0 && openQuantity(hedge, "long") > 0n && nakedLeg(hedge) === null;
}

function isFlat(hedge: Hedge): boolean {
  return standings(hedge).every(({ open }) => open === 0n);
}

/** Where the hedge stands. Read off the orders; see the drawing above. */
export function stateOf(hedge: Hedge): HedgeState {
  const live = liveOrders(hedge);
  if (live.some((order) => order.state === "unknown" || order.state === "quarantined")) return "frozen";
  if (live.length > 0) return busyState(live);
  if (isFlat(hedge)) return hedge.orders.some((order) => order.filled > 0n) ? "closed" : "aborted";
  if (hedge.stuck !== null) return "stuck";
  if (nakedLeg(hedge)) return "naked";
  return "hedged";
}

function busyState(live: readonly HedgeOrder[]): HedgeState {
  const act = live[0]?.request.act;
  if (act === "complete") return "completing";
  if (act === "unwind") return "unwinding";
  return act === "close" || act === "cut" ? "closing" : "opening";
}

/** It neither stands on both legs nor waits for a person: something of it is on its way. */
export function isMoving(hedge: Hedge): boolean {
  const state = stateOf(hedge);
  return state !== "hedged" && state !== "stuck";
}

/** Nothing is left to do for it: flat, every order terminal, every fill known. */
export function isFinished(hedge: Hedge): boolean {
  return liveOrders(hedge).length === 0 && isFlat(hedge) && hedge.orders.every(fillsComplete);
}

/** The next attempt number of a leg: names are never used twice. */
export function nextAttempt(hedge: Hedge, leg: LegName): number {
  return hedge.orders.filter((order) => order.request.leg === leg).length + 1;
}
