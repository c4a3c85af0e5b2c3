import { MINUTE } from "#domain/time.ts";
import type { Refusals, Traffic } from "#domain/traffic.ts";
import type { Clock } from "#ports/clock.ts";
import type { Hedge, HedgeEvent } from "#domain/hedge.ts";
import { Recent } from "./recent.ts";

/** How an order ended that a venue would not take. What the gate or the journal stopped never reached one. */
const TURNED_DOWN: ReadonlySet<string> = new Set(["rejected", "not-done", "throttled", "venue-stop"]);

/** Counts what leaves for the venues and what they refuse, from the events of the hedges alone. */
export class OrderTraffic {
  readonly #orders: Recent;
  readonly #rescues: Recent;
  readonly #cancels: Recent;
  readonly #sent: Recent;
  readonly #refused: Recent;
  readonly #cancelsAsked: Recent;
  readonly #cancelsFailed: Recent;
  #rescuesInARow = 0;

  /** @param refusalsMs how long a refusal counts in the rates */
  constructor(clock: Clock, refusalsMs: number) {
    this.#orders = new Recent(clock, MINUTE);
    this.#rescues = new Recent(clock, MINUTE);
    this.#cancels = new Recent(clock, MINUTE);
    this.#sent = new Recent(clock, refusalsMs);
    this.#refused = new Recent(clock, refusalsMs);
    this.#cancelsAsked = new Recent(clock, refusalsMs);
    this.#cancelsFailed = new Recent(clock, refusalsMs);
  }

  note(hedge: Hedge, event: HedgeEvent): void {
    switch (event.type) {
      case "intended":
        return this.#meant(2);
      case "exit-prepared":
        return this.#meant(event.orders.length);
      case "recovery-prepared":
        this.#rescues.add(1);
        return this.#meant(1);
      case "order-dead":
        if (TURNED_DOWN.has(event.code)) this.#refused.add(1);
        if (TURNED_DOWN.has(event.code) && isRescue(hedge, event.order)) this.#rescuesInARow += 1;
        return;
      case "order-reported":
        if (isRescue(hedge, event.order)) this.#rescuesInARow = 0;
        return;
      default:
    }
  }

  /** A cancel was asked for; failed is one that the venue did not answer, or refused. */
  cancelled(failed: boolean): void {
    this.#cancels.add(1);
    this.#cancelsAsked.add(1);
    if (failed) this.#cancelsFailed.add(1);
  }

  /** Within the last minute. */
  now(): Traffic {
    return { orders: this.#orders.count(), cancels: this.#cancels.count(), rescues: this.#rescues.count() };
  }

  refusals(): Refusals {
    return {
      orders: this.#sent.count(),
      refused: this.#refused.count(),
      cancels: this.#cancelsAsked.count(),
      cancelsFailed: this.#cancelsFailed.count(),
      rescuesInARow: this.#rescuesInARow,
    };
  }

  #meant(orders: number): void {
    this.#orders.add(orders);
    this.#sent.add(orders);
  }
}

function isRescue({ orders }: Hedge, id: string): boolean {
  const order = orders.find(({ request }) => request.id === id);
  return order?.request.act === "unwind" || order?.request.act === "complete";
}
