import { expect, test } from "vitest";
import { someFacts } from "../../../test/facts.ts";
import { aHedge, anIntent } from "../../../test/kit.ts";
import type { HedgeEvent } from "#domain/hedge.ts";
import { clientOrderId } from "#domain/ids.ts";
import { runaway } from "./runaway.ts";

test.each([
  [180, 0, 0, ["OK", "OK", "OK"]],
  [181, 361, 19, ["WARN", "WARN", "WARN"]],
  [271, 541, 28, ["ERROR", "ERROR", "ERROR"]],
  [300, 600, 30, ["ERROR", "ERROR", "ERROR"]],
  [301, 601, 31, ["HOLD", "HOLD", "HOLD"]],
])("%i orders, %i cancels and %i rescues in a minute: %j", (orders, cancels, rescues, expected) => {
  const readings = runaway.look(someFacts({ traffic: () => ({ orders, cancels, rescues }) }));
  expect(readings.map(({ level }) => level)).toEqual(expected);
});

test.each([
  ["complete", 2, 3],
  ["complete", 3, 4],
  ["unwind", 9, 3],
] as const)("both first legs and %s × %i: %i readings", (act, more, count) => {
  const intent = anIntent();
  const orders = Array.from({ length: more }, (_, index): HedgeEvent => {
    const request = { ...intent.long, act, id: clientOrderId(intent.id, "long", index + 2) };
    const decisionPrice = intent.prices.long;
    return { type: "recovery-prepared", order: { request, decisionPrice }, reference: decisionPrice, says: "" };
  });
  const readings = runaway.look(someFacts({ hedges: () => [aHedge(intent, ...orders)] }));
  expect(readings).toHaveLength(count);
  if (count === 4) expect(readings[3]).toMatchObject({ source: intent.id, level: "HOLD", value: "5" });
});
