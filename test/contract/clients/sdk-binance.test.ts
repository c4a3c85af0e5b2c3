/**
 * The npm package `binance` judges our Binance. Nothing in it is changed but its addresses and keys.
 *
 * REST (`USDMClient`): getServerTime, getExchangeInfo, getOrderBook, getSymbolOrderBookTicker, getMarkPrice,
 * getFundingRateHistory, getBalanceV3, getAccountInformationV3, getPositionsV3, setLeverage, setMarginType,
 * getCurrentPositionMode, setPositionMode, submitNewOrder, getOrder, cancelOrder, getAllOpenOrders,
 * cancelAllOpenOrders, getAccountTrades, getIncomeHistory, getAccountCommissionRate, setCancelOrdersOnTimeout,
 * modifyOrder, submitMultipleOrders, cancelMultipleOrders, testOrder, getAllOrders, getCurrentOpenOrder,
 * getFuturesAccountConfig, getFuturesSymbolConfig, getNotionalAndLeverageBrackets, getFundingRates, getRateLimitStates.
 */
import { type RestClientOptions, USDMClient } from "binance";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { close, PATIENCE_MS, REST } from "./sdk.ts";
import { type Running, startVenues } from "./venues.ts";

vi.setConfig({ testTimeout: PATIENCE_MS, hookTimeout: PATIENCE_MS });

const symbol = "BTCUSDT";

let venues: Running;
let client: USDMClient;

function options(keys: Partial<RestClientOptions> = {}): RestClientOptions {
  const { key, secret } = venues.keys.binance;
  return { baseUrl: venues.urls.binance.rest, api_key: key, api_secret: secret, ...keys };
}

/** Frozen: the package writes the name it gives an order into what it is handed, so every call gets its own copy. */
const resting = Object.freeze({
  symbol,
  side: "BUY",
  type: "LIMIT",
  timeInForce: "GTC",
  price: 59_000,
  quantity: 0.01,
} as const);
const taking = Object.freeze({
  symbol,
  side: "BUY",
  type: "LIMIT",
  timeInForce: "IOC",
  price: 60_000.1,
  quantity: 0.1,
} as const);

beforeEach(async () => {
  venues = await startVenues();
  client = new USDMClient(options(), REST);
});

afterEach(() => close(venues));

describe("what anybody may ask", () => {
  test("the time", async () => {
    expect(Math.abs((await client.getServerTime()) - Date.now())).toBeLessThan(1_000);
  });

  test("the symbols and their filters", async () => {
    const info = await client.getExchangeInfo();
    const btc = info.symbols.find((each) => each.symbol === symbol);
    expect(btc).toMatchObject({ status: "TRADING", contractType: "PERPETUAL", marginAsset: "USDT" });
    expect(btc?.filters).toContainEqual(expect.objectContaining({ filterType: "PRICE_FILTER", tickSize: "0.10" }));
    expect(btc?.filters).toContainEqual(expect.objectContaining({ filterType: "LOT_SIZE", stepSize: "0.001" }));
  });

  test("the book and its best", async () => {
    const book = await client.getOrderBook({ symbol, limit: 5 });
    expect(book.bids[0]).toEqual(["60000.00", "1.000"]);
    expect(book.asks[0]).toEqual(["60000.10", "1.000"]);
    const best = await client.getSymbolOrderBookTicker({ symbol });
    expect(best).toMatchObject({ symbol, bidPrice: "60000.00", askPrice: "60000.10", askQty: "1.000" });
    expect(await client.getSymbolOrderBookTicker()).toHaveLength(3);
  });

  test("mark price and funding", async () => {
    const mark = await client.getMarkPrice({ symbol });
    expect(mark).toMatchObject({ symbol, markPrice: "60000.00000000", lastFundingRate: "0.00010000" });
    expect(mark.nextFundingTime).toBeGreaterThan(Date.now());
    expect(await client.getFundingRateHistory({ symbol })).toBeInstanceOf(Array);
    expect(await client.getFundingRates()).toContainEqual(expect.objectContaining({ symbol, fundingIntervalHours: 8 }));
  });
});

