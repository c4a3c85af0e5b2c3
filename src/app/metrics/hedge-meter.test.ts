import { expect, test } from "vitest";
import { Metrics } from "#adapters/host/metrics.ts";
import { quantity } from "#domain/decimal.ts";
import type { HedgeEvent } from "#domain/hedge.ts";
import { advance, beginHedge } from "#domain/hedge-machine.ts";
import { after } from "#domain/time.ts";
import { NOW, aFill, anIntent } from "../../../test/kit.ts";
import { HedgeMeter } from "./hedge-meter.ts";

const intent = anIntent();
const { long, short } = intent;
type Told = Omit<Extract<HedgeEvent, { type: "order-reported" }>, "type" | "venueOrderId" | "at">;
const reported = (told: Told): HedgeEvent => ({ type: "order-reported", venueOrderId: "v", at: NOW, ...told });
const filledAll = (which: typeof long): HedgeEvent[] => [
  { type: "filled", fill: aFill(which) },
  reported({ order: which.id, status: "filled", filled: which.quantity }),
];
const dead = (order: typeof long, code: string): HedgeEvent => ({
  type: "order-dead",
  order: order.id,
  code,
  says: code,
});

/** What is told of a hedge whose events come 40 ms apart, every sample but the buckets. */
async function toldOf(events: readonly HedgeEvent[]): Promise<readonly string[]> {
  const metrics = new Metrics({ money: true, legacy: false, process: false });
  const meter = new HedgeMeter(metrics);
  let hedge = beginHedge(intent, NOW);
  meter.onHedge(hedge, { type: "intended", intent });
  for (const [index, event] of events.entries()) {
    hedge = advance(hedge, event, after(NOW, (index + 1) * 40));
    meter.onHedge(hedge, event);
  }
  const lines = (await metrics.text()).split("\n");
  return lines.filter(
    (line) => /^propbot_(orders|order_ack|order_cycle|leg_gap|rescues)/.test(line) && !/_bucket/.test(line),
  );
}
const orders = (lines: readonly string[]): readonly string[] =>
  lines
    .filter((line) => line.startsWith("propbot_orders_total"))
    .map((line) => line.replace(/.*outcome="(\w+)"} /, "$1 "));

test("two legs that fill: acknowledged, timed, and the time between them", async () => {
  const lines = await toldOf([...filledAll(long), ...filledAll(short)]);
  expect(orders(lines)).toEqual(["filled 1", "filled 1"]);
  expect(lines).toContain(`propbot_order_ack_seconds_sum{venue="${long.venue}"} 0.04`);
  expect(lines).toContain(`propbot_order_ack_seconds_sum{venue="${short.venue}"} 0.12`);
  expect(lines).toContain("propbot_leg_gap_seconds_sum 0.08");
  expect(lines.find((line) => line.startsWith("propbot_order_cycle_seconds_count"))).toMatch(/outcome="hedged"\} 1$/);
});

test.each([
  { what: "refused by its venue", code: "-2019", told: ["rejected 1"] },
  { what: "proved never to have arrived", code: "absent", told: ["expired 1"] },
  { what: "held back by the gate", code: "gate", told: [] },
  { what: "held back because the disk would not take it", code: "journal", told: [] },
])("an order that was $what", async ({ code, told }) => {
  expect(orders(await toldOf([dead(long, code)]))).toEqual(told);
});

test("an order that ended with a part, one with nothing, and one that ran out", async () => {
  const half = quantity("0.01");
  const some: HedgeEvent[] = [
    { type: "filled", fill: aFill(long, { quantity: half }) },
    reported({ order: long.id, status: "cancelled", filled: half }),
    reported({ order: short.id, status: "expired", filled: quantity("0") }),
  ];
  expect(orders(await toldOf(some))).toEqual(["partial 1", "expired 1"]);
  const none = [reported({ order: long.id, status: "cancelled", filled: quantity("0") })];
  expect(orders(await toldOf(none))).toEqual(["cancelled 1"]);
});

test("an outcome that was lost is told, and so is what was found; it is no acknowledgement", async () => {
  const lines = await toldOf([{ type: "order-unknown", order: long.id, says: "timeout" }, ...filledAll(long)]);
  expect(orders(lines).toSorted()).toEqual(["filled 1", "unknown 1"]);
  expect(lines.filter((line) => line.startsWith("propbot_order_ack_seconds_count"))).toEqual([]);
});

test("the same news told twice is told once", async () => {
  const events = filledAll(long);
  expect(orders(await toldOf([...events, ...events]))).toEqual(["filled 1"]);
});

test.each([
  { act: "unwind", filled: true, outcome: "unwound" },
  { act: "unwind", filled: false, outcome: "failed" },
  { act: "complete", filled: true, outcome: "completed" },
] as const)("a rescue to $act, filled $filled, has $outcome", async ({ act, filled, outcome }) => {
  const base = act === "unwind" ? long : short;
  const request = {
    ...base,
    id: `${base.id}9` as typeof base.id,
    act,
    reduceOnly: act === "unwind",
    side: act === "unwind" ? ("sell" as const) : base.side,
  };
  const prepared: HedgeEvent = {
    type: "recovery-prepared",
    order: { request, decisionPrice: intent.prices.long },
    reference: intent.prices.long,
    says: "alone",
  };
  const end = filled ? filledAll(request) : [reported({ order: request.id, status: "expired", filled: quantity("0") })];
  const lines = await toldOf([...filledAll(long), dead(short, "-2019"), prepared, ...end]);
  expect(lines).toContain(`propbot_rescues_total{outcome="${outcome}"} 1`);
});
