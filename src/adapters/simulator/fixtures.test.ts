import { existsSync, readFileSync } from "node:fs";
import { resolve } from "node:path";
import { describe, expect, test } from "vitest";
import {
  askBinance,
  askOkx,
  BTC,
  listen,
  listenOkxPrivately,
  type Said,
  stage,
  type Stage,
} from "../../../test/simulator-kit.ts";
import { price } from "#domain/decimal.ts";

const ROOT = resolve(import.meta.dirname, "../../..", process.env["SHARED_DIR"] ?? "../shared", "exchanges/fixtures");
const absent = !existsSync(ROOT);
const unless = absent ? ` (skipped: no ${ROOT}, set SHARED_DIR)` : "";

const fixture = (path: string): unknown => JSON.parse(readFileSync(resolve(ROOT, path), "utf8"));

/** The keys of a payload, all the way down; of a list those of its first element. */
function shape(value: unknown): unknown {
  if (Array.isArray(value)) return value.length === 0 || typeof value[0] !== "object" ? "list" : [shape(value[0])];
  if (typeof value !== "object" || value === null) return typeof value === "object" ? "null" : typeof value;
  return Object.fromEntries(
    Object.entries(value)
      .toSorted(([a], [b]) => (a < b ? -1 : 1))
      .map(([key, inner]) => [key, shape(inner)]),
  );
}

/** Filters come in any order: one symbol, its filters by their names. */
function byFilter(info: unknown): unknown {
  const { symbols, ...rest } = info as { symbols: { filters: { filterType: string }[] }[] };
  const [{ filters, ...symbol }] = symbols as [(typeof symbols)[0]];
  return { ...rest, symbol, filters: Object.fromEntries(filters.map((filter) => [filter.filterType, filter])) };
}

const ORDER = { symbol: "BTCUSDT", side: "BUY", type: "LIMIT", price: "60000.10", newClientOrderId: "a1" };

function traded(): Stage {
  const here = stage();
  askBinance(here, "POST", "/fapi/v1/order", { ...ORDER, timeInForce: "IOC", quantity: "0.137" });
  const words = { instId: "BTC-USDT-SWAP", tdMode: "cross", side: "sell", ordType: "ioc", sz: "13.7", px: "59999" };
  askOkx(here, "POST", "/api/v5/trade/order", { ...words, clOrdId: "a1", tag: "axr" });
  return here;
}

