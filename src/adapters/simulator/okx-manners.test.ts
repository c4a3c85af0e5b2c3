import { expect, test } from "vitest";
import { quantity } from "#domain/decimal.ts";
import { OKX_PERP } from "#domain/ids.ts";
import { after } from "#domain/time.ts";
import { SeededChance } from "#adapters/host/chance.ts";
import {
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
import type { OkxDialect } from "./dialects/okx/dialect.ts";
import { SIMULATED_KEYS } from "./venues.ts";

const ORDER = { instId: "BTC-USDT-SWAP", tdMode: "cross", side: "buy", ordType: "limit", sz: "10", px: "59500" };
const place = (here: Stage, words: object = {}): Said =>
  askOkx(here, "POST", "/api/v5/trade/order", { ...ORDER, ...words }) as Said;
const later = ({ clock }: Stage, ms: number): Promise<void> => clock.runUntil(after(clock.now(), ms));
const rows = (ear: Ear): Record<string, string>[] =>
  ear.heard.flatMap((push) => (push as { data?: Record<string, string>[] }).data ?? []);

interface Answered {
  readonly status: number;
  readonly body: string;
}

function ask(dialect: OkxDialect, target: string, headers: Record<string, string>): Answered | null {
  let answered: Answered | null = null;
  const request = { method: "GET", target, headers: new Map(Object.entries(headers)), body: "", address: "1" };
  dialect.request(request, {
    answer: (answer) => {
      answered = answer;
    },
    cut: () => undefined,
  });
  return answered;
}

test.each(["live", "demo"] as const)("a venue that is %s knows its own header, key and numbers", (environment) => {
  const { clock, venues } = stage({ okxEnvironment: environment, chance: new SeededChance("environments") });
  const { dialect } = venues.okx;
  const ours: Record<string, string> = environment === "demo" ? { "x-simulated-trading": "1" } : {};
  const theirs: Record<string, string> = environment === "demo" ? {} : { "x-simulated-trading": "1" };
  const path = "/api/v5/public/instruments?instType=SWAP&instId=BTC-USDT-SWAP";
  expect(ask(dialect, path, ours)?.body).toContain(`"instIdCode":10459`);
  expect(ask(dialect, path, theirs)?.body).toContain(`"instIdCode":60459`);
  const key = { "ok-access-key": SIMULATED_KEYS.okx.key };
  expect(ask(dialect, "/api/v5/account/config", { ...theirs, ...key })).toMatchObject({ status: 401 });
  expect(ask(dialect, "/api/v5/account/config", { ...theirs, ...key })?.body).toContain(`"50101"`);
  expect(ask(dialect, "/api/v5/account/config", { ...ours, ...key })?.body).toContain(`"50104"`);
  expect(clock.now()).toBeGreaterThan(0);
});

test("maintenance is announced, closes, half opens and is over", async () => {
  const here = stage();
  const { maintenance } = here.venues.okx.dialect;
  const ear = listen(here.venues.okx.dialect, "/ws/v5/public");
  ear.session.message(`{"op":"subscribe","args":[{"channel":"status"}]}`);
  const now = here.clock.now();
  const window = { begin: after(now, 10_000), preOpenBegin: after(now, 15_000), end: after(now, 20_000) };
  maintenance.schedule({ title: "Trading upgrade", ...window });
  const read = (): unknown => askOkx(here, "GET", "/api/v5/system/status");
  expect(read()).toMatchObject({
    body: { data: [{ state: "scheduled", begin: `${window.begin}`, serviceType: "5" }] },
  });
  place(here, { clOrdId: "a1" });
  await later(here, 10_000);
  expect(place(here)).toMatchObject({ status: 503, body: { code: "50001" } });
  const cancel = { instId: ORDER.instId, clOrdId: "a1" };
  expect(askOkx(here, "POST", "/api/v5/trade/cancel-order", cancel)).toMatchObject({ status: 503 });
  await later(here, 5_000);
  expect(place(here)).toMatchObject({ status: 503 });
  expect(place(here, { ordType: "post_only" })).toMatchObject({ body: { code: "0" } });
  expect(askOkx(here, "POST", "/api/v5/trade/cancel-order", cancel)).toMatchObject({ body: { code: "0" } });
  await later(here, 5_000);
  expect(place(here)).toMatchObject({ body: { code: "0" } });
  expect(rows(ear).map(({ state }) => state)).toEqual(["scheduled", "ongoing", "pre_open", "completed"]);
  expect(read()).toMatchObject({ body: { data: [] } });
  const off = maintenance.schedule({ title: "Another", begin: after(now, 60_000), end: after(now, 70_000) });
  off();
  expect(rows(ear).at(-1)).toMatchObject({ state: "canceled" });
});

test("a dead man's switch is for the whole account or for one tag, of which there are twenty", async () => {
  const here = stage();
  const arm = (words: object): unknown => askOkx(here, "POST", "/api/v5/trade/cancel-all-after", words);
  place(here, { clOrdId: "ours", tag: "ours" });
  place(here, { clOrdId: "theirs", px: "59400" });
  expect(arm({ timeOut: "9" })).toMatchObject({ body: { code: "51000" } });
  expect(arm({ timeOut: "121" })).toMatchObject({ body: { code: "51000" } });
  arm({ timeOut: "10", tag: "ours" });
  await later(here, 10_000);
  const open = (): string[] => here.venues.okx.exchange.openOrders().map(({ clientOrderId }) => clientOrderId);
  expect(open()).toEqual(["theirs"]);
  arm({ timeOut: "10" });
  await later(here, 5_000);
  arm({ timeOut: "0" });
  await later(here, 9_000);
  expect(open()).toEqual(["theirs"]);
  for (let tag = 0; tag < 20; tag += 1) {
    arm({ timeOut: "60", tag: `t${tag}` });
    await later(here, 1_000);
  }
  expect(arm({ timeOut: "60", tag: "t20" })).toMatchObject({ body: { code: "51071" } });
  expect(arm({ timeOut: "60", tag: "t0" })).toMatchObject({ body: { code: "0" } });
});

test("closing a position: pending close orders are in the way, unless they go with it", () => {
  const here = stage();
  const { exchange } = here.venues.okx;
  const close = (words: object = {}): unknown =>
    askOkx(here, "POST", "/api/v5/trade/close-position", { instId: ORDER.instId, mgnMode: "cross", ...words });
  expect(close()).toMatchObject({ body: { code: "51023" } });
  exchange.place(placement());
  place(here, { side: "sell", px: "60500", sz: "50", reduceOnly: true });
  expect(close()).toMatchObject({ status: 429, body: { code: "51115" } });
  expect(close({ autoCxl: true })).toMatchObject({ body: { code: "0" } });
  expect(exchange.openOrders()).toEqual([]);
  expect(exchange.truth().positions.get(BTC)).toBe(0n);
});

test("one side is closed and the other stays", () => {
  const here = stage();
  const { exchange } = here.venues.okx;
  exchange.hedgeMode = true;
  exchange.place(placement({ bucket: "long", quantity: quantity("0.5") }));
  const short = { clientOrderId: "two", side: "sell", bucket: "short", limit: null } as const;
  exchange.place(placement({ ...short, quantity: quantity("0.5"), form: "market" }));
  const words = { instId: ORDER.instId, mgnMode: "cross", posSide: "long" };
  expect(askOkx(here, "POST", "/api/v5/trade/close-position", words)).toMatchObject({ body: { code: "0" } });
  expect(exchange.position(BTC, "long").quantity).toBe(0n);
  expect(exchange.position(BTC, "short").quantity).toBe(quantity("-0.5"));
});

test("three connections a second from one address", async () => {
  const here = stage();
  const connect = (): Ear => listen(here.venues.okx.dialect, "/ws/v5/public");
  for (const _ of [1, 2, 3]) connect();
  expect(connect).toThrow(/refused/);
  await later(here, 1_000);
  expect(connect().closed).toEqual([]);
});

test("who holds a private channel is counted, and the thirty-first is refused", async () => {
  const here = stage();
  let last: Ear | null = null;
  for (let socket = 1; socket <= 31; socket += 1) {
    last = listenOkxPrivately(here, [{ channel: "orders", instType: "SWAP" }]);
    if (socket <= 2) expect(last.counts).toMatchObject([{ channel: "orders", connCount: `${socket}` }]);
    if (socket % 3 === 0) await later(here, 1_000);
  }
  expect(last?.counts).toMatchObject([{ event: "channel-conn-count-error", channel: "orders", connCount: "31" }]);
});

test("the same push twice bears another stamp", () => {
  const here = stage();
  const ear = listenOkxPrivately(here, [{ channel: "orders", instType: "SWAP" }]);
  here.venues.misfortune.next(OKX_PERP, "ws_dup");
  place(here);
  const [first, second, ...others] = rows(ear);
  expect(others).toEqual([]);
  expect(Number(second?.["uTime"])).toBe(Number(first?.["uTime"]) + 1);
  expect({ ...second, uTime: "" }).toEqual({ ...first, uTime: "" });
});

test("a push may come before its answer, and after it", async () => {
  const here = stage();
  const ear = listenOkxPrivately(here, [{ channel: "orders", instType: "SWAP" }]);
  const { instId: _, ...words } = ORDER;
  const send = (id: string): void =>
    ear.session.message(JSON.stringify({ id, op: "order", args: [{ ...words, instIdCode: 10459 }] }));
  const kinds = (): string[] =>
    ear.heard.slice(2).map((said) => ((said as { op?: string }).op === "order" ? "answer" : "push"));
  send("1");
  expect(kinds()).toEqual(["answer", "push"]);
  here.venues.misfortune.next(OKX_PERP, "stream_first");
  send("2");
  await later(here, 100);
  expect(kinds()).toEqual(["answer", "push", "push", "answer"]);
});
