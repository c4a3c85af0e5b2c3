/**
 * Orders by the websocket API of our Binance, through the npm package `binance`: nothing in it is changed but its
 * addresses and keys, once with a key that logs on (Ed25519) and once with one that signs each request (HMAC).
 *
 * `WebsocketAPIClient`: submitNewFuturesOrder, modifyFuturesOrder, cancelFuturesOrder, getFuturesOrderStatus,
 * getFuturesOrderBook, getFuturesSymbolPriceTicker, getFuturesSymbolOrderBookTicker, getFuturesPosition,
 * getFuturesPositionV2, getFuturesAccountBalance, getFuturesAccountBalanceV2, getFuturesAccountStatus,
 * getFuturesAccountStatusV2.
 */
import { WebsocketAPIClient } from "binance";
import { afterEach, beforeEach, describe, expect, test, vi } from "vitest";
import { format } from "#domain/decimal.ts";
import { close, like, PATIENCE_MS, QUIET, REST } from "./sdk.ts";
import { type Running, startVenues } from "./venues.ts";

vi.setConfig({ testTimeout: PATIENCE_MS, hookTimeout: PATIENCE_MS });

const symbol = "BTCUSDT";
const stamped = (): { readonly timestamp: number } => ({ timestamp: Date.now() });

let venues: Running;
let api: WebsocketAPIClient;

function trader(by: "Ed25519" | "HMAC", other?: string): WebsocketAPIClient {
  const { urls, keys } = venues;
  const { key, secret, ed25519 } = keys.binance;
  const pair =
    by === "HMAC"
      ? { api_key: key, api_secret: other ?? secret }
      : { api_key: ed25519.key, api_secret: ed25519.privateKey };
  return new WebsocketAPIClient(
    {
      ...pair,
      wsUrl: urls.binance.ws,
      restOptions: { baseUrl: urls.binance.rest },
      requestOptions: REST,
      attachEventListeners: false,
    },
    QUIET,
  );
}

beforeEach(async () => {
  venues = await startVenues();
});

afterEach(async () => {
  await api.disconnectAll();
  await close(venues);
});

const resting = { symbol, side: "BUY", type: "LIMIT", timeInForce: "GTC", price: 59_000, quantity: 0.1 } as const;

describe.each(["Ed25519", "HMAC"] as const)("with a key of the type %s", (by) => {
  test("an order is placed, asked about, changed and cancelled", async () => {
    api = trader(by);
    // The package warns of names without its own prefix.
    const newClientOrderId = "x-r1wQQsTnbyws1";
    const placed = await api.submitNewFuturesOrder("usdm", { ...resting, ...stamped(), newClientOrderId });
    expect(placed).toMatchObject({ status: 200, result: { clientOrderId: newClientOrderId, status: "NEW" } });
    expect(placed.rateLimits).toContainEqual(like({ rateLimitType: "ORDERS", interval: "SECOND", count: 1 }));
    const named = { symbol, origClientOrderId: newClientOrderId };
    const asked = await api.getFuturesOrderStatus("usdm", { ...named, ...stamped() });
    expect(asked.result).toMatchObject({ status: "NEW", price: "59000.00", origQty: "0.100" });
    const change = { ...named, side: "BUY", quantity: 0.2, price: 58_000 } as const;
    const changed = await api.modifyFuturesOrder("usdm", { ...change, ...stamped() });
    expect(changed.result).toMatchObject({ price: "58000.00", origQty: "0.200" });
    const cancelled = await api.cancelFuturesOrder("usdm", { ...named, ...stamped() });
    expect(cancelled.result).toMatchObject({ status: "CANCELED" });
    expect(venues.exchanges.binance.openOrders()).toEqual([]);
  });

  test("an order that fills shows in positions, balance and account", async () => {
    api = trader(by);
    const taking = { ...resting, timeInForce: "IOC", price: 60_000.1 } as const;
    const filled = await api.submitNewFuturesOrder("usdm", { ...taking, newOrderRespType: "RESULT", ...stamped() });
    expect(filled.result).toMatchObject({ status: "FILLED", executedQty: "0.100" });
    expect(venues.exchanges.binance.trades().map(({ quantity }) => format(quantity))).toEqual(["0.1"]);
    const [newer, older, balance, oldBalance, status, oldStatus] = await Promise.all([
      api.getFuturesPositionV2({ ...stamped() }),
      api.getFuturesPosition("usdm", { symbol, ...stamped() }),
      api.getFuturesAccountBalanceV2({ ...stamped() }),
      api.getFuturesAccountBalance("usdm", { ...stamped() }),
      api.getFuturesAccountStatusV2({ ...stamped() }),
      api.getFuturesAccountStatus("usdm", { ...stamped() }),
    ]);
    expect(newer.result).toMatchObject([{ symbol, positionAmt: "0.100", entryPrice: "60000.1" }]);
    expect(older.result).toMatchObject([{ symbol, positionAmt: "0.100", leverage: "5", marginType: "cross" }]);
    for (const told of [balance, oldBalance]) {
      expect(told.result).toMatchObject([{ asset: "USDT", balance: "99996.99999500" }]);
    }
    expect(status.result).toMatchObject({ totalWalletBalance: "99996.99999500", positions: [{ symbol }] });
    expect(oldStatus.result).toMatchObject({ canTrade: true, totalWalletBalance: "99996.99999500" });
  });
});

test("market data", async () => {
  api = trader("Ed25519");
  const book = await api.getFuturesOrderBook({ symbol, limit: 5 });
  expect(book.result).toMatchObject({ bids: [["60000.00", "1.000"], {}, {}], asks: [["60000.10", "1.000"], {}, {}] });
  expect((await api.getFuturesSymbolPriceTicker({ symbol })).result).toMatchObject({ symbol, price: "60000.00" });
  const best = await api.getFuturesSymbolOrderBookTicker({ symbol });
  expect(best.result).toMatchObject({ symbol, bidPrice: "60000.00", askPrice: "60000.10" });
});

test.each([
  { says: "a filter", words: { price: 60_000.15 }, code: -4014 },
  { says: "a small notional", words: { quantity: 0.001, price: 49_999 }, code: -4164 },
  { says: "a maker that would take", words: { timeInForce: "GTX", price: 60_000.1 }, code: -5022 },
] as const)("$says is refused with $code", async ({ words, code }) => {
  api = trader("Ed25519");
  const refused = api.submitNewFuturesOrder("usdm", { ...resting, ...words, ...stamped() });
  await expect(refused).rejects.toMatchObject({ status: 400, error: { code } });
});

test("a wrong secret signs nothing", async () => {
  api = trader("HMAC", "another-secret");
  const refused = api.submitNewFuturesOrder("usdm", { ...resting, ...stamped() });
  await expect(refused).rejects.toMatchObject({ error: { code: -1022 } });
  expect(venues.exchanges.binance.receipts.all).toEqual([]);
});
