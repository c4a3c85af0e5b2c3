import { format } from "#domain/decimal.ts";
import type { MarketBest, MarketTrade } from "../../liquidity.ts";
import { contracts, fraction, levelText, type OkxInstrument, priceLimit } from "./instruments.ts";

const stamp = (now: number): string => `${Math.floor(now)}`;

export function bookWords(entry: OkxInstrument, depth: number, now: number): string {
  const { book, emptied, sequence } = entry.market;
  const side = (which: "bid" | "ask"): string =>
    emptied
      ? "[]"
      : `[${book
          .levels(which, depth)
          .map((level) => levelText(entry, level))
          .join(",")}]`;
  return `"asks":${side("ask")},"bids":${side("bid")},"ts":"${stamp(now)}","seqId":${sequence}`;
}

export function bestWords(entry: OkxInstrument, best: MarketBest, now: number, crossed = false): string {
  const { listing } = entry;
  const bid = crossed ? ([(best.ask[0] + listing.tick) as (typeof best.bid)[0], best.bid[1]] as const) : best.bid;
  const asks = levelText(entry, best.ask);
  return `"asks":[${asks}],"bids":[${levelText(entry, bid)}],"ts":"${stamp(now)}","seqId":${best.sequence}`;
}

export function tickerWords(entry: OkxInstrument, now: number): unknown {
  const { market } = entry;
  const bid = market.book.bestBid();
  const ask = market.book.bestAsk();
  const last = format(market.lastTrade?.price ?? market.mark);
  return {
    instType: "SWAP",
    instId: entry.instId,
    last,
    lastSz: market.lastTrade ? contracts(entry, market.lastTrade.quantity) : "0",
    askPx: ask ? format(ask[0]) : "",
    askSz: ask ? contracts(entry, ask[1]) : "0",
    bidPx: bid ? format(bid[0]) : "",
    bidSz: bid ? contracts(entry, bid[1]) : "0",
    open24h: last,
    high24h: last,
    low24h: last,
    sodUtc0: last,
    sodUtc8: last,
    volCcy24h: "0",
    vol24h: "0",
    ts: stamp(now),
  };
}

export function tradeWords(entry: OkxInstrument, trade: MarketTrade, now: number): unknown {
  return {
    instId: entry.instId,
    tradeId: `${trade.id}`,
    px: format(trade.price),
    sz: contracts(entry, trade.quantity),
    side: trade.taker,
    ts: stamp(now),
    count: "1",
    source: "0",
    seqId: entry.market.sequence,
  };
}

/** `fundingTime` is the coming settlement, `nextFundingTime` the one after it. */
export function fundingWords({ instId, market }: OkxInstrument, now: number): unknown {
  const next = market.nextFundingAt;
  const settled = market.settlements.at(-1);
  return {
    formulaType: "noRate",
    fundingRate: fraction(market.fundingRate),
    fundingTime: next === null ? "" : stamp(next),
    impactValue: "",
    instId,
    instType: "SWAP",
    interestRate: "",
    maxFundingRate: "0.00375",
    method: "current_period",
    minFundingRate: "-0.00375",
    nextFundingRate: "",
    nextFundingTime: next === null ? "" : stamp(next + market.fundingIntervalMs),
    premium: fraction(market.fundingRate),
    settFundingRate: settled ? fraction(settled.rate) : "0",
    settState: market.settling ? "processing" : "settled",
    ts: stamp(now),
  };
}

export function markWords({ instId, market }: OkxInstrument, now: number): unknown {
  return { instType: "SWAP", instId, markPx: format(market.mark), ts: stamp(now) };
}

export function priceLimitWords(entry: OkxInstrument, now: number): Record<string, unknown> {
  const band = priceLimit(entry);
  const buyLmt = band ? format(band.buy) : "";
  const sellLmt = band ? format(band.sell) : "";
  return { instId: entry.instId, buyLmt, sellLmt, ts: stamp(now), enabled: band !== null };
}
