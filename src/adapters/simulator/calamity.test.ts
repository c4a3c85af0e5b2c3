import { expect, test } from "vitest";
import { format } from "#domain/decimal.ts";
import { BINANCE_UM, OKX_PERP } from "#domain/ids.ts";
import { after } from "#domain/time.ts";
import {
  askBinance,
  askOkx,
  BTC,
  change,
  listen,
  listenOkxPrivately,
  placement,
  type Said,
  type Stage,
  stage,
} from "../../../test/simulator-kit.ts";
import type { FaultArgs, FaultVerb } from "./fault-verbs.ts";

const says = (pattern: RegExp): unknown => expect.stringMatching(pattern);
const ORDER = { symbol: "BTCUSDT", side: "BUY", type: "LIMIT", timeInForce: "IOC", quantity: "1", price: "60000.1" };
const OKX_ORDER = { instId: "BTC-USDT-SWAP", tdMode: "cross", side: "buy", ordType: "ioc", sz: "100", px: "60000.1" };
const buy = (here: Stage, words: object = {}): Said =>
  askBinance(here, "POST", "/fapi/v1/order", { ...ORDER, ...words }) as Said;
const buyOkx = (here: Stage, words: object = {}): Said =>
  askOkx(here, "POST", "/api/v5/trade/order", { ...OKX_ORDER, ...words }) as Said;
const later = ({ clock }: Stage, ms: number): Promise<void> => clock.runUntil(after(clock.now(), ms));

async function befall(here: Stage, verb: FaultVerb, args: FaultArgs = {}): Promise<void> {
  here.venues.misfortune.next(BINANCE_UM, verb, args);
  here.venues.misfortune.next(OKX_PERP, verb, args);
  await later(here, 0);
}

interface Row {
  readonly verb: FaultVerb;
  readonly args: FaultArgs;
  readonly binance: { readonly status: number; readonly body: unknown };
  readonly okx: { readonly status: number; readonly body: unknown };
  readonly fills: readonly [binance: number, okx: number];
}

test.each<Row>([
  {
    verb: "unknown",
    args: { executed: true },
    binance: { status: 503, body: { msg: says(/^Unknown error, please check your request/) } },
    okx: { status: 400, body: { code: "50004" } },
    fills: [1, 1],
  },
  {
    verb: "unavailable",
    args: {},
    binance: { status: 503, body: { msg: "Service Unavailable." } },
    okx: { status: 503, body: { code: "50001" } },
    fills: [0, 0],
  },
  {
    verb: "internal",
    args: {},
    binance: { status: 503, body: { code: -1001, msg: says(/^Internal error; unable to process/) } },
    okx: { status: 500, body: { code: "50026" } },
    fills: [0, 0],
  },
  {
    verb: "internal",
    args: { executed: true },
    binance: { status: 503, body: { code: -1001 } },
    okx: { status: 500, body: { code: "50026" } },
    fills: [1, 1],
  },
  {
    verb: "timed_out",
    args: { executed: true },
    binance: { status: 408, body: { code: -1007 } },
    okx: { status: 500, body: { code: "51149" } },
    fills: [1, 1],
  },
])("$verb $args, told apart by the words", ({ verb, args, binance, okx, fills }) => {
  const here = stage();
  here.venues.misfortune.next(BINANCE_UM, verb, args);
  here.venues.misfortune.next(OKX_PERP, verb, args);
  expect(buy(here)).toMatchObject(binance);
  expect(buyOkx(here)).toMatchObject(okx);
  const trades = [here.venues.binance, here.venues.okx].map(({ exchange }) => exchange.trades().length);
  expect(trades).toEqual(fills);
});

test("a timeout by another of the venue's codes", () => {
  const here = stage();
  here.venues.misfortune.next(BINANCE_UM, "timed_out", { code: "-1006" });
  here.venues.misfortune.next(OKX_PERP, "timed_out", { code: "51054" });
  expect(buy(here)).toMatchObject({ status: 400, body: { code: -1006 } });
  expect(buyOkx(here)).toMatchObject({ status: 500, body: { code: "51054" } });
});

test("in an overload what opens is refused, and what reduces, closes or cancels passes", async () => {
  const here = stage();
  buy(here, { quantity: "0.5" });
  buy(here, { timeInForce: "GTC", price: "59000", newClientOrderId: "rests" });
  await befall(here, "overload", { ms: 5_000 });
  const refused = { status: 503, body: { code: -1008, msg: says(/^Request throttled by system-level protection/) } };
  expect(buy(here)).toMatchObject(refused);
  expect(buy(here, { side: "SELL", price: "60000" })).toMatchObject(refused);
  expect(buy(here, { side: "SELL", price: "60000", quantity: "0.5", reduceOnly: "true" }).status).toBe(200);
  const cancel = { symbol: "BTCUSDT", origClientOrderId: "rests" };
  expect(askBinance(here, "DELETE", "/fapi/v1/order", cancel)).toMatchObject({ status: 200 });
  expect(buyOkx(here)).toMatchObject({ status: 429, body: { code: "50013" } });
  await later(here, 5_000);
  expect(buy(here).status).toBe(200);
});

