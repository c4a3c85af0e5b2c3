import type { VenueFault } from "#domain/fault.ts";
import type { ClientOrderId, InstrumentId, VenueId } from "#domain/ids.ts";
import type { Instrument } from "#domain/instrument.ts";
import type { Order, OrderRequest } from "#domain/order.ts";
import type { Gate } from "#ports/gate.ts";
import type { CancelOutcome, ReadyOrder, SubmitOutcome } from "#ports/venue.ts";
import type { Activity } from "./activity.ts";
import { type Listing, notListed } from "./listing.ts";
import type { OrderEntry } from "./order-entry.ts";
import { faulted } from "./outcome.ts";
import type { Refusal } from "./refusal.ts";
import type { Call, Reply, Rest, Said } from "./rest.ts";
import type { Unspoken } from "./unspoken.ts";
import type { VenueClock } from "./venue-clock.ts";

/** Longer than any order's life at its venue's door, so that a late answer is still an answer. */
export const ORDER_TIMEOUT_MS = 5_000;

export type Named = Pick<OrderRequest, "id" | "instrument">;

/** One thing asked of the venue, said for both roads. */
export interface Errand<C extends Call> {
  readonly call: C & { readonly mayLeave: () => boolean; readonly timeoutMs: number };
  /** The same as one websocket message under this id; null when it cannot be said there. */
  readonly frame: (id: string) => string | null;
}

/** What is a venue's own about placing and cancelling. */
export interface DeskWords<C extends Call, Body, Listed extends Instrument> {
  readonly venue: VenueId;
  /** Null when it can be written as the venue wants it. */
  unfit(order: OrderRequest, listed: Listed): VenueFault | null;
  place(order: OrderRequest, listed: Listed, mayLeave: () => boolean): Errand<C>;
  cancel(order: Named, listed: Listed, mayLeave: () => boolean): Errand<C>;
  /** The order their yes is about; null when that cannot be told. */
  accepted(body: Body, order: OrderRequest): Order | null;
  /** What a refused cancel says all the same; null when it is a plain refusal. */
  cancelled(refusal: Refusal): "taken" | "nothing-open" | null;
  placementFault(refusal: Refusal): VenueFault;
  isClockOff(refusal: Refusal): boolean;
  /** Lets the words learn from a refusal. */
  refused?(refusal: Refusal, listed: Listed): void;
}

export interface OrderDeskDeps<C extends Call, Body, Listed extends Instrument> {
  readonly words: DeskWords<C, Body, Listed>;
  readonly rest: Rest<C, Body>;
  /** Null: orders go over REST alone. */
  readonly entry: OrderEntry<Body> | null;
  readonly listing: Listing<Listed>;
  readonly gate: Gate;
  readonly time: VenueClock;
  readonly activity: Activity;
  readonly unspoken: Unspoken;
}

type Carry<Body> = (late: (reply: Reply<Body>) => void) => Promise<Reply<Body>>;

/**
 * Orders to one venue, over its websocket or, when that is not there, over REST; never over both. Which road it is
 * falls in the step of the write: bytes that were handed to a socket are not sent again, whatever becomes of it.
 */
export class OrderDesk<C extends Call, Body, Listed extends Instrument> {
  readonly #with: OrderDeskDeps<C, Body, Listed>;
  readonly #wished = new Set<ClientOrderId>();
  #requests = 0;

  constructor(with_: OrderDeskDeps<C, Body, Listed>) {
    this.#with = with_;
  }

