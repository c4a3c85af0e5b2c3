import { expect, test } from "vitest";
import { bps, price, quantity } from "#domain/decimal.ts";
import { BINANCE_UM, OKX_PERP } from "#domain/ids.ts";
import { after, HOUR } from "#domain/time.ts";
import {
  askBinance,
  askOkx,
  BTC,
  type Ear,
  listen,
  listenOkxPrivately,
  placement,
  type Said,
  type Stage,
  stage,
} from "../../../test/simulator-kit.ts";
import type { FaultArgs, FaultVerb } from "./fault-verbs.ts";

const ORDER = { symbol: "BTCUSDT", side: "BUY", type: "LIMIT", timeInForce: "IOC", quantity: "0.1", price: "60000.1" };
const OKX_ORDER = { instId: "BTC-USDT-SWAP", tdMode: "cross", side: "buy", ordType: "ioc", sz: "10", px: "60000.1" };
const later = ({ clock }: Stage, ms: number): Promise<void> => clock.runUntil(after(clock.now(), ms));
const buy = (here: Stage, words: object = {}): Said =>
  askBinance(here, "POST", "/fapi/v1/order", { ...ORDER, ...words }) as Said;
const buyOkx = (here: Stage, words: object = {}): Said =>
  askOkx(here, "POST", "/api/v5/trade/order", { ...OKX_ORDER, ...words }) as Said;
const codeOf = ({ body }: Said): unknown =>
  (body as { data?: { sCode: string }[] }).data?.[0]?.sCode ?? (body as { code?: number }).code ?? null;
const both = (here: Stage): readonly [Stage["venues"]["binance"]["exchange"], Stage["venues"]["okx"]["exchange"]] => [
  here.venues.binance.exchange,
  here.venues.okx.exchange,
];

function symbolOf(here: Stage): Record<string, unknown> {
  const { body } = askBinance(here, "GET", "/fapi/v1/exchangeInfo") as Said;
  const { symbols } = body as { symbols: Record<string, unknown>[] };
  return symbols.find(({ symbol }) => symbol === "BTCUSDT") ?? {};
}

function instrumentOf(here: Stage): Record<string, unknown> {
  const said = askOkx(here, "GET", "/api/v5/public/instruments?instType=SWAP&instId=BTC-USDT-SWAP") as Said;
  return (said.body as { data: Record<string, unknown>[] }).data[0] ?? {};
}

function contracts(here: Stage): Ear {
  return listen(here.venues.binance.dialect, "/market/ws/!contractInfo");
}

function instruments(here: Stage): Ear {
  const ear = listen(here.venues.okx.dialect, "/ws/v5/public");
  ear.session.message(`{"op":"subscribe","args":[{"channel":"instruments","instType":"SWAP"}]}`);
  return ear;
}

const rows = (ear: Ear): Record<string, unknown>[] =>
  ear.heard.slice(2).flatMap((push) => (push as { data: Record<string, unknown>[] }).data);

test("a halt is told, shown and kept", () => {
  const here = stage();
  const ears = { binance: contracts(here), okx: instruments(here) };
  for (const exchange of both(here)) exchange.listings.halt(BTC);
  expect(ears.binance.heard).toMatchObject([{ e: "contractInfo", s: "BTCUSDT", cs: "PENDING_TRADING" }]);
  expect(rows(ears.okx)).toMatchObject([{ instId: "BTC-USDT-SWAP", state: "suspend" }]);
  expect(symbolOf(here)).toMatchObject({ status: "PENDING_TRADING" });
  expect(instrumentOf(here)).toMatchObject({ state: "suspend" });
  expect([codeOf(buy(here)), codeOf(buyOkx(here))]).toEqual([-4140, "51022"]);
  for (const exchange of both(here)) exchange.listings.resume(BTC);
  expect([buy(here).status, codeOf(buyOkx(here))]).toEqual([200, "0"]);
});

test("before its end only what reduces is taken", () => {
  const here = stage();
  buy(here);
  buyOkx(here);
  for (const exchange of both(here)) exchange.listings.reduceOnly(BTC);
  expect([codeOf(buy(here)), codeOf(buyOkx(here))]).toEqual([-4140, "51028"]);
  expect(buy(here, { side: "SELL", price: "60000", reduceOnly: "true" }).status).toBe(200);
  expect(codeOf(buyOkx(here, { side: "sell", px: "60000", reduceOnly: true }))).toBe("0");
});

