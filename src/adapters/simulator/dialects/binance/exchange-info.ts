import { format, type Quantity, toNumber, type Usdt } from "#domain/decimal.ts";
import type { Instant } from "#domain/time.ts";
import { deductions, tiersOf } from "../../tiers.ts";
import { type BinanceSymbol, type BinanceSymbols } from "./symbols.ts";

/** @see https://developers.binance.com/docs/derivatives/usds-margined-futures/market-data/rest-api/Exchange-Information */
export function exchangeInfo(symbols: BinanceSymbols, now: Instant): unknown {
  return {
    timezone: "UTC",
    serverTime: Math.floor(now),
    futuresType: "U_MARGINED",
    rateLimits: [
      { rateLimitType: "REQUEST_WEIGHT", interval: "MINUTE", intervalNum: 1, limit: 2400 },
      { rateLimitType: "ORDERS", interval: "MINUTE", intervalNum: 1, limit: 1200 },
      { rateLimitType: "ORDERS", interval: "SECOND", intervalNum: 10, limit: 300 },
    ],
    exchangeFilters: [],
    assets: [{ asset: "USDT", marginAvailable: true, autoAssetExchange: "-10000" }],
    symbols: [...symbols.all()].map(symbolInfo),
  };
}

/** The venue has no word for a halt: what cannot be traded now is pending. */
const STATUSES = { trading: "TRADING", halted: "PENDING_TRADING", closing: "PRE_SETTLE", closed: "CLOSE" } as const;
const NEVER_DELIVERED = 4_133_404_800_000;
const ONBOARDED = 1_567_965_300_000;

/** A listing as it changes, on the stream for that. */
export function contractInfo(entry: BinanceSymbol, now: number): string {
  const { symbol, market } = entry;
  const { brackets } = leverageBracket(entry);
  return JSON.stringify({
    e: "contractInfo",
    E: now,
    s: symbol,
    ps: symbol,
    ct: "PERPETUAL",
    dt: market.endsAt ?? NEVER_DELIVERED,
    ot: ONBOARDED,
    cs: STATUSES[market.status],
    bks: brackets.map((row, index) => ({
      bs: row.bracket,
      bnf: row.notionalFloor,
      bnc: row.notionalCap,
      mmr: row.maintMarginRatio,
      cf: row.cum,
      mi: brackets[index + 1]?.initialLeverage ?? 1,
      ma: row.initialLeverage,
    })),
  });
}

function symbolInfo({ symbol, listing, market, pricePlaces, quantityPlaces }: BinanceSymbol): unknown {
  const lot = (filterType: string, maximum: Quantity): unknown => ({
    filterType,
    stepSize: format(listing.lot),
    maxQty: format(maximum),
    minQty: format(listing.minQuantity),
  });
  return {
    symbol,
    pair: symbol,
    contractType: "PERPETUAL",
    deliveryDate: market.endsAt ?? NEVER_DELIVERED,
    onboardDate: ONBOARDED,
    status: STATUSES[market.status],
    maintMarginPercent: "2.5000",
    requiredMarginPercent: "5.0000",
    baseAsset: listing.base,
    quoteAsset: "USDT",
    marginAsset: "USDT",
    pricePrecision: pricePlaces,
    quantityPrecision: quantityPlaces,
    baseAssetPrecision: 8,
    quotePrecision: 8,
    underlyingType: "COIN",
    underlyingSubType: ["PoW"],
    triggerProtect: "0.0500",
    liquidationFee: "0.012500",
    marketTakeBound: "0.05",
    maxMoveOrderLimit: 10000,
    filters: [
      {
        minPrice: format(listing.tick),
        filterType: "PRICE_FILTER",
        tickSize: format(listing.tick, pricePlaces),
        maxPrice: "4529764",
      },
      lot("LOT_SIZE", listing.maxQuantity),
      lot("MARKET_LOT_SIZE", listing.maxMarketQuantity),
      { limit: 200, filterType: "MAX_NUM_ORDERS" },
      { notional: format(listing.minNotional), filterType: "MIN_NOTIONAL" },
      { filterType: "PERCENT_PRICE", multiplierDown: "0.9500", multiplierUp: "1.0500", multiplierDecimal: "4" },
      { filterType: "POSITION_RISK_CONTROL", positionControlSide: "NONE" },
    ],
    orderTypes: ["LIMIT", "MARKET", "STOP", "STOP_MARKET", "TAKE_PROFIT", "TAKE_PROFIT_MARKET", "TRAILING_STOP_MARKET"],
    timeInForce: ["GTC", "IOC", "FOK", "GTX", "GTD"],
    permissionSets: ["GRID", "COPY", "DCA", "PSB"],
  };
}

interface Bracket {
  readonly bracket: number;
  readonly initialLeverage: number;
  readonly notionalCap: number;
  readonly notionalFloor: number;
  readonly maintMarginRatio: number;
  readonly cum: number;
}

/** Brackets as the venue gives them: numbers, not texts. */
export function leverageBracket({ symbol, listing }: BinanceSymbol): {
  readonly brackets: readonly Bracket[];
} & Record<string, unknown> {
  const { rows } = tiersOf(listing);
  const off = deductions(rows);
  const brackets = rows.map(({ upTo, maxLeverage, maintenance }, index) => ({
    bracket: index + 1,
    initialLeverage: maxLeverage,
    notionalCap: toNumber(upTo as Usdt),
    notionalFloor: toNumber((rows[index - 1]?.upTo ?? 0n) as Usdt),
    maintMarginRatio: Number(maintenance) / 1e16,
    cum: toNumber(off[index] ?? (0n as Usdt)),
  }));
  return { symbol, notionalCoef: 1, brackets };
}
