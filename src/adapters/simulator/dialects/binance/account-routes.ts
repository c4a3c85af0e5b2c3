import type { SimulatedExchange } from "../../exchange.ts";
import type { Income } from "../../feed.ts";
import { exceeds } from "../../tiers.ts";
import { account, balance, maxNotional, money, oldAccount, riskRow } from "./account-words.ts";
import { BinanceError, missing, refuse } from "./errors.ts";
import { leverageBracket } from "./exchange-info.ts";
import { fraction, named } from "./market-routes.ts";
import type { Routes } from "./route.ts";
import type { BinanceSymbols } from "./symbols.ts";

/** Balances, positions and settings. */
export function accountRoutes(exchange: SimulatedExchange, symbols: BinanceSymbols): Routes {
  const risk = (lagMs: number, params: ReadonlyMap<string, string>, every: boolean): unknown => {
    const name = params.get("symbol");
    if (name !== undefined && !symbols.find(name)) return refuse(-1121);
    const positions = exchange.positions(lagMs);
    const rows: unknown[] = [];
    for (const symbol of symbols.all()) {
      if (name !== undefined && symbol.symbol !== name) continue;
      const held = positions.filter((position) => position.instrument === symbol.instrument);
      const buckets = exchange.hedgeMode ? (["long", "short"] as const) : (["net"] as const);
      for (const bucket of buckets) {
        const position = held.find((candidate) => candidate.bucket === bucket);
        if (every) rows.push(riskRow(exchange, symbol, bucket, position, "v2"));
        else if (position && position.quantity !== 0n) rows.push(riskRow(exchange, symbol, bucket, position, "v3"));
      }
    }
    return rows;
  };
  return {
    "GET /fapi/v3/account": { weight: 5, access: "signed", run: ({ lagMs }) => account(exchange, symbols, lagMs) },
    "GET /fapi/v2/account": { weight: 5, access: "signed", run: ({ lagMs }) => oldAccount(exchange, symbols, lagMs) },
    "GET /fapi/v3/balance": { weight: 5, access: "signed", run: () => balance(exchange) },
    "GET /fapi/v2/balance": { weight: 5, access: "signed", run: () => balance(exchange) },
    "GET /fapi/v2/positionRisk": { weight: 5, access: "signed", run: (call) => risk(call.lagMs, call.params, true) },
    "GET /fapi/v3/positionRisk": { weight: 5, access: "signed", run: (call) => risk(call.lagMs, call.params, false) },
    "GET /fapi/v1/symbolConfig": {
      weight: 5,
      access: "signed",
      run: ({ params }) => {
        const name = params.get("symbol");
        if (name !== undefined && !symbols.find(name)) return refuse(-1121);
        return [...symbols.all()]
          .filter(({ symbol }) => name === undefined || symbol === name)
          .map((entry) => ({
            symbol: entry.symbol,
            marginType: exchange.marginType(entry.instrument) === "cross" ? "CROSSED" : "ISOLATED",
            isAutoAddMargin: false,
            leverage: exchange.leverage(entry.instrument),
            maxNotionalValue: maxNotional(exchange, entry),
          }));
      },
    },
    "GET /fapi/v1/accountConfig": {
      weight: 5,
      access: "signed",
      run: () => ({
        feeTier: 0,
        canTrade: true,
        canDeposit: true,
        canWithdraw: false,
        dualSidePosition: exchange.hedgeMode,
        updateTime: 0,
        multiAssetsMargin: false,
        tradeGroupId: -1,
      }),
    },
    "POST /fapi/v1/leverage": {
      weight: 1,
      access: "signed",
      run: ({ params }) => {
        const symbol = named(symbols, params);
        if (symbol instanceof BinanceError) return symbol;
        const leverage = Number(params.get("leverage"));
        if (!Number.isInteger(leverage) || leverage < 1 || leverage > symbol.listing.maxLeverage) return refuse(-4028);
        const held = exchange.positions().filter(({ instrument }) => instrument === symbol.instrument);
        const { listing, market } = symbol;
        if (held.some(({ quantity }) => exceeds(listing, leverage, market.mark, quantity))) return refuse(-2027);
        exchange.setLeverage(symbol.instrument, leverage);
        return { leverage, maxNotionalValue: maxNotional(exchange, symbol), symbol: symbol.symbol };
      },
    },
    "POST /fapi/v1/marginType": {
      weight: 1,
      access: "signed",
      run: ({ params }) => {
        const symbol = named(symbols, params);
        if (symbol instanceof BinanceError) return symbol;
        const type = params.get("marginType");
        const { instrument } = symbol;
        if (type !== "CROSSED" && type !== "ISOLATED") return missing("marginType");
        if ((type === "CROSSED") === (exchange.marginType(instrument) === "cross")) return refuse(-4046);
        if (exchange.openOrders().some((order) => order.instrument === instrument)) return refuse(-4047);
        const held = exchange.positions().some((one) => one.instrument === instrument && one.quantity !== 0n);
        // The simulator keeps one cross account: isolated margin would be a promise it does not hold.
        if (held || type === "ISOLATED") return refuse(-4048);
        exchange.setMarginType(instrument, "cross");
        return { code: 200, msg: "success" };
      },
    },
    "GET /fapi/v1/positionSide/dual": {
      weight: 30,
      access: "signed",
      run: () => ({ dualSidePosition: exchange.hedgeMode }),
    },
    "POST /fapi/v1/positionSide/dual": {
      weight: 1,
      access: "signed",
      run: ({ params }) => {
        const wanted = params.get("dualSidePosition");
        if (wanted !== "true" && wanted !== "false") return missing("dualSidePosition");
        if ((wanted === "true") === exchange.hedgeMode) return refuse(-4059);
        if (exchange.openOrders().length > 0) return refuse(-4067);
        if (exchange.positions().some(({ quantity }) => quantity !== 0n)) return refuse(-4068);
        exchange.hedgeMode = wanted === "true";
        return { code: 200, msg: "success" };
      },
    },
    "GET /fapi/v1/commissionRate": {
      weight: 20,
      access: "signed",
      run: ({ params }) => {
        const symbol = named(symbols, params);
        if (symbol instanceof BinanceError) return symbol;
        return {
          symbol: symbol.symbol,
          makerCommissionRate: fraction(symbol.listing.makerFee, 4),
          takerCommissionRate: fraction(symbol.listing.takerFee, 4),
          rpiCommissionRate: "0.00005",
        };
      },
    },
    "GET /fapi/v1/leverageBracket": {
      weight: 1,
      access: "signed",
      run: ({ params }) => {
        const name = params.get("symbol");
        if (name !== undefined && !symbols.find(name)) return refuse(-1121);
        return [...symbols.all()].filter(({ symbol }) => name === undefined || symbol === name).map(leverageBracket);
      },
    },
    "GET /fapi/v1/income": { weight: 30, access: "signed", run: ({ params }) => incomes(exchange, symbols, params) },
    "GET /fapi/v1/multiAssetsMargin": { weight: 30, access: "signed", run: () => ({ multiAssetsMargin: false }) },
    "GET /fapi/v1/rateLimit/order": {
      weight: 1,
      access: "signed",
      run: () => [
        { rateLimitType: "ORDERS", interval: "SECOND", intervalNum: 10, limit: 300 },
        { rateLimitType: "ORDERS", interval: "MINUTE", intervalNum: 1, limit: 1200 },
      ],
    },
  };
}

