import { assert } from "#domain/assert.ts";
import type { Act } from "#domain/control.ts";
import { type VenueFault, describeFault } from "#domain/fault.ts";
import type { HedgeEvent, HedgeOrder } from "#domain/hedge.ts";
import { fillsComplete, isTerminal } from "#domain/hedge-machine.ts";
import type { ClientOrderId, VenueId } from "#domain/ids.ts";
import type { OrderRequest } from "#domain/order.ts";
import { after } from "#domain/time.ts";
import type { Clock } from "#ports/clock.ts";
import type { Receipt } from "#ports/journal.ts";
import type { ReadyOrder, SubmitOutcome, Venue } from "#ports/venue.ts";
import { Resolution } from "./resolution.ts";
import { type Running, orderOf } from "./roster.ts";

export interface LegsDeps {
  readonly clock: Clock;
  readonly venues: ReadonlyMap<VenueId, Venue>;
  readonly legDeadlineMs: () => number;
  readonly cancelled: (failed: boolean) => void;
  readonly streamUp: (venue: VenueId) => boolean;
  readonly turnedDown: (request: OrderRequest, fault: VenueFault) => void;
  readonly stopVenue: (venue: VenueId, fault: VenueFault) => void;
  readonly record: (running: Running, event: HedgeEvent) => void;
}

/** One order of a hedge with its bytes. */
export interface PreparedLeg {
  readonly request: OrderRequest;
  readonly ready: ReadyOrder;
}

/** How long an answer without its fills may wait for the private stream before we ask. */
const FILLS_GRACE_MS = 150;
/** How long a venue is left alone that would not take an order, or had nothing for it; twice as long each time. */
const FIRST_BACKOFF_MS = 200;
const LONGEST_BACKOFF_MS = 1_600;

/** One order to its venue, and its answer back as an event; what nobody answers for is asked about. */
export class Legs {
  readonly #deps: LegsDeps;
  readonly #resolution: Resolution;
  #closed = false;

  constructor(deps: LegsDeps) {
    this.#deps = deps;
    const { clock, streamUp, cancelled, record } = deps;
    this.#resolution = new Resolution({
      clock,
      streamUp,
      cancelled,
      record,
      venue: (id) => this.#venue(id),
    });
  }

  close(): void {
    this.#closed = true;
    this.#resolution.close();
  }

  /** Makes the bytes of all orders, so that nothing but the write is left when the receipt is there. */
  prepare(requests: readonly OrderRequest[]): readonly PreparedLeg[] {
    return requests.map((request) => ({ request, ready: this.#venue(request.venue).trading.prepare(request) }));
  }

  /** Both legs leave in the same step: the second never waits for the first. */
  send(running: Running, legs: readonly PreparedLeg[], receipt: Receipt): void {
    const answers = legs.map(({ ready }) => ready.send(receipt));
    for (const [index, { request }] of legs.entries()) {
      this.#deps.clock.after(this.#deps.legDeadlineMs(), () => this.#overdue(running, request.id));
      void answers[index]?.then((outcome) => this.#answered(running, request, outcome));
    }
  }

  /** Unknown orders, ends without all their fills, and immediate orders that live on past their time are asked about. */
  chase(running: Running): void {
    for (const order of running.hedge.orders) {
      if (order.state === "unknown" || this.#outlives(order)) void this.#resolution.settle(running, order.request.id);
      else if (isTerminal(order.state) && !fillsComplete(order)) {
        this.#deps.clock.after(FILLS_GRACE_MS, () => void this.#resolution.settle(running, order.request.id));
      }
    }
  }

  /** Asking again at once what was just refused, or came back empty, only burns the tries. */
  turnedAway(running: Running, act: Act): void {
    if (act === "open") return;
    const pause = Math.min(FIRST_BACKOFF_MS * 2 ** running.turnedAway, LONGEST_BACKOFF_MS);
    running.turnedAway += 1;
    running.notBefore = after(this.#deps.clock.now(), pause);
  }

  #answered(running: Running, request: OrderRequest, outcome: SubmitOutcome): void {
    const { record, stopVenue, turnedDown } = this.#deps;
    const order = request.id;
    if (outcome.outcome === "accepted") {
      const { venueOrderId, status, filled, at } = outcome.order;
      if (filled > 0n) running.turnedAway = 0;
      record(running, { type: "order-reported", order, venueOrderId, status, filled, at });
    } else if (outcome.outcome === "withheld") {
      record(running, { type: "order-dead", order, code: "gate", says: "control forbade it at the write" });
    } else if (outcome.fault.kind === "outcome-unknown") {
      record(running, { type: "order-unknown", order, says: outcome.fault.says });
    } else {
      const { fault } = outcome;
      this.turnedAway(running, request.act);
      turnedDown(request, fault);
      record(running, { type: "order-dead", order, code: fault.kind, says: describeFault(fault) });
      if (fault.kind === "venue-stop") stopVenue(request.venue, fault);
    }
  }

  /** Held for dead, and back again by a late word: its deadline has passed, and nothing else would ask. */
  #outlives({ request, state }: HedgeOrder): boolean {
    return state === "acked" && request.timeInForce !== "gtc" && this.#deps.clock.now() > request.expiresAt;
  }

  /** The deadline of one order: whatever has not ended by now is asked about. */
  #overdue(running: Running, id: ClientOrderId): void {
    const order = orderOf(running.hedge, id);
    if (!order || this.#closed) return;
    if (order.state === "prepared") {
      const says = "no word from the venue by the deadline";
      this.#deps.record(running, { type: "order-unknown", order: id, says });
    }
    if (!isTerminal(order.state) || !fillsComplete(order)) void this.#resolution.settle(running, id);
  }

  #venue(id: VenueId): Venue {
    const venue = this.#deps.venues.get(id);
    assert(venue !== undefined, `no venue ${id}`);
    return venue;
  }
}
