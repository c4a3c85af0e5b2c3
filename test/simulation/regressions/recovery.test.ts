import { expect, test } from "vitest";
import { bps, format, price, quantity } from "#domain/decimal.ts";
import type { Hedge, HedgeEvent } from "#domain/hedge.ts";
import { nakedLeg } from "#domain/hedge-machine.ts";
import { decideRecovery } from "#trading/hedge/recovery-policy.ts";
import { aHedge, aListing, aReducingOrder, anIntent, anOkxListing, reported, someSettings } from "../../kit.ts";

const intent = anIntent();
const whole = format(intent.quantity);

/** An unwind of the long leg that came to nothing, or was never taken. */
const unwind = (attempt: number, ended: "expired" | "dead"): readonly HedgeEvent[] => {
  const order = aReducingOrder(intent, "unwind", {
    leg: "long",
    attempt,
    quantity: intent.quantity,
    at: price("59990"),
  });
  const { id } = order.request;
  return [
    { type: "recovery-prepared", order, reference: price("60000"), says: "try" },
    ended === "expired"
      ? reported(id, "expired", "0")
      : { type: "order-dead", order: id, code: "throttled", says: "later" },
  ];
};

const alone = (...events: readonly HedgeEvent[]): Hedge =>
  aHedge(intent, reported(intent.long.id, "filled", whole), reported(intent.short.id, "expired", "0"), ...events);

const decide = (hedge: Hedge, forgiven = 0) =>
  decideRecovery({
    hedge,
    books: {
      long: { instrument: aListing(), prices: { bid: price("59999.9"), ask: price("60000") }, mark: null },
      short: { instrument: anOkxListing(), prices: { bid: price("60186"), ask: price("60186.1") }, mark: null },
    },
    permits: (act) => act === "unwind",
    settings: someSettings(),
    takerBps: () => bps("5"),
    nakedMs: 0,
    forgiven,
  });

test("unwinds that no venue took use up none of the price steps (seed 36: three were spent in 40 ms)", () => {
  const turnedAway = alone(...unwind(2, "dead"), ...unwind(3, "dead"), ...unwind(4, "dead"));
  expect(decide(turnedAway)).toMatchObject({ act: "unwind", says: "try 1 of 3" });
});

test("what came before a release by hand counts as a try no more (seed 2: released, and stuck at once)", () => {
  const spent = alone(...unwind(2, "expired"), ...unwind(3, "expired"), ...unwind(4, "expired"));
  expect(decide(spent)).toMatchObject({ act: "stop", code: "unwind_failed" });
  expect(decide(spent, spent.orders.length)).toMatchObject({ act: "unwind", says: "try 1 of 3" });
});

test("a leg that a late fill turned over is taken off where it stands (seed 1786: recovery went for the other venue)", () => {
  const first = aReducingOrder(intent, "close", {
    leg: "long",
    attempt: 2,
    quantity: intent.quantity,
    at: price("60000"),
  });
  const second = aReducingOrder(intent, "unwind", {
    leg: "long",
    attempt: 3,
    quantity: intent.quantity,
    at: price("60000"),
  });
  const turned = alone(
    { type: "recovery-prepared", order: first, reference: price("60000"), says: "close" },
    reported(first.request.id, "expired", "0"),
    { type: "recovery-prepared", order: second, reference: price("60000"), says: "unwind" },
    reported(second.request.id, "filled", whole),
    reported(first.request.id, "expired", "0.005"),
  );
  expect(nakedLeg(turned)).toEqual({ leg: "long", quantity: quantity("0.005"), turned: true });
  expect(decide(turned)).toMatchObject({ act: "unwind", leg: "long", side: "buy", quantity: quantity("0.005") });
});