describe.skipIf(absent)(`Binance answers look like the recorded ones${unless}`, () => {
  test.each([
    [
      "rest/order-place-ack.json",
      "POST",
      "/fapi/v1/order",
      { ...ORDER, timeInForce: "GTC", quantity: "0.01", newClientOrderId: "b" },
    ],
    [
      "rest/order-place-result-ioc-partial.json",
      "POST",
      "/fapi/v1/order",
      { ...ORDER, timeInForce: "IOC", quantity: "0.01", newClientOrderId: "c", newOrderRespType: "RESULT" },
    ],
    [
      "rest/batchOrders-mixed.json",
      "POST",
      "/fapi/v1/batchOrders",
      {
        batchOrders: JSON.stringify([
          { ...ORDER, price: "59000", timeInForce: "GTC", quantity: "0.01", newClientOrderId: "d" },
        ]),
      },
    ],
    ["rest/order-query-filled.json", "GET", "/fapi/v1/order", { symbol: "BTCUSDT", origClientOrderId: "a1" }],
    ["rest/userTrades-BTCUSDT.json", "GET", "/fapi/v1/userTrades", { symbol: "BTCUSDT" }],
    ["rest/account-v3.json", "GET", "/fapi/v3/account", {}],
    ["rest/balance-v3.json", "GET", "/fapi/v3/balance", {}],
    ["rest/positionRisk-v2-BTCUSDT.json", "GET", "/fapi/v2/positionRisk", { symbol: "BTCUSDT" }],
    ["rest/positionRisk-v3.json", "GET", "/fapi/v3/positionRisk", { symbol: "BTCUSDT" }],
    ["rest/depth-BTCUSDT-limit10.json", "GET", "/fapi/v1/depth", { symbol: "BTCUSDT", limit: "10" }],
    ["rest/ticker-bookTicker.json", "GET", "/fapi/v1/ticker/bookTicker", {}],
    ["rest/premiumIndex.json", "GET", "/fapi/v1/premiumIndex", {}],
    ["rest/symbolConfig.json", "GET", "/fapi/v1/symbolConfig", { symbol: "BTCUSDT" }],
    ["rest/accountConfig.json", "GET", "/fapi/v1/accountConfig", {}],
    ["rest/commissionRate-BTCUSDT.json", "GET", "/fapi/v1/commissionRate", { symbol: "BTCUSDT" }],
    ["rest/leverage-set.json", "POST", "/fapi/v1/leverage", { symbol: "BTCUSDT", leverage: "5" }],
    ["rest/leverageBracket-BTCUSDT.json", "GET", "/fapi/v1/leverageBracket", { symbol: "BTCUSDT" }],
    [
      "rest/countdownCancelAll.json",
      "POST",
      "/fapi/v1/countdownCancelAll",
      { symbol: "BTCUSDT", countdownTime: "120000" },
    ],
    ["rest/income-funding.json", "GET", "/fapi/v1/income", { symbol: "BTCUSDT" }],
    ["rest/positionSide-dual.json", "GET", "/fapi/v1/positionSide/dual", {}],
    ["rest/allOpenOrders-delete.json", "DELETE", "/fapi/v1/allOpenOrders", { symbol: "BTCUSDT" }],
    ["rest/listenKey-post.json", "POST", "/fapi/v1/listenKey", {}],
    ["rest/fundingInfo.excerpt.json", "GET", "/fapi/v1/fundingInfo", {}],
  ])("%s", (path, method, target, params) => {
    const said = askBinance(traded(), method, target, params) as Said;
    expect(shape(said.body)).toEqual(shape(fixture(`binance/${path}`)));
  });

  test("rest/exchangeInfo.excerpt.json", () => {
    const said = askBinance(stage(), "GET", "/fapi/v1/exchangeInfo") as Said;
    expect(shape(byFilter(said.body))).toEqual(shape(byFilter(fixture("binance/rest/exchangeInfo.excerpt.json"))));
  });

  test("the private stream", () => {
    const here = stage();
    const { dialect, exchange } = here.venues.binance;
    const key = dialect.listenKeys.open();
    const ear = listen(dialect, `/private/ws/${key}`);
    askBinance(here, "POST", "/fapi/v1/order", { ...ORDER, timeInForce: "IOC", quantity: "1.2" });
    const told = ear.heard.map((event) => (event as { e: string }).e);
    expect(told).toEqual([
      "ORDER_TRADE_UPDATE",
      "TRADE_LITE",
      "ORDER_TRADE_UPDATE",
      "ACCOUNT_UPDATE",
      "ORDER_TRADE_UPDATE",
    ]);
    const recorded = fixture("binance/ws/user-order-filled.seq.json") as unknown[];
    for (const index of [0, 1, 2]) expect(shape(ear.heard[index])).toEqual(shape(recorded[index]));
    expect(shape(ear.heard[4])).toEqual(shape(fixture("binance/ws/user-order-canceled.json")));
    exchange.funding(BTC, { rate: exchange.market(BTC).fundingRate, nextAt: here.clock.now(), intervalMs: 3_600_000 });
    here.clock.step();
    expect(shape(ear.heard.at(-1))).toEqual(shape(fixture("binance/ws/user-account-funding.json")));
  });

  test("the market streams", () => {
    const here = stage();
    const { dialect, exchange } = here.venues.binance;
    const market = listen(dialect, "/market/ws/btcusdt@aggTrade/btcusdt@markPrice@1s");
    const open = listen(dialect, "/public/ws/btcusdt@bookTicker/btcusdt@depth@0ms/btcusdt@depth5@100ms");
    exchange.trade(BTC, { price: price("60000"), quantity: 1_000_000_000n as never, taker: "buy", id: 7 });
    exchange.place({
      clientOrderId: "x",
      instrument: BTC,
      side: "buy",
      quantity: 10_000_000_000n as never,
      limit: price("60000.1"),
      timeInForce: "ioc",
      reduceOnly: false,
      bucket: "net",
      form: "LIMIT",
      tag: "",
    });
    for (let steps = 0; steps < 4; steps += 1) here.clock.step();
    const of = (ear: typeof open, name: string): unknown =>
      ear.heard.find((event) => (event as { e: string }).e === name);
    expect(shape(of(market, "aggTrade"))).toEqual(shape(fixture("binance/ws/aggTrade.json")));
    expect(shape(of(market, "markPriceUpdate"))).toEqual(
      shape((fixture("binance/ws/markPriceUpdate.seq.json") as unknown[])[0]),
    );
    expect(shape(of(open, "bookTicker"))).toEqual(shape((fixture("binance/ws/bookTicker.seq.json") as unknown[])[0]));
    const { data } = (fixture("binance/ws/depth-BTCUSDT-100ms.seq.json") as { data: object }[])[1] ?? { data: {} };
    expect(Object.keys(of(open, "depthUpdate") as object).toSorted()).toEqual(Object.keys(data).toSorted());
  });
});

