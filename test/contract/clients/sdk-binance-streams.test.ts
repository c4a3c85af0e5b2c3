/**
 * The streams of the npm package `binance` over our Binance. Nothing in it is changed but its addresses and keys.
 *
 * `WebsocketClient`: subscribe (bookTicker, depth, markPrice), subscribeUsdFuturesUserDataStream.
 * `USDMClient`: getFuturesUserDataListenKey, keepAliveFuturesUserDataListenKey, closeFuturesUserDataListenKey,
 * getOrderBook, submitNewOrder, cancelOrder, setLeverage, getIncomeHistory, getFundingRateHistory.
 */
import { USDMClient, WebsocketClient, type WsRawMessage } from "binance";
import { afterEach, beforeEach, expect, test, vi } from "vitest";
import { bps } from "#domain/decimal.ts";
import { after, HOUR } from "#domain/time.ts";
import { close, hears, like, PATIENCE_MS, QUIET, REST } from "./sdk.ts";
import { BTC, type Running, startVenues } from "./venues.ts";

vi.setConfig({ testTimeout: PATIENCE_MS, hookTimeout: PATIENCE_MS });

const symbol = "BTCUSDT";

let venues: Running;
let client: USDMClient;
let stream: WebsocketClient;
let heard: WsRawMessage[];

beforeEach(async () => {
  venues = await startVenues();
  const { urls, keys } = venues;
  const credentials = { api_key: keys.binance.key, api_secret: keys.binance.secret };
  const restOptions = { baseUrl: urls.binance.rest };
  client = new USDMClient({ ...credentials, ...restOptions }, REST);
  const wsUrl = urls.binance.ws;
  stream = new WebsocketClient({ ...credentials, wsUrl, restOptions, requestOptions: REST, beautify: true }, QUIET);
  heard = [];
  stream.on("message", (message) => heard.push(message));
});

afterEach(async () => {
  stream.closeAll(true);
  await close(venues);
});

/** First and last update of a change, and the last of the one before. */
interface Depth {
  readonly U: number;
  readonly u: number;
  readonly pu: number;
}

const taking = { symbol, side: "BUY", type: "LIMIT", timeInForce: "IOC", price: 60_000.1, quantity: 0.1 } as const;

test("market data, each from its root", async () => {
  await stream.subscribe(["btcusdt@bookTicker", "btcusdt@depth@100ms", "btcusdt@markPrice@1s"], "usdm");
  await hears(heard, { e: "depthUpdate", s: symbol });
  venues.show("binance", { bids: [["59990", "3"]], asks: [["60010", "4"]] });
  await hears(heard, { e: "bookTicker", s: symbol, b: "59990.00", B: "3.000", a: "60010.00", A: "4.000" });
  await hears(heard, { e: "markPriceUpdate", s: symbol, p: "60000.00000000" });
});

test("a book kept from a snapshot and its changes is whole", async () => {
  await stream.subscribe(["btcusdt@depth@100ms"], "usdmPublic");
  await hears(heard, { e: "depthUpdate" });
  const { lastUpdateId } = await client.getOrderBook({ symbol, limit: 5 });
  const changes = (): readonly Depth[] => heard.filter((told) => "e" in told && told.e === "depthUpdate") as never[];
  await vi.waitFor(() => expect(changes().at(-3)?.U).toBeGreaterThan(lastUpdateId), 3_000);
  const joins = changes().filter(({ U, u }) => U <= lastUpdateId && u >= lastUpdateId);
  expect(joins).toHaveLength(1);
  const chain = changes();
  expect(chain.slice(1).map(({ pu }) => pu)).toEqual(chain.slice(0, -1).map(({ u }) => u));
});

