import { expect, test } from "vitest";
import { format, price, quantity, usdt } from "#domain/decimal.ts";
import { after } from "#domain/time.ts";
import {
  askBinance,
  askOkx,
  BTC,
  change,
  type Ear,
  listen,
  listenOkxPrivately,
  placement,
  type Said,
  type Stage,
  stage,
} from "../../../test/simulator-kit.ts";
import { BINANCE_LISTINGS, OKX_LISTINGS } from "./listings.ts";
import { deductions, exceeds, maintenanceOf, mostAt, tiersOf } from "./tiers.ts";

const [binanceBtc] = BINANCE_LISTINGS;
const [okxBtc] = OKX_LISTINGS;
if (!binanceBtc || !okxBtc) throw new Error("no listings");

function privateOf(here: Stage): Ear {
  const { dialect } = here.venues.binance;
  return listen(dialect, `/private/ws/${dialect.listenKeys.open()}`);
}

const events = (ear: Ear, name: string): Record<string, unknown>[] =>
  (ear.heard as Record<string, unknown>[]).filter(({ e }) => e === name);

test("margin rises evenly across the brackets of Binance, and jumps at the tiers of OKX", () => {
  const { rows } = tiersOf(binanceBtc);
  expect(
    deductions(rows)
      .slice(0, 3)
      .map((off) => format(off)),
  ).toEqual(["0", "300", "1500"]);
  const kept = (of: string): string => format(maintenanceOf(binanceBtc, price("60000"), quantity(of)));
  expect([kept("5"), kept("5.001"), kept("-10")]).toEqual(["1200", "1200.3", "2700"]);
  const tier = (of: string): string => format(maintenanceOf(okxBtc, price("60000"), quantity(of)));
  expect([tier("50"), tier("50.01")]).toEqual(["12000", "18003.6"]);
});

test("leverage bounds what may be held", () => {
  expect(format(mostAt(binanceBtc, 125) as ReturnType<typeof usdt>)).toBe("300000");
  expect(exceeds(binanceBtc, 125, price("60000"), quantity("5"))).toBe(false);
  expect(exceeds(binanceBtc, 125, price("60000"), quantity("5.001"))).toBe(true);
  expect(exceeds(okxBtc, 100, price("60000"), quantity("50.01"))).toBe(true);
});

test("both venues show their tiers", () => {
  const here = stage();
  const { body } = askBinance(here, "GET", "/fapi/v1/leverageBracket", { symbol: "BTCUSDT" }) as Said;
  const [{ brackets }] = body as [{ brackets: unknown[] }];
  expect(brackets.slice(0, 2)).toEqual([
    { bracket: 1, initialLeverage: 125, notionalCap: 300_000, notionalFloor: 0, maintMarginRatio: 0.004, cum: 0 },
    {
      bracket: 2,
      initialLeverage: 100,
      notionalCap: 800_000,
      notionalFloor: 300_000,
      maintMarginRatio: 0.005,
      cum: 300,
    },
  ]);
  const path = "/api/v5/public/position-tiers?instType=SWAP&tdMode=cross&instFamily=BTC-USDT";
  const { data } = (askOkx(here, "GET", path) as Said).body as { data: unknown[] };
  expect(data.slice(0, 2)).toMatchObject([
    { tier: "1", minSz: "0", maxSz: "5000", maxLever: "100", mmr: "0.004" },
    { tier: "2", minSz: "5000.01", maxSz: "15000", maxLever: "75", mmr: "0.006" },
  ]);
});

test("more than the bracket of the leverage is refused, and so is the leverage for what is held", () => {
  const here = stage({ deposit: usdt("1000000"), leverage: 125 });
  const { exchange } = here.venues.binance;
  change(exchange, 1_001, [], [["60000.1", "50"]]);
  const order = { symbol: "BTCUSDT", side: "BUY", type: "LIMIT", timeInForce: "IOC", price: "60000.1" };
  const buy = (of: string): unknown => askBinance(here, "POST", "/fapi/v1/order", { ...order, quantity: of });
  const lever = (leverage: string): unknown =>
    askBinance(here, "POST", "/fapi/v1/leverage", { symbol: "BTCUSDT", leverage });
  expect(buy("6")).toMatchObject({ body: { code: -2027 } });
  expect(lever("100")).toMatchObject({ body: { leverage: 100, maxNotionalValue: "800000" } });
  expect(buy("6")).toMatchObject({ status: 200 });
  expect(lever("125")).toMatchObject({ body: { code: -2027 } });
  const okx = here.venues.okx.exchange;
  okx.setLeverage(BTC, 100);
  okx.restore(BTC, quantity("50"), usdt("3000000"));
  const words = { instId: "BTC-USDT-SWAP", tdMode: "cross", side: "buy", ordType: "ioc", sz: "1", px: "60000.1" };
  expect(askOkx(here, "POST", "/api/v5/trade/order", words)).toMatchObject({ body: { data: [{ sCode: "51004" }] } });
});

