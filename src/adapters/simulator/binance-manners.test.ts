import { expect, test } from "vitest";
import { BINANCE_UM } from "#domain/ids.ts";
import { askBinance, type Ear, listen, type Said, type Stage, stage } from "../../../test/simulator-kit.ts";

const ORDER = { symbol: "BTCUSDT", side: "BUY", type: "LIMIT", timeInForce: "IOC", quantity: "0.5", price: "60000.1" };
const RESTING = { ...ORDER, timeInForce: "GTC", price: "59000" };
const place = (here: Stage, words: object = {}): Said =>
  askBinance(here, "POST", "/fapi/v1/order", { ...ORDER, ...words }) as Said;

function privateOf(here: Stage): Ear {
  const { dialect } = here.venues.binance;
  return listen(dialect, `/private/ws/${dialect.listenKeys.open()}`);
}

const names = (ear: Ear): unknown[] => ear.heard.map((event) => (event as { e: string }).e);

test.each([
  {
    accountFirst: false,
    order: ["ORDER_TRADE_UPDATE", "TRADE_LITE", "ORDER_TRADE_UPDATE", "ACCOUNT_UPDATE"],
  },
  {
    accountFirst: true,
    order: ["ORDER_TRADE_UPDATE", "TRADE_LITE", "ACCOUNT_UPDATE", "ORDER_TRADE_UPDATE"],
  },
])("a trade's account update first: $accountFirst", ({ accountFirst, order }) => {
  const here = stage();
  here.venues.binance.dialect.stream.accountFirst = accountFirst;
  const ear = privateOf(here);
  place(here);
  expect(names(ear)).toEqual(order);
});

test("TRADE_LITE and the trade bear one number", () => {
  const here = stage();
  const ear = privateOf(here);
  place(here);
  const lite = ear.heard[1] as { t: number };
  const full = ear.heard[2] as { o: { t: number; x: string } };
  expect(full.o).toMatchObject({ x: "TRADE", t: lite.t });
});

test("averages are in queries only, or in every answer as they were before", () => {
  const here = stage();
  const averages = { avgPrice: "60000.10000", cumQuote: "30000.05000" };
  const { body } = place(here, { newOrderRespType: "RESULT", newClientOrderId: "a1" });
  expect(body).not.toHaveProperty("avgPrice");
  const named = { symbol: "BTCUSDT", origClientOrderId: "a1" };
  expect(askBinance(here, "GET", "/fapi/v1/order", named)).toMatchObject({ body: averages });
  const old = stage();
  old.venues.binance.dialect.answers.averages = true;
  expect(place(old, { newOrderRespType: "RESULT" })).toMatchObject({ body: averages });
  expect(place(old)).toMatchObject({ body: { avgPrice: "0.00", cumQuote: "0", status: "NEW" } });
});

test("several orders are changed at once, each with its own verdict, and a change keeps its number", () => {
  const here = stage();
  place(here, { ...RESTING, newClientOrderId: "a1" });
  const change = { symbol: "BTCUSDT", side: "BUY", quantity: "0.5" };
  const list = [
    { ...change, origClientOrderId: "a1", price: "58000", modifyId: 7 },
    { ...change, origClientOrderId: "nobody", price: "58000" },
  ];
  expect(askBinance(here, "PUT", "/fapi/v1/batchOrders", { batchOrders: JSON.stringify(list) })).toMatchObject({
    status: 200,
    body: [{ clientOrderId: "a1", price: "58000.00", modifyId: 7 }, { code: -2013 }],
  });
});

test.each([
  { says: "no more than is filled", timeInForce: "GTC", quantity: "0.4", price: "60000.1", status: "CANCELED" },
  { says: "a maker that would take", timeInForce: "GTX", quantity: "0.5", price: "60001", status: "CANCELED" },
])("a change may be the end of an order: $says", ({ timeInForce, quantity, price, status }) => {
  const here = stage();
  const maker = timeInForce === "GTX";
  place(here, {
    timeInForce,
    quantity: maker ? "0.5" : "1.5",
    price: maker ? "59000" : "60000.1",
    newClientOrderId: "a1",
  });
  const change = { symbol: "BTCUSDT", side: "BUY", origClientOrderId: "a1", quantity, price };
  expect(askBinance(here, "PUT", "/fapi/v1/order", change)).toMatchObject({ body: { status } });
});

test("after a lost answer the same name may be used again: it protects nobody", () => {
  const here = stage();
  here.venues.misfortune.next(BINANCE_UM, "exec_drop_resp");
  place(here, { newClientOrderId: "a1" });
  expect(place(here, { newClientOrderId: "a1" })).toMatchObject({ status: 200 });
  expect(here.venues.binance.exchange.trades()).toHaveLength(2);
});

test("a dead man's switch is for one symbol", async () => {
  const here = stage();
  place(here, { ...RESTING, newClientOrderId: "a1" });
  const arm = (symbol: string): unknown =>
    askBinance(here, "POST", "/fapi/v1/countdownCancelAll", { symbol, countdownTime: "1000" });
  arm("ETHUSDT");
  await here.clock.runUntil((here.clock.now() + 1_000) as ReturnType<typeof here.clock.now>);
  expect(here.venues.binance.exchange.openOrders()).toHaveLength(1);
  expect(arm("BTCUSDT")).toMatchObject({ body: { symbol: "BTCUSDT", countdownTime: "1000" } });
  await here.clock.runUntil((here.clock.now() + 1_000) as ReturnType<typeof here.clock.now>);
  expect(here.venues.binance.exchange.openOrders()).toEqual([]);
});
