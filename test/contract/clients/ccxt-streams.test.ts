/*
 * ccxt listens to the simulated venues.
 *
 * | call            | Binance                                   | OKX                                        |
 * |-----------------|-------------------------------------------|--------------------------------------------|
 * | watchOrderBook  | public/ws depth@100ms, GET depth          | public books                               |
 * | watchBidsAsks   | public/ws bookTicker                      | public bbo-tbt                             |
 * | watchTrades     | market/ws aggTrade                        | public trades                              |
 * | watchMarkPrice  | market/ws markPrice@1s                    | public mark-price                          |
 * | watchOrders     | POST listenKey, private/ws                | private login, orders                      |
 * | watchMyTrades   | the same                                  | the same                                   |
 * | watchPositions  | the same                                  | private login, positions                   |
 * | watchBalance    | the same                                  | private login, account                     |
 * | createOrderWs   | ws-fapi order.place                       | private op order                           |
 * | editOrderWs     | ws-fapi order.modify                      | private op amend-order                     |
 * | cancelOrderWs   | ws-fapi order.cancel                      | private op cancel-order                    |
 * | fetchOrderWs    | ws-fapi order.status                      | –                                          |
 * | fetchBalanceWs  | ws-fapi account.balance                   | –                                          |
 * | fetchPositionsWs | ws-fapi account.position                 | –                                          |
 * | fetchOrderBookWs | ws-fapi depth                            | –                                          |
 */
import type { Exchange } from "ccxt";
import { describe, expect, test } from "vitest";
import { aClient, BTC_SWAP, CROSS, PER_BASE, TIMEOUT_MS, VENUES } from "./ccxt.ts";
import type { Book } from "./venues.ts";

describe.each(VENUES)("ccxt on %s", { timeout: TIMEOUT_MS }, (venue) => {
  const perBase = PER_BASE[venue];
  const tenth = 0.1 * perBase;
  const take = (client: Exchange): Promise<unknown> =>
    client.createOrder(BTC_SWAP, "limit", "buy", tenth, 60_000.1, { timeInForce: "IOC", ...CROSS[venue] });
  const sides = (book: { readonly bids: unknown; readonly asks: unknown }): unknown => ({
    bids: (book.bids as unknown[][]).map((level) => level.slice(0, 2)),
    asks: (book.asks as unknown[][]).map((level) => level.slice(0, 2)),
  });
  const seen = ({ bids, asks }: Book): unknown => ({
    bids: bids.map(([at, of]) => [Number(at), Number(of) * perBase]),
    asks: asks.map(([at, of]) => [Number(at), Number(of) * perBase]),
  });

  test("keeps a book that equals ours while it moves", async () => {
    const { client, running } = await aClient(venue);
    expect(sides(await client.watchOrderBook(BTC_SWAP))).toEqual(seen(running.book(venue)));
    for (const step of [1, 2, 3]) {
      const moved: Book = {
        bids: [
          [`${60_010 + step}`, "3"],
          ["60000", `${step}`],
        ],
        asks: [[`${60_020 + step}`, "0.7"]],
      };
      running.show(venue, moved);
      let book = await client.watchOrderBook(BTC_SWAP);
      while (book.bids[0]?.[0] !== 60_010 + step) book = await client.watchOrderBook(BTC_SWAP);
      expect(sides(book)).toEqual(seen(moved));
    }
  });

  test("hears of the best quote", async () => {
    const { client, running } = await aClient(venue);
    const heard = client.watchBidsAsks([BTC_SWAP]);
    const move = setInterval(() => running.show(venue, aroundOf(Math.random())), 20);
    const quote = (await heard.finally(() => clearInterval(move)))[BTC_SWAP];
    expect(quote).toMatchObject({ bid: expect.closeTo(60_000, -2), askVolume: perBase });
  });

  test("hears of trades", async () => {
    const { client, running } = await aClient(venue);
    const heard = client.watchTrades(BTC_SWAP, undefined, undefined, venue === "binance" ? { name: "aggTrade" } : {});
    const trade = setInterval(() => running.trade(venue, "sell", "60000", "0.5"), 20);
    const [first] = await heard.finally(() => clearInterval(trade));
    expect(first).toMatchObject({ symbol: BTC_SWAP, side: "sell", price: 60_000, amount: 0.5 * perBase });
  });

  test("hears of the mark", async () => {
    const { client, running } = await aClient(venue);
    const heard = client.watchMarkPrice(BTC_SWAP);
    expect(await heard).toMatchObject({ symbol: BTC_SWAP, markPrice: 60_000 });
    expect(running.strangers).toEqual([]);
  });

  test("hears of its orders, trades, position and balance", async () => {
    const { client } = await aClient(venue);
    const heard = [
      client.watchOrders(BTC_SWAP),
      client.watchMyTrades(BTC_SWAP),
      client.watchPositions([BTC_SWAP]),
      client.watchBalance(),
    ];
    // Whoever subscribes may miss what was before; an order of every 50 ms is heard in the end.
    const trading = setInterval(() => void take(client), 50);
    const [orders, trades] = await Promise.all(heard).finally(() => clearInterval(trading));
    expect(orders).toMatchObject([{ symbol: BTC_SWAP, status: "closed", filled: tenth, average: 60_000.1 }]);
    expect(trades).toMatchObject([{ symbol: BTC_SWAP, price: 60_000.1, amount: tenth, takerOrMaker: "taker" }]);
  });
});

