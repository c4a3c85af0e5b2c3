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

function symbolInfo({ symbol, listing, pricePlaces, quantityPlaces }: BinanceSymbol): unknown {
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
    deliveryDate: 4133404800000,
    onboardDate: 1567965300000,
    status: "TRADING",
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

/** Brackets as the venue gives them: numbers, not texts. */
export function leverageBracket({ symbol, listing }: BinanceSymbol): unknown {
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