const INCOME_TYPES: Readonly<Record<Income["kind"], string>> = {
  realized: "REALIZED_PNL",
  fee: "COMMISSION",
  funding: "FUNDING_FEE",
  transfer: "TRANSFER",
};

function incomes(exchange: SimulatedExchange, symbols: BinanceSymbols, params: ReadonlyMap<string, string>): unknown {
  const name = params.get("symbol");
  if (name !== undefined && !symbols.find(name)) return refuse(-1121);
  const type = params.get("incomeType");
  const from = Number(params.get("startTime") ?? 0);
  const to = Number(params.get("endTime") ?? Number.MAX_SAFE_INTEGER);
  const limit = Math.min(1000, Number(params.get("limit") ?? 100));
  const rows = exchange.incomes().flatMap((income) => {
    const symbol = income.instrument === null ? "" : symbols.of(income.instrument).symbol;
    const incomeType = INCOME_TYPES[income.kind];
    const time = Math.floor(income.at);
    if ((name ?? symbol) !== symbol || (type ?? incomeType) !== incomeType || time < from || time > to) return [];
    const tradeId = income.trade ? `${income.trade.id}` : "";
    const tranId = 9_689_322_391 + income.id;
    return [
      { symbol, incomeType, income: money(income.amount), asset: "USDT", time, info: incomeType, tranId, tradeId },
    ];
  });
  return params.has("startTime") ? rows.slice(0, limit) : rows.slice(-limit);
}