describe("the account", () => {
  test("balances, positions and fees", async () => {
    const [usdt] = await client.getBalanceV3();
    expect(usdt).toMatchObject({ asset: "USDT", balance: "100000.00000000" });
    const account = await client.getAccountInformationV3();
    expect(account).toMatchObject({ totalWalletBalance: "100000.00000000", positions: [] });
    expect(await client.getPositionsV3({ symbol })).toEqual([]);
    const fees = await client.getAccountCommissionRate({ symbol });
    expect(fees).toMatchObject({ symbol, makerCommissionRate: "0.0002", takerCommissionRate: "0.0005" });
  });

  test("configuration of the account and of a symbol", async () => {
    expect(await client.getFuturesAccountConfig()).toMatchObject({ canTrade: true, dualSidePosition: false });
    const [config] = await client.getFuturesSymbolConfig({ symbol });
    expect(config).toMatchObject({ symbol, marginType: "CROSSED", leverage: 5 });
    const [bracket] = await client.getNotionalAndLeverageBrackets({ symbol });
    expect(bracket?.brackets[0]).toMatchObject({ bracket: 1, initialLeverage: 125, maintMarginRatio: 0.004 });
  });

  test("leverage, margin and position mode", async () => {
    expect(await client.setLeverage({ symbol, leverage: 7 })).toMatchObject({ symbol, leverage: 7 });
    await expect(client.setMarginType({ symbol, marginType: "CROSSED" })).rejects.toMatchObject({ code: -4046 });
    expect(await client.getCurrentPositionMode()).toEqual({ dualSidePosition: false });
    await expect(client.setPositionMode({ dualSidePosition: "false" })).rejects.toMatchObject({ code: -4059 });
    expect(await client.setPositionMode({ dualSidePosition: "true" })).toEqual({ code: 200, msg: "success" });
    expect(await client.getCurrentPositionMode()).toEqual({ dualSidePosition: true });
  });
});

