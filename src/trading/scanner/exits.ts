import {
  type Bps,
  type Quantity,
  type Usdt,
  NO_BPS,
  gapBps,
  greatest,
  negate,
  ratioBps,
  share,
  subtract,
} from "#domain/decimal.ts";
import type { ExitReason, Hedge } from "#domain/hedge.ts";
import { openQuantity } from "#domain/hedge-machine.ts";
import type { MarketBook } from "#domain/market-book.ts";
import type { Settings } from "#domain/settings.ts";
import type { Instant } from "#domain/time.ts";

export interface ExitInput {
  readonly hedge: Hedge;
  readonly long: MarketBook;
  readonly short: MarketBook;
  readonly takerLong: Bps;
  readonly takerShort: Bps;
  /** Price result, fees and funding so far, without what is still open: cash in less cash out. */
  readonly cash: Usdt;
  /** What the coming stamp would bring, in basis points of the entry notional. */
  readonly nextFundingBps: Bps;
  readonly settings: Settings;
  readonly now: Instant;
}

export interface Liquidation {
  /** Net result were both legs closed now, walking both books, fees paid. */
  readonly net: Usdt;
  readonly netBps: Bps;
}

/** What closing both legs now would leave; null when either book cannot fill it or cannot be believed. */
export function closingNow(input: ExitInput): Liquidation | null {
  const { hedge, long, short, now, settings } = input;
  if (long.distrust(now, settings.bookMaxAgeMs) !== null || short.distrust(now, settings.bookMaxAgeMs) !== null)
    return null;
  const longOpen = openQuantity(hedge, "long");
  const shortOpen = openQuantity(hedge, "short");
  const sell = filled(long, "bid", longOpen);
  const buy = filled(short, "ask", shortOpen);
  if (sell === null || buy === null || longOpen === 0n) return null;
  const fees = (share(sell, input.takerLong, "up") + share(buy, input.takerShort, "up")) as Usdt;
  const net = (input.cash + sell - buy - fees) as Usdt;
  return { net, netBps: ratioBps(net, hedge.intent.notional, "down") };
}

function filled(book: MarketBook, side: "bid" | "ask", quantity: Quantity): Usdt | null {
  const walk = book.take(side, quantity, null);
  return walk.quantity === quantity ? walk.notional : null;
}

/** The first reason to leave, or null to stay. A hedge is asked about at every update of either of its books. */
export function exitReason(input: ExitInput): ExitReason | null {
  const { hedge, settings, now } = input;
  const leaving = closingNow(input);
  if (leaving && leaving.netBps >= settings.exitTargetBps) return "target";
  // A time stop is always set: nothing says that two perpetuals must ever converge.
  if (now - hedge.intent.decidedAt >= settings.maxHoldMs) return "time_stop";
  const widened = widening(input);
  if (widened !== null && widened >= settings.stopBps) return "adverse_basis";
  if (!leaving) return null;
  // Staying for the next stamp would cost more than all that leaving now would lose.
  const loss = greatest(negate(leaving.netBps), NO_BPS);
  return negate(input.nextFundingBps) > loss ? "funding_flip" : null;
}

/** By how much the gap between the two middles has grown since it was sold; null when a side is empty. */
function widening({ hedge, long, short }: ExitInput): Bps | null {
  const longMid = long.mid();
  const shortMid = short.mid();
  if (longMid === null || shortMid === null) return null;
  return subtract(gapBps(longMid, shortMid, "down"), hedge.intent.spreadBps);
}