test("a delisting is announced, and then orders end and positions are settled at the mark", async () => {
  const here = stage();
  const at = after(here.clock.now(), 10_000);
  buy(here);
  buyOkx(here);
  buy(here, { timeInForce: "GTC", price: "59000", newClientOrderId: "rests" });
  for (const exchange of both(here)) exchange.listings.delist(BTC, at);
  expect(symbolOf(here)).toMatchObject({ status: "TRADING", deliveryDate: at });
  expect(instrumentOf(here)).toMatchObject({ state: "live", expTime: `${at}` });
  const ear = listenOkxPrivately(here, [{ channel: "orders", instType: "SWAP" }]);
  await later(here, 10_000);
  expect(both(here).map((exchange) => exchange.truth().positions.get(BTC))).toEqual([0n, 0n]);
  const named = { symbol: "BTCUSDT", origClientOrderId: "rests" };
  expect(askBinance(here, "GET", "/fapi/v1/order", named)).toMatchObject({ body: { status: "EXPIRED" } });
  const last = here.venues.binance.exchange.orders().at(-1);
  expect(last?.clientOrderId).toMatch(/^settlement_autoclose-\d+$/);
  expect(rows(ear).at(-1)).toMatchObject({ category: "delivery", clOrdId: "", fillPx: "60000" });
  expect(symbolOf(here)).toMatchObject({ status: "CLOSE" });
  expect([codeOf(buy(here)), codeOf(buyOkx(here))]).toEqual([-4141, "51027"]);
});

test("listed anew, an OKX instrument has another number", () => {
  const here = stage();
  const { listings } = here.venues.okx.exchange;
  expect(instrumentOf(here)).toMatchObject({ instIdCode: 10459 });
  listings.delist(BTC, here.clock.now());
  return later(here, 0).then(() => {
    listings.resume(BTC);
    expect(instrumentOf(here)).toMatchObject({ instIdCode: 110459, state: "live", expTime: "" });
    const ear = listenOkxPrivately(here, []);
    const send = (instIdCode: number): void =>
      ear.session.message(JSON.stringify({ id: "1", op: "order", args: [{ ...OKX_ORDER, instIdCode }] }));
    send(10459);
    expect(ear.heard.at(-1)).toMatchObject({ code: "1", data: [{ sCode: "51001" }] });
    send(110459);
    expect(ear.heard.at(-1)).toMatchObject({ code: "0" });
  });
});

test("another tick, lot and contract: announced on OKX, at once in force on Binance", async () => {
  const here = stage();
  const at = after(here.clock.now(), 5_000);
  const ear = instruments(here);
  const [binance, okx] = both(here);
  binance.listings.change(BTC, { tick: price("1"), lot: quantity("0.01"), minQuantity: quantity("0.01") });
  okx.listings.change(BTC, { tick: price("1"), lot: quantity("0.001"), minQuantity: quantity("0.001") }, at);
  expect(rows(ear)).toMatchObject([
    {
      tickSz: "0.1",
      upcChg: [
        { param: "tickSz", newValue: "1", effTime: `${at}` },
        { param: "lotSz", newValue: "0.1", effTime: `${at}` },
        { param: "minSz", newValue: "0.1", effTime: `${at}` },
      ],
    },
  ]);
  expect(codeOf(buy(here))).toBe(-4014);
  expect(codeOf(buy(here, { price: "60001", quantity: "0.015" }))).toBe(-1111);
  expect(buy(here, { price: "60001" }).status).toBe(200);
  expect(codeOf(buyOkx(here))).toBe("0");
  await later(here, 5_000);
  expect(instrumentOf(here)).toMatchObject({ tickSz: "1", lotSz: "0.1", upcChg: [] });
  expect(codeOf(buyOkx(here))).toBe("51000");
  expect(codeOf(buyOkx(here, { px: "60001", sz: "0.11" }))).toBe("51121");
});

test("another contract size: the same contracts are more base", () => {
  const here = stage();
  const { exchange } = here.venues.okx;
  exchange.listings.change(BTC, { contractSize: quantity("0.1") });
  buyOkx(here, { sz: "2" });
  expect(exchange.truth().positions.get(BTC)).toBe(quantity("0.2"));
});

interface Hand {
  readonly verb: FaultVerb;
  readonly args?: FaultArgs;
  readonly told: readonly unknown[];
  readonly read: readonly [path: string, body: unknown];
}

test.each<Hand>([
  {
    verb: "lever_change",
    args: { count: 20 },
    told: [{ e: "ACCOUNT_CONFIG_UPDATE", ac: { s: "BTCUSDT", l: 20 } }, {}, {}],
    read: ["/fapi/v1/symbolConfig", [{ symbol: "BTCUSDT", leverage: 20 }, {}, {}]],
  },
  { verb: "mode_flip", told: [], read: ["/fapi/v1/positionSide/dual", { dualSidePosition: true }] },
  {
    verb: "margin_type_flip",
    told: [{ e: "ACCOUNT_UPDATE", a: { m: "MARGIN_TYPE_CHANGE", P: [{ s: "BTCUSDT", mt: "isolated" }] } }, {}, {}],
    read: ["/fapi/v1/symbolConfig", [{ symbol: "BTCUSDT", marginType: "ISOLATED" }, {}, {}]],
  },
  {
    verb: "withdraw",
    args: { thousandths: 250 },
    told: [{ e: "ACCOUNT_UPDATE", a: { m: "DEPOSIT", B: [{ bc: "-25000.00000000", wb: "75000.00000000" }] } }],
    read: ["/fapi/v3/balance", [{ balance: "75000.00000000" }]],
  },
  {
    verb: "foreign_order",
    told: [{ e: "ORDER_TRADE_UPDATE", o: { X: "NEW", c: "web0", p: "57000.10" } }],
    read: ["/fapi/v1/openOrders", [{ clientOrderId: "web0" }]],
  },
])("somebody else with the account: $verb", async ({ verb, args, told, read: [path, body] }) => {
  const here = stage();
  const { dialect } = here.venues.binance;
  const ear = listen(dialect, `/private/ws/${dialect.listenKeys.open()}`);
  here.venues.misfortune.next(BINANCE_UM, verb, args);
  await later(here, 0);
  expect(ear.heard).toMatchObject(told);
  expect(askBinance(here, "GET", path)).toMatchObject({ body });
  expect(here.venues.binance.exchange.receipts.all).toEqual([]);
});

