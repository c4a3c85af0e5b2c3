import { expect, test } from "vitest";
import { SeededChance } from "#adapters/host/chance.ts";
import { VirtualClock } from "#adapters/host/virtual-clock.ts";
import { format } from "#domain/decimal.ts";
import { BINANCE_UM, OKX_PERP } from "#domain/ids.ts";
import { after } from "#domain/time.ts";
import { DRAWN } from "./fault-verbs.ts";
import {
  askBinance,
  askOkx,
  BTC,
  change,
  listen,
  listenOkxPrivately,
  type Said,
  START,
  type Stage,
  stage,
} from "../../../test/simulator-kit.ts";
import { Misfortune } from "./misfortune.ts";

const says = (pattern: RegExp): unknown => expect.stringMatching(pattern);
const ORDER = { symbol: "BTCUSDT", side: "BUY", type: "LIMIT", timeInForce: "IOC", quantity: "1", price: "60000.1" };
const OKX_ORDER = { instId: "BTC-USDT-SWAP", tdMode: "cross", side: "buy", ordType: "ioc", sz: "100", px: "60000.1" };
const buy = (here: Stage, name = "a1"): Said | null | "cut" =>
  askBinance(here, "POST", "/fapi/v1/order", { ...ORDER, newClientOrderId: name });
const buyOkx = (here: Stage, name = "a1"): Said | null | "cut" =>
  askOkx(here, "POST", "/api/v5/trade/order", { ...OKX_ORDER, clOrdId: name });
const later = ({ clock }: Stage, ms: number): Promise<void> => clock.runUntil(after(clock.now(), ms));

test("a refusal by plan is answered and written down, once", () => {
  const here = stage();
  here.venues.misfortune.next(BINANCE_UM, "place.reject", { code: "-2010" });
  expect(buy(here)).toMatchObject({ body: { code: -2010 } });
  expect(buy(here)).toMatchObject({ status: 200 });
  expect(here.venues.misfortune.fired).toMatchObject([{ venue: BINANCE_UM, verb: "place.reject" }]);
  expect(here.venues.binance.exchange.truth().receipts.map(({ verdict }) => verdict)).toEqual(["refused", "executed"]);
});

test("a lost request leaves nothing behind; a cut one may have been carried out", () => {
  const here = stage();
  here.venues.misfortune.next(BINANCE_UM, "drop_req");
  expect(buy(here)).toBeNull();
  expect(here.venues.binance.exchange.truth().receipts).toEqual([]);
  here.venues.misfortune.next(BINANCE_UM, "exec_drop_resp");
  expect(buy(here)).toBe("cut");
  expect(here.venues.binance.exchange.trades()).toHaveLength(1);
});

test.each([
  { executed: true, fills: 1 },
  { executed: false, fills: 0 },
])("not known, executed: $executed", ({ executed, fills }) => {
  const here = stage();
  here.venues.misfortune.next(BINANCE_UM, "unknown", { executed });
  here.venues.misfortune.next(OKX_PERP, "timed_out", { executed });
  expect(buy(here)).toMatchObject({ status: 503, body: { msg: says(/^Unknown error/) } });
  expect(buyOkx(here)).toMatchObject({ status: 500, body: { code: "51149" } });
  expect(here.venues.binance.exchange.trades()).toHaveLength(fills);
  expect(here.venues.okx.exchange.trades()).toHaveLength(fills);
});

test("the second placement of a venue, not the first and not the other's", () => {
  const here = stage();
  here.venues.misfortune.next(OKX_PERP, "no_liquidity", {}, 2);
  buy(here);
  buyOkx(here, "a1");
  change(here.venues.okx.exchange, 1_001, [], [["60000.1", "1"]]);
  buyOkx(here, "a2");
  expect(here.venues.okx.exchange.orders().map(({ filled }) => format(filled))).toEqual(["1", "0"]);
  expect(here.venues.binance.exchange.trades()).toHaveLength(1);
});

test("half of what stands, and the rest after the end", async () => {
  const here = stage();
  const { exchange } = here.venues.binance;
  here.venues.misfortune.next(BINANCE_UM, "fill_after_cancel", { ms: 300 });
  expect(buy(here)).toMatchObject({ status: 200 });
  const [order] = exchange.orders();
  expect([order?.status, order && format(order.filled)]).toEqual(["ended", "0.5"]);
  await later(here, 300);
  expect(exchange.trades().map(({ quantity }) => format(quantity))).toEqual(["0.5", "0.5"]);
  expect(order && format(order.filled)).toBe("1");
});

test("a fresh order that no query finds yet", async () => {
  const here = stage();
  here.venues.misfortune.next(BINANCE_UM, "visible_after", { ms: 5_000 });
  buy(here);
  const look = (): unknown => askBinance(here, "GET", "/fapi/v1/order", { symbol: "BTCUSDT", origClientOrderId: "a1" });
  expect(look()).toMatchObject({ body: { code: -2013 } });
  await later(here, 5_000);
  expect(look()).toMatchObject({ body: { status: "FILLED" } });
});

