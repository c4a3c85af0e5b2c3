import { createHmac, sign as signWith } from "node:crypto";
import { expect, test } from "vitest";
import { BINANCE_UM } from "#domain/ids.ts";
import { after } from "#domain/time.ts";
import { askBinance, type Ear, listen, type Stage, stage } from "../../../../../test/simulator-kit.ts";
import { SIMULATED_KEYS } from "../../venues.ts";

const { key, secret, ed25519 } = SIMULATED_KEYS.binance;
const says = (pattern: RegExp): unknown => expect.stringMatching(pattern);
const ORDER = { symbol: "BTCUSDT", side: "BUY", type: "LIMIT", timeInForce: "IOC", quantity: "1", price: "60000.1" };
const RESTING = { ...ORDER, timeInForce: "GTC", price: "59000" };

type Words = Readonly<Record<string, string | number>>;
type Signer = "hmac" | "ed25519" | "none";

interface Told {
  readonly id: unknown;
  readonly status: number;
  readonly result?: unknown;
  readonly error?: unknown;
  readonly rateLimits?: unknown;
}

function open(here: Stage, target = "/ws-fapi/v1"): Ear {
  return listen(here.venues.binance.dialect, target);
}

function payloadOf(params: Words): string {
  return Object.keys(params)
    .toSorted()
    .map((name) => `${name}=${params[name]}`)
    .join("&");
}

/** Asks under an id of its own and gives back the last thing heard, if it bears that id. */
function ask(here: Stage, ear: Ear, method: string, words: Words = {}, by: Signer = "hmac"): Told | null {
  const id = `${method}-${ear.heard.length}`;
  const stamped = { timestamp: Math.floor(here.clock.now()), ...words };
  let params: Words = stamped;
  if (by === "hmac") {
    const named = { apiKey: key, ...stamped };
    params = { ...named, signature: createHmac("sha256", secret).update(payloadOf(named)).digest("hex") };
  }
  if (by === "ed25519") {
    const named = { apiKey: ed25519.key, ...stamped };
    const signature = signWith(null, Buffer.from(payloadOf(named)), ed25519.privateKey).toString("base64");
    params = { ...named, signature };
  }
  ear.session.message(JSON.stringify({ id, method, params }));
  const told = ear.heard.at(-1) as Told | undefined;
  return told?.id === id ? told : null;
}

test.each<Signer>(["hmac", "ed25519"])("an order signed by %s is placed, asked about, changed and cancelled", (by) => {
  const here = stage();
  const ear = open(here);
  const named = { symbol: "BTCUSDT", origClientOrderId: "a1" };
  expect(ask(here, ear, "order.place", { ...RESTING, newClientOrderId: "a1" }, by)).toMatchObject({
    status: 200,
    result: { clientOrderId: "a1", status: "NEW", price: "59000.00" },
    rateLimits: [
      { rateLimitType: "ORDERS", interval: "SECOND", intervalNum: 10, limit: 300, count: 1 },
      { rateLimitType: "ORDERS", interval: "MINUTE", intervalNum: 1, limit: 1200, count: 1 },
      { rateLimitType: "REQUEST_WEIGHT", interval: "MINUTE", intervalNum: 1, limit: 2400, count: 5 },
    ],
  });
  expect(ask(here, ear, "order.status", named, by)).toMatchObject({ result: { status: "NEW", avgPrice: "0.00000" } });
  const changed = { ...named, side: "BUY", quantity: "0.5", price: "58000" };
  expect(ask(here, ear, "order.modify", changed, by)).toMatchObject({
    result: { price: "58000.00", origQty: "0.500" },
  });
  expect(ask(here, ear, "order.cancel", named, by)).toMatchObject({ result: { status: "CANCELED" } });
  expect(ask(here, ear, "order.cancel", named, by)).toMatchObject({ status: 400, error: { code: -2011 } });
  const verdicts = here.venues.binance.exchange.receipts.all.map(({ verdict }) => verdict);
  expect(verdicts).toEqual(["executed"]);
});

