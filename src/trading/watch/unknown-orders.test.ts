import { expect, test } from "vitest";
import { someFacts } from "../../../test/facts.ts";
import { NOW, aHedge, anIntent, filled } from "../../../test/kit.ts";
import type { Hedge, HedgeEvent } from "#domain/hedge.ts";
import { hedgeId } from "#domain/ids.ts";
import { after } from "#domain/time.ts";
import { UnknownOrders } from "./unknown-orders.ts";

const intent = anIntent();
const other = anIntent({ id: hedgeId("pstest00010000000002") });
const lost = (order: typeof intent.long): HedgeEvent => ({ type: "order-unknown", order: order.id, says: "no answer" });

const look = (watch: UnknownOrders, hedges: readonly Hedge[], afterMs = 0): readonly string[] =>
  watch
    .look(someFacts({ hedges: () => hedges, now: () => after(NOW, afterMs) }))
    .map(({ source, level }) => `${source} ${level}`);

test("an order that is unknown for 15 s holds, and is forgotten when it is known", () => {
  const watch = new UnknownOrders();
  const hedge = aHedge(intent, filled(intent.long), lost(intent.short));
  const at = (ms: number): readonly string[] => look(watch, [hedge], ms);
  expect(at(0)).toEqual(["count WARN", `${intent.short.id} OK`]);
  expect(at(1)).toEqual(["count WARN", `${intent.short.id} WARN`]);
  expect(at(14_999)).toEqual(["count WARN", `${intent.short.id} ERROR`]);
  expect(at(15_000)).toEqual(["count WARN", `${intent.short.id} HOLD`]);
  expect(look(watch, [aHedge(intent, filled(intent.long), filled(intent.short))], 15_100)).toEqual(["count OK"]);
  expect(at(15_200)).toEqual(["count WARN", `${intent.short.id} OK`]);
});

test("two unknown at once are what one hedge can have; a third holds", () => {
  const both = aHedge(intent, lost(intent.long), lost(intent.short));
  expect(look(new UnknownOrders(), [both])[0]).toBe("count WARN");
  expect(look(new UnknownOrders(), [both, aHedge(other, lost(other.long))])[0]).toBe("count HOLD");
});
