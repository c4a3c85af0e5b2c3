import {
  type Bps,
  type Price,
  type Usdt,
  add,
  format,
  gapBps,
  greatest,
  least,
  share,
  subtract,
} from "#domain/decimal.ts";
import type { FundingRate } from "#domain/funding.ts";
import type { MarketBook } from "#domain/market-book.ts";
import type { LegQuote, Opportunity, SkipReason } from "#domain/opportunity.ts";
import type { Settings } from "#domain/settings.ts";
import type { Instant } from "#domain/time.ts";
import { edgeValue, fundingWithin, halfSpreadBps, roundTripEdge } from "./edge.ts";
import { bandLimit, commonSize } from "./size.ts";

export interface EvaluationInput {
  readonly long: MarketBook;
  readonly short: MarketBook;
  readonly takerLong: Bps;
  readonly takerShort: Bps;
  readonly fundingLong: FundingRate | null;
  readonly fundingShort: FundingRate | null;
  /** Recent median of the cost of crossing both books. */
  readonly exitFloorBps: Bps;
  /** Our own recent shortfall; the setting is its floor. */
  readonly shortfallBps: Bps;
  /** The notional wanted, and what limits and margins leave. */
  readonly notional: Usdt;
  readonly headroom: Usdt;
  /** The price band of this trade, in place of the setting's. */
  readonly bandBps: Bps;
  readonly settings: Settings;
  readonly now: Instant;
}

/** All that can be known of a trade before it has a name. */
export type QuotedTrade = Omit<Opportunity, "id">;

export type Evaluation =
  | { readonly verdict: "viable"; readonly trade: QuotedTrade }
  /** `trade` is there when it could be priced all the same. */
  | {
      readonly verdict: "skip";
      readonly reason: SkipReason;
      readonly says: string;
      readonly trade: QuotedTrade | null;
    };

/** Prices one direction of one pair at the size both sides allow, and says whether it pays after every cost. */
export function evaluate(input: EvaluationInput): Evaluation {
  const distrust = distrusted(input);
  if (distrust) return distrust;
  const { long, short, settings, bandBps } = input;
  const longTouch = touch(long, "ask");
  const shortTouch = touch(short, "bid");
  const longLimit = bandLimit(long, "buy", longTouch, bandBps);
  const shortLimit = bandLimit(short, "sell", shortTouch, bandBps);
  const wanted = least(input.notional, input.headroom);
  const size = commonSize({ long, short, longTouch, shortTouch, longLimit, shortLimit, notional: wanted });
  if (!("quantity" in size)) return skip(size.reason, size.says);

  const buying = long.take("ask", size.quantity, longLimit);
  const selling = short.take("bid", size.quantity, shortLimit);
  const edge = roundTripEdge({
    buyNotional: buying.notional,
    sellNotional: selling.notional,
    takerBuy: input.takerLong,
    takerSell: input.takerShort,
    exitBps: greatest(crossingCost(long, short), input.exitFloorBps),
    fundingBps: fundingWithin(input.fundingLong, input.fundingShort, input.now, settings.fundingHorizonMs),
    slippageBps: greatest(input.shortfallBps, settings.maxSlippageBps),
  });
  const trade: QuotedTrade = {
    instrument: long.instrument.id,
    quantity: size.quantity,
    lot: size.lot,
    long: leg(long, longTouch, longLimit, buying.notional, input.takerLong),
    short: leg(short, shortTouch, shortLimit, selling.notional, input.takerShort),
    spread: subtract(shortTouch, longTouch),
    spreadBps: gapBps(longTouch, shortTouch, "down"),
    edge,
    estimatedPnl: edgeValue(edge, buying.notional),
    at: input.now,
  };
  if (edge.allInBps < settings.minSpreadBps) {
    const says = `all-in ${format(edge.allInBps)} bps, wanted ${format(settings.minSpreadBps)}`;
    return { verdict: "skip", reason: "below_cost", says, trade };
  }
  const stamp = payingStampSoon(input);
  if (stamp) return { verdict: "skip", reason: "funding_window", says: stamp, trade };
  return { verdict: "viable", trade };
}

/** The expected cost of crossing both books on the way out: both half-spreads as they are now. */
export function crossingCost(long: MarketBook, short: MarketBook): Bps {
  return add(
    halfSpreadBps(touch(long, "bid"), touch(long, "ask")),
    halfSpreadBps(touch(short, "bid"), touch(short, "ask")),
  );
}

function distrusted({ long, short, now, settings }: EvaluationInput): Evaluation | null {
  for (const book of [long, short]) {
    const { venue, symbol, tradable } = book.instrument;
    if (!tradable) return skip("instrument_halted", `${venue} does not trade ${symbol} now`);
    const reason = book.distrust(now, settings.bookMaxAgeMs);
    if (reason === null) continue;
    const age = book.depth.live ? `, ${Math.round(now - book.depth.at)} ms old` : "";
    return skip(reason, `${venue} ${symbol}: ${reason.replace("_", " ")}${age}`);
  }
  return null;
}

function payingStampSoon({ fundingLong, fundingShort, now, settings }: EvaluationInput): string | null {
  const soon = (funding: FundingRate | null): funding is FundingRate =>
    funding !== null && funding.nextAt > now && funding.nextAt - now <= settings.avoidWindowMs;
  if (soon(fundingLong) && fundingLong.rate > 0n)
    return `${fundingLong.venue} charges longs in ${seconds(fundingLong, now)} s`;
  if (soon(fundingShort) && fundingShort.rate < 0n)
    return `${fundingShort.venue} charges shorts in ${seconds(fundingShort, now)} s`;
  return null;
}

const seconds = (funding: FundingRate, now: Instant): number => Math.ceil((funding.nextAt - now) / 1000);

function leg(book: MarketBook, at: Price, limit: Price, value: Usdt, taker: Bps): LegQuote {
  return {
    venue: book.instrument.venue,
    touch: at,
    notional: value,
    limit,
    fee: share(value, taker, "up"),
    bookAt: book.depth.at,
    bookSequence: book.depth.sequence,
  };
}

/** Called only for a side that `distrust` found to be there. */
function touch(book: MarketBook, side: "bid" | "ask"): Price {
  return book.touch(side) ?? (0n as Price);
}

function skip(reason: SkipReason, says: string): Evaluation {
  return { verdict: "skip", reason, says, trade: null };
}
