import { expect, test } from "vitest";
import { type Said, askBinance, askOkx, listenOkxPrivately, stage } from "../../../test/simulator-kit.ts";

const ORDER = {
  symbol: "BTCUSDT",
  side: "BUY",
  type: "LIMIT",
  timeInForce: "IOC",
  quantity: "0.01",
  price: "60000.1",
  newClientOrderId: "a1",
};

function without(name: string): Record<string, string> {
  return Object.fromEntries(Object.entries(ORDER).filter(([key]) => key !== name));
}

test.each([
  { says: "as it should be", order: ORDER, code: null },
  { says: "no symbol", order: without("symbol"), code: -1102 },
  { says: "unknown symbol", order: { ...ORDER, symbol: "XUSDT" }, code: -1121 },
  { says: "unknown side", order: { ...ORDER, side: "LONG" }, code: -1117 },
  { says: "unknown type", order: { ...ORDER, type: "LIMIT_MAKER" }, code: -1116 },
  { says: "conditional", order: { ...ORDER, type: "STOP_MARKET" }, code: -4120 },
  { says: "no time in force", order: without("timeInForce"), code: -1102 },
  { says: "unknown time in force", order: { ...ORDER, timeInForce: "DAY" }, code: -1115 },
  { says: "market with a time in force", order: { ...ORDER, type: "MARKET" }, code: -1106 },
  { says: "quantity no number", order: { ...ORDER, quantity: "1e-3" }, code: -1102 },
  { says: "quantity too fine", order: { ...ORDER, quantity: "0.0101" }, code: -1111 },
  { says: "quantity zero", order: { ...ORDER, quantity: "0" }, code: -4003 },
  { says: "quantity too large", order: { ...ORDER, quantity: "1001" }, code: -4005 },
  { says: "price too fine", order: { ...ORDER, price: "60000.123" }, code: -1111 },
  { says: "price off the tick", order: { ...ORDER, price: "60000.15" }, code: -4014 },
  { says: "price above the band", order: { ...ORDER, price: "63000.1" }, code: -4016 },
  { says: "price below the band", order: { ...ORDER, side: "SELL", price: "56999.9" }, code: -4024 },
  { says: "notional too small", order: { ...ORDER, price: "57000", quantity: "0.000" }, code: -4003 },
  {
    says: "below the minimum notional",
    order: { ...ORDER, symbol: "BTCUSDT", price: "49999", quantity: "0.001" },
    code: -4164,
  },
  {
    says: "reduce-only with nothing to reduce",
    order: { ...ORDER, quantity: "0.001", price: "49999", reduceOnly: "true" },
    code: -2022,
  },
  { says: "name of a shape nobody knows", order: { ...ORDER, newClientOrderId: "ä" }, code: -1100 },
  { says: "name too long", order: { ...ORDER, newClientOrderId: "a".repeat(37) }, code: -4015 },
  { says: "position side of another mode", order: { ...ORDER, positionSide: "LONG" }, code: -4061 },
  { says: "more than the margin", order: { ...ORDER, quantity: "10" }, code: -2019 },
  { says: "a FOK that cannot be", order: { ...ORDER, timeInForce: "FOK", quantity: "2" }, code: -5021 },
  { says: "a post-only that would take", order: { ...ORDER, timeInForce: "GTX" }, code: -5022 },
])("Binance, $says: $code", ({ order, code }) => {
  const here = stage();
  const said = askBinance(here, "POST", "/fapi/v1/order", order) as Said;
  expect((said.body as { code?: number }).code ?? null).toBe(code);
  expect(said.status).toBe(code === null ? 200 : 400);
  expect(said.headers).toHaveProperty("x-mbx-order-count-10s", "1");
  const [receipt] = here.venues.binance.exchange.truth().receipts;
  expect(receipt).toMatchObject(code === null ? { verdict: "executed" } : { verdict: "refused", code: `${code}` });
});

test("a name is taken only while its order is open", () => {
  const here = stage();
  const rest = { ...ORDER, timeInForce: "GTC", price: "59000" };
  expect(askBinance(here, "POST", "/fapi/v1/order", rest)).toMatchObject({ status: 200 });
  expect(askBinance(here, "POST", "/fapi/v1/order", rest)).toMatchObject({ body: { code: -4116 } });
  const named = { symbol: "BTCUSDT", origClientOrderId: "a1" };
  expect(askBinance(here, "DELETE", "/fapi/v1/order", named)).toMatchObject({ body: { status: "CANCELED" } });
  expect(askBinance(here, "DELETE", "/fapi/v1/order", named)).toMatchObject({ body: { code: -2011 } });
  expect(askBinance(here, "POST", "/fapi/v1/order", rest)).toMatchObject({ status: 200 });
});

test("settings that hold already are refused in the venue's own way", () => {
  const here = stage();
  const margin = { symbol: "BTCUSDT", marginType: "CROSSED" };
  expect(askBinance(here, "POST", "/fapi/v1/marginType", margin)).toMatchObject({ body: { code: -4046 } });
  const dual = { dualSidePosition: "false" };
  expect(askBinance(here, "POST", "/fapi/v1/positionSide/dual", dual)).toMatchObject({ body: { code: -4059 } });
});

