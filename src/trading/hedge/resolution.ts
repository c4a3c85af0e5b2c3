import type { HedgeEvent, HedgeOrder } from "#domain/hedge.ts";
import { fillsComplete, isTerminal } from "#domain/hedge-machine.ts";
import type { ClientOrderId, VenueId } from "#domain/ids.ts";
import { after, type Instant } from "#domain/time.ts";
import type { Clock } from "#ports/clock.ts";
import type { LookUp, Venue } from "#ports/venue.ts";
import { type Running, orderOf } from "./roster.ts";

export interface ResolutionDeps {
  readonly clock: Clock;
  readonly venue: (id: VenueId) => Venue;
  /** The venue's private stream is up, or was reopened and caught up, since that moment. */
  readonly streamUp: (venue: VenueId) => boolean;
  readonly cancelled: (failed: boolean) => void;
  readonly record: (running: Running, event: HedgeEvent) => void;
}

const FIRST_WAIT_MS = 250;
const LONGEST_WAIT_MS = 5_000;
/** Fills of a trade are looked for from a little before the order was meant. */
const SWEEP_MARGIN_MS = 2_000;

/**
 * Finds out what became of an order nobody answered for. It asks, and asks again, and never sends anything that adds
 * risk. Absence is believed only when the venue denies the order after its deadline and its own lag have passed, and
 * neither open orders nor fills know of it (safety C.5).
 */
export class Resolution {
  readonly #deps: ResolutionDeps;
  readonly #asking = new Set<ClientOrderId>();
  #closed = false;

  constructor(deps: ResolutionDeps) {
    this.#deps = deps;
  }

  /** Orders being asked about now. */
  get asking(): ReadonlySet<ClientOrderId> {
    return this.#asking;
  }

  close(): void {
    this.#closed = true;
  }

  async settle(running: Running, id: ClientOrderId): Promise<void> {
    if (this.#asking.has(id) || !needsAnswer(running, id)) return;
    this.#asking.add(id);
    let wait = FIRST_WAIT_MS;
    while (!this.#closed && needsAnswer(running, id)) {
      await this.#ask(running, id);
      if (!needsAnswer(running, id)) break;
      await this.#deps.clock.sleep(wait);
      wait = Math.min(wait * 2, LONGEST_WAIT_MS);
    }
    this.#asking.delete(id);
  }

  async #ask(running: Running, id: ClientOrderId): Promise<void> {
    const order = orderOf(running.hedge, id);
    if (!order) return;
    const { request } = order;
    const found = await this.#deps.venue(request.venue).trading.lookUp(request);
    if (this.#closed) return;
    if (found.outcome === "found") await this.#adopt(running, order, found);
    else if (found.outcome === "not-found" && (await this.#absent(order, found.venueTime))) {
      this.#deps.record(running, {
        type: "order-dead",
        order: id,
        code: "absent",
        says: "the venue never had it: denied after its deadline, not open, not filled",
      });
    }
  }

  async #adopt(running: Running, { request }: HedgeOrder, found: Extract<LookUp, { outcome: "found" }>): Promise<void> {
    for (const fill of found.fills) this.#deps.record(running, { type: "filled", fill });
    const { venueOrderId, status, filled, at } = found.order;
    this.#deps.record(running, { type: "order-reported", order: request.id, venueOrderId, status, filled, at });
    // An immediate order that still rests is not one: take it off, as often as it takes.
    const overdue = this.#deps.clock.now() > request.expiresAt && request.timeInForce !== "gtc";
    if (status !== "open" || !overdue) return;
    const cancelled = await this.#deps.venue(request.venue).trading.cancel(request);
    this.#deps.cancelled(cancelled.outcome === "fault");
  }

  async #absent({ request, venueOrderId, filled }: HedgeOrder, venueTime: Instant): Promise<boolean> {
    const venue = this.#deps.venue(request.venue);
    const visible = after(request.expiresAt, venue.trading.visibilityLagMs);
    if (venueOrderId !== null || filled > 0n || venueTime <= visible) return false;
    if (!this.#deps.streamUp(request.venue)) return false;
    const open = await venue.account.openOrders();
    if (open.outcome === "fault" || open.value.some((order) => order.id === request.id)) return false;
    const meantAt = after(request.expiresAt, -SWEEP_MARGIN_MS);
    const fills = await venue.account.fills(request.instrument, meantAt);
    if (fills.outcome === "fault" || fills.value.some((fill) => fill.order === request.id)) return false;
    return this.#deps.streamUp(request.venue);
  }
}

function needsAnswer(running: Running, id: ClientOrderId): boolean {
  const order = orderOf(running.hedge, id);
  if (!order || order.state === "quarantined") return false;
  return !isTerminal(order.state) || !fillsComplete(order);
}
