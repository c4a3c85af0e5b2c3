import { describe, expect, test } from "vitest";
import { aFill, aHedge, aReducingOrder, aStandingHedge, anIntent, filled } from "../../../test/kit.ts";
import { type Usdt, format, price, quantity, usdt } from "#domain/decimal.ts";
import type { HedgeEvent } from "#domain/hedge.ts";
import { clientOrderId } from "#domain/ids.ts";
import { type Attribution, attribute, cashOf, feesOf } from "./attribution.ts";

const intent = anIntent();
const { long, short } = intent;
const nothing = usdt("0");
const flat = { long: null, short: null };
const parts = (result: Attribution | null): Record<string, string> =>
  Object.fromEntries(Object.entries(result ?? {}).map(([name, value]) => [name, format(value as Usdt)]));
const refused: HedgeEvent = { type: "order-dead", order: short.id, code: "rejected", says: "no" };

describe("where a result comes from", () => {
  test("a fill worse than what was decided on is slippage, a better one too", () => {
    const hedge = aHedge(
      intent,
      filled(long, { price: price("60006"), fee: usdt("0.6") }),
      filled(short, { price: price("60190"), fee: usdt("0.6") }),
    );
    const result = attribute(hedge, nothing, { long: price("60000"), short: price("60186") });
    expect(parts(result)).toEqual({
      spread: "0",
      slippage: "-0.04",
      fees: "-1.2",
      funding: "0",
      legRisk: "0",
      total: "-1.24",
    });
  });

  test("what an unwind loses is leg risk, not slippage", () => {
    const unwind = aReducingOrder(intent, "unwind", {
      leg: "long",
      attempt: 2,
      quantity: quantity("0.02"),
      at: price("59900"),
    });
    const order = { ...unwind, decisionPrice: price("60000") };
    const hedge = aHedge(
      intent,
      filled(long),
      refused,
      { type: "recovery-prepared", order, reference: price("59950"), says: "try" },
      filled(unwind.request),
    );
    expect(parts(attribute(hedge, nothing, flat))).toEqual({
      spread: "0",
      slippage: "0",
      fees: "0",
      funding: "0",
      legRisk: "-2",
      total: "-2",
    });
  });

  test("what a completion costs beyond the decision is leg risk", () => {
    const request = {
      ...short,
      id: clientOrderId(intent.id, "short", 2),
      act: "complete" as const,
      limitPrice: price("60136"),
    };
    const hedge = aHedge(
      intent,
      filled(long),
      refused,
      {
        type: "recovery-prepared",
        order: { request, decisionPrice: price("60186") },
        reference: price("60136"),
        says: "try",
      },
      filled(request),
    );
    const result = attribute(hedge, nothing, { long: price("60000"), short: price("60186") });
    expect(parts(result)).toEqual({ spread: "0", slippage: "0", fees: "0", funding: "0", legRisk: "-1", total: "-1" });
  });

  test("a rebate is earned and funding is as settled", () => {
    const result = attribute(aStandingHedge(intent, ["-0.1", "0.3"]), usdt("0.75"), {
      long: price("60000"),
      short: price("60186"),
    });
    expect(parts(result)).toEqual({
      spread: "0",
      slippage: "0",
      fees: "-0.2",
      funding: "0.75",
      legRisk: "0",
      total: "0.55",
    });
  });
});

test("a standing hedge is worth what closing it would bring, and nothing is said without both prices", () => {
  const hedge = aStandingHedge();
  const value = attribute(hedge, nothing, { long: price("60300"), short: price("60318") });
  expect(format(value?.total ?? nothing)).toBe("3.36");
  expect(attribute(hedge, nothing, { long: price("60300"), short: null })).toBeNull();
  expect(attribute(hedge, nothing, { long: null, short: price("60318") })).toBeNull();
});

test("cash is sold less bought, and fees are as charged", () => {
  const hedge = aHedge(
    intent,
    { type: "filled", fill: aFill(long, { quantity: quantity("0.01"), fee: usdt("0.3") }) },
    { type: "filled", fill: aFill(short, { quantity: quantity("0.01"), fee: usdt("-0.1") }) },
  );
  expect([format(cashOf(hedge)), format(feesOf(hedge))]).toEqual(["1.86", "0.2"]);
});
