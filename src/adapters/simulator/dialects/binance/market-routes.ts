import { divideRounded, type Bps, format, type Price, type Quantity } from "#domain/decimal.ts";
import { HOUR } from "#domain/time.ts";
import type { SimulatedExchange } from "../../exchange.ts";
import type { FiredFault, Misfortune } from "../../misfortune.ts";
import { type BinanceError, missing, refuse } from "./errors.ts";
import { exchangeInfo } from "./exchange-info.ts";
import type { Call, Routes } from "./route.ts";
import type { Params } from "./signature.ts";
import { type BinanceSymbol, type BinanceSymbols, levelText } from "./symbols.ts";

const DEPTH_WEIGHTS: Readonly<Record<string, number>> = {
  "5": 2,
  "10": 2,
  "20": 2,
  "50": 2,
  "100": 5,
  "500": 10,
  "1000": 20,
};

const BPS_PER_UNIT = 10_000n;

/** A rate in basis points as the fraction the venue writes, at least to eight decimals. */
export function fraction(rate: Bps, least = 8): string {
  const units = divideRounded(rate, BPS_PER_UNIT, "half-even");
  return format(units as Bps, least);
}

/** What anybody may ask. */
export function marketRoutes(exchange: SimulatedExchange, symbols: BinanceSymbols, misfortune: Misfortune): Routes {
  const now = (): number => Math.floor(exchange.clock.now());
  /** Of one symbol, or of all when none is named. */
  const oneOrAll = (call: Call, render: (symbol: BinanceSymbol) => unknown): unknown => {
    const name = call.params.get("symbol");
    if (name === undefined) return [...symbols.all()].map(render);
    const symbol = symbols.find(name);
    return symbol ? render(symbol) : refuse(-1121);
  };
  return {
    "GET /fapi/v1/ping": { weight: 1, access: "open", run: () => ({}) },
    "GET /fapi/v1/time": { weight: 1, access: "open", run: () => ({ serverTime: now() }) },
    "GET /fapi/v1/exchangeInfo": {
      weight: 1,
      access: "open",
      run: () => exchangeInfo(symbols, exchange.clock.now()),
    },
    "GET /fapi/v1/depth": {
      weight: (params) => DEPTH_WEIGHTS[params.get("limit") ?? "500"] ?? 2,
      access: "open",
      serve: (call, _reply, answer) => {
        const symbol = named(symbols, call.params);
        if ("code" in symbol) return answer(symbol);
        const limit = call.params.get("limit") ?? "500";
        if (DEPTH_WEIGHTS[limit] === undefined) return answer(refuse(-4021));
        const faults = misfortune.at(exchange.venue, "snapshot");
        whenReady(exchange, symbol, () =>
          answerSkewed(exchange, faults, () => depth(symbol, Number(limit), now()), answer),
        );
      },
    },
    "GET /fapi/v1/ticker/bookTicker": {
      weight: (params) => (params.has("symbol") ? 2 : 5),
      access: "open",
      run: (call) => oneOrAll(call, (symbol) => bookTicker(symbol, now())),
    },
    "GET /fapi/v1/ticker/24hr": {
      weight: (params) => (params.has("symbol") ? 1 : 40),
      access: "open",
      run: (call) => oneOrAll(call, (symbol) => dayTicker(symbol, now())),
    },
    "GET /fapi/v1/premiumIndex": {
      weight: (params) => (params.has("symbol") ? 1 : 10),
      access: "open",
      run: (call) => oneOrAll(call, (symbol) => premiumIndex(symbol, now())),
    },
    "GET /fapi/v2/ticker/price": {
      weight: (params) => (params.has("symbol") ? 1 : 2),
      access: "open",
      run: (call) =>
        oneOrAll(call, ({ symbol, market, pricePlaces }) => ({
          symbol,
          price: format(market.lastTrade?.price ?? market.mark, pricePlaces),
          time: now(),
        })),
    },
    "GET /fapi/v1/fundingInfo": { weight: 0, access: "open", run: () => [...symbols.all()].map(fundingInfo) },
    "GET /fapi/v1/fundingRate": { weight: 0, access: "open", run: (call) => fundingRates(symbols, call) },
  };
}

export function named(symbols: BinanceSymbols, params: Params): BinanceSymbol | BinanceError {
  const name = params.get("symbol");
  if (name === undefined || name === "") return missing("symbol");
  return symbols.find(name) ?? refuse(-1121);
}