describe.skipIf(absent)(`OKX answers look like the recorded ones${unless}`, () => {
  const place = {
    instId: "BTC-USDT-SWAP",
    tdMode: "cross",
    side: "sell",
    ordType: "limit",
    sz: "1",
    px: "60010",
    clOrdId: "b",
    tag: "axr",
  };
  test.each([
    ["rest/order-place-ack.json", "POST", "/api/v5/trade/order", place],
    ["rest/order-place-reject-51008-margin.json", "POST", "/api/v5/trade/order", { ...place, sz: "9000" }],
    [
      "rest/order-cancel-reject-51400.json",
      "POST",
      "/api/v5/trade/cancel-order",
      { instId: "BTC-USDT-SWAP", clOrdId: "a1" },
    ],
    ["rest/order-query-filled.json", "GET", "/api/v5/trade/order?instId=BTC-USDT-SWAP&clOrdId=a1", undefined],
    ["rest/order-query-51603.json", "GET", "/api/v5/trade/order?instId=BTC-USDT-SWAP&clOrdId=zz", undefined],
    ["rest/fills.json", "GET", "/api/v5/trade/fills?instType=SWAP", undefined],
    ["rest/account-positions-net-short.json", "GET", "/api/v5/account/positions?instType=SWAP", undefined],
    ["rest/account-balance.json", "GET", "/api/v5/account/balance?ccy=USDT", undefined],
    ["rest/account-config.json", "GET", "/api/v5/account/config", undefined],
    ["rest/account-trade-fee.json", "GET", "/api/v5/account/trade-fee?instType=SWAP&instFamily=BTC-USDT", undefined],
    [
      "rest/account-set-leverage.json",
      "POST",
      "/api/v5/account/set-leverage",
      { instId: "BTC-USDT-SWAP", lever: "5", mgnMode: "cross" },
    ],
    ["rest/account-bills-funding.json", "GET", "/api/v5/account/bills?type=2", undefined],
    ["rest/cancel-all-after.json", "POST", "/api/v5/trade/cancel-all-after", { timeOut: "60" }],
    ["rest/market-books-BTC-USDT-SWAP-sz5.json", "GET", "/api/v5/market/books?instId=BTC-USDT-SWAP&sz=5", undefined],
    ["rest/market-ticker-BTC-USDT-SWAP.json", "GET", "/api/v5/market/ticker?instId=BTC-USDT-SWAP", undefined],
    ["rest/public-funding-rate.json", "GET", "/api/v5/public/funding-rate?instId=ANY", undefined],
    ["rest/public-instruments-swap.excerpt.json", "GET", "/api/v5/public/instruments?instType=SWAP", undefined],
    ["rest/public-mark-price.json", "GET", "/api/v5/public/mark-price?instType=SWAP", undefined],
    ["rest/public-price-limit-BTC-USDT-SWAP.json", "GET", "/api/v5/public/price-limit?instId=BTC-USDT-SWAP", undefined],
    [
      "rest/public-position-tiers-BTC-USDT.json",
      "GET",
      "/api/v5/public/position-tiers?instType=SWAP&tdMode=cross&instFamily=BTC-USDT",
      undefined,
    ],
    ["rest/public-time.json", "GET", "/api/v5/public/time", undefined],
  ])("%s", (path, method, target, words) => {
    const said = askOkx(traded(), method, target, words) as Said;
    expect(shape(said.body)).toEqual(shape(fixture(`okx/${path}`)));
  });

  test("the private channels", () => {
    const here = stage();
    const ear = listenOkxPrivately(here, [
      { channel: "orders", instType: "SWAP" },
      { channel: "positions", instType: "SWAP" },
      { channel: "account" },
      { channel: "balance_and_position" },
    ]);
    const words = {
      instIdCode: 10459,
      tdMode: "cross",
      side: "sell",
      ordType: "ioc",
      sz: "150",
      px: "60000",
      clOrdId: "a1",
      tag: "axr",
    };
    ear.session.message(JSON.stringify({ id: "1512", op: "order", args: [words] }));
    const told = (channel: string): unknown[] =>
      ear.heard.filter(
        (push) =>
          (push as { arg?: { channel: string }; data?: unknown }).arg?.channel === channel &&
          "data" in (push as object),
      );
    expect(shape(ear.heard.find((answer) => (answer as { op?: string }).op === "order"))).toEqual(
      shape((fixture("okx/ws/op-order.exchange.json") as { receive: unknown }).receive),
    );
    const recorded = fixture("okx/ws/orders-filled.seq.json") as unknown[];
    expect(shape(told("orders")[0])).toEqual(shape(recorded[0]));
    expect(shape(told("orders")[1])).toEqual(shape(recorded[1]));
    expect(shape(told("balance_and_position")[0])).toEqual(shape(fixture("okx/ws/balance_and_position-filled.json")));
    expect(shape(told("account").at(-1))).toEqual(shape({ ...(fixture("okx/ws/account.json") as object) }));
    expect(shape(told("positions").at(-1))).toEqual(shape((fixture("okx/ws/positions.seq.json") as unknown[]).at(-1)));
  });

  test("the market channels", () => {
    const here = stage();
    const ear = listen(here.venues.okx.dialect, "/ws/v5/public");
    const names = ["books", "books5", "bbo-tbt", "tickers", "trades", "mark-price", "funding-rate", "price-limit"];
    ear.session.message(
      JSON.stringify({ op: "subscribe", args: names.map((channel) => ({ channel, instId: "BTC-USDT-SWAP" })) }),
    );
    here.venues.okx.exchange.trade(BTC, {
      price: price("60000"),
      quantity: 1_000_000_000n as never,
      taker: "buy",
      id: 7,
    });
    for (const [channel, path] of [
      ["books", "books-BTC-USDT-SWAP.seq"],
      ["books5", "books5-BTC-USDT-SWAP.seq"],
      ["bbo-tbt", "bbo-tbt.seq"],
      ["tickers", "tickers.seq"],
      ["trades", "trades"],
      ["mark-price", "mark-price"],
      ["funding-rate", "funding-rate"],
      ["price-limit", "price-limit"],
    ] as const) {
      const push = ear.heard.find(
        (each) => "data" in (each as object) && (each as { arg: { channel: string } }).arg.channel === channel,
      );
      const recorded = fixture(`okx/ws/${path}.json`);
      expect(shape(push)).toEqual(shape(Array.isArray(recorded) ? recorded[0] : recorded));
    }
  });
});
