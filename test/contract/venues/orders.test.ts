import { afterAll, beforeAll, expect, test } from "vitest";
import { price, quantity } from "#domain/decimal.ts";
import { OKX_PERP } from "#domain/ids.ts";
import type { Drift } from "#ports/venue.ts";
import { BTC, type Running, type VenueName, startVenues } from "../clients/venues.ts";
import { type Road, type Stand, stand } from "./stand.ts";

const VENUES: readonly VenueName[] = ["binance", "okx"];

let running: Running;
const stands: Stand[] = [];

beforeAll(async () => {
  running = await startVenues();
});

test.each(VENUES)("%s: nothing it says has a field we have never heard of", async (name) => {
  const one = await opened(name, "ws");
  const drifts: Drift[] = [];
  one.venue.watchDrift([], (drift) => drifts.push(drift));
  await one.place(one.order());
  const resting = one.order({ timeInForce: "gtc", limitPrice: price("59000") });
  await one.place(resting);
  await one.venue.account.openOrders();
  await one.venue.account.positions();
  await one.venue.account.fills(BTC, resting.expiresAt);
  await one.venue.trading.cancel(resting);
  await one.venue.trading.lookUp(resting);
  expect(drifts).toEqual([]);
});

afterAll(async () => {
  await Promise.all(stands.map((each) => each.close()));
  await running.stop();
});

async function opened(name: VenueName, road: Road, key: "hmac" | "ed25519" = "hmac"): Promise<Stand> {
  const one = await stand({ running, name, road, key });
  stands.push(one);
  if (road === "ws") await onWebsocket(one);
  return one;
}

/** Places small orders that take nothing until one of them goes by the websocket. */
async function onWebsocket(one: Stand): Promise<void> {
  const before = one.left.length;
  while (one.left.at(-1) !== "ws" || one.left.length === before) {
    const probe = one.order({ quantity: quantity("0.002"), limitPrice: price("59000") });
    await one.place(probe);
    await new Promise((resolve) => setTimeout(resolve, 40));
    if (one.left.length > before + 100) throw new Error("the order connection never came up");
  }
}

const ROADS: readonly { name: VenueName; road: Road; key: "hmac" | "ed25519" }[] = [
  { name: "binance", road: "ws", key: "hmac" },
  { name: "binance", road: "ws", key: "ed25519" },
  { name: "binance", road: "rest", key: "hmac" },
  { name: "binance", road: "rest", key: "ed25519" },
  { name: "okx", road: "ws", key: "hmac" },
  { name: "okx", road: "rest", key: "hmac" },
];

test.each(ROADS)("$name over $road with an $key key: placed, found, cancelled", async ({ name, road, key }) => {
  const one = await opened(name, road, key);
  const taken = one.order();
  const resting = one.order({ timeInForce: "gtc", limitPrice: price("59000") });
  const before = one.left.length;
  expect(await one.place(taken)).toMatchObject({ outcome: "accepted", order: { id: taken.id } });
  expect(await one.place(resting)).toMatchObject({ outcome: "accepted", order: { status: "open" } });
  expect(one.left.slice(before)).toEqual([road, road]);
  await one.until("fill", () => one.heard.some((update) => update.type === "fill" && update.fill.order === taken.id));
  expect(await one.venue.trading.lookUp(taken)).toMatchObject({
    outcome: "found",
    order: { status: "filled", filled: taken.quantity },
  });
  expect(await one.venue.trading.cancel(resting)).toEqual({ outcome: "taken" });
  expect(await one.venue.trading.cancel(resting)).toEqual({ outcome: "nothing-open" });
  expect(await one.venue.trading.lookUp(resting)).toMatchObject({ order: { status: "cancelled", filled: 0n } });
  expect([one.received(taken), one.received(resting)]).toEqual([1, 1]);
});

test.each(ROADS)("$name over $road with an $key key: a refusal, a closed gate", async ({ name, road, key }) => {
  const one = await opened(name, road, key);
  const tooSmall = one.order({ quantity: name === "binance" ? quantity("0.001") : quantity("0.00001") });
  expect(await one.place({ ...tooSmall, limitPrice: price("30000.1") })).toMatchObject({
    outcome: "fault",
    fault: { kind: "rejected" },
  });
  one.forbid("open");
  const before = one.left.filter((each) => each === "ws").length;
  const forbidden = one.order();
  expect(await one.place(forbidden)).toEqual({ outcome: "withheld" });
  expect(one.received(forbidden)).toBe(0);
  expect(one.left.filter((each) => each === "ws")).toHaveLength(before);
});

test.each(VENUES)("%s: an order whose socket dies is unknown, once received, and the next takes REST", async (name) => {
  const one = await opened(name, "ws");
  const from = one.left.length;
  running.misfortune.next(one.id, "exec_drop_resp");
  const lost = one.order();
  expect(await one.place(lost)).toMatchObject({ outcome: "fault", fault: { kind: "outcome-unknown" } });
  const next = one.order();
  expect(await one.place(next)).toMatchObject({ outcome: "accepted" });
  expect(one.left.slice(from)).toEqual(["ws", "rest"]);
  expect([one.received(lost), one.received(next)]).toEqual([1, 1]);
  expect(await one.venue.trading.lookUp(lost)).toMatchObject({ outcome: "found", order: { status: "filled" } });
  await onWebsocket(one);
});

