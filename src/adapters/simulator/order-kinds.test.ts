import { expect, test } from "vitest";
import { after } from "#domain/time.ts";
import { askBinance, askOkx, change, listenOkxPrivately, open, type Said, stage } from "../../../test/simulator-kit.ts";

const ORDER = { symbol: "BTCUSDT", side: "BUY", type: "LIMIT", quantity: "0.01", newClientOrderId: "a1" };
const NAMED = { symbol: "BTCUSDT", origClientOrderId: "a1" };

test("a GTD order rests until its second, and expires", async () => {
  const here = stage();
  const till = here.clock.now() + 700_000;
  const gtd = { ...ORDER, timeInForce: "GTD", price: "59000" };
  const place = (words: object): Said => askBinance(here, "POST", "/fapi/v1/order", { ...gtd, ...words }) as Said;
  expect(place({})).toMatchObject({ body: { code: -1102 } });
  expect(place({ goodTillDate: `${here.clock.now() + 600_000}` })).toMatchObject({ body: { code: -5040 } });
  expect(place({ goodTillDate: `${till}`, timeInForce: "GTC" })).toMatchObject({ body: { code: -1106 } });
  expect(place({ goodTillDate: `${till}` })).toMatchObject({
    body: { timeInForce: "GTD", goodTillDate: Math.floor(till / 1_000) * 1_000 },
  });
  await here.clock.runUntil(after(here.clock.now(), 700_000));
  expect(askBinance(here, "GET", "/fapi/v1/order", NAMED)).toMatchObject({ body: { status: "EXPIRED" } });
});

test.each([
  { match: "OPPONENT", side: "BUY", price: "60000.10" },
  { match: "OPPONENT_5", side: "BUY", price: "60000.50" },
  { match: "QUEUE", side: "BUY", price: "60000.00" },
  { match: "QUEUE_5", side: "SELL", price: "60000.50" },
])("$match of a $side", ({ match, side, price }) => {
  const here = stage();
  open(
    here.venues.binance.exchange,
    [["60000", "1"]],
    ["60000.1", "60000.2", "60000.3", "60000.4", "60000.5"].map((at) => [at, "1"] as const),
  );
  const order = { ...ORDER, side, timeInForce: "GTC", priceMatch: match };
  expect(askBinance(here, "POST", "/fapi/v1/order", order)).toMatchObject({ body: { price, priceMatch: match } });
});

test.each([
  { words: { priceMatch: "OPPONENT_20" }, code: -5037 },
  { words: { priceMatch: "QUEUE", price: "60000" }, code: -1106 },
  { words: { priceMatch: "QUEUE_20" }, code: -5041 },
  { words: { price: "60000", selfTradePreventionMode: "EXPIRE" }, code: -1130 },
])("$words is refused with $code", ({ words, code }) => {
  const order = { ...ORDER, timeInForce: "GTC", ...words };
  expect(askBinance(stage(), "POST", "/fapi/v1/order", order)).toMatchObject({ status: 400, body: { code } });
});

test("a self-trade is told in the venue's words, by the taker's mode", () => {
  const here = stage();
  const rest = { ...ORDER, side: "SELL", timeInForce: "GTC", price: "60000.3" };
  const take = { ...ORDER, timeInForce: "IOC", quantity: "4", price: "60000.3", newClientOrderId: "a2" };
  askBinance(here, "POST", "/fapi/v1/order", rest);
  const stopped = { ...take, selfTradePreventionMode: "EXPIRE_TAKER", newOrderRespType: "RESULT" };
  expect(askBinance(here, "POST", "/fapi/v1/order", stopped)).toMatchObject({
    body: { status: "EXPIRED_IN_MATCH", executedQty: "3.000", selfTradePreventionMode: "EXPIRE_TAKER" },
  });
  expect(askBinance(here, "GET", "/fapi/v1/order", NAMED)).toMatchObject({ body: { status: "NEW" } });
});

test("OKX: the taker's mode, in a push", () => {
  const here = stage();
  const ear = listenOkxPrivately(here, [{ channel: "orders", instType: "SWAP" }]);
  const order = { instId: "BTC-USDT-SWAP", tdMode: "cross", px: "60000.3" };
  const place = (words: object): unknown => askOkx(here, "POST", "/api/v5/trade/order", { ...order, ...words });
  place({ side: "sell", ordType: "limit", sz: "1", clOrdId: "rests" });
  place({ side: "buy", ordType: "ioc", sz: "400", clOrdId: "takes", stpMode: "cancel_both" });
  const rows = ear.heard.flatMap((push) => (push as { data?: Record<string, string>[] }).data ?? []);
  expect(rows.filter(({ state }) => state === "canceled")).toMatchObject([
    { clOrdId: "rests", cancelSource: "32" },
    { clOrdId: "takes", cancelSource: "32", stpMode: "cancel_both", accFillSz: "300" },
  ]);
  const fok = place({ side: "buy", ordType: "fok", sz: "1", stpMode: "cancel_both" });
  expect(fok).toMatchObject({ body: { code: "1", data: [{ sCode: "54036" }] } });
});

test("OKX: a price beyond the limit is refused, or pulled to it on request", () => {
  const here = stage();
  const order = { instId: "BTC-USDT-SWAP", tdMode: "cross", side: "buy", ordType: "ioc", sz: "1", px: "61000" };
  const place = (words: object): unknown => askOkx(here, "POST", "/api/v5/trade/order", { ...order, ...words });
  expect(place({})).toMatchObject({ body: { data: [{ sCode: "51006" }] } });
  expect(place({ pxAmendType: "1" })).toMatchObject({ body: { code: "0" } });
  change(here.venues.okx.exchange, 1_001, [], []);
  expect(here.venues.okx.exchange.orders().at(-1)).toMatchObject({ status: "filled", limit: 60_600_000_000_000_000n });
});
