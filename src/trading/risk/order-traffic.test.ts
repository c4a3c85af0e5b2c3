import { expect, test } from "vitest";
import { aClock, aHedge, anIntent, aReducingOrder, reported } from "../../../test/kit.ts";
import { price, quantity } from "#domain/decimal.ts";
import type { HedgeEvent } from "#domain/hedge.ts";
import { after } from "#domain/time.ts";
import { OrderTraffic } from "./order-traffic.ts";

const intent = anIntent();
const order = aReducingOrder(intent, "unwind", {
  leg: "long",
  attempt: 2,
  quantity: quantity("0.02"),
  at: price("60000"),
});
const intended: HedgeEvent = { type: "intended", intent };
const rescue: HedgeEvent = { type: "recovery-prepared", order, reference: price("60000"), says: "" };
const exit: HedgeEvent = { type: "exit-prepared", reason: "target", prices: intent.prices, orders: [order, order] };
const dead = (id: typeof intent.long.id, code: string): HedgeEvent => ({
  type: "order-dead",
  order: id,
  code,
  says: "",
});
const hedge = aHedge(intent, rescue);

function scene() {
  const clock = aClock();
  const traffic = new OrderTraffic(clock, 300_000);
  const note = (...events: readonly HedgeEvent[]): void => events.forEach((event) => traffic.note(hedge, event));
  const pass = (ms: number) => clock.runUntil(after(clock.now(), ms));
  return { traffic, note, pass };
}

test("orders count from the moment they are meant, for a minute", async () => {
  const { traffic, note, pass } = scene();
  note(intended, rescue, exit);
  traffic.cancelled(false);
  expect(traffic.now()).toEqual({ orders: 5, cancels: 1, rescues: 1 });
  await pass(30_000);
  note(intended);
  await pass(29_000);
  expect(traffic.now()).toEqual({ orders: 7, cancels: 1, rescues: 1 });
  await pass(1_000);
  expect(traffic.now()).toEqual({ orders: 2, cancels: 0, rescues: 0 });
  await pass(30_000);
  expect(traffic.now()).toEqual({ orders: 0, cancels: 0, rescues: 0 });
});

test("what a venue refused counts, for its own time; what the gate, the journal or proof of absence ended does not", async () => {
  const { traffic, note, pass } = scene();
  const { long, short } = intent;
  note(intended, dead(long.id, "rejected"), dead(short.id, "throttled"));
  note(intended, dead(long.id, "gate"), dead(short.id, "absent"));
  traffic.cancelled(true);
  traffic.cancelled(false);
  await pass(200_000);
  expect(traffic.refusals()).toEqual({ orders: 4, refused: 2, cancels: 2, cancelsFailed: 1, rescuesInARow: 0 });
  await pass(100_000);
  expect(traffic.refusals()).toMatchObject({ orders: 0, refused: 0, cancels: 0, cancelsFailed: 0 });
});

test("refused recoveries count until one is taken; a refused first leg is none", () => {
  const { traffic, note } = scene();
  note(dead(order.request.id, "rejected"), dead(order.request.id, "not-done"), dead(intent.long.id, "rejected"));
  expect(traffic.refusals().rescuesInARow).toBe(2);
  note(reported(intent.long.id, "filled", "0.02"));
  expect(traffic.refusals().rescuesInARow).toBe(2);
  note(reported(order.request.id, "expired", "0"));
  expect(traffic.refusals().rescuesInARow).toBe(0);
});
