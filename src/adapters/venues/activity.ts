import type { Fill } from "#domain/fill.ts";
import { type ClientOrderId, type InstrumentId, foreignOrderId } from "#domain/ids.ts";
import type { Order, OrderRequest } from "#domain/order.ts";
import { MINUTE, type Instant } from "#domain/time.ts";
import { Once } from "./once.ts";

/** Venues stamp and publish a little out of order; what we ask again is told once anyway. */
const OVERLAP_MS = MINUTE;
const MOST_NAMES = 20_000;

type Named = Pick<OrderRequest, "id" | "instrument">;

/** What of ours is going on at one venue: what a private stream must catch up with after it was away. */
export class Activity {
  readonly #lastFill = new Map<InstrumentId, Instant>();
  readonly #open = new Map<ClientOrderId, Named>();
  readonly #names = new Map<string, ClientOrderId>();
  readonly #once = new Once();
  #tell: ((order: Order) => void) | null = null;

  /** From now on this instrument's fills are asked for after every break. */
  touch(instrument: InstrumentId, at: Instant): void {
    if (!this.#lastFill.has(instrument)) this.#lastFill.set(instrument, at);
  }

  /** Follows an order until it ends; remembers which name of ours a venue's id stands for. */
  heard(order: Order): void {
    this.touch(order.instrument, order.at);
    this.named(order.venueOrderId, order.id);
    if (order.status === "open") this.#open.set(order.id, { id: order.id, instrument: order.instrument });
    else this.#open.delete(order.id);
  }

  /** Whoever tells the account's news also tells what is learned of an order by another way. */
  follow(tell: (order: Order) => void): void {
    this.#tell = tell;
  }

  /** The answer to an order that came after it was given up; told once, and not when a push was faster. */
  learned(order: Order): void {
    if (this.nameOf(order.venueOrderId) !== undefined) return;
    if (this.#tell === null) this.heard(order);
    else this.#tell(order);
  }

  /** True the first time this trade is told, by whatever channel. */
  firstTold({ instrument, tradeId, at }: Fill): boolean {
    const last = this.#lastFill.get(instrument);
    if (last === undefined || at > last) this.#lastFill.set(instrument, at);
    return this.first(`${instrument}:${tradeId}`);
  }

  first(key: string): boolean {
    return this.#once.first(key);
  }

  nameOf(venueOrderId: string): ClientOrderId | undefined {
    return this.#names.get(venueOrderId);
  }

  /** Orders that were open when we last heard of them. */
  open(): readonly Named[] {
    return [...this.#open.values()];
  }

  /** Instruments with anything of ours, each with the time from which its fills may be missing. */
  touched(): readonly { readonly instrument: InstrumentId; readonly since: Instant }[] {
    return [...this.#lastFill].map(([instrument, at]) => ({ instrument, since: (at - OVERLAP_MS) as Instant }));
  }

  named(venueOrderId: string, id: string): void {
    this.#names.set(venueOrderId, foreignOrderId(id));
    if (this.#names.size > MOST_NAMES) {
      for (const oldest of this.#names.keys()) {
        this.#names.delete(oldest);
        break;
      }
    }
  }
}
