import { assert } from "./assert.ts";
import { type Fixed, type Price, type Quantity, type Usdt, NO_USDT, absolute, negate, notional } from "./decimal.ts";
import { type Fill, fillKey } from "./fill.ts";
import type { FundingPayment } from "./funding.ts";
import type { HedgeId, InstrumentId, LegName, VenueId } from "./ids.ts";
import type { Instant } from "./time.ts";

/** One line of an entry: what an account gains (positive) or gives (negative) of one asset. */
export interface Posting {
  readonly account: string;
  /** `USDT`, or an instrument for units of its base. */
  readonly asset: string;
  readonly amount: Fixed<string>;
}

/** One cause, balanced postings, and an id that makes posting it twice the same as posting it once. */
export interface LedgerEntry {
  readonly id: string;
  readonly cause: "fill" | "fee" | "funding" | "transfer" | "adjustment";
  readonly at: Instant;
  readonly venue: VenueId;
  readonly instrument: InstrumentId | null;
  readonly hedge: HedgeId | null;
  readonly leg: LegName | null;
  readonly postings: readonly Posting[];
}

export const positionAccount = (venue: VenueId): string => `venue:${venue}:position`;
/** What was paid (negative) and received (positive) for positions; flat, it is the realised price result. */
export const proceedsAccount = (venue: VenueId): string => `venue:${venue}:proceeds`;
export const feesAccount = (venue: VenueId): string => `venue:${venue}:fees`;
export const fundingAccount = (venue: VenueId): string => `venue:${venue}:funding`;

/** What was put in, less what was taken out: where the wallet stood before we traded. */
export const depositsAccount = (venue: VenueId): string => `venue:${venue}:deposits`;

/** Money put in (positive) or taken out, for a reason outside of trading. */
export function transferEntry(venue: VenueId, id: string, amount: Usdt, at: Instant): LedgerEntry {
  return balanced({
    id: `transfer:${venue}:${id}`,
    cause: "transfer",
    at,
    venue,
    instrument: null,
    hedge: null,
    leg: null,
    postings: [
      { account: depositsAccount(venue), asset: "USDT", amount },
      { account: "outside", asset: "USDT", amount: negate(amount) },
    ],
  });
}

/** What a venue holds and no fill of ours explains, taken over by a person: units of base, and what they were had for. */
export function adjustmentEntry(
  { venue, instrument, id, at }: Pick<LedgerEntry, "venue" | "id" | "at"> & { readonly instrument: InstrumentId },
  quantity: Quantity,
  price: Price,
): LedgerEntry {
  const value = notional(price, absolute(quantity));
  const proceeds = quantity > 0n ? negate(value) : value;
  return balanced({
    id: `adjustment:${venue}:${id}`,
    cause: "adjustment",
    at,
    venue,
    instrument,
    hedge: null,
    leg: null,
    postings: [
      { account: positionAccount(venue), asset: instrument, amount: quantity },
      { account: "market", asset: instrument, amount: negate<string>(quantity) },
      { account: proceedsAccount(venue), asset: "USDT", amount: proceeds },
      { account: "market", asset: "USDT", amount: negate<string>(proceeds) },
    ],
  });
}

/** How the trades are numbered by which a hedge's leg follows what a person took over. */
export const ADOPTED = "adopted-";

/** A fill moves base one way and its price the other; both against the market. */
export function fillEntry(fill: Fill, hedge: HedgeId, leg: LegName): LedgerEntry {
  const base = (fill.side === "buy" ? fill.quantity : -fill.quantity) as Fixed<string>;
  const value = notional(fill.price, fill.quantity);
  const proceeds = fill.side === "buy" ? negate(value) : value;
  return balanced({
    id: `fill:${fillKey(fill)}`,
    cause: fill.tradeId.startsWith(ADOPTED) ? "adjustment" : "fill",
    at: fill.at,
    venue: fill.venue,
    instrument: fill.instrument,
    hedge,
    leg,
    postings: [
      { account: positionAccount(fill.venue), asset: fill.instrument, amount: base },
      { account: "market", asset: fill.instrument, amount: negate(base) },
      { account: proceedsAccount(fill.venue), asset: "USDT", amount: proceeds },
      { account: "market", asset: "USDT", amount: negate(proceeds) },
    ],
  });
}

/** Null when the venue charged nothing. */
export function feeEntry(fill: Fill, hedge: HedgeId, leg: LegName): LedgerEntry | null {
  if (fill.fee === NO_USDT) return null;
  return balanced({
    id: `fee:${fillKey(fill)}`,
    cause: "fee",
    at: fill.at,
    venue: fill.venue,
    instrument: fill.instrument,
    hedge,
    leg,
    postings: [
      { account: feesAccount(fill.venue), asset: "USDT", amount: negate(fill.fee) },
      { account: "market", asset: "USDT", amount: fill.fee },
    ],
  });
}

/** One part of a funding payment; `part` tells apart the hedges that share one payment. */
export function fundingEntry(
  payment: FundingPayment,
  amount: Fixed<string>,
  hedge: HedgeId | null,
  leg: LegName | null,
): LedgerEntry {
  return balanced({
    id: `funding:${payment.venue}:${payment.id}:${hedge ?? "account"}`,
    cause: "funding",
    at: payment.at,
    venue: payment.venue,
    instrument: payment.instrument,
    hedge,
    leg,
    postings: [
      { account: fundingAccount(payment.venue), asset: "USDT", amount },
      { account: "market", asset: "USDT", amount: negate(amount) },
    ],
  });
}

function balanced(entry: LedgerEntry): LedgerEntry {
  const sums = new Map<string, bigint>();
  for (const { asset, amount } of entry.postings) sums.set(asset, (sums.get(asset) ?? 0n) + amount);
  assert(
    [...sums.values()].every((total) => total === 0n),
    `entry ${entry.id} does not balance`,
  );
  return entry;
}