describe("orders", () => {
  test("an immediate order takes what stands, and leaves trade, position, fee and balance behind", async () => {
    const newClientOrderId = client.generateNewOrderId();
    const placed = await client.submitNewOrder({ ...taking, newClientOrderId, newOrderRespType: "RESULT" });
    expect(placed).toMatchObject({ status: "FILLED", executedQty: "0.100", clientOrderId: newClientOrderId });
    const { orderId } = placed;
    expect(await client.getOrder({ symbol, orderId })).toMatchObject({ status: "FILLED", avgPrice: "60000.10000" });
    const [trade] = await client.getAccountTrades({ symbol, orderId });
    expect(trade).toMatchObject({ orderId, price: "60000.10", qty: "0.100", maker: false, commissionAsset: "USDT" });
    expect(Number(trade?.commission)).toBeCloseTo(3.000005, 8);
    const [position] = await client.getPositionsV3({ symbol });
    expect(position).toMatchObject({ symbol, positionAmt: "0.100", positionSide: "BOTH" });
    expect(Number(position?.entryPrice)).toBe(60_000.1);
    const [fee] = await client.getIncomeHistory({ symbol, incomeType: "COMMISSION" });
    expect(fee).toMatchObject({ income: "-3.00000500", asset: "USDT", tradeId: `${trade?.id}` });
    expect(await client.getBalanceV3()).toMatchObject([{ balance: "99996.99999500" }]);
  });

  test("what an immediate order cannot take expires", async () => {
    const placed = await client.submitNewOrder({ ...taking, quantity: 1.5, newOrderRespType: "RESULT" });
    expect(placed).toMatchObject({ status: "EXPIRED", executedQty: "1.000", origQty: "1.500" });
  });

  test("a resting order is found, and canceled once", async () => {
    const { orderId, status } = await client.submitNewOrder({ ...resting });
    expect(status).toBe("NEW");
    expect(await client.getOrder({ symbol, orderId })).toMatchObject({ status: "NEW", executedQty: "0.000" });
    expect(await client.getAllOpenOrders({ symbol })).toMatchObject([{ orderId, price: "59000.00" }]);
    expect(await client.cancelOrder({ symbol, orderId })).toMatchObject({ orderId, status: "CANCELED" });
    await expect(client.cancelOrder({ symbol, orderId })).rejects.toMatchObject({ code: -2011 });
    expect(await client.getAllOpenOrders()).toEqual([]);
  });

  test("a resting order that somebody takes is a maker's trade", async () => {
    const { orderId } = await client.submitNewOrder({ ...resting, side: "SELL", price: 60_000.1, timeInForce: "GTX" });
    venues.trade("binance", "buy", "60000.2", "5");
    const [trade] = await client.getAccountTrades({ symbol });
    expect(trade).toMatchObject({ orderId, maker: true, buyer: false, qty: "0.010" });
    expect(Number(trade?.commission)).toBeCloseTo(0.1200002, 8);
  });

  test("all resting orders are canceled at once", async () => {
    await client.submitNewOrder({ ...resting });
    await client.submitNewOrder({ ...resting, price: 59_001 });
    expect(await client.cancelAllOpenOrders({ symbol })).toMatchObject({ code: 200 });
    expect(await client.getAllOpenOrders({ symbol })).toEqual([]);
  });

  test("a market order opens, and a reducing one closes no more than there is", async () => {
    const market = { symbol, type: "MARKET", newOrderRespType: "RESULT" } as const;
    const reduceOnly = "true";
    await client.submitNewOrder({ ...market, side: "SELL", quantity: 0.2 });
    expect(await client.getPositionsV3({ symbol })).toMatchObject([{ positionAmt: "-0.200" }]);
    const closed = await client.submitNewOrder({ ...market, side: "BUY", quantity: 0.2, reduceOnly });
    expect(closed).toMatchObject({ status: "FILLED", executedQty: "0.200", reduceOnly: true });
    expect(await client.getPositionsV3({ symbol })).toEqual([]);
    const again = client.submitNewOrder({ ...market, side: "BUY", quantity: 0.2, reduceOnly });
    await expect(again).rejects.toMatchObject({ code: -2022 });
    const earned = await client.getIncomeHistory({ symbol, incomeType: "REALIZED_PNL" });
    expect(Number(earned.at(-1)?.income)).toBeCloseTo(-0.02, 8);
  });

  test("a resting order is changed in place", async () => {
    const { orderId } = await client.submitNewOrder({ ...resting });
    const changed = { symbol, orderId, side: "BUY", price: 59_100, quantity: 0.02 } as const;
    expect(await client.modifyOrder(changed)).toMatchObject({ orderId, status: "NEW", price: "59100.00" });
    expect(await client.getCurrentOpenOrder({ symbol, orderId })).toMatchObject({
      price: "59100.00",
      origQty: "0.020",
    });
    await expect(client.modifyOrder(changed)).rejects.toMatchObject({ code: -5027 });
    await expect(client.modifyOrder({ ...changed, quantity: 0.0201 })).rejects.toMatchObject({ code: -1111 });
    expect(await client.modifyOrder({ ...changed, price: 60_000.1 })).toMatchObject({ status: "FILLED" });
    await expect(client.modifyOrder(changed)).rejects.toMatchObject({ code: -2013 });
  });

  test("a maker changed to where it would take is canceled", async () => {
    const { orderId } = await client.submitNewOrder({ ...resting, timeInForce: "GTX" });
    const changed = { symbol, orderId, side: "BUY", price: 60_000.1, quantity: 0.01 } as const;
    expect(await client.modifyOrder(changed)).toMatchObject({ status: "CANCELED", executedQty: "0.000" });
    expect(await client.getAccountTrades({ symbol })).toEqual([]);
  });

  test("of many orders each has its own verdict, placed and canceled", async () => {
    const orders = [{ ...resting }, { ...resting, quantity: 10 }, { ...resting, quantity: 0.0101 }];
    const placed = await client.submitMultipleOrders<number>(orders);
    expect(placed).toMatchObject([{ status: "NEW", origQty: "0.010" }, { code: -2019 }, { code: -1111 }]);
    const [open] = await client.getAllOpenOrders({ symbol });
    const orderIdList = [open?.orderId ?? 0, 1];
    const canceled = await client.cancelMultipleOrders({ symbol, orderIdList });
    expect(canceled).toMatchObject([{ orderId: open?.orderId, status: "CANCELED" }, { code: -2011 }]);
  });

  test("a tried order is judged and not placed", async () => {
    expect(await client.testOrder({ ...resting })).toEqual({});
    await expect(client.testOrder({ ...resting, quantity: 10 })).rejects.toMatchObject({ code: -2019 });
    expect(await client.getAllOrders({ symbol })).toEqual([]);
  });

  test("long and short beside each other", async () => {
    await client.setPositionMode({ dualSidePosition: "true" });
    const market = { symbol, type: "MARKET", quantity: 0.1 } as const;
    await expect(client.submitNewOrder({ ...market, side: "BUY" })).rejects.toMatchObject({ code: -4061 });
    await client.submitNewOrder({ ...market, side: "BUY", positionSide: "LONG" });
    await client.submitNewOrder({ ...market, side: "SELL", positionSide: "SHORT" });
    const rows = [
      { positionSide: "LONG", positionAmt: "0.100" },
      { positionSide: "SHORT", positionAmt: "-0.100" },
    ];
    expect(await client.getPositionsV3({ symbol })).toMatchObject(rows);
    await expect(client.setPositionMode({ dualSidePosition: "false" })).rejects.toMatchObject({ code: -4068 });
  });

  test("the dead man's switch cancels what rests", async () => {
    const { orderId } = await client.submitNewOrder({ ...resting });
    expect(await client.setCancelOrdersOnTimeout({ symbol, countdownTime: 200 })).toMatchObject({ symbol });
    await vi.waitFor(async () => {
      expect(await client.getOrder({ symbol, orderId })).toMatchObject({ status: "CANCELED" });
    }, 3_000);
  });
});