  /** All bytes of the order, signed; sending them is left. */
  prepare(order: OrderRequest): ReadyOrder {
    const { gate, time, words } = this.#with;
    const { venue } = words;
    const listed = this.#listed(order.instrument);
    if ("kind" in listed) return { send: () => Promise.resolve(faulted(listed)) };
    const fault = words.unfit(order, listed) ?? (order.expiresAt <= time.stamp() ? EXPIRED : null);
    if (fault !== null) return { send: () => Promise.resolve(faulted(fault)) };
    const carry = this.#write(words.place(order, listed, () => gate.permits(order.act, venue, order.asker)));
    return { send: () => this.#submit(order, listed, carry) };
  }

  cancelWished(order: ClientOrderId): boolean {
    return this.#wished.has(order);
  }

  async cancel(order: Named): Promise<CancelOutcome> {
    this.#wished.add(order.id);
    const [oldest] = this.#wished;
    if (oldest !== undefined && this.#wished.size > MOST_WISHED) this.#wished.delete(oldest);
    const { gate, listing, rest, words } = this.#with;
    const unknown = await listing.ready();
    const listed = this.#listed(order.instrument);
    if ("kind" in listed) return faulted(unknown ?? listed);
    const wish = words.cancel(order, listed, () => gate.permits("cancel", words.venue, "automation"));
    let reply = await this.#write(wish)(ignore);
    if (reply.outcome === "refused" && words.isClockOff(reply.refusal)) {
      await rest.syncClock();
      reply = await this.#write(wish)(ignore);
    }
    if (reply.outcome === "withheld") return { outcome: "withheld" };
    if (reply.outcome === "answered") return { outcome: "taken" };
    const ended = reply.outcome === "refused" ? words.cancelled(reply.refusal) : null;
    return ended === null ? faulted(await this.#failed(reply, listed)) : { outcome: ended };
  }

  async #submit(order: OrderRequest, listed: Listed, carry: Carry<Body>): Promise<SubmitOutcome> {
    const { activity, time, words } = this.#with;
    // The flush it waited for may have been a long one.
    if (order.expiresAt <= time.stamp()) return faulted(EXPIRED);
    activity.touch(order.instrument, time.now());
    const reply = await carry((late) => {
      const accepted = late.outcome === "answered" ? words.accepted(late.body, order) : null;
      if (accepted !== null) activity.learned(accepted);
    });
    if (reply.outcome === "withheld") return { outcome: "withheld" };
    if (reply.outcome !== "answered") return faulted(await this.#failed(reply, listed));
    const accepted = words.accepted(reply.body, order);
    // It said yes to something; whether that was our order, only the order itself can say.
    if (accepted === null) return faulted({ kind: "outcome-unknown", says: "an answer we cannot read to a new order" });
    this.#with.unspoken.owed(accepted.id);
    // An answer slower than the push must not call open what the push already called ended.
    if (activity.nameOf(accepted.venueOrderId) === undefined) activity.heard(accepted);
    return { outcome: "accepted", order: accepted };
  }

  /** Writes for the road that is open now, and says how to send that. */
  #write({ call, frame }: Errand<C>): Carry<Body> {
    const { entry, rest } = this.#with;
    const id = `o${(this.#requests += 1).toString(36)}`;
    const text = entry?.line() ? frame(id) : null;
    const written = text === null ? rest.write(call) : null;
    return (late) => {
      const held = rest.admit(call);
      if (held !== null) return Promise.resolve({ outcome: "held-back", fault: held });
      const line = text === null ? null : entry?.line();
      if (text !== null && line) {
        if (!call.mayLeave()) return Promise.resolve({ outcome: "withheld" });
        const { timeoutMs } = call;
        const answer = line.write({ id, text, timeoutMs, late: (said) => late(rest.heard(said)) });
        if (answer !== null) return this.#read(answer);
      }
      return rest.carry(call, written ?? rest.write(call));
    };
  }

  async #read(answer: Promise<Said<Body> | { readonly said: "nothing"; readonly says: string }>): Promise<Reply<Body>> {
    const said = await answer;
    return said.said === "nothing" ? { outcome: "lost", says: said.says } : this.#with.rest.heard(said);
  }

  #listed(instrument: InstrumentId): Listed | VenueFault {
    return this.#with.listing.get(instrument) ?? notListed(instrument);
  }

  async #failed(
    reply: Exclude<Reply<Body>, { outcome: "answered" | "withheld" }>,
    listed: Listed,
  ): Promise<VenueFault> {
    const { rest, words } = this.#with;
    switch (reply.outcome) {
      case "held-back":
        return reply.fault;
      case "unreachable":
        return { kind: "unreachable", says: reply.says };
      case "lost":
        return { kind: "outcome-unknown", says: reply.says };
      case "refused":
        words.refused?.(reply.refusal, listed);
        // Not sent again here: that is a new attempt under a new name, and not ours to decide.
        if (words.isClockOff(reply.refusal)) await rest.syncClock();
        return words.placementFault(reply.refusal);
    }
  }
}

const EXPIRED: VenueFault = {
  kind: "not-done",
  code: "expired",
  says: "its deadline had passed before it could be sent",
};
const MOST_WISHED = 1_000;
const ignore = (): void => undefined;