test("a position read as it was", async () => {
  const here = stage();
  await later(here, 1_000);
  buy(here);
  here.venues.misfortune.next(BINANCE_UM, "read_lag", { ms: 500 });
  expect(askBinance(here, "GET", "/fapi/v3/positionRisk")).toMatchObject({ body: [] });
  expect(askBinance(here, "GET", "/fapi/v3/positionRisk")).toMatchObject({ body: [{ positionAmt: "1.000" }] });
});

test("events of the account get lost, doubled and overtaken", async () => {
  const here = stage();
  const ear = listenOkxPrivately(here, [{ channel: "orders", instType: "SWAP" }]);
  const states = (): string[] =>
    ear.heard.slice(2).map((push) => (push as { data: [{ state: string }] }).data[0].state);
  const { misfortune } = here.venues;
  misfortune.next(OKX_PERP, "ws_drop");
  misfortune.next(OKX_PERP, "ws_dup", {}, 2);
  buyOkx(here);
  expect(states()).toEqual(["filled", "filled"]);
  misfortune.next(OKX_PERP, "ws_reorder");
  change(here.venues.okx.exchange, 1_001, [], [["60000.1", "1"]]);
  buyOkx(here, "a2");
  await later(here, 100);
  expect(states().slice(2)).toEqual(["filled", "live"]);
});

test("a gap in the book: one message is missing, the next names it", () => {
  const here = stage();
  const { dialect, exchange } = here.venues.binance;
  const ear = listen(dialect, "/public/ws/btcusdt@depth@0ms");
  here.venues.misfortune.next(BINANCE_UM, "gap", {}, 2);
  for (const sequence of [1_001, 1_002, 1_003]) change(exchange, sequence, [["1", "1"]], []);
  expect(ear.heard.map((event) => (event as { pu: number }).pu)).toEqual([1_000, 1_002]);
});

test("a crossed quote, an emptied book, a frozen stream, a broken line", async () => {
  const here = stage();
  const { misfortune, binance } = here.venues;
  const ear = listen(binance.dialect, "/public/ws/btcusdt@bookTicker");
  misfortune.next(BINANCE_UM, "cross");
  change(binance.exchange, 1_001, [["60000.05", "1"]], []);
  const { b, a } = ear.heard[0] as { b: string; a: string };
  expect(Number(b)).toBeGreaterThan(Number(a));
  misfortune.next(BINANCE_UM, "book_empty", { ms: 1_000 });
  await later(here, 0);
  buy(here);
  expect(binance.exchange.trades()).toEqual([]);
  await later(here, 1_000);
  buy(here, "a2");
  expect(binance.exchange.trades()).toHaveLength(1);
  const before = ear.heard.length;
  misfortune.next(BINANCE_UM, "freeze", { ms: 1_000 });
  await later(here, 0);
  change(binance.exchange, 1_002, [["60000.06", "1"]], []);
  expect(ear.heard).toHaveLength(before);
  misfortune.next(BINANCE_UM, "close_public");
  await later(here, 0);
  expect(ear.closed).toEqual(["1006 connection lost"]);
});

test("a cancel that comes too late", () => {
  const here = stage();
  const rest = { ...ORDER, timeInForce: "GTC", price: "59000", newClientOrderId: "a1" };
  askBinance(here, "POST", "/fapi/v1/order", rest);
  here.venues.misfortune.next(BINANCE_UM, "cancel.fill_first");
  const cancel = { symbol: "BTCUSDT", origClientOrderId: "a1" };
  expect(askBinance(here, "DELETE", "/fapi/v1/order", cancel)).toMatchObject({ body: { code: -2011 } });
  expect(here.venues.binance.exchange.truth().positions.get(BTC)).toBe(1_000_000_000_000n);
});

const plan = (seed: number): unknown =>
  Misfortune.drawn(new VirtualClock(START), new SeededChance(seed), [BINANCE_UM, OKX_PERP]).plan;

test("the same seed plans the same misfortune, some seeds none, and together all of it", () => {
  expect(plan(7)).toEqual(plan(7));
  const plans = Array.from({ length: 400 }, (_, seed) => plan(seed) as { verb: string }[]);
  expect(plans.some((faults) => faults.length === 0)).toBe(true);
  const verbs = new Set(plans.flat().map(({ verb }) => verb));
  expect(verbs).toEqual(DRAWN);
});

test("when it is over, nothing goes wrong any more", () => {
  const here = stage();
  here.venues.misfortune.next(BINANCE_UM, "drop_req");
  here.venues.misfortune.end();
  expect(buy(here)).toMatchObject({ status: 200 });
});
