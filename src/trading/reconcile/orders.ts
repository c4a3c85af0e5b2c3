import type { ClientOrderId, VenueId } from "#domain/ids.ts";
import type { HedgeOrder } from "#domain/hedge.ts";
import { isTerminal } from "#domain/hedge-machine.ts";
import type { Order } from "#domain/order.ts";
import type { Instant } from "#domain/time.ts";
import type { NameOrigin } from "#ports/chance.ts";
import type { Difference } from "./finding.ts";

export interface OrdersCompared {
  /** Nobody's here, or of another run: they hold at once. */
  readonly strangers: readonly Difference[];
  /** Of another run of this installation, and resting: to be taken off. */
  readonly left: readonly Order[];
  /** Ours and in doubt: the venue is asked about each before anything is said. */
  readonly doubts: readonly { readonly order: HedgeOrder; readonly difference: Difference }[];
}

/** A venue's open orders against ours: those it lists and we hold for ended, those we hold open and it does not list. */
export function compareOrders(
  venue: VenueId,
  listed: readonly Order[],
  ours: readonly HedgeOrder[],
  origin: (id: string) => NameOrigin,
  /** An order whose deadline lies before this moment is shown by the venue, if it is open there. */
  shown: Instant,
): OrdersCompared {
  const known = new Map(ours.map((order) => [order.request.id, order]));
  const strange = listed.filter(({ id }) => !known.has(id));
  const open = new Set(listed.map(({ id }) => id));
  return {
    strangers: strange.map((order) => strangerOf(venue, order, origin(order.id))),
    left: strange.filter(({ id }) => origin(id) !== "foreign"),
    doubts: ours.flatMap((order) => {
      const { state, request } = order;
      const doubt = open.has(request.id) ? isTerminal(state) : state === "acked" && request.expiresAt < shown;
      return doubt ? [{ order, difference: doubtOf(venue, order, open.has(request.id)) }] : [];
    }),
  };
}

const NAMES: Readonly<Record<NameOrigin, string>> = {
  ours: "has a name of this run that we never gave",
  "other-epoch":
    "is of another run of this installation: it is being taken off; stop whatever else runs with this account",
  foreign:
    "is none of ours and is left alone: cancel it at the venue if nobody wants it, and use an account for PropBot alone",
};

function strangerOf(venue: VenueId, order: Order, origin: NameOrigin): Difference {
  const name = order.id === "" ? `without a name (${order.venueOrderId})` : order.id;
  return {
    venue,
    kind: "foreign_order",
    instrument: order.instrument,
    order: order.id === "" ? (order.venueOrderId as ClientOrderId) : order.id,
    ours: "none",
    theirs: `open ${order.side}`,
    says: `${venue} ${order.instrument}: open order ${name} ${NAMES[origin]}`,
  };
}

function doubtOf(venue: VenueId, { request, state }: HedgeOrder, listed: boolean): Difference {
  const theirs = listed ? "open" : "not open";
  const next = listed ? "it is being taken off" : "look it up at the venue";
  const says = `${venue} ${request.instrument}: order ${request.id} of hedge ${request.hedge} is ${state} with us and ${theirs} there; ${next}`;
  return { venue, kind: "order", instrument: request.instrument, order: request.id, ours: state, theirs, says };
}