test.each(VENUES)("%s: prepared for the websocket, sent when it is dead: REST, and received once", async (name) => {
  const one = await opened(name, "ws");
  const from = one.left.length;
  const order = one.order();
  const ready = one.venue.trading.prepare(order);
  running.misfortune.next(one.id, "exec_drop_resp");
  await one.place(one.order());
  expect(await ready.send({} as never)).toMatchObject({ outcome: "accepted" });
  expect(one.left.slice(from)).toEqual(["ws", "rest"]);
  expect(one.received(order)).toBe(1);
});

test.each(VENUES)(
  "%s: sixty orders over a connection that keeps dying are each received at most once",
  async (name) => {
    const one = await opened(name, "ws");
    const orders = Array.from({ length: 60 }, () => one.order({ quantity: quantity("0.002") }));
    const outcomes = [];
    for (const [index, order] of orders.entries()) {
      if (index % 7 === 3) running.misfortune.next(one.id, "close_orders");
      outcomes.push(one.place({ ...order, expiresAt: one.order().expiresAt }));
      if (index % 5 === 0) await Promise.all(outcomes);
    }
    const ended = await Promise.all(outcomes);
    for (const [index, order] of orders.entries()) {
      const outcome = ended[index];
      const times = one.received(order);
      expect(times).toBeLessThanOrEqual(1);
      if (outcome?.outcome === "accepted") expect(times).toBe(1);
    }
    expect(ended.filter(({ outcome }) => outcome === "accepted").length).toBeGreaterThan(30);
    expect(new Set(one.left)).toEqual(new Set(["ws", "rest"]));
  },
);

test.each(VENUES)("%s: answers find their orders in whatever order they come", async (name) => {
  const one = await opened(name, "ws");
  running.misfortune.next(one.id, "delay_resp", { ms: 150 });
  const slow = one.order({ quantity: quantity("0.003") });
  const quick = one.order({ quantity: quantity("0.004") });
  const ended: string[] = [];
  const [first, second] = await Promise.all([
    one.place(slow).then((outcome) => (ended.push("slow"), outcome)),
    one.place(quick).then((outcome) => (ended.push("quick"), outcome)),
  ]);
  expect(ended).toEqual(["quick", "slow"]);
  expect(first).toMatchObject({ outcome: "accepted", order: { id: slow.id, quantity: slow.quantity } });
  expect(second).toMatchObject({ outcome: "accepted", order: { id: quick.id, quantity: quick.quantity } });
});

test("okx: a number the websocket refuses sends the next order over REST", async () => {
  const one = await opened("okx", "ws");
  const from = one.left.length;
  running.misfortune.next(OKX_PERP, "place.reject", { code: "51001" });
  expect(await one.place(one.order())).toMatchObject({ fault: { kind: "rejected", code: "51001" } });
  expect(await one.place(one.order())).toMatchObject({ outcome: "accepted" });
  expect(one.left.slice(from)).toEqual(["ws", "rest"]);
});

test("okx: its orders carry our tag", async () => {
  const one = await opened("okx", "ws");
  const resting = one.order({ timeInForce: "gtc", limitPrice: price("59000") });
  await one.place(resting);
  expect(running.exchanges.okx.knownOrder({ clientOrderId: resting.id })?.tag).toBe("stnd");
  await one.venue.trading.cancel(resting);
});

test.each(VENUES)("%s: a dead-man timer that is armed, and disarmed again, leaves what rests alone", async (name) => {
  const one = await opened(name, "rest");
  const resting = one.order({ timeInForce: "gtc", limitPrice: price("59000") });
  await one.place(resting);
  expect(await one.venue.trading.armDeadMan([BTC], 120_000)).toEqual({ outcome: "answered", value: "armed" });
  if (name === "okx") await new Promise((resolve) => setTimeout(resolve, 1_050));
  expect(await one.venue.trading.armDeadMan([BTC], 0)).toEqual({ outcome: "answered", value: "disarmed" });
  expect(await one.venue.trading.lookUp(resting)).toMatchObject({ order: { status: "open" } });
  await one.venue.trading.cancel(resting);
});

test("binance: a dead-man timer nobody refreshes cancels what rests", async () => {
  const one = await opened("binance", "rest");
  const resting = one.order({ timeInForce: "gtc", limitPrice: price("59000") });
  await one.place(resting);
  expect(await one.venue.trading.armDeadMan([BTC], 100)).toMatchObject({ value: "armed" });
  const ended = () =>
    one.heard.some(
      (update) => update.type === "order" && update.order.id === resting.id && update.order.status === "cancelled",
    );
  await one.until("cancel by the venue", ended);
});

test("okx: a timer outside its range is refused before it is asked", async () => {
  const one = await opened("okx", "rest");
  expect(await one.venue.trading.armDeadMan([BTC], 5_000)).toMatchObject({ fault: { kind: "rejected" } });
  expect(await one.venue.trading.armDeadMan([BTC], 500_000)).toMatchObject({ fault: { kind: "rejected" } });
});