test.each([
  { method: "account.status", words: {}, result: { canTrade: true, totalWalletBalance: "100000.00000000" } },
  { method: "v2/account.status", words: {}, result: { totalWalletBalance: "100000.00000000", positions: [] } },
  { method: "account.balance", words: {}, result: [{ asset: "USDT", balance: "100000.00000000" }] },
  { method: "v2/account.balance", words: {}, result: [{ asset: "USDT", balance: "100000.00000000" }] },
  { method: "v2/account.position", words: {}, result: [] },
  { method: "account.position", words: { symbol: "BTCUSDT" }, result: [{ symbol: "BTCUSDT", leverage: "5" }] },
  { method: "depth", words: { symbol: "BTCUSDT", limit: 5 }, result: { lastUpdateId: 1_000 } },
  { method: "ticker.price", words: { symbol: "BTCUSDT" }, result: { price: "60000.00" } },
  { method: "ticker.book", words: { symbol: "BTCUSDT" }, result: { bidPrice: "60000.00", askPrice: "60000.10" } },
])("$method", ({ method, words, result }) => {
  const here = stage();
  expect(ask(here, open(here), method, words)).toMatchObject({ status: 200, result });
});

test("a listen key by socket is the one by REST", () => {
  const here = stage();
  const ear = open(here);
  const started = ask(here, ear, "userDataStream.start", { apiKey: key }, "none");
  expect(askBinance(here, "POST", "/fapi/v1/listenKey")).toMatchObject({ body: started?.result });
  expect(ask(here, ear, "userDataStream.ping", { apiKey: key }, "none")).toMatchObject({ result: started?.result });
  expect(ask(here, ear, "userDataStream.stop", { apiKey: key }, "none")).toMatchObject({ status: 200 });
  expect(ask(here, ear, "userDataStream.ping", { apiKey: key }, "none")).toMatchObject({ error: { code: -1125 } });
});

test("only an Ed25519 key logs on, and then nothing need be signed", () => {
  const here = stage();
  const ear = open(here);
  expect(ask(here, ear, "session.logon")).toMatchObject({ status: 400, error: { code: -4056 } });
  expect(ask(here, ear, "order.place", ORDER, "none")).toMatchObject({ status: 401, error: { code: -2014 } });
  expect(ask(here, ear, "session.logon", {}, "ed25519")).toMatchObject({ result: { apiKey: ed25519.key } });
  expect(ask(here, ear, "session.status", {}, "none")).toMatchObject({ result: { apiKey: ed25519.key } });
  expect(ask(here, ear, "order.place", ORDER, "none")).toMatchObject({ status: 200 });
  expect(ask(here, ear, "session.logout", {}, "none")).toMatchObject({ result: { apiKey: null } });
  expect(ask(here, ear, "order.place", ORDER, "none")).toMatchObject({ status: 401, error: { code: -2014 } });
});

test.each([
  { says: "a stranger's key", words: { apiKey: "other", signature: "00" }, by: "none", code: -2015 },
  { says: "no signature", words: { apiKey: key }, by: "none", code: -1102 },
  { says: "a wrong signature", words: { apiKey: key, signature: "0".repeat(64) }, by: "none", code: -1022 },
  { says: "an old stamp", words: { timestamp: 1_786_541_235_000 }, by: "hmac", code: -1021 },
  { says: "a stamp ahead", words: { timestamp: 1_786_541_242_000 }, by: "hmac", code: -1021 },
  { says: "a filter", words: { price: "60000.11" }, by: "hmac", code: -4014 },
] as const)("$says is refused", ({ words, by, code }) => {
  const here = stage();
  const told = ask(here, open(here), "order.place", { ...ORDER, ...words }, by);
  expect(told).toMatchObject({ error: { code } });
  expect(told?.status).toBeGreaterThanOrEqual(400);
});

