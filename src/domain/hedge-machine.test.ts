import { describe, expect, test } from "vitest";
import { NOW, aFill, aHedge, aReducingOrder, aStandingHedge, anIntent, filled, reported } from "../../test/kit.ts";
import { BrokenPromiseError } from "./assert.ts";
import { format, price, quantity } from "./decimal.ts";
import type { Hedge, HedgeEvent, HedgeState, PreparedOrder } from "./hedge.ts";
import {
  advance,
  beginHedge,
  fillsComplete,
  isFinished,
  nakedLeg,
  nextAttempt,
  openQuantity,
  stateOf,
} from "./hedge-machine.ts";
import { clientOrderId, hedgeId } from "./ids.ts";

const intent = anIntent();
const { long, short } = intent;
const whole = "0.02";
const unknown = (order: typeof long): HedgeEvent => ({ type: "order-unknown", order: order.id, says: "no answer" });
const dead = (order: typeof long): HedgeEvent => ({
  type: "order-dead",
  order: order.id,
  code: "rejected",
  says: "no margin",
});
const bought = (of = whole): HedgeEvent => filled(long, { quantity: quantity(of) });
const sold = (of = whole): HedgeEvent => filled(short, { quantity: quantity(of) });
const exit: PreparedOrder[] = [
  aReducingOrder(intent, "close", { leg: "long", attempt: 2, quantity: quantity(whole), at: price("60300") }),
  aReducingOrder(intent, "close", { leg: "short", attempt: 2, quantity: quantity(whole), at: price("60318") }),
];
const [sellBack, buyBack] = exit as [PreparedOrder, PreparedOrder];
const leaving: HedgeEvent = {
  type: "exit-prepared",
  reason: "target",
  prices: { long: price("60300"), short: price("60318") },
  orders: exit,
};
const unwind = aReducingOrder(intent, "unwind", {
  leg: "long",
  attempt: 2,
  quantity: quantity(whole),
  at: price("59990"),
});
const unwinding: HedgeEvent = {
  type: "recovery-prepared",
  order: unwind,
  reference: price("60000"),
  says: "try 1 of 3",
};
const completing: HedgeEvent = {
  type: "recovery-prepared",
  order: {
    decisionPrice: price("60186"),
    request: { ...short, id: clientOrderId(intent.id, "short", 2), act: "complete" },
  },
  reference: price("60186"),
  says: "try 1 of 2",
};