describe("refusals reach the caller with the venue's number", () => {
  test.each([
    { says: "too large for the margin", order: { ...resting, quantity: 10 }, code: -2019 },
    { says: "too many decimals", order: { ...resting, quantity: 0.0101 }, code: -1111 },
    {
      says: "below the least notional",
      order: { ...resting, symbol: "ETHUSDT", price: 2_500, quantity: 0.001 },
      code: -4164,
    },
    { says: "post-only that would take", order: { ...resting, price: 60_001, timeInForce: "GTX" }, code: -5022 },
    { says: "a symbol that is none", order: { ...resting, symbol: "NOPEUSDT" }, code: -1121 },
    { says: "far from the mark", order: { ...resting, price: 90_000 }, code: -4016 },
  ] as const)("$says: $code", async ({ order, code }) => {
    await expect(client.submitNewOrder({ ...order })).rejects.toMatchObject({ code, body: { code } });
  });

  test("a name that stands already", async () => {
    const newClientOrderId = client.generateNewOrderId();
    await client.submitNewOrder({ ...resting, newClientOrderId });
    await expect(client.submitNewOrder({ ...resting, newClientOrderId })).rejects.toMatchObject({ code: -4116 });
  });

  test("an order nobody sent", async () => {
    await expect(client.getOrder({ symbol, orderId: 1 })).rejects.toMatchObject({ code: -2013 });
    await expect(client.cancelOrder({ symbol, orderId: 1 })).rejects.toMatchObject({ code: -2011 });
  });

  test.each([
    { says: "a key that is not known", keys: { api_key: "stranger" }, code: -2015 },
    { says: "a wrong secret", keys: { api_secret: "wrong" }, code: -1022 },
    { says: "a window that is too wide", keys: { recvWindow: 60_001 }, code: -1131 },
  ])("$says: $code", async ({ keys, code }) => {
    await expect(new USDMClient(options(keys), REST).getBalanceV3()).rejects.toMatchObject({ code });
  });

  // Again, should a minute of the wall clock end while it counts.
  test("weights and orders are counted, and too much is refused", { retry: 1 }, async () => {
    await client.submitNewOrder({ ...resting });
    const counted = { "x-mbx-order-count-10s": 1, "x-mbx-order-count-1m": 1 };
    expect(client.getRateLimitStates()).toMatchObject({ "x-mbx-used-weight-1m": 0, ...counted });
    for (let asked = 1; asked <= 60; asked += 1) await client.getAllOpenOrders();
    expect(client.getRateLimitStates()).toMatchObject({ "x-mbx-used-weight-1m": 2_400 });
    await expect(client.getServerTime()).rejects.toMatchObject({ code: -1003 });
  });

  test("a clock that runs ahead", async () => {
    client.setTimeOffset(5_000);
    await expect(client.getBalanceV3()).rejects.toMatchObject({ code: -1021 });
  });

  test("a host beyond this machine is never reached", async () => {
    const astray = new USDMClient({ ...options(), baseUrl: "http://venue.invalid" }, REST);
    await expect(astray.getServerTime()).rejects.toThrow("venue.invalid");
    expect((venues.strangers as string[]).splice(0)).toEqual(["venue.invalid"]);
  });
});