const aroundOf = (chance: number): Book => {
  const at = Math.floor(chance * 50);
  return { bids: [[`${59_970 + at}`, "1"]], asks: [[`${60_030 + at}`, "1"]] };
};

test("ccxt on okx trades over its websocket", { timeout: TIMEOUT_MS }, async () => {
  const { client, running } = await aClient("okx");
  const { exchanges } = running;
  const { id } = await client.createOrderWs(BTC_SWAP, "limit", "buy", 10, 59_000, CROSS.okx);
  expect(exchanges.okx.openOrders()).toHaveLength(1);
  expect(await client.fetchOrder(String(id), BTC_SWAP)).toMatchObject({ status: "open", amount: 10, price: 59_000 });
  await client.editOrderWs(String(id), BTC_SWAP, "limit", "buy", 20, 58_000);
  expect(await client.fetchOrder(String(id), BTC_SWAP)).toMatchObject({ status: "open", amount: 20, price: 58_000 });
  await client.cancelOrderWs(String(id), BTC_SWAP);
  expect(exchanges.okx.openOrders()).toEqual([]);
});

test("ccxt on binance trades over its websocket API", { timeout: TIMEOUT_MS }, async () => {
  const { client, running } = await aClient("binance");
  const { binance } = running.exchanges;
  const { id } = await client.createOrderWs(BTC_SWAP, "limit", "buy", 0.1, 59_000);
  expect(binance.openOrders()).toHaveLength(1);
  expect(await client.fetchOrderWs(String(id), BTC_SWAP)).toMatchObject({ status: "open", amount: 0.1, price: 59_000 });
  await client.editOrderWs(String(id), BTC_SWAP, "limit", "buy", 0.2, 58_000);
  expect(await client.fetchOrderWs(String(id), BTC_SWAP)).toMatchObject({ amount: 0.2, price: 58_000 });
  await client.cancelOrderWs(String(id), BTC_SWAP);
  expect(binance.openOrders()).toEqual([]);
  await client.createOrderWs(BTC_SWAP, "market", "buy", 0.1);
  expect(await client.fetchPositionsWs([BTC_SWAP])).toMatchObject([{ contracts: 0.1, side: "long" }]);
  expect(await client.fetchBalanceWs({ type: "future" })).toMatchObject({ USDT: { total: 99_996.989995 } });
  expect(sidesOf(await client.fetchOrderBookWs(BTC_SWAP))).toMatchObject({ bids: [[60_000, 1], {}, {}] });
});

const sidesOf = ({ bids }: { readonly bids: unknown }): unknown => ({ bids });
