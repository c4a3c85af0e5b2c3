/*
 * ccxt trades on the simulated venues.
 *
 * | call               | Binance                         | OKX                                   |
 * |--------------------|---------------------------------|---------------------------------------|
 * | createOrder        | POST order                      | POST trade/order                      |
 * | fetchOrder         | GET order                       | GET trade/order                       |
 * | fetchOpenOrders    | GET openOrders                  | GET trade/orders-pending              |
 * | fetchClosedOrders  | GET allOrders                   | GET trade/orders-history              |
 * | cancelOrder        | DELETE order                    | POST trade/cancel-order               |
 * | createOrders       | POST batchOrders                | POST trade/batch-orders               |
 * | cancelAllOrders    | DELETE allOpenOrders            | –                                     |
 * | cancelOrders       | DELETE batchOrders              | POST trade/cancel-batch-orders        |
 * | editOrder          | PUT order                       | POST trade/amend-order                |
 * | fetchMyTrades      | GET userTrades                  | GET trade/fills-history               |
 * | fetchPositions     | GET v3/positionRisk             | GET account/positions                 |
 * | closePosition      | –                               | POST trade/close-position             |
 */
import type { Order } from "ccxt";
import { describe, expect, test } from "vitest";
import { format } from "#domain/decimal.ts";
import { aClient, BTC_SWAP, CROSS, PER_BASE, TIMEOUT_MS, VENUES } from "./ccxt.ts";
import { BTC, type Running, type VenueName } from "./venues.ts";

const held = ({ exchanges }: Running, venue: VenueName): string =>
  format(exchanges[venue].truth().positions.get(BTC) ?? (0n as never));

/** The client's types leave an id open; no answer does. */
const idOf = (order: Order): string => order.id ?? "no id";