test("an account whose margin runs out is warned once, and closed when it has run out", async () => {
  const here = stage({ deposit: usdt("1000"), leverage: 100 });
  const { exchange } = here.venues.binance;
  const ear = privateOf(here);
  exchange.place(placement({ quantity: quantity("1") }));
  exchange.place(
    placement({ clientOrderId: "rests", quantity: quantity("0.001"), limit: price("50000"), timeInForce: "gtc" }),
  );
  exchange.mark(BTC, price("59310"));
  exchange.mark(BTC, price("59305"));
  expect(events(ear, "MARGIN_CALL")).toMatchObject([
    { cw: "969.99995000", p: [{ s: "BTCUSDT", ps: "BOTH", pa: "1.000", mt: "CROSS", mp: "59310.00000000" }] },
  ]);
  await here.clock.runUntil(after(here.clock.now(), 5));
  exchange.mark(BTC, price("59200"));
  expect(exchange.truth().positions.get(BTC)).toBe(0n);
  const told = events(ear, "ORDER_TRADE_UPDATE").map(({ o }) => o as Record<string, unknown>);
  expect(told.find(({ c }) => c === "rests")).toBeDefined();
  expect(told.filter(({ c, x }) => c === "rests" && x === "EXPIRED")).toMatchObject([{ X: "EXPIRED", er: "5" }]);
  expect(told.at(-1)).toMatchObject({
    S: "SELL",
    R: true,
    X: "FILLED",
    c: expect.stringMatching(/^autoclose-\d+$/) as string,
  });
});

test("on OKX a forced order bears no name of ours, and its trade a negative number", () => {
  const here = stage({ deposit: usdt("1000"), leverage: 100 });
  const { exchange } = here.venues.okx;
  exchange.place(placement({ quantity: quantity("1") }));
  const ear = listenOkxPrivately(here, [{ channel: "orders", instType: "SWAP" }, { channel: "balance_and_position" }]);
  exchange.mark(BTC, price("59200"));
  const rows = ear.heard.flatMap((push) => (push as { data?: Record<string, string>[] }).data ?? []);
  expect(rows.find(({ state }) => state === "filled")).toMatchObject({
    category: "full_liquidation",
    clOrdId: "",
    side: "sell",
    tradeId: expect.stringMatching(/^-\d+$/) as string,
  });
  expect(rows.at(-1)).toMatchObject({ eventType: "liquidation", posData: [{ pos: "0" }] });
});

test.each(["liquidation", "adl"] as const)("a part closed by %s", (form) => {
  const here = stage();
  const { exchange } = here.venues.binance;
  exchange.place(placement());
  const ear = privateOf(here);
  exchange.forceClose(BTC, form, quantity("0.4"));
  expect(format(exchange.truth().positions.get(BTC) ?? quantity("0"))).toBe("0.6");
  const name = form === "adl" ? /^adl_autoclose$/ : /^autoclose-\d+$/;
  expect(events(ear, "ORDER_TRADE_UPDATE").at(-1)).toMatchObject({
    o: { c: expect.stringMatching(name) as string, l: "0.400" },
  });
});

test("orders that only reduce are cut, and expire, with the position they reduce", () => {
  const here = stage();
  const { exchange } = here.venues.okx;
  exchange.place(placement());
  const ear = listenOkxPrivately(here, [{ channel: "orders", instType: "SWAP" }]);
  const closing = { side: "sell", reduceOnly: true, timeInForce: "gtc", form: "limit" } as const;
  const rest = (name: string, at: string, of: string): unknown =>
    exchange.place(placement({ ...closing, clientOrderId: name, limit: price(at), quantity: quantity(of) }));
  rest("near", "60500", "0.6");
  rest("far", "60600", "0.6");
  expect(rest("none", "60700", "0.1")).toMatchObject({ refusal: "reduced-already" });
  exchange.place(placement({ clientOrderId: "out", side: "sell", limit: price("60000"), quantity: quantity("0.7") }));
  const pushes = ear.heard.flatMap((push) => (push as { data?: Record<string, string>[] }).data ?? []);
  expect(pushes.filter(({ amendSource }) => amendSource === "2")).toMatchObject([{ clOrdId: "near", sz: "30" }]);
  expect(pushes.filter(({ state }) => state === "canceled")).toMatchObject([{ clOrdId: "far", cancelSource: "2" }]);
});
