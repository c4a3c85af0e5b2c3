import {
  type Bps,
  type Price,
  type Quantity,
  NO_QUANTITY,
  add,
  bps,
  gapBps,
  greatest,
  least,
  movePrice,
  negate,
  subtract,
} from "#domain/decimal.ts";
import { type Side, opposite } from "#domain/fill.ts";
import type { Hedge } from "#domain/hedge.ts";
import { type NakedLeg, nakedLeg, openQuantity } from "#domain/hedge-machine.ts";
import type { LegName, VenueId } from "#domain/ids.ts";
import { type Instrument, roundDown, roundToTick } from "#domain/instrument.ts";
import type { Settings } from "#domain/settings.ts";

/** One venue as recovery sees it: the instrument, and its best prices when its book can be believed. */
export interface RecoveryBook {
  readonly instrument: Instrument;
  readonly prices: { readonly bid: Price; readonly ask: Price } | null;
  /** The venue's mark price, when known: a book far from it is not believed. */
  readonly mark: Price | null;
}

export interface RecoveryInput {
  readonly hedge: Hedge;
  readonly books: Readonly<Record<LegName, RecoveryBook>>;
  readonly permits: (act: "complete" | "unwind", venue: VenueId) => boolean;
  readonly settings: Settings;
  readonly takerBps: (leg: LegName) => Bps;
  /** How long the leg has been naked, with nothing unknown about it. */
  readonly nakedMs: number;
  /** How many of its first orders count as tries no more: a person has let recovery begin anew since. */
  readonly forgiven?: number;
}

export type RecoveryDecision =
  | {
      readonly act: "complete" | "unwind";
      readonly leg: LegName;
      readonly side: Side;
      readonly quantity: Quantity;
      readonly limitPrice: Price;
      /** Middle of the book at the decision: the band is measured from it. */
      readonly reference: Price;
      readonly says: string;
    }
  | { readonly act: "wait"; readonly says: string }
  | { readonly act: "stop"; readonly code: string; readonly says: string };

const COMPLETE_TRIES = 2;
/** Unwinds in all, those no venue carried out included: beyond that somebody should look. */
const MOST_UNWINDS = 8;
/** How far through the touch each try may reach; the last is the cap of the settings. */
const UNWIND_BANDS: readonly Bps[] = [bps("10"), bps("25")];
/** A book whose middle lies further than this from the venue's mark price is not believed. */
const MARK_TRUST_BPS = bps("100");

/**
 * What to do about a naked leg: buy the missing part while that still pays, else take the excess off, reduce-only,
 * ever less patient, and never outside the band. When nothing is allowed or believable any more it stops, and says so.
 */
export function decideRecovery(input: RecoveryInput): RecoveryDecision {
  const { hedge, settings } = input;
  const naked = nakedLeg(hedge);
  if (!naked) return { act: "wait", says: "no leg is naked" };
  if (input.nakedMs > settings.recoveryDeadlineMs) {
    return { act: "stop", code: "recovery_deadline", says: `still naked after ${settings.recoveryDeadlineMs} ms` };
  }
  if (naked.turned) return tryUnwind(input, naked);
  return tryComplete(input, naked.leg, naked.quantity) ?? tryUnwind(input, naked);
}

function tryComplete(input: RecoveryInput, excess: LegName, missing: Quantity): RecoveryDecision | null {
  const { hedge, settings } = input;
  if (hedge.phase !== "entry") return null;
  const leg: LegName = excess === "long" ? "short" : "long";
  const book = input.books[leg];
  const prices = believed(book);
  const tries = hedge.orders.slice(input.forgiven ?? 0).filter(({ request }) => request.act === "complete").length;
  if (!prices || tries >= COMPLETE_TRIES || !input.permits("complete", book.instrument.venue)) return null;
  const side: Side = leg === "long" ? "buy" : "sell";
  // A leg that was filled twice over is no reason to double the other: never beyond what was meant.
  const meant = subtract(hedge.intent.quantity, openQuantity(hedge, leg));
  const quantity = roundDown(least(missing, greatest(meant, NO_QUANTITY)), book.instrument.lot);
  if (quantity < book.instrument.minQuantity) return null;

  const decided = hedge.intent.prices[leg];
  const touch = side === "buy" ? prices.ask : prices.bid;
  const costToComplete = adverse(side, decided, touch);
  const allowed = add(greatest(hedge.intent.edgeBps, bps("0")), settings.completeMaxLossBps);
  if (costToComplete > allowed || costToComplete > costToUnwind(input, excess)) return null;
  // Never beyond what the edge and the allowance pay for, nor further through the touch than the allowance.
  const fromDecision = movePrice(decided, side === "buy" ? allowed : negate(allowed), side === "buy" ? "down" : "up");
  const fromTouch = banded(side, touch, settings.completeMaxLossBps);
  const bound = side === "buy" ? least(fromDecision, fromTouch) : greatest(fromDecision, fromTouch);
  const limitPrice = clamp(side, bound, prices, settings.maxRecoveryLossBps, book.instrument);
  if (limitPrice === null) return null;
  return order("complete", leg, side, quantity, limitPrice, prices, `try ${tries + 1} of ${COMPLETE_TRIES}`);
}