test("what is no request, and what there is no method for", () => {
  const here = stage();
  const ear = open(here);
  ear.session.message("{");
  expect(ear.heard.at(-1)).toMatchObject({ id: null, status: 400, error: { code: -1013 } });
  ear.session.message(JSON.stringify({ id: 7, method: "order.amuse" }));
  expect(ear.heard.at(-1)).toMatchObject({ id: 7, status: 400, error: { code: -1020 } });
});

test("counts are left out for whoever does not want them", () => {
  const here = stage();
  const quiet = open(here, "/ws-fapi/v1?returnRateLimits=false");
  expect(ask(here, quiet, "ticker.price", {})).not.toHaveProperty("rateLimits");
  const asked = open(here);
  expect(ask(here, asked, "ticker.price", { returnRateLimits: "false" })).not.toHaveProperty("rateLimits");
  expect(ask(here, asked, "ticker.price", {})).toHaveProperty("rateLimits");
});

test("limits are those of REST, and a ban shuts this door too", () => {
  const here = stage();
  const ear = open(here);
  for (let order = 0; order < 300; order += 1) askBinance(here, "POST", "/fapi/v1/order", ORDER);
  expect(ask(here, ear, "order.place", ORDER)).toMatchObject({ status: 429, error: { code: -1015 } });
  here.venues.binance.dialect.limits.ban("203.0.113.7", 120_000);
  const until = here.clock.now() + 120_000;
  expect(ask(here, ear, "ticker.price")).toMatchObject({
    status: 418,
    error: { code: -1003, data: { retryAfter: until } },
  });
  expect(() => open(here)).toThrow(/refused/);
});

test("misfortune is that of REST: lost, cut, unknown, broken", () => {
  const here = stage();
  const { misfortune, binance } = here.venues;
  const fills = (): number => binance.exchange.trades().length;
  let ear = open(here);
  misfortune.next(BINANCE_UM, "drop_req");
  expect(ask(here, ear, "order.place", ORDER)).toBeNull();
  expect(fills()).toBe(0);
  misfortune.next(BINANCE_UM, "unknown", { executed: false });
  expect(ask(here, ear, "order.place", ORDER)).toMatchObject({ status: 503, error: { msg: says(/^Unknown error/) } });
  misfortune.next(BINANCE_UM, "malformed_answer");
  expect(ask(here, ear, "order.place", RESTING)).toBeNull();
  expect(typeof ear.heard.at(-1)).toBe("string");
  misfortune.next(BINANCE_UM, "exec_drop_resp");
  expect(ask(here, ear, "order.place", ORDER)).toBeNull();
  expect(ear.closed).toEqual(["1006 connection lost"]);
  expect(fills()).toBe(1);
  ear = open(here);
  misfortune.next(BINANCE_UM, "cancel.reject");
  const cancel = { symbol: "BTCUSDT", orderId: 1 };
  expect(ask(here, ear, "order.cancel", cancel)).toMatchObject({ status: 400, error: { code: -2011 } });
});

test("an answer late comes after its events, under its own id", async () => {
  const here = stage();
  const ear = open(here);
  here.venues.misfortune.next(BINANCE_UM, "delay_resp", { ms: 500 });
  expect(ask(here, ear, "order.place", ORDER)).toBeNull();
  expect(ask(here, ear, "ticker.price")).toMatchObject({ status: 200 });
  await here.clock.runUntil(after(here.clock.now(), 500));
  expect(ear.heard.at(-1)).toMatchObject({ id: "order.place-0", status: 200 });
});

test("it is pinged, lives a day, and may be closed without the streams", async () => {
  const here = stage();
  const ear = open(here);
  const stream = listen(here.venues.binance.dialect, "/market/ws/btcusdt@aggTrade");
  here.venues.misfortune.next(BINANCE_UM, "close_orders");
  await here.clock.runUntil(after(here.clock.now(), 1));
  expect([ear.closed, stream.closed]).toEqual([["1006 connection lost"], []]);
  const second = open(here);
  await here.clock.runUntil(after(here.clock.now(), 86_400_000));
  expect(second.closed).toEqual(["1001 24 hours are over"]);
});