describe.each(VENUES)("ccxt on %s", { timeout: TIMEOUT_MS }, (venue) => {
  const tenth = 0.1 * PER_BASE[venue];
  const ioc = { timeInForce: "IOC", ...CROSS[venue] };
  const rest = { ...CROSS[venue] };

  test("an order that is filled at once", async () => {
    const { client, running } = await aClient(venue);
    const id = idOf(
      await client.createOrder(BTC_SWAP, "limit", "buy", tenth, 60_000.1, {
        ...ioc,
        clientOrderId: "iocone",
      }),
    );
    const order = await client.fetchOrder(id, BTC_SWAP);
    expect(order).toMatchObject({
      id,
      clientOrderId: "iocone",
      symbol: BTC_SWAP,
      side: "buy",
      type: "limit",
      timeInForce: "IOC",
      status: "closed",
      price: 60_000.1,
      average: 60_000.1,
      amount: tenth,
      filled: tenth,
      remaining: 0,
      cost: 6_000.01,
    });
    expect(held(running, venue)).toBe("0.1");
    expect(await client.fetchPositions([BTC_SWAP])).toMatchObject([
      { side: "long", contracts: tenth, entryPrice: 60_000.1 },
    ]);
  });

  test("an order that walks the book and is filled in part", async () => {
    const { client, running } = await aClient(venue);
    running.show(venue, {
      bids: [["60000", "1"]],
      asks: [
        ["60000.1", "0.04"],
        ["60000.3", "0.05"],
        ["60001", "1"],
      ],
    });
    const id = idOf(await client.createOrder(BTC_SWAP, "limit", "buy", tenth, 60_000.5, ioc));
    const order = await client.fetchOrder(id, BTC_SWAP);
    expect(order).toMatchObject({ filled: 0.09 * PER_BASE[venue], amount: tenth });
    expect(["expired", "canceled"]).toContain(order.status);
    expect(order.average).toBeCloseTo((0.04 * 60_000.1 + 0.05 * 60_000.3) / 0.09, 4);
    expect(held(running, venue)).toBe("0.09");
    const trades = await client.fetchMyTrades(BTC_SWAP);
    expect(trades.map(({ price, amount }) => [price, amount])).toEqual([
      [60_000.1, 0.04 * PER_BASE[venue]],
      [60_000.3, 0.05 * PER_BASE[venue]],
    ]);
  });

  test("an order that rests, is found, and is cancelled", async () => {
    const { client, running } = await aClient(venue);
    const id = idOf(
      await client.createOrder(BTC_SWAP, "limit", "buy", tenth, 59_000, {
        ...rest,
        clientOrderId: "gtcone",
      }),
    );
    const resting = { id, clientOrderId: "gtcone", status: "open", price: 59_000, amount: tenth, filled: 0 };
    expect(await client.fetchOpenOrders(BTC_SWAP)).toMatchObject([resting]);
    expect(await client.fetchOrder(id, BTC_SWAP)).toMatchObject(resting);
    expect(running.exchanges[venue].openOrders()).toHaveLength(1);
    await client.cancelOrder(id, BTC_SWAP);
    expect(await client.fetchOrder(id, BTC_SWAP)).toMatchObject({ ...resting, status: "canceled" });
    expect(await client.fetchOpenOrders(BTC_SWAP)).toEqual([]);
    expect(running.exchanges[venue].openOrders()).toEqual([]);
  });

  test("an order is found by the name we gave it", async () => {
    const { client } = await aClient(venue);
    const id = idOf(
      await client.createOrder(BTC_SWAP, "limit", "buy", tenth, 59_000, {
        ...rest,
        clientOrderId: "named",
      }),
    );
    const named = await client.fetchOrder("", BTC_SWAP, { clientOrderId: "named" });
    expect(named).toMatchObject({ id, clientOrderId: "named", status: "open" });
  });

  test("a resting order is filled by somebody else", async () => {
    const { client, running } = await aClient(venue);
    const id = idOf(await client.createOrder(BTC_SWAP, "limit", "sell", tenth, 60_000.1, rest));
    running.show(venue, { bids: [["60000.1", "1"]], asks: [["60000.2", "1"]] });
    expect(await client.fetchOrder(id, BTC_SWAP)).toMatchObject({ status: "closed", filled: tenth });
    expect(await client.fetchMyTrades(BTC_SWAP)).toMatchObject([{ order: id, takerOrMaker: "maker", side: "sell" }]);
    expect(held(running, venue)).toBe("-0.1");
  });

  test("own trades with their fees", async () => {
    const { client } = await aClient(venue);
    const id = idOf(await client.createOrder(BTC_SWAP, "limit", "buy", tenth, 60_000.1, ioc));
    const [trade, ...others] = await client.fetchMyTrades(BTC_SWAP);
    expect(others).toEqual([]);
    expect(trade).toMatchObject({
      order: id,
      symbol: BTC_SWAP,
      side: "buy",
      takerOrMaker: "taker",
      price: 60_000.1,
      amount: tenth,
      cost: 6_000.01,
      fee: { currency: "USDT", cost: 3.000_005 },
    });
  });

  test("a market order", async () => {
    const { client, running } = await aClient(venue);
    const id = idOf(await client.createOrder(BTC_SWAP, "market", "sell", tenth, undefined, rest));
    expect(await client.fetchOrder(id, BTC_SWAP)).toMatchObject({
      type: "market",
      status: "closed",
      filled: tenth,
      average: 60_000,
    });
    expect(held(running, venue)).toBe("-0.1");
  });

  test("a reduce-only order closes, and no more than that", async () => {
    const { client, running } = await aClient(venue);
    await client.createOrder(BTC_SWAP, "limit", "buy", tenth, 60_000.1, ioc);
    const id = idOf(await client.createOrder(BTC_SWAP, "limit", "sell", tenth, 60_000, { ...ioc, reduceOnly: true }));
    expect(await client.fetchOrder(id, BTC_SWAP)).toMatchObject({ status: "closed", filled: tenth, reduceOnly: true });
    expect(held(running, venue)).toBe("0");
    // Asked for by name, OKX shows a flat position, too.
    const open = (await client.fetchPositions([BTC_SWAP])).filter(({ contracts }) => contracts !== 0);
    expect(open).toEqual([]);
  });

  test("finished orders are listed", async () => {
    const { client } = await aClient(venue);
    await client.createOrder(BTC_SWAP, "limit", "buy", tenth, 60_000.1, { ...ioc, clientOrderId: "done" });
    await client.createOrder(BTC_SWAP, "limit", "buy", tenth, 59_000, { ...rest, clientOrderId: "open" });
    const closed = await client.fetchClosedOrders(BTC_SWAP);
    expect(closed.map(({ clientOrderId, status }) => [clientOrderId, status])).toEqual([["done", "closed"]]);
  });

  test("a resting order is changed", async () => {
    const { client } = await aClient(venue);
    const id = idOf(await client.createOrder(BTC_SWAP, "limit", "buy", tenth, 59_000, rest));
    await client.editOrder(id, BTC_SWAP, "limit", "buy", 2 * tenth, 58_000);
    const changed = { status: "open", price: 58_000, amount: 2 * tenth, filled: 0 };
    expect(await client.fetchOrder(id, BTC_SWAP)).toMatchObject(changed);
  });

  test("several orders are sent at once, and one of them is refused", async () => {
    const { client, running } = await aClient(venue);
    const one = { symbol: BTC_SWAP, type: "limit", side: "buy", amount: tenth, price: 59_000 } as const;
    const tooMuch = { ...one, amount: 1_000 * tenth };
    const orders = await client.createOrders([one, tooMuch].map((order) => ({ ...order, params: rest })));
    expect(orders).toHaveLength(2);
    expect(orders[1]?.id).toBeUndefined();
    expect(await client.fetchOpenOrders(BTC_SWAP)).toMatchObject([{ id: orders[0]?.id, price: 59_000 }]);
    expect(running.exchanges[venue].openOrders()).toHaveLength(1);
  });

  test("two positions stand beside each other", async () => {
    const { client } = await aClient(venue);
    await client.setPositionMode(true, BTC_SWAP);
    const hedged = { ...rest, hedged: true };
    await client.createOrder(BTC_SWAP, "market", "buy", 2 * tenth, undefined, hedged);
    await client.createOrder(BTC_SWAP, "market", "sell", tenth, undefined, hedged);
    // With both sides held, a reduce-only sale is one of the long position.
    await client.createOrder(BTC_SWAP, "market", "sell", tenth, undefined, { ...hedged, reduceOnly: true });
    const shown = await client.fetchPositions([BTC_SWAP]);
    expect(shown.map(({ side, contracts, hedged: both }) => [side, contracts, both]).toSorted()).toEqual([
      ["long", tenth, true],
      ["short", tenth, true],
    ]);
  });

  test("several orders are cancelled at once", async () => {
    const { client, running } = await aClient(venue);
    const ids: string[] = [];
    for (const price of [59_000, 58_000]) {
      ids.push(idOf(await client.createOrder(BTC_SWAP, "limit", "buy", tenth, price, rest)));
    }
    expect(running.exchanges[venue].openOrders()).toHaveLength(2);
    await client.cancelOrders(ids, BTC_SWAP);
    expect(running.exchanges[venue].openOrders()).toEqual([]);
  });
});

test("ccxt on okx closes a position", { timeout: TIMEOUT_MS }, async () => {
  const { client, running } = await aClient("okx");
  await client.createOrder(BTC_SWAP, "limit", "buy", 10, 60_000.1, { timeInForce: "IOC", ...CROSS.okx });
  await client.closePosition(BTC_SWAP, undefined, { marginMode: "cross" });
  expect(held(running, "okx")).toBe("0");
});

test("ccxt on binance cancels whatever is open", { timeout: TIMEOUT_MS }, async () => {
  const { client, running } = await aClient("binance");
  for (const price of [59_000, 58_000]) await client.createOrder(BTC_SWAP, "limit", "buy", 0.1, price);
  await client.cancelAllOrders(BTC_SWAP);
  expect(running.exchanges.binance.openOrders()).toEqual([]);
});