/** Before the first snapshot there is nothing to show: the answer waits for it. */
function whenReady(exchange: SimulatedExchange, { market }: BinanceSymbol, run: () => void): void {
  if (market.book.ready) run();
  else exchange.clock.after(10, () => whenReady(exchange, { market } as BinanceSymbol, run));
}

/** A skewed snapshot was true when it was made and is old when it comes. */
function answerSkewed(
  exchange: SimulatedExchange,
  faults: readonly FiredFault[],
  make: () => unknown,
  answer: (result: unknown) => void,
): void {
  const skewMs = faults.find(({ verb }) => verb === "snap_skew")?.args.ms;
  const result = make();
  if (skewMs === undefined) answer(result);
  else exchange.clock.after(skewMs, () => answer(result));
}

function depth(symbol: BinanceSymbol, limit: number, now: number): unknown {
  const { book, sequence, emptied } = symbol.market;
  const levels = (side: "bid" | "ask"): unknown =>
    emptied ? [] : book.levels(side, limit).map((level) => levelText(symbol, level));
  return { lastUpdateId: sequence, E: now, T: now, bids: levels("bid"), asks: levels("ask") };
}

function bookTicker(symbol: BinanceSymbol, now: number): unknown {
  const nothing = [0n as Price, 0n as Quantity] as const;
  const [bidPrice, bidQty] = levelText(symbol, symbol.market.book.bestBid() ?? nothing);
  const [askPrice, askQty] = levelText(symbol, symbol.market.book.bestAsk() ?? nothing);
  const { sequence } = symbol.market;
  return { symbol: symbol.symbol, bidPrice, bidQty, askPrice, askQty, time: now, lastUpdateId: sequence };
}

/** Nobody counts the day here: its prices are the last one, and nothing was traded. */
function dayTicker({ symbol, market, pricePlaces, quantityPlaces }: BinanceSymbol, now: number): unknown {
  const { lastTrade } = market;
  const last = format(lastTrade?.price ?? market.mark, pricePlaces);
  const none = format(0n as Quantity, quantityPlaces);
  return {
    symbol,
    priceChange: format(0n as Price, pricePlaces),
    priceChangePercent: "0.000",
    weightedAvgPrice: last,
    lastPrice: last,
    lastQty: lastTrade ? format(lastTrade.quantity, quantityPlaces) : none,
    openPrice: last,
    highPrice: last,
    lowPrice: last,
    volume: none,
    quoteVolume: "0.00",
    openTime: now - 24 * HOUR,
    closeTime: now,
    firstId: lastTrade?.id ?? 0,
    lastId: lastTrade?.id ?? 0,
    count: 0,
  };
}

function premiumIndex({ symbol, market }: BinanceSymbol, now: number): unknown {
  const mark = format(market.mark, 8);
  return {
    symbol,
    markPrice: mark,
    indexPrice: mark,
    estimatedSettlePrice: mark,
    lastFundingRate: fraction(market.fundingRate),
    interestRate: "0.00010000",
    nextFundingTime: market.nextFundingAt ?? 0,
    time: now,
  };
}

function fundingInfo({ symbol, market }: BinanceSymbol): unknown {
  return {
    symbol,
    adjustedFundingRateCap: "0.00300",
    adjustedFundingRateFloor: "-0.00300",
    fundingIntervalHours: market.fundingIntervalMs > 0 ? market.fundingIntervalMs / HOUR : 8,
    disclaimer: true,
    updateTime: null,
  };
}

function fundingRates(symbols: BinanceSymbols, { params }: Call): unknown {
  const name = params.get("symbol");
  if (name !== undefined && !symbols.find(name)) return refuse(-1121);
  const from = Number(params.get("startTime") ?? 0);
  const to = Number(params.get("endTime") ?? Number.MAX_SAFE_INTEGER);
  const limit = Number(params.get("limit") ?? 100);
  const rows = [...symbols.all()]
    .filter(({ symbol }) => name === undefined || symbol === name)
    .flatMap(({ symbol, market }) =>
      market.settlements.map(({ rate, mark, at }) => ({
        symbol,
        fundingTime: at,
        fundingRate: fraction(rate),
        markPrice: format(mark, 8),
      })),
    )
    .filter(({ fundingTime }) => fundingTime >= from && fundingTime <= to)
    .toSorted((a, b) => a.fundingTime - b.fundingTime);
  return params.has("startTime") ? rows.slice(0, limit) : rows.slice(-limit);
}
