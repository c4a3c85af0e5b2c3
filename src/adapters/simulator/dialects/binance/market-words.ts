import { format, type Price } from "#domain/decimal.ts";
import type { MarketBest, MarketTrade } from "../../liquidity.ts";
import { fraction } from "./market-routes.ts";
import type { BinanceSymbol } from "./symbols.ts";

/** The best quote. `crossed` puts the bid above the ask, which no market does. */
export function bookTickerEvent(symbol: BinanceSymbol, best: MarketBest, now: number, crossed = false): string {
  const { pricePlaces, quantityPlaces, listing } = symbol;
  const bid = crossed ? ((best.ask[0] + listing.tick) as Price) : best.bid[0];
  const name = symbol.symbol;
  return (
    `{"e":"bookTicker","u":${best.sequence},"s":"${name}","ps":"${name}","st":1,` +
    `"b":"${format(bid, pricePlaces)}","B":"${format(best.bid[1], quantityPlaces)}",` +
    `"a":"${format(best.ask[0], pricePlaces)}","A":"${format(best.ask[1], quantityPlaces)}","T":${now},"E":${now}}`
  );
}

export function aggTradeEvent(symbol: BinanceSymbol, trade: MarketTrade, now: number): string {
  const quantity = format(trade.quantity, symbol.quantityPlaces);
  return JSON.stringify({
    e: "aggTrade",
    E: now,
    a: trade.id,
    s: symbol.symbol,
    p: format(trade.price, symbol.pricePlaces),
    q: quantity,
    nq: quantity,
    f: trade.id,
    l: trade.id,
    T: now,
    m: trade.taker === "sell",
    st: 1,
  });
}

export function markPriceEvent({ symbol, market }: BinanceSymbol, now: number): string {
  const mark = format(market.mark, 8);
  return JSON.stringify({
    e: "markPriceUpdate",
    E: now,
    s: symbol,
    p: mark,
    ap: mark,
    i: mark,
    P: mark,
    r: fraction(market.fundingRate),
    T: market.nextFundingAt ?? 0,
    st: 1,
  });
}

export function partialDepthEvent(symbol: BinanceSymbol, levels: number, previous: number, now: number): string {
  const { market, pricePlaces, quantityPlaces } = symbol;
  const side = (which: "bid" | "ask"): [string, string][] =>
    market.emptied
      ? []
      : market.book.levels(which, levels).map(([p, q]) => [format(p, pricePlaces), format(q, quantityPlaces)]);
  const sequence = market.sequence;
  return JSON.stringify({
    e: "depthUpdate",
    E: now,
    T: now,
    s: symbol.symbol,
    ps: symbol.symbol,
    st: 1,
    U: sequence,
    u: sequence,
    pu: previous,
    b: side("bid"),
    a: side("ask"),
  });
}
