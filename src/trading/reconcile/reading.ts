import { type Quantity, type Usdt, add } from "#domain/decimal.ts";
import type { Fill } from "#domain/fill.ts";
import type { Hedge } from "#domain/hedge.ts";
import { isMoving } from "#domain/hedge-machine.ts";
import type { InstrumentId, VenueId } from "#domain/ids.ts";
import { after } from "#domain/time.ts";
import type { NameOrigin } from "#ports/chance.ts";
import type { AccountUpdate, Venue, VenuePosition } from "#ports/venue.ts";
import { balanceDifference, costOf } from "./balances.ts";
import type { CatchUp } from "./catch-up.ts";
import type { Difference } from "./finding.ts";
import { compareOrders } from "./orders.ts";
import { positionDifferences } from "./positions.ts";

/** Our side of the comparison. */
export interface OurBooks {
  readonly instruments: () => readonly InstrumentId[];
  readonly position: (venue: VenueId, instrument: InstrumentId) => Quantity;
  /** What this venue paid us, less what we paid it. */
  readonly cash: (venue: VenueId) => Usdt;
  readonly deposits: (venue: VenueId) => Usdt | null;
  /** Writes down where a wallet stood before we traded. */
  readonly open: (venue: VenueId, deposits: Usdt) => void;
  readonly origin: (id: string) => NameOrigin;
  /** Hears what a venue says it holds, whatever we make of it. */
  readonly seen: (venue: VenueId, positions: readonly VenuePosition[]) => void;
  readonly hedges: {
    /** Two equal readings mean that nothing moved in between. */
    readonly changes: number;
    active(): readonly Hedge[];
    hedges(): readonly Hedge[];
    hear(update: Extract<AccountUpdate, { type: "order" | "fill" }>): boolean;
  };
}

/** What one look at a venue showed. Null parts could not be compared; a failed question settles nothing. */
export interface Reading {
  readonly says: string | null;
  readonly positions: number | null;
  readonly orders: number | null;
  readonly wallets: number | null;
  readonly differences: readonly Difference[];
  readonly strangers: readonly Difference[];
  /** Trades with our account that no order of ours made. */
  readonly strangeFills: readonly Fill[];
}

const nothing = (says: string): Reading => ({
  says,
  positions: null,
  orders: null,
  wallets: null,
  differences: [],
  strangers: [],
  strangeFills: [],
});

/** Asks a venue for everything at once and holds it against our books. */
export async function readVenue(venue: Venue, books: OurBooks, catchUp: CatchUp): Promise<Reading> {
  const { hedges } = books;
  await catchUp.funding(venue);
  const before = hedges.changes;
  const [positions, open, balance] = await Promise.all([
    venue.account.positions(),
    venue.account.openOrders(),
    venue.account.balance(),
  ]);
  if (positions.outcome === "fault")
    return nothing(`${venue.id} would not tell its positions: ${positions.fault.says}`);
  if (open.outcome === "fault") return nothing(`${venue.id} would not tell its open orders: ${open.fault.says}`);
  if (balance.outcome === "fault") return nothing(`${venue.id} would not tell its balance: ${balance.fault.says}`);
  books.seen(venue.id, positions.value);
  const orders = await readOrders(venue, books, open.value);
  const still = (): boolean => hedges.changes === before && !hedges.active().some(isMoving);
  const common = { ...orders, orders: open.value.length };
  if (!still()) return { ...nothing(`orders of ours were on their way at ${venue.id}`), ...common };
  const ours = (instrument: InstrumentId): Quantity => books.position(venue.id, instrument);
  const differ = positionDifferences(venue.id, books.instruments(), ours, positions.value);
  // A trade nobody told us of explains it: then our books follow, and recovery does the rest.
  const fills: Fill[] = [];
  for (const { instrument } of differ) fills.push(...(await catchUp.fills(venue, instrument)));
  if (!still()) return { ...nothing(`our books have just followed a trade at ${venue.id}`), ...common };
  const cost = differ.length > 0 ? null : costOf(positions.value);
  const balances = cost === null ? null : wallet(venue.id, books, balance.value.wallet, cost);
  return {
    says: cost === null ? `${venue.id}: the wallet means nothing while positions differ or have no price` : null,
    positions: positions.value.length,
    ...common,
    wallets: balances === null ? null : 1,
    differences: [...orders.differences, ...differ, ...(balances ?? [])],
    strangeFills: fills,
  };
}

function wallet(venue: VenueId, books: OurBooks, holds: Usdt, cost: Usdt): readonly Difference[] {
  const earned = add(books.cash(venue), cost);
  const deposits = books.deposits(venue);
  if (deposits === null) {
    books.open(venue, (holds - earned) as Usdt);
    return [];
  }
  const difference = balanceDifference(venue, holds, add(deposits, earned));
  return difference === null ? [] : [difference];
}

/** Orders in doubt are asked about one by one: a list may be a moment old. */
async function readOrders(
  venue: Venue,
  { hedges, origin }: OurBooks,
  listed: Parameters<typeof compareOrders>[1],
): Promise<Pick<Reading, "strangers" | "differences">> {
  const ours = hedges.hedges().flatMap(({ orders }) => orders.filter(({ request }) => request.venue === venue.id));
  const shown = after(venue.serverNow(), -venue.trading.visibilityLagMs);
  const { strangers, left, doubts } = compareOrders(venue.id, listed, ours, origin, shown);
  for (const order of left) await venue.trading.cancel(order);
  const differences: Difference[] = [];
  for (const { order, difference } of doubts) {
    const { request } = order;
    const found = await venue.trading.lookUp(request);
    if (found.outcome === "fault") continue;
    if (found.outcome === "found") {
      for (const fill of found.fills) hedges.hear({ type: "fill", fill });
      hedges.hear({ type: "order", order: found.order });
      // It says the same as we do: only the list was old.
      if ((found.order.status === "open") === (order.state === "acked")) continue;
      if (found.order.status === "open") await venue.trading.cancel(request);
      else continue;
    }
    differences.push(difference);
  }
  return { strangers, differences };
}