describe("the state is read off the orders", () => {
  test.each<{ when: string; events: HedgeEvent[]; state: HedgeState }>([
    { when: "nothing was answered", events: [], state: "opening" },
    {
      when: "both are acknowledged",
      events: [reported(long.id, "open", "0"), reported(short.id, "open", "0")],
      state: "opening",
    },
    {
      when: "one leg is filled, the other live",
      events: [bought(), reported(short.id, "open", "0")],
      state: "opening",
    },
    { when: "both legs are filled", events: [bought(), sold()], state: "hedged" },
    {
      when: "both are reported filled, fills unknown",
      events: [reported(long.id, "filled", whole), reported(short.id, "filled", whole)],
      state: "hedged",
    },
    {
      when: "both expired with the same",
      events: [reported(long.id, "expired", "0.01"), reported(short.id, "expired", "0.01")],
      state: "hedged",
    },
    {
      when: "they differ by less than a lot",
      events: [reported(long.id, "expired", "0.0105"), reported(short.id, "expired", "0.01")],
      state: "hedged",
    },
    {
      when: "they differ by a lot",
      events: [reported(long.id, "expired", "0.011"), reported(short.id, "expired", "0.01")],
      state: "naked",
    },
    { when: "one leg is refused", events: [bought(), dead(short)], state: "naked" },
    {
      when: "a leg stands alone, below a lot",
      events: [reported(long.id, "expired", "0.0005"), dead(short)],
      state: "naked",
    },
    { when: "both are refused", events: [dead(long), dead(short)], state: "aborted" },
    {
      when: "both expired empty",
      events: [reported(long.id, "expired", "0"), reported(short.id, "expired", "0")],
      state: "aborted",
    },
    { when: "an order is unknown", events: [bought(), unknown(short)], state: "frozen" },
    {
      when: "the unknown one is found filled",
      events: [bought(), unknown(short), reported(short.id, "filled", whole)],
      state: "hedged",
    },
    { when: "the unknown one never was", events: [bought(), unknown(short), dead(short)], state: "naked" },
    { when: "a status cannot be read", events: [bought(), reported(short.id, "unreadable", "0")], state: "frozen" },
    { when: "the excess is being taken off", events: [bought(), dead(short), unwinding], state: "unwinding" },
    { when: "the missing leg is being bought", events: [bought(), dead(short), completing], state: "completing" },
    {
      when: "the unwind took it all off",
      events: [bought(), dead(short), unwinding, filled(unwind.request)],
      state: "closed",
    },
    {
      when: "the completion stands",
      events: [bought(), dead(short), completing, reported(clientOrderId(intent.id, "short", 2), "filled", whole)],
      state: "hedged",
    },
    {
      when: "recovery ended badly",
      events: [bought(), dead(short), { type: "stuck", says: "deadline" }],
      state: "stuck",
    },
    {
      when: "a person let it try again",
      events: [bought(), dead(short), { type: "stuck", says: "deadline" }, { type: "released", says: "looked" }],
      state: "naked",
    },
    { when: "it is leaving", events: [bought(), sold(), leaving], state: "closing" },
    {
      when: "half the exit is filled",
      events: [bought(), sold(), leaving, filled(sellBack.request)],
      state: "closing",
    },
    {
      when: "half the exit expired",
      events: [bought(), sold(), leaving, filled(sellBack.request), reported(buyBack.request.id, "expired", "0")],
      state: "naked",
    },
    {
      when: "the exit missed on both sides",
      events: [
        bought(),
        sold(),
        leaving,
        reported(sellBack.request.id, "expired", "0"),
        reported(buyBack.request.id, "expired", "0"),
      ],
      state: "hedged",
    },
    {
      when: "both legs are closed",
      events: [bought(), sold(), leaving, filled(sellBack.request), filled(buyBack.request)],
      state: "closed",
    },
    {
      when: "stuck, but then flat after all",
      events: [{ type: "stuck", says: "why" }, dead(long), dead(short)],
      state: "aborted",
    },
  ])("$when: $state", ({ events, state }) => {
    expect(stateOf(aHedge(intent, ...events))).toBe(state);
  });
});

describe("a fill", () => {
  test("counts once, however often it is told", () => {
    const fill = aFill(long, { quantity: quantity("0.005") });
    const hedge = aHedge(
      intent,
      { type: "filled", fill },
      { type: "filled", fill },
      { type: "filled", fill: { ...fill, at: short.expiresAt } },
    );
    expect([format(openQuantity(hedge, "long")), hedge.orders[0]?.fills.length]).toEqual(["0.005", 1]);
  });

  test("is not added to what the venue has already reported", () => {
    const hedge = aHedge(intent, reported(long.id, "open", "0.005"), filled(long, { quantity: quantity("0.005") }));
    expect(format(openQuantity(hedge, "long"))).toBe("0.005");
  });

  test("after a cancel reopens the hedge", () => {
    const gone = aHedge(intent, reported(long.id, "cancelled", "0"), reported(short.id, "cancelled", "0"));
    expect([stateOf(gone), isFinished(gone)]).toEqual(["aborted", true]);
    const back = advance(gone, filled(long, { quantity: quantity("0.005") }), NOW);
    expect([stateOf(back), isFinished(back), nakedLeg(back)]).toEqual([
      "naked",
      false,
      { leg: "long", quantity: quantity("0.005"), turned: false },
    ]);
    expect(back.orders[0]?.state).toBe("cancelled");
  });

  test("of an order that was proved dead brings the order back to life", () => {
    const hedge = aHedge(intent, dead(long), dead(short), filled(long, { quantity: quantity("0.005") }));
    expect([hedge.orders[0]?.state, stateOf(hedge)]).toEqual(["acked", "opening"]);
  });

  test("that is still missing keeps a flat hedge unfinished", () => {
    const told = aHedge(
      intent,
      reported(long.id, "filled", whole),
      reported(short.id, "filled", whole),
      leaving,
      reported(sellBack.request.id, "filled", whole),
      reported(buyBack.request.id, "filled", whole),
    );
    expect([stateOf(told), isFinished(told), told.orders.some(fillsComplete)]).toEqual(["closed", false, false]);
  });
});