test("with both sides held, closing is by position side", async () => {
  const here = stage();
  here.venues.binance.exchange.hedgeMode = true;
  buy(here, { positionSide: "LONG", quantity: "0.5" });
  await befall(here, "overload", { ms: 5_000 });
  expect(buy(here, { positionSide: "LONG" }).status).toBe(503);
  expect(buy(here, { positionSide: "SHORT", side: "SELL", price: "60000" }).status).toBe(503);
  expect(buy(here, { positionSide: "LONG", side: "SELL", price: "60000", quantity: "0.5" }).status).toBe(200);
});

test("an order that is late at the engine is refused there, and one in time is carried out late", async () => {
  const here = stage();
  const receipts = (): unknown[] => here.venues.binance.exchange.receipts.all.map(({ code }) => code);
  let ear = listen(here.venues.binance.dialect, "/ws-fapi/v1");
  here.venues.misfortune.next(BINANCE_UM, "delay_req", { ms: 3_000 });
  expect(askBinance(here, "POST", "/fapi/v1/order", { ...ORDER, recvWindow: "2000" })).toBeNull();
  await later(here, 3_000);
  expect(here.venues.binance.exchange.trades()).toEqual([]);
  here.venues.misfortune.next(BINANCE_UM, "delay_req", { ms: 1_000 });
  expect(askBinance(here, "POST", "/fapi/v1/order", { ...ORDER, recvWindow: "2000" })).toBeNull();
  await later(here, 1_000);
  expect(receipts()).toEqual([null]);
  expect(here.venues.binance.exchange.trades()).toHaveLength(1);
  ear = listenOkxPrivately(here, []);
  const expTime = `${here.clock.now() + 500}`;
  const { instId: _, ...words } = OKX_ORDER;
  const send = (id: string): void =>
    ear.session.message(JSON.stringify({ id, op: "order", expTime, args: [{ ...words, instIdCode: 10459 }] }));
  here.venues.misfortune.next(OKX_PERP, "delay_req", { ms: 1_000 });
  send("1");
  await later(here, 1_000);
  expect(ear.heard.at(-1)).toMatchObject({ id: "1", code: "1", data: [{ sCode: "50037" }] });
  send("2");
  expect(ear.heard.at(-1)).toMatchObject({ id: "2", code: "1", data: [{ sCode: "50036" }] });
  expect(here.venues.okx.exchange.trades()).toEqual([]);
});

test("a banned caller hears until when, and everybody is let in again", async () => {
  const here = stage();
  const time = (): Said => askBinance(here, "GET", "/fapi/v1/time") as Said;
  const okxTime = (): Said => askOkx(here, "GET", "/api/v5/public/time") as Said;
  time();
  await befall(here, "ban", { ms: 120_000 });
  const until = here.clock.now() + 120_000;
  const banned = { status: 418, body: { code: -1003, msg: says(new RegExp(`banned until ${until}\\.`)) } };
  expect(time()).toMatchObject(banned);
  expect(time().headers).toHaveProperty("retry-after", "120");
  expect(okxTime()).toMatchObject({ status: 429, body: { code: "50011" } });
  expect(buyOkx(here)).toMatchObject({ status: 429, body: { code: "50011" } });
  await later(here, 120_000);
  expect([time().status, okxTime().status]).toEqual([200, 200]);
});

test("each ban is longer than the one before, up to three days", async () => {
  const here = stage();
  const lengths: number[] = [];
  for (let ban = 0; ban < 14; ban += 1) {
    let said: Said;
    do said = askBinance(here, "GET", "/fapi/v1/openOrders") as Said;
    while (said.status !== 418);
    const until = Number(/banned until (\d+)/.exec((said.body as { msg: string }).msg)?.[1]);
    lengths.push(until - Math.floor(here.clock.now()));
    await later(here, until - here.clock.now());
  }
  expect(lengths.slice(0, 3)).toEqual([120_000, 240_000, 480_000]);
  expect(lengths.at(-1)).toBe(259_200_000);
});

test("orders used up: other calls go on", async () => {
  const here = stage();
  await befall(here, "order_limit");
  expect(buy(here)).toMatchObject({ status: 429, body: { code: -1015 } });
  expect(askBinance(here, "GET", "/fapi/v1/openOrders")).toMatchObject({ status: 200 });
  expect(buyOkx(here)).toMatchObject({ body: { code: "50061" } });
  await later(here, 10_000);
  expect([buy(here).status, buyOkx(here).status]).toEqual([200, 200]);
});

