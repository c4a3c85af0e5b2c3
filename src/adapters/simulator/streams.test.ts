import { expect, test } from "vitest";
import { price } from "#domain/decimal.ts";
import { after } from "#domain/time.ts";
import {
  BTC,
  change,
  type Ear,
  listen,
  listenOkxPrivately,
  placement,
  type Stage,
  stage,
} from "../../../test/simulator-kit.ts";

interface Diff {
  readonly U: number;
  readonly u: number;
  readonly pu: number;
  readonly a: readonly (readonly [string, string])[];
}

const later = ({ clock }: Stage, ms: number): Promise<void> => clock.runUntil(after(clock.now(), ms));
const payloads = (ear: Ear): readonly Diff[] => ear.heard as readonly Diff[];

test("a stream of changes says at its cadence what happened since, and each message names the one before", async () => {
  const here = stage();
  const { dialect, exchange } = here.venues.binance;
  const slow = listen(dialect, "/public/ws/btcusdt@depth@500ms");
  const fast = listen(dialect, "/public/ws/btcusdt@depth@0ms");
  change(exchange, 1_001, [], [["60000.1", "0.5"]]);
  change(exchange, 1_002, [], [["60000.1", "0"]]);
  await later(here, 500);
  change(exchange, 1_003, [["59000", "3"]], []);
  await later(here, 500);
  expect(payloads(fast).map(({ U, u, pu }) => [U, u, pu])).toEqual([
    [1_001, 1_001, 1_000],
    [1_002, 1_002, 1_001],
    [1_003, 1_003, 1_002],
  ]);
  expect(payloads(slow).map(({ U, u, pu }) => [U, u, pu])).toEqual([
    [1_001, 1_002, 1_000],
    [1_003, 1_003, 1_002],
  ]);
  expect(payloads(slow)[0]?.a).toEqual([["60000.10", "0.000"]]);
});

test("what our own taker took shows in depth, and the ids go on from there", () => {
  const here = stage();
  const { dialect, exchange } = here.venues.binance;
  const ear = listen(dialect, "/public/ws/btcusdt@depth@0ms");
  exchange.place(placement());
  change(exchange, 1_001, [], [["60000.3", "1"]]);
  expect(payloads(ear).map(({ U, u, pu, a }) => [U, u, pu, a])).toEqual([
    [1_001, 1_001, 1_000, [["60000.10", "0.000"]]],
    [1_002, 1_002, 1_001, [["60000.30", "1.000"]]],
  ]);
});

test("a recorded change is passed on as it was", () => {
  const here = stage();
  const { dialect, exchange } = here.venues.binance;
  const ear = listen(dialect, "/public/stream?streams=btcusdt@depth@100ms");
  const numbers = { bids: [], asks: [], sequence: 1_002, firstSequence: 1_001, previousSequence: 1_000 };
  exchange.change(BTC, { ...numbers, recorded: `{"e":"depthUpdate","as":"recorded"}` });
  expect(ear.heard).toEqual([{ stream: "btcusdt@depth@100ms", data: { e: "depthUpdate", as: "recorded" } }]);
});

test("a stream on the wrong root is acknowledged and silent", async () => {
  const here = stage();
  const ear = listen(here.venues.binance.dialect, "/public/ws");
  ear.session.message(`{"method":"SUBSCRIBE","params":["btcusdt@markPrice@1s","nobody@depth"],"id":1}`);
  await later(here, 5_000);
  expect(ear.heard).toEqual([{ result: null, id: 1 }]);
});

test("an hour without a sign of life ends a listen key, and its socket goes silent", async () => {
  const here = stage();
  const { dialect, exchange } = here.venues.binance;
  const key = dialect.listenKeys.open();
  const ear = listen(dialect, `/private/ws/${key}`);
  await later(here, 3_600_000);
  expect(ear.heard).toMatchObject([{ e: "listenKeyExpired", listenKey: key }]);
  exchange.place(placement());
  expect(ear.heard).toHaveLength(1);
  expect(ear.closed).toEqual([]);
});

test("eleven messages in a second are too many", () => {
  const ear = listen(stage().venues.binance.dialect, "/public/ws");
  for (let count = 0; count < 11; count += 1) ear.session.message(`{"method":"LIST_SUBSCRIPTIONS","id":${count}}`);
  expect(ear.closed).toEqual(["1008 Too many requests"]);
});

interface Push {
  readonly action: string;
  readonly data: readonly [{ readonly prevSeqId: number; readonly seqId: number; readonly checksum: number }];
}

const told = (ear: Ear): unknown[] =>
  (ear.heard.slice(1) as Push[]).map(({ action, data: [{ prevSeqId, seqId }] }) => [action, prevSeqId, seqId]);

test("the books channel begins with a snapshot and goes on without a gap", async () => {
  const here = stage();
  const { dialect, exchange } = here.venues.okx;
  const subscribe = JSON.stringify({ op: "subscribe", args: [{ channel: "books", instId: "BTC-USDT-SWAP" }] });
  const early = listen(dialect, "/ws/v5/public");
  early.session.message(subscribe);
  change(exchange, 1_001, [], [["60000.1", "0.5"]]);
  const late = listen(dialect, "/ws/v5/public");
  late.session.message(subscribe);
  change(exchange, 1_002, [], [["60000.1", "0.25"]]);
  await later(here, 100);
  expect(told(early)).toEqual([
    ["snapshot", -1, 1_000],
    ["update", 1_000, 1_001],
    ["update", 1_001, 1_002],
  ]);
  expect(told(late)).toEqual([
    ["snapshot", -1, 1_001],
    ["update", 1_001, 1_002],
  ]);
});

test("a socket nobody speaks on for thirty seconds is closed; a ping keeps it", async () => {
  const here = stage();
  const silent = listen(here.venues.okx.dialect, "/ws/v5/public");
  const alive = listen(here.venues.okx.dialect, "/ws/v5/public");
  await later(here, 20_000);
  alive.session.message("ping");
  await later(here, 20_000);
  expect(silent.closed).toEqual(["4004 No data received in 30s"]);
  expect(alive.closed).toEqual([]);
  expect(alive.heard).toEqual(["pong"]);
});

test("private channels want a login, and the right door", () => {
  const here = stage();
  const closed = listen(here.venues.okx.dialect, "/ws/v5/private");
  closed.session.message(`{"op":"subscribe","args":[{"channel":"orders","instType":"SWAP"}]}`);
  expect(closed.heard).toMatchObject([{ event: "error", code: "60011" }]);
  const wrong = listen(here.venues.okx.dialect, "/ws/v5/public");
  wrong.session.message(`{"op":"subscribe","args":[{"channel":"orders","instType":"SWAP"}]}`);
  expect(wrong.heard).toMatchObject([{ event: "error", code: "60018" }]);
  const open = listenOkxPrivately(here, [{ channel: "fills" }]);
  expect(open.heard).toMatchObject([
    { event: "login", code: "0" },
    { event: "error", code: "64003" },
  ]);
});

test("OKX takes what cannot be and cancels it", () => {
  const here = stage();
  const ear = listenOkxPrivately(here, [{ channel: "orders", instType: "SWAP" }]);
  here.venues.okx.exchange.place(placement({ timeInForce: "post-only", form: "post_only", limit: price("60000.1") }));
  const states = ear.heard
    .slice(2)
    .map((push) => (push as { data: [{ state: string; cancelSource: string }] }).data[0]);
  expect(states).toMatchObject([
    { state: "live", cancelSource: "" },
    { state: "canceled", cancelSource: "31" },
  ]);
});