describe("the filled quantity never shrinks", () => {
  test("an older report is no news", () => {
    const hedge = aHedge(intent, reported(long.id, "open", "0.01", 20), reported(long.id, "open", "0", 10));
    expect([format(openQuantity(hedge, "long")), hedge.orders[0]?.state]).toEqual(["0.01", "acked"]);
  });

  test("a newer end with less contradicts what we hold: nobody trades on it", () => {
    const hedge = aHedge(
      intent,
      reported(long.id, "filled", whole, 10),
      reported(long.id, "expired", "0.01", 20),
      reported(short.id, "filled", whole, 10),
    );
    expect([hedge.orders[0]?.state, stateOf(hedge), format(openQuantity(hedge, "long"))]).toEqual([
      "quarantined",
      "frozen",
      whole,
    ]);
  });

  test("a venue that denies what it has filled is not believed", () => {
    const hedge = aHedge(intent, bought("0.01"), dead(long));
    expect([hedge.orders[0]?.state, format(openQuantity(hedge, "long"))]).toEqual(["quarantined", "0.01"]);
  });
});

test("a leg that holds the opposite of what it was meant to hold comes first, by all of what it is turned", () => {
  const hedge = aHedge(
    intent,
    bought("0.01"),
    reported(long.id, "expired", "0.01"),
    sold(),
    leaving,
    filled(sellBack.request),
  );
  expect(format(openQuantity(hedge, "long"))).toBe("-0.01");
  expect(nakedLeg(hedge)).toEqual({ leg: "long", quantity: quantity("0.01"), turned: true });
});

describe("events", () => {
  test("that were applied already change nothing", () => {
    const events: HedgeEvent[] = [
      { type: "intended", intent },
      bought(),
      sold(),
      leaving,
      filled(sellBack.request),
      filled(buyBack.request),
    ];
    const once = aHedge(intent, ...events);
    const twice = aHedge(intent, ...events.flatMap((event) => [event, event]));
    expect(twice).toEqual(once);
  });

  test("of another hedge, or of an order it does not have, are our own mistake", () => {
    const other = anIntent({ id: hedgeId("pstest00010000000002") });
    expect(() => advance(beginHedge(intent, NOW), { type: "intended", intent: other }, NOW)).toThrow(
      BrokenPromiseError,
    );
    expect(() => advance(beginHedge(intent, NOW), filled(other.long), NOW)).toThrow(BrokenPromiseError);
  });

  test("never make one name for two orders", () => {
    const hedge = aHedge(intent, bought(), sold(), leaving);
    expect([nextAttempt(hedge, "long"), nextAttempt(beginHedge(intent, NOW), "long")]).toEqual([3, 2]);
  });
});

test("a hedge that once stood remembers it, one that never did does not", () => {
  const was = (hedge: Hedge): boolean => hedge.wasHedged;
  expect(was(aStandingHedge())).toBe(true);
  expect(was(aHedge(intent, bought(), sold(), leaving, filled(sellBack.request), filled(buyBack.request)))).toBe(true);
  expect(was(aHedge(intent, bought(), dead(short), unwinding, filled(unwind.request)))).toBe(false);
});

test("the first reason to leave is the one that is kept", () => {
  const again: HedgeEvent = { ...leaving, reason: "operator", orders: [] };
  expect(aHedge(intent, bought(), sold(), leaving, again).exit?.reason).toBe("target");
});