test("a venue that is down answers nobody and accepts nobody, for a while", async () => {
  const here = stage();
  const ears = [
    listen(here.venues.binance.dialect, "/public/ws/btcusdt@bookTicker"),
    listen(here.venues.binance.dialect, "/ws-fapi/v1"),
    listenOkxPrivately(here, []),
  ];
  await befall(here, "down", { ms: 1_000 });
  expect(ears.map(({ closed }) => closed.length)).toEqual([1, 1, 1]);
  expect(askBinance(here, "GET", "/fapi/v1/time")).toBe("cut");
  expect(askOkx(here, "GET", "/api/v5/public/time")).toBe("cut");
  expect(() => listen(here.venues.okx.dialect, "/ws/v5/public")).toThrow(/refused/);
  expect(() => listen(here.venues.binance.dialect, "/ws-fapi/v1")).toThrow(/refused/);
  await later(here, 1_000);
  expect(askBinance(here, "GET", "/fapi/v1/time")).toMatchObject({ status: 200 });
  expect(listen(here.venues.okx.dialect, "/ws/v5/public").closed).toEqual([]);
});

test("a subscription is acknowledged and silent", async () => {
  const here = stage();
  const { binance, okx, misfortune } = here.venues;
  const streams = listen(binance.dialect, "/public/ws");
  const channels = listen(okx.dialect, "/ws/v5/public");
  misfortune.next(BINANCE_UM, "silent_sub");
  misfortune.next(OKX_PERP, "silent_sub");
  streams.session.message(`{"method":"SUBSCRIBE","params":["btcusdt@depth@0ms","btcusdt@bookTicker"],"id":1}`);
  channels.session.message(`{"op":"subscribe","args":[{"channel":"books","instId":"BTC-USDT-SWAP"}]}`);
  const account = listenOkxPrivately(here, []);
  misfortune.next(OKX_PERP, "silent_sub");
  account.session.message(`{"op":"subscribe","args":[{"channel":"orders","instType":"SWAP"}]}`);
  for (const { exchange } of [binance, okx]) change(exchange, 1_001, [["60000.05", "1"]], []);
  buyOkx(here);
  await later(here, 6_000);
  expect(streams.heard.map((said) => (said as { e?: string }).e)).toEqual([undefined, "bookTicker"]);
  expect(channels.heard).toMatchObject([{ event: "subscribe" }]);
  expect(account.heard.map((said) => (said as { event?: string }).event)).toEqual(["login", "subscribe"]);
});

test("the account's stream falls silent with its socket open", async () => {
  const here = stage();
  const { binance } = here.venues;
  const key = binance.dialect.listenKeys.open();
  const events = listen(binance.dialect, `/private/ws/${key}`);
  const pushes = listenOkxPrivately(here, [{ channel: "orders", instType: "SWAP" }, { channel: "account" }]);
  const before = pushes.heard.length;
  await befall(here, "private_silence");
  buy(here);
  buyOkx(here);
  await later(here, 12_000);
  expect(events.heard).toMatchObject([{ e: "listenKeyExpired", listenKey: key }]);
  expect(pushes.heard).toHaveLength(before);
  pushes.session.message("ping");
  expect(pushes.heard.at(-1)).toBe("pong");
  expect([...events.closed, ...pushes.closed]).toEqual([]);
  expect(askBinance(here, "PUT", "/fapi/v1/listenKey")).toMatchObject({ body: { code: -1125 } });
});

test("before an upgrade OKX says so, and a minute later its sockets are gone", async () => {
  const here = stage();
  const early = listen(here.venues.okx.dialect, "/ws/v5/public");
  await befall(here, "upgrade");
  const late = listen(here.venues.okx.dialect, "/ws/v5/public");
  expect(early.heard).toMatchObject([{ event: "notice", code: "64008", connId: "aaaaaaa1" }]);
  for (const _ of [1, 2, 3]) {
    await later(here, 20_000);
    for (const ear of [early, late]) ear.session.message("ping");
  }
  expect(early.closed).toEqual(["1001 service upgrade"]);
  expect(late.closed).toEqual([]);
});

test("a book goes on from a smaller number, and nothing is lost", async () => {
  const here = stage();
  const { dialect, exchange } = here.venues.okx;
  const ear = listen(dialect, "/ws/v5/public");
  ear.session.message(`{"op":"subscribe","args":[{"channel":"books","instId":"BTC-USDT-SWAP"}]}`);
  here.venues.misfortune.next(OKX_PERP, "sequence_reset");
  await later(here, 200);
  change(exchange, 1_001, [], [["60000.1", "0.5"]]);
  await later(here, 200);
  const told = ear.heard.slice(1).map((push) => (push as { data: [{ prevSeqId: number; seqId: number }] }).data[0]);
  expect(told.map(({ prevSeqId, seqId }) => [prevSeqId, seqId])).toEqual([
    [-1, 1_000],
    [1_000, 500],
    [500, 501],
  ]);
});

test("the mark stands off the market for a while", async () => {
  const here = stage();
  const { exchange } = here.venues.binance;
  exchange.place(placement());
  const mark = (): string => format(exchange.market(BTC).mark);
  await befall(here, "mark_jump", { thousandths: -50, ms: 1_000 });
  expect(mark()).toBe("57000");
  await later(here, 1_000);
  expect(mark()).toBe("60000");
});
