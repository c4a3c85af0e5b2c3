import type { SimulatedOrder } from "#adapters/simulator/orders.ts";
import { type Price, bps, add, format, gapBps, negate } from "#domain/decimal.ts";
import { permits } from "#domain/control.ts";
import { isTerminal } from "#domain/hedge-machine.ts";
import type { ClientOrderId, VenueId } from "#domain/ids.ts";
import type { OrderRequest } from "#domain/order.ts";
import type { JournalEntry } from "#ports/journal.ts";
import type { Accuse, Court } from "../judge.ts";
import { type Witness, partsOf } from "../witness.ts";

/** A book may be this old, and then the market has walked on before the order arrives: a whole burst on one venue. */
const WALKED = bps("60");

/** What may be written to a venue and what may arrive there: G1, G3, G6, G8. */
export class OrdersInvariant {
  readonly #court: Court;
  readonly #witness: Witness;
  readonly #accuse: Accuse;
  readonly #written = new Set<string>();
  readonly #dead = new Set<string>();
  readonly #counted = new Map<string, number>();
  readonly #read: [number, number] = [0, 0];

  constructor(court: Court, witness: Witness, accuse: Accuse) {
    this.#court = court;
    this.#witness = witness;
    this.#accuse = accuse;
  }

  /** In the very step in which its bytes leave. */
  wrote(id: string): void {
    const known = this.#court.disk.orders.get(id as ClientOrderId);
    if (!known) this.#accuse("G1", `order ${id} was written to the wire before its intention was on disk`);
    if (this.#written.has(id)) this.#accuse("G6", `order ${id} was written to the wire twice`);
    this.#written.add(id);
    if (known) this.#mayLeave(known.request);
  }

  #mayLeave({ id, act, asker, venue, hedge: of }: OrderRequest): void {
    const engine = this.#court.engine();
    if (!engine) return;
    const { controller, executor } = engine.rooms;
    this.#court.log.add("us", "write", { id, act });
    if (!permits(controller.state, act, venue, asker)) {
      this.#accuse("G3", `${act} ${id} left for ${venue} although control forbade it (${controller.state.mode})`);
    }
    const own = executor.find(of)?.orders.find(({ request }) => request.id === id);
    if (own?.state === "dead") this.#accuse("G6", `${act} ${id} left after it was declared dead`);
    const unsettled = executor.find(of)?.orders.find(({ request, state }) => {
      const sibling = request.act === act && (act === "open" || act === "close");
      return request.id !== id && !sibling && !isTerminal(state);
    });
    if (unsettled) this.#accuse("G6", `${act} ${id} left while ${unsettled.request.id} was still ${unsettled.state}`);
  }

  /** The journal is asked to write down something. */
  noted({ hedge, event }: JournalEntry): void {
    if (event.type !== "order-dead") return;
    const believed = this.#court
      .engine()
      ?.rooms.executor.find(hedge)
      ?.orders.find(({ request }) => request.id === event.order);
    if (believed && believed.state !== "dead") return;
    // A name that was never written may be given again by a process that does not remember it.
    if (this.#written.has(event.order)) this.#dead.add(event.order);
    const seen = this.#witness.orders.get(event.order);
    if (seen)
      this.#accuse("G6", `order ${event.order} was declared dead (${event.code}), but ${seen.venue} carried it out`);
  }

  arrived(venue: VenueId, order: SimulatedOrder): void {
    const id = order.clientOrderId;
    if (this.#dead.has(id)) this.#accuse("G6", `order ${id} was declared dead, and then reached ${venue}`);
    const known = this.#court.disk.orders.get(id as ClientOrderId);
    if (!known) return this.#accuse("G1", `${venue} has order ${id}, which is not in the journal`);
    const { act, quantity, side } = known.request;
    const reduces = act === "unwind" || act === "close" || act === "cut";
    if (order.limit === null) return this.#accuse("G8", `${act} ${id} is a market order`);
    if (order.timeInForce !== "ioc") this.#accuse("G8", `${act} ${id} may rest: ${order.timeInForce}`);
    if (order.reduceOnly !== reduces)
      this.#accuse("G8", `${act} ${id} is ${order.reduceOnly ? "" : "not "}reduce-only`);
    if (order.quantity !== quantity || order.side !== side) {
      this.#accuse(
        "G7",
        `${venue} has ${order.side} ${format(order.quantity)} of ${id}, meant was ${side} ${format(quantity)}`,
      );
    }
    this.#banded(venue, order, order.limit, known.reference);
  }

  /** No leg of a hedge is ever larger than it was meant, or turned over: two orders for one purpose would show here. */
  traded(venue: VenueId, order: SimulatedOrder): void {
    const parts = partsOf(order.clientOrderId);
    const seen = parts && this.#witness.hedges.get(parts.hedge);
    const intent = parts && this.#court.disk.intents.get(parts.hedge);
    // A fill that comes after its order ended may overfill what was completed meanwhile; no care of ours prevents it.
    if (!seen || !intent || seen.late) return;
    const open = seen.open[parts.leg];
    if (open > intent.quantity) {
      this.#accuse(
        "G6",
        `the ${parts.leg} leg of ${parts.hedge} grew to ${format(open)} on ${venue}, meant was ${format(intent.quantity)}`,
      );
    }
    if (open < 0n)
      this.#accuse("G6", `the ${parts.leg} leg of ${parts.hedge} was reduced beyond nothing, to ${format(open)}`);
  }

  /** Every placement that reached a venue, refused ones too. */
  receipts(): void {
    for (const [index, exchange] of this.#court.exchanges.entries()) {
      const leg = index === 0 ? 0 : 1;
      const all = exchange.receipts.all;
      for (let next = all[this.#read[leg]]; next; next = all[this.#read[leg]]) {
        this.#read[leg] += 1;
        const { clientOrderId: id, verdict, code } = next;
        this.#court.log.add(exchange.venue, "receipt", { id, verdict, code });
        const times = (this.#counted.get(id) ?? 0) + 1;
        this.#counted.set(id, times);
        if (times > 1) this.#accuse("G6", `${exchange.venue} received order ${id} ${times} times`);
        if (!this.#court.disk.orders.has(id as ClientOrderId))
          this.#accuse("G1", `${exchange.venue} received ${id}, which is not in the journal`);
      }
    }
  }

  #banded(venue: VenueId, order: SimulatedOrder, limit: Price, reference: Price | null): void {
    const band = this.#court.settings.maxRecoveryLossBps;
    if (reference !== null && worse(order.side, reference, limit) > band) {
      this.#accuse(
        "G8",
        `${order.clientOrderId} at ${format(limit)} lies beyond ${format(band)} bps of its reference ${format(reference)}`,
      );
    }
    const exchange = this.#court.exchanges.find((each) => each.venue === venue);
    const { mark } = exchange?.market(order.instrument) ?? {};
    if (mark === undefined || mark === 0n) return;
    const away = worse(order.side, mark, limit);
    if (away > add(band, WALKED)) {
      this.#accuse(
        "G8",
        `${order.clientOrderId} at ${format(limit)} lies ${format(away, 1)} bps beyond the mark of ${venue}, ${format(mark)}`,
      );
    }
  }
}

/** By how much a limit would let us be had worse than this, in basis points. */
function worse(side: "buy" | "sell", from: Price, limit: Price): ReturnType<typeof gapBps> {
  const gap = gapBps(from, limit, "down");
  return side === "buy" ? gap : negate(gap);
}
