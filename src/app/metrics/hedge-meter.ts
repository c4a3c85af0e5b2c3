import type { Metrics, Sample } from "#adapters/host/metrics.ts";
import { gapBps, negate, toNumber } from "#domain/decimal.ts";
import type { Fill } from "#domain/fill.ts";
import type { Hedge, HedgeEvent, HedgeOrder } from "#domain/hedge.ts";
import { isFinished, isTerminal, stateOf } from "#domain/hedge-machine.ts";
import type { ClientOrderId, HedgeId, LegName } from "#domain/ids.ts";
import type { Instant } from "#domain/time.ts";

interface Followed {
  hedge: Hedge;
  readonly preparedAt: Map<ClientOrderId, Instant>;
  readonly firstFill: Map<LegName, Instant>;
  /** The attempt to open it has been timed. */
  timed: boolean;
}

/** Refused by ourselves at the write: no venue ever saw it. */
const NEVER_SENT = new Set(["gate", "journal"]);

/** Reads how long orders took and how they ended off the changes of hedges: their own instants, no watch beside them. */
export class HedgeMeter {
  readonly #metrics: Metrics;
  readonly #followed = new Map<HedgeId, Followed>();
  #begun = 0;

  constructor(metrics: Metrics) {
    this.#metrics = metrics;
  }

  onHedge(hedge: Hedge, event: HedgeEvent): void {
    const followed = this.#follow(hedge, event);
    for (const [index, order] of hedge.orders.entries())
      this.#order(followed, { before: followed.hedge.orders[index], order, hedge, event });
    if (event.type === "filled") this.#fill(followed, hedge, event.fill);
    this.#time(followed, hedge);
    followed.hedge = hedge;
    if (isFinished(hedge)) this.#followed.delete(hedge.intent.id);
  }

  /** Candidates that nothing stood against. */
  *samples(): Iterable<Sample> {
    yield ["propbot_candidates_total", { outcome: "allowed", reason: "none" }, this.#begun];
  }

  /** A hedge of another run is followed from what is known of it now: nothing of its past is counted again. */
  #follow(hedge: Hedge, event: HedgeEvent): Followed {
    const { id } = hedge.intent;
    const known = this.#followed.get(id);
    if (known) return known;
    const begins = event.type === "intended";
    const followed = { hedge, preparedAt: new Map(), firstFill: new Map(), timed: !begins };
    if (begins) {
      this.#begun += 1;
      for (const { request } of hedge.orders) followed.preparedAt.set(request.id, hedge.at);
    }
    this.#followed.set(id, followed);
    return followed;
  }

  #order({ preparedAt }: Followed, { before, order, hedge, event }: OrderChange): void {
    const { request, state } = order;
    if (before === undefined) preparedAt.set(request.id, hedge.at);
    if (before === undefined || before.state === state) return;
    const { venue, side, act } = request;
    const prepared = preparedAt.get(request.id);
    if (before.state === "prepared" && prepared !== undefined && isHeardOf(order)) {
      this.#metrics.observe("propbot_order_ack_seconds", { venue }, (hedge.at - prepared) / 1_000);
    }
    if (state === "unknown") this.#metrics.count("propbot_orders_total", { venue, side, outcome: "unknown" });
    if (!isTerminal(state) || isTerminal(before.state)) return;
    preparedAt.delete(request.id);
    const outcome = outcomeOf(order, event);
    if (outcome !== null) this.#metrics.count("propbot_orders_total", { venue, side, outcome });
    if (act === "complete" || act === "unwind")
      this.#metrics.count("propbot_rescues_total", { outcome: rescueOf(order) });
  }

  #fill({ firstFill }: Followed, hedge: Hedge, fill: Fill): void {
    const order = hedge.orders.find(({ request }) => request.id === fill.order);
    if (!order) return;
    const beyond = gapBps(order.decisionPrice, fill.price, "half-even");
    const worse = fill.side === "buy" ? beyond : negate(beyond);
    this.#metrics.observe("propbot_slippage_bps", { venue: fill.venue }, toNumber(worse));
    const { leg, act } = order.request;
    if (act !== "open" || firstFill.has(leg)) return;
    firstFill.set(leg, hedge.at);
    const [one, other] = [firstFill.get("long"), firstFill.get("short")];
    if (one !== undefined && other !== undefined)
      this.#metrics.observe("propbot_leg_gap_seconds", {}, Math.abs(one - other) / 1_000);
  }

  #time(followed: Followed, hedge: Hedge): void {
    if (followed.timed) return;
    const state = stateOf(hedge);
    const outcome = state === "hedged" ? "hedged" : state === "stuck" ? "stuck" : isFinished(hedge) ? "aborted" : null;
    if (outcome === null) return;
    followed.timed = true;
    this.#metrics.observe("propbot_order_cycle_seconds", { outcome }, (hedge.at - hedge.intent.decidedAt) / 1_000);
  }
}

interface OrderChange {
  readonly before: HedgeOrder | undefined;
  readonly order: HedgeOrder;
  readonly hedge: Hedge;
  readonly event: HedgeEvent;
}

const isHeardOf = ({ state }: HedgeOrder): boolean => state !== "unknown" && state !== "dead";

function outcomeOf({ request, state, filled }: HedgeOrder, event: HedgeEvent): string | null {
  if (state === "dead") {
    const code = event.type === "order-dead" && event.order === request.id ? event.code : "";
    if (NEVER_SENT.has(code)) return null;
    return code === "absent" ? "expired" : "rejected";
  }
  if (state === "quarantined") return "unknown";
  if (filled >= request.quantity) return "filled";
  if (filled > 0n) return "partial";
  return state === "expired" ? "expired" : "cancelled";
}

function rescueOf({ request, filled }: HedgeOrder): string {
  if (filled === 0n) return "failed";
  if (filled < request.quantity) return "partial";
  return request.act === "complete" ? "completed" : "unwound";
}