test("who does not stop at 429 is banned", () => {
  const here = stage();
  const statuses: number[] = [];
  for (let count = 0; count < 60 && statuses.at(-1) !== 418; count += 1) {
    statuses.push((askBinance(here, "GET", "/fapi/v1/openOrders", {}) as Said).status);
    askBinance(here, "GET", "/fapi/v1/income", {});
    askBinance(here, "GET", "/fapi/v1/income", {});
  }
  expect(statuses).toContain(429);
  expect(statuses.at(-1)).toBe(418);
});

test("a path nobody knows is not found", () => {
  expect(askBinance(stage(), "GET", "/fapi/v1/nothing")).toMatchObject({ status: 404 });
});

const OKX_ORDER = {
  instId: "BTC-USDT-SWAP",
  tdMode: "cross",
  side: "buy",
  ordType: "ioc",
  sz: "1.5",
  px: "60000.1",
  clOrdId: "a1",
  tag: "t",
};

test.each([
  { says: "as it should be", order: OKX_ORDER, code: "0" },
  { says: "unknown instrument", order: { ...OKX_ORDER, instId: "X-USDT-SWAP" }, code: "51001" },
  { says: "dashes in the name", order: { ...OKX_ORDER, clOrdId: "a-1" }, code: "51000" },
  { says: "position side of another mode", order: { ...OKX_ORDER, posSide: "long" }, code: "51000" },
  { says: "size off the lot", order: { ...OKX_ORDER, sz: "1.505" }, code: "51121" },
  { says: "size too small", order: { ...OKX_ORDER, sz: "0.001" }, code: "51020" },
  { says: "market too large", order: { ...OKX_ORDER, ordType: "market", sz: "12001" }, code: "51202" },
  { says: "price outside the limit", order: { ...OKX_ORDER, px: "60600.1" }, code: "51006" },
  { says: "price off the tick", order: { ...OKX_ORDER, px: "60000.05" }, code: "51000" },
  { says: "nothing to reduce", order: { ...OKX_ORDER, reduceOnly: true }, code: "51169" },
  { says: "more than the margin", order: { ...OKX_ORDER, sz: "1000" }, code: "51008" },
])("OKX, $says: $code", ({ order, code }) => {
  const said = askOkx(stage(), "POST", "/api/v5/trade/order", order) as Said;
  expect(said).toMatchObject({ status: 200, body: { code: code === "0" ? "0" : "1", data: [{ sCode: code }] } });
});

test("a reduce-only order in the direction of the position is told so", () => {
  const here = stage();
  askOkx(here, "POST", "/api/v5/trade/order", OKX_ORDER);
  const more = { ...OKX_ORDER, clOrdId: "a2", reduceOnly: true };
  expect(askOkx(here, "POST", "/api/v5/trade/order", more)).toMatchObject({ body: { data: [{ sCode: "51170" }] } });
});

test("contracts are counted, base is traded", () => {
  const here = stage();
  askOkx(here, "POST", "/api/v5/trade/order", OKX_ORDER);
  const said = askOkx(here, "GET", "/api/v5/trade/order?instId=BTC-USDT-SWAP&clOrdId=a1") as Said;
  expect(said.body).toMatchObject({
    data: [{ accFillSz: "1.5", avgPx: "60000.1", fee: "-0.45000075", state: "filled" }],
  });
  expect(here.venues.okx.exchange.trades()[0]?.quantity).toBe(15_000_000_000n);
});

test("an order past its deadline is refused, and never executed", () => {
  const here = stage();
  const ear = listenOkxPrivately(here, []);
  const { instId: _unused, ...words } = OKX_ORDER;
  const args = [{ ...words, instIdCode: 10459 }];
  const expTime = `${here.clock.now() - 1}`;
  ear.session.message(JSON.stringify({ id: "1", op: "order", expTime, args }));
  expect(ear.heard.at(-1)).toMatchObject({ id: "1", op: "order", code: "1", data: [{ sCode: "50036", ordId: "" }] });
  expect(here.venues.okx.exchange.orders()).toEqual([]);
});

test("over the websocket an instrument goes by its number only", () => {
  const ear = listenOkxPrivately(stage(), []);
  ear.session.message(JSON.stringify({ id: "1", op: "order", args: [OKX_ORDER] }));
  expect(ear.heard.at(-1)).toMatchObject({ code: "1", data: [{ sCode: "50014" }] });
});

test("an order nobody placed is not found", () => {
  const said = askOkx(stage(), "GET", "/api/v5/trade/order?instId=BTC-USDT-SWAP&clOrdId=never") as Said;
  expect(said.body).toMatchObject({ code: "51603" });
});

test("a batch may succeed in part", () => {
  const orders = [OKX_ORDER, { ...OKX_ORDER, clOrdId: "a2", sz: "1000" }];
  const said = askOkx(stage(), "POST", "/api/v5/trade/batch-orders", orders) as Said;
  expect(said.body).toMatchObject({ code: "2", data: [{ sCode: "0" }, { sCode: "51008" }] });
});

test("sixty orders in two seconds, and no more", () => {
  const here = stage();
  const far = { ...OKX_ORDER, px: "59500", clOrdId: "" };
  const codes = Array.from({ length: 61 }, () => (askOkx(here, "POST", "/api/v5/trade/order", far) as Said).status);
  expect(codes.filter((status) => status === 200)).toHaveLength(60);
  expect(codes.at(-1)).toBe(429);
});