test("the account's events, by a listen key of its own", async () => {
  await stream.subscribeUsdFuturesUserDataStream();
  const { orderId } = await client.submitNewOrder({ ...taking });
  const order = (words: object): unknown => expect.objectContaining({ s: symbol, i: orderId, ...words }) as unknown;
  await hears(heard, { e: "ORDER_TRADE_UPDATE", o: order({ x: "NEW", X: "NEW" }) });
  await hears(heard, { e: "ORDER_TRADE_UPDATE", o: order({ x: "TRADE", X: "FILLED", l: "0.100", L: "60000.10" }) });
  await hears(heard, { e: "TRADE_LITE", s: symbol, i: orderId });
  const position = expect.objectContaining({ s: symbol, pa: "0.100" }) as unknown;
  const change = expect.objectContaining({ m: "ORDER", P: [position] }) as unknown;
  await hears(heard, { e: "ACCOUNT_UPDATE", a: change });
});

test("the package's own names for the fields say the same", async () => {
  const read: unknown[] = [];
  stream.on("formattedUserDataMessage", (message) => read.push(message));
  await stream.subscribeUsdFuturesUserDataStream();
  const { orderId } = await client.submitNewOrder({ ...taking });
  const filled = { orderId, orderStatus: "FILLED", averagePrice: 60_000.1, orderFilledAccumulatedQuantity: 0.1 };
  const fee = { commissionAmount: 3.000005, commissionAsset: "USDT", isMakerTrade: false };
  await hears(read, { eventType: "ORDER_TRADE_UPDATE", order: like({ ...filled, ...fee }) });
  const balance = like({ asset: "USDT", walletBalance: 99_996.999995, balanceChange: 0 });
  const position = like({ symbol, positionAmount: 0.1, entryPrice: 60_000.1, positionSide: "BOTH" });
  const updateData = like({ updateEventType: "ORDER", updatedBalances: [balance], updatedPositions: [position] });
  await hears(read, { eventType: "ACCOUNT_UPDATE", updateData });
});

test("a broken line is opened again, and tells on", async () => {
  const opened = await stream.subscribeUsdFuturesUserDataStream();
  const again = new Promise((resolve) => stream.on("reconnected", resolve));
  opened?.ws.terminate?.();
  await again;
  const { orderId } = await client.submitNewOrder({ ...taking });
  await hears(heard, { e: "ORDER_TRADE_UPDATE", o: like({ i: orderId, X: "FILLED" }) });
});

test("a resting order's life, and a change of leverage", async () => {
  await stream.subscribeUsdFuturesUserDataStream();
  const { orderId } = await client.submitNewOrder({ ...taking, timeInForce: "GTC", price: 59_000 });
  await client.cancelOrder({ symbol, orderId });
  const told = (x: string, X: string): unknown => like({ i: orderId, x, X, z: "0" });
  await hears(heard, { e: "ORDER_TRADE_UPDATE", o: told("NEW", "NEW") });
  await hears(heard, { e: "ORDER_TRADE_UPDATE", o: told("CANCELED", "CANCELED") });
  await client.setLeverage({ symbol, leverage: 7 });
  await hears(heard, { e: "ACCOUNT_CONFIG_UPDATE", ac: { s: symbol, l: 7 } });
});

test("a funding payment names no position", async () => {
  await client.submitNewOrder({ ...taking });
  await stream.subscribeUsdFuturesUserDataStream();
  const { binance } = venues.exchanges;
  binance.funding(BTC, { rate: bps("1"), nextAt: after(binance.clock.now(), 50), intervalMs: 8 * HOUR });
  await hears(heard, { e: "ACCOUNT_UPDATE", a: like({ m: "FUNDING_FEE", B: [like({ bc: "-0.60000000" })], P: [] }) });
  const paid = await client.getIncomeHistory({ symbol, incomeType: "FUNDING_FEE" });
  expect(paid).toMatchObject([{ income: "-0.60000000", asset: "USDT" }]);
  expect(await client.getFundingRateHistory({ symbol })).toMatchObject([{ symbol, fundingRate: "0.00010000" }]);
});

test("a listen key lives until it is closed", async () => {
  const { listenKey } = await client.getFuturesUserDataListenKey();
  expect(await client.getFuturesUserDataListenKey()).toEqual({ listenKey });
  expect(await client.keepAliveFuturesUserDataListenKey()).toEqual({ listenKey });
  expect(await client.closeFuturesUserDataListenKey()).toEqual({});
  await expect(client.keepAliveFuturesUserDataListenKey()).rejects.toMatchObject({ code: -1125 });
});