function tryUnwind(input: RecoveryInput, { leg, quantity: excess, turned }: NakedLeg): RecoveryDecision {
  const { hedge, settings } = input;
  const book = input.books[leg];
  const { venue } = book.instrument;
  if (!input.permits("unwind", venue)) {
    return { act: "stop", code: "unwind_forbidden", says: `control forbids an automatic unwind on ${venue}` };
  }
  const bands = [...UNWIND_BANDS, settings.maxRecoveryLossBps];
  const made = hedge.orders
    .slice(input.forgiven ?? 0)
    .filter(({ request, phase }) => request.act === "unwind" && phase === hedge.phase);
  // One that never came to be has tried no price: it takes none of the steps.
  const tries = made.filter(({ state }) => state !== "dead").length;
  const band = bands[tries];
  if (band === undefined || made.length >= MOST_UNWINDS) {
    return { act: "stop", code: "unwind_failed", says: `${made.length} unwinds left the leg on` };
  }
  const prices = believed(book);
  if (!prices) return { act: "wait", says: `the book of ${venue} cannot be believed now` };
  const opens: Side = leg === "long" ? "buy" : "sell";
  const side = turned ? opens : opposite(opens);
  const quantity = roundDown(excess, book.instrument.lot);
  if (quantity === 0n) return { act: "stop", code: "dust", says: `${venue} cannot trade so little` };
  const touch = side === "buy" ? prices.ask : prices.bid;
  const limitPrice = clamp(side, banded(side, touch, band), prices, settings.maxRecoveryLossBps, book.instrument);
  if (limitPrice === null) return { act: "wait", says: `the spread of ${venue} is wider than the recovery band` };
  return order("unwind", leg, side, quantity, limitPrice, prices, `try ${tries + 1} of ${bands.length}`);
}

function order(
  act: "complete" | "unwind",
  leg: LegName,
  side: Side,
  quantity: Quantity,
  limitPrice: Price,
  prices: { bid: Price; ask: Price },
  says: string,
): RecoveryDecision {
  return { act, leg, side, quantity, limitPrice, reference: middle(prices), says };
}

function believed({ prices, mark }: RecoveryBook): { bid: Price; ask: Price } | null {
  if (!prices) return null;
  if (mark === null) return prices;
  const away = gapBps(mark, middle(prices), "down");
  return away <= MARK_TRUST_BPS && away >= negate(MARK_TRUST_BPS) ? prices : null;
}

const middle = ({ bid, ask }: { bid: Price; ask: Price }): Price => ((bid + ask) / 2n) as Price;

function banded(side: Side, from: Price, band: Bps): Price {
  return movePrice(from, side === "buy" ? band : negate(band), side === "buy" ? "down" : "up");
}

/** Keeps a limit inside the recovery band around the middle; null when even the touch lies outside. */
function clamp(
  side: Side,
  limit: Price,
  prices: { bid: Price; ask: Price },
  band: Bps,
  instrument: Instrument,
): Price | null {
  const edge = banded(side, middle(prices), band);
  const bounded = roundToTick(side === "buy" ? least(limit, edge) : greatest(limit, edge), side, instrument);
  const reaches = side === "buy" ? bounded >= prices.ask : bounded <= prices.bid;
  return reaches ? bounded : null;
}

/** How much worse `now` is than `decided`, in basis points; negative when it is better. */
function adverse(side: Side, decided: Price, now: Price): Bps {
  const move = gapBps(decided, now, "up");
  return side === "buy" ? move : negate(gapBps(decided, now, "down"));
}

/** What taking the excess off would lose against the price it was decided at, its fee included. */
function costToUnwind({ hedge, books, takerBps }: RecoveryInput, leg: LegName): Bps {
  const prices = believed(books[leg]);
  // With no book to unwind on, completing is the only way out that exists.
  if (!prices) return bps("1000000");
  const side = opposite(leg === "long" ? "buy" : "sell");
  const touch = side === "buy" ? prices.ask : prices.bid;
  return add(adverse(side, hedge.intent.prices[leg], touch), takerBps(leg));
}
