import { expect, test } from "vitest";
import { format, quantity, usdt } from "#domain/decimal.ts";
import type { Hedge } from "#domain/hedge.ts";
import { advance, nakedLeg, openQuantity, stateOf } from "#domain/hedge-machine.ts";
import { BINANCE_UM, foreignOrderId, hedgeId } from "#domain/ids.ts";
import { NOW, aFill, aHedge, aStandingHedge, anIntent, filled } from "../../../test/kit.ts";
import { isForced, shareForced } from "./forced-close.ts";

const one = anIntent({ id: hedgeId("psone") });
const two = anIntent({ id: hedgeId("pstwo") });
const forcedOf = (size: string, order = "autoclose-17") =>
  aFill(one.long, {
    order: foreignOrderId(order),
    side: "sell",
    quantity: quantity(size),
    fee: usdt("3"),
    tradeId: "77",
  });
const after = (hedge: Hedge, size: string): Hedge => {
  const [part] = shareForced(forcedOf(size), [hedge]);
  if (!part) throw new Error("nobody's");
  return advance(hedge, { type: "forced", leg: part.leg, fill: part.fill, reason: part.reason }, NOW);
};

test("what a venue closes of one leg makes the other naked, on the way out", () => {
  const hedge = after(aStandingHedge(one), "0.005");
  expect([format(openQuantity(hedge, "long")), format(openQuantity(hedge, "short"))]).toEqual(["0.015", "0.02"]);
  expect([stateOf(hedge), hedge.phase, hedge.exit?.reason]).toEqual(["naked", "exit", "margin"]);
  expect(nakedLeg(hedge)).toMatchObject({ leg: "short", quantity: quantity("0.005"), turned: false });
});

test("told twice it counts once", () => {
  const hedge = after(aStandingHedge(one), "0.005");
  expect(shareForced(forcedOf("0.005"), [hedge])).toEqual([]);
  const [again] = shareForced(forcedOf("0.005"), [aStandingHedge(one)]);
  if (!again) throw new Error("nobody's");
  const twice = advance(hedge, { type: "forced", leg: "long", fill: again.fill, reason: "margin" }, NOW);
  expect(twice.orders).toHaveLength(hedge.orders.length);
});

test("one trade that closes two hedges is shared, oldest first, to the last unit and the last coin", () => {
  const parts = shareForced(forcedOf("0.03", "adl_autoclose"), [aStandingHedge(one), aStandingHedge(two)]);
  expect(
    parts.map(({ fill, leg, reason }) => [
      fill.order,
      fill.tradeId,
      leg,
      reason,
      format(fill.quantity),
      format(fill.fee),
    ]),
  ).toEqual([
    ["psonel2", "77", "long", "adl", "0.02", "2"],
    ["pstwol2", "77.1", "long", "adl", "0.01", "1"],
  ]);
});

test("a trade on another side, or of what no hedge holds, is nobody's", () => {
  const held = aStandingHedge(one);
  expect(shareForced({ ...forcedOf("0.005"), side: "buy" }, [held])).toEqual([]);
  expect(shareForced(forcedOf("0.005"), [aHedge(one, filled(one.short))])).toEqual([]);
});

test.each([
  ["autoclose-1", "5", true],
  ["adl_autoclose", "5", true],
  ["settlement_autoclose-1", "5", true],
  ["", "-5", true],
  ["", "5", false],
  ["web_1", "5", false],
])("an order named %j with trade %s was forced: %s", (order, tradeId, forced) => {
  expect(isForced(aFill(one.long, { order: foreignOrderId(order), tradeId, venue: BINANCE_UM }))).toBe(forced);
});