test.each<FaultVerb>(["manual_close", "liquidate", "adl"])("what is held is closed by %s", async (verb) => {
  const here = stage();
  for (const [exchange, venue] of [[both(here)[0], BINANCE_UM] as const, [both(here)[1], OKX_PERP] as const]) {
    exchange.place(placement());
    here.venues.misfortune.next(venue, verb, { thousandths: 400 });
    await later(here, 0);
    expect(exchange.truth().positions.get(BTC)).toBe(quantity("0.6"));
  }
});

test("orders are halted for a while, and lots become larger", async () => {
  const here = stage();
  here.venues.misfortune.next(BINANCE_UM, "halt", { ms: 1_000 });
  here.venues.misfortune.next(OKX_PERP, "lot_change");
  await later(here, 0);
  expect([codeOf(buy(here)), codeOf(buyOkx(here, { sz: "0.11" }))]).toEqual([-4140, "51121"]);
  await later(here, 1_000);
  expect(buy(here).status).toBe(200);
});

test("leverage set in the window is pushed by OKX with the position", () => {
  const here = stage();
  const { exchange } = here.venues.okx;
  exchange.place(placement());
  const ear = listenOkxPrivately(here, [{ channel: "balance_and_position" }]);
  exchange.setLeverage(BTC, 3);
  expect(rows(ear)).toMatchObject([{ eventType: "set_leverage", balData: [], posData: [{ pos: "100" }] }]);
});

test("a margin type set by hand is set back only without orders and positions", () => {
  const here = stage();
  const { exchange } = here.venues.binance;
  const back = (): unknown =>
    askBinance(here, "POST", "/fapi/v1/marginType", { symbol: "BTCUSDT", marginType: "CROSSED" });
  exchange.setMarginType(BTC, "isolated");
  exchange.place(placement({ timeInForce: "gtc", limit: price("59000") }));
  expect(back()).toMatchObject({ body: { code: -4047 } });
  exchange.cancelAll(BTC);
  expect(back()).toMatchObject({ body: { code: 200 } });
  expect(back()).toMatchObject({ body: { code: -4046 } });
});

test("funding: another interval while it runs, a few milliseconds off, and no order on OKX meanwhile", async () => {
  const here = stage();
  const { exchange } = here.venues.okx;
  exchange.settlementMs = 2_000;
  for (const venue of both(here)) {
    venue.jitterFunding(15);
    venue.place(placement());
    venue.setFundingInterval(BTC, HOUR);
  }
  expect(askBinance(here, "GET", "/fapi/v1/fundingInfo")).toMatchObject({
    body: [{ fundingIntervalHours: 1 }, {}, {}],
  });
  const wait = HOUR - (here.clock.now() % HOUR);
  await here.clock.runUntil(after(here.clock.now(), wait - 1));
  const funding = listen(here.venues.okx.dialect, "/ws/v5/public");
  funding.session.message(`{"op":"subscribe","args":[{"channel":"funding-rate","instId":"BTC-USDT-SWAP"}]}`);
  await later(here, 1);
  expect(codeOf(buyOkx(here))).toBe("51030");
  expect(exchange.incomes().some(({ kind }) => kind === "funding")).toBe(false);
  await later(here, 2_000);
  expect(codeOf(buyOkx(here))).toBe("0");
  expect(exchange.incomes().find(({ kind }) => kind === "funding")?.amount).toBe(-6_000_000_000_000n);
  const states = rows(funding).map(
    ({ settState, settFundingRate }) => `${settState as string} ${settFundingRate as string}`,
  );
  expect(states.slice(-2)).toEqual(["processing 0.0001", "settled 0.0001"]);
  const { body } = askBinance(here, "GET", "/fapi/v1/fundingRate", { symbol: "BTCUSDT" }) as Said;
  const [{ fundingTime }] = body as [{ fundingTime: number }];
  expect(fundingTime % HOUR).toBe(1);
  both(here)[0].funding(BTC, { rate: bps("2"), nextAt: after(here.clock.now(), 1_000), intervalMs: 8 * HOUR });
  expect(askBinance(here, "GET", "/fapi/v1/fundingInfo")).toMatchObject({
    body: [{ fundingIntervalHours: 8 }, {}, {}],
  });
});
