import { describe, expect, test } from "vitest";
import {
  aHedge,
  aListing,
  aReducingOrder,
  aStandingHedge,
  anIntent,
  anOkxListing,
  filled,
  reported,
  someSettings,
} from "../../../test/kit.ts";
import { bps, format, price, quantity } from "#domain/decimal.ts";
import type { HedgeEvent } from "#domain/hedge.ts";
import { clientOrderId } from "#domain/ids.ts";
import { type RecoveryBook, type RecoveryDecision, type RecoveryInput, decideRecovery } from "./recovery-policy.ts";

const intent = anIntent();
const { long, short } = intent;
const dead = (order: typeof long): HedgeEvent => ({
  type: "order-dead",
  order: order.id,
  code: "rejected",
  says: "no",
});

const longBook = (bid: string | null, ask = "", mark: string | null = null): RecoveryBook => ({
  instrument: aListing(),
  prices: bid === null ? null : { bid: price(bid), ask: price(ask) },
  mark: mark === null ? null : price(mark),
});
const shortBook = (bid: string | null, ask = "", mark: string | null = null): RecoveryBook => ({
  ...longBook(bid, ask, mark),
  instrument: anOkxListing(),
});

/** The long leg is on, the short one was refused; both books stand as they stood at the decision. */
const input = (given: Partial<RecoveryInput> = {}): RecoveryInput => ({
  hedge: aHedge(intent, filled(long), dead(short)),
  books: { long: longBook("59999.9", "60000"), short: shortBook("60186", "60186.1") },
  permits: () => true,
  settings: someSettings(),
  takerBps: () => bps("5"),
  nakedMs: 0,
  forgiven: 0,
  ...given,
});

function told(decision: RecoveryDecision): string {
  if (decision.act === "wait") return "wait";
  if (decision.act === "stop") return `stop ${decision.code}`;
  return `${decision.act} ${decision.side} ${format(decision.quantity)} ${decision.leg} at ${format(decision.limitPrice, 1)}`;
}

/** An unwind that was tried and took nothing off. */
const tried = (attempt: number, of = "0"): HedgeEvent[] => {
  const order = aReducingOrder(intent, "unwind", {
    leg: "long",
    attempt,
    quantity: quantity("0.02"),
    at: price("59990"),
  });
  return [
    { type: "recovery-prepared", order, reference: price("60000"), says: "try" },
    reported(order.request.id, "expired", of),
  ];
};
const completed = (attempt: number): HedgeEvent[] => {
  const request = { ...short, id: clientOrderId(intent.id, "short", attempt), act: "complete" as const };
  return [
    {
      type: "recovery-prepared",
      order: { request, decisionPrice: price("60186") },
      reference: price("60186"),
      says: "try",
    },
    reported(request.id, "expired", "0"),
  ];
};
const after = (...events: HedgeEvent[]): Partial<RecoveryInput> => ({
  hedge: aHedge(intent, filled(long), dead(short), ...events),
});
const unwindOnly = { permits: (act: string) => act === "unwind" };

describe("what to do about a naked leg (safety C.6)", () => {
  test.each<{ when: string; given: Partial<RecoveryInput>; act: string }>([
    // Completing costs nothing and unwinding its fee; 10 bps through the touch, inside edge + 10 of the decision.
    { when: "the missing leg can still be had", given: {}, act: "complete sell 0.02 short at 60125.9" },
    {
      when: "the short leg is the one that is on",
      given: { hedge: aHedge(intent, filled(short), dead(long)) },
      act: "complete buy 0.02 long at 60060.0",
    },
    {
      when: "half of the missing leg came",
      given: { hedge: aHedge(intent, filled(long), reported(short.id, "expired", "0.013")) },
      act: "complete sell 0.007 short at 60125.9",
    },
    {
      when: "completing would cost more than the edge and the allowance",
      given: { books: { long: longBook("59000", "59000.1"), short: shortBook("60070", "60070.1") } },
      act: "unwind sell 0.02 long at 58941.0",
    },
    {
      when: "completing would cost more than unwinding",
      given: { books: { long: longBook("60000", "60000.1"), short: shortBook("60140", "60140.1") } },
      act: "unwind sell 0.02 long at 59940.0",
    },
    {
      when: "the missing leg's book cannot be believed",
      given: { books: { long: longBook("59999.9", "60000"), short: shortBook(null) } },
      act: "unwind sell 0.02 long at 59940.0",
    },
    {
      when: "its book is far from its mark",
      given: { books: { long: longBook("59999.9", "60000"), short: shortBook("60186", "60186.1", "61000") } },
      act: "unwind sell 0.02 long at 59940.0",
    },
    {
      when: "its book is near its mark",
      given: { books: { long: longBook("59999.9", "60000"), short: shortBook("60186", "60186.1", "60700") } },
      act: "complete sell 0.02 short at 60125.9",
    },
    { when: "control lets it unwind only", given: unwindOnly, act: "unwind sell 0.02 long at 59940.0" },
    {
      when: "two completions have missed",
      given: after(...completed(2), ...completed(3)),
      act: "unwind sell 0.02 long at 59940.0",
    },
    { when: "one completion has missed", given: after(...completed(2)), act: "complete sell 0.02 short at 60125.9" },
    {
      when: "one unwind has missed",
      given: { ...after(...tried(2)), ...unwindOnly },
      act: "unwind sell 0.02 long at 59850.0",
    },
    {
      when: "two unwinds have missed: never further than the cap from the middle",
      given: { ...after(...tried(2), ...tried(3)), ...unwindOnly },
      act: "unwind sell 0.02 long at 59700.0",
    },
    {
      when: "an unwind took a part off",
      given: { ...after(...tried(2, "0.015")), ...unwindOnly },
      act: "unwind sell 0.005 long at 59850.0",
    },
    {
      when: "three unwinds had missed before a person let it begin anew",
      given: { ...after(...tried(2), ...tried(3), ...tried(4)), ...unwindOnly, forgiven: 5 },
      act: "unwind sell 0.02 long at 59940.0",
    },
    {
      when: "three unwinds have missed",
      given: { ...after(...tried(2), ...tried(3), ...tried(4)), ...unwindOnly },
      act: "stop unwind_failed",
    },
    { when: "control forbids everything", given: { permits: () => false }, act: "stop unwind_forbidden" },
    {
      when: "no book can be believed",
      given: { books: { long: longBook(null), short: shortBook(null) } },
      act: "wait",
    },
    {
      when: "the filled leg's book is far from its mark",
      given: { books: { long: longBook("59999.9", "60000", "59000"), short: shortBook(null) } },
      act: "wait",
    },
    {
      when: "the spread is wider than the band",
      given: { ...unwindOnly, books: { long: longBook("59000", "61000"), short: shortBook(null) } },
      act: "wait",
    },
    { when: "time is up", given: { nakedMs: 5_001 }, act: "stop recovery_deadline" },
    { when: "time is not quite up", given: { nakedMs: 5_000 }, act: "complete sell 0.02 short at 60125.9" },
    { when: "nothing is naked", given: { hedge: aStandingHedge() }, act: "wait" },
    {
      when: "what is left is less than the venue trades",
      given: { ...unwindOnly, hedge: aHedge(intent, reported(long.id, "expired", "0.0005"), dead(short)) },
      act: "stop dust",
    },
  ])("$when: $act", ({ given, act }) => {
    expect(told(decideRecovery(input(given)))).toBe(act);
  });

  test("on the way out the excess comes off: nothing is bought again", () => {
    const exits = (["long", "short"] as const).map((leg) =>
      aReducingOrder(intent, "close", { leg, attempt: 2, quantity: quantity("0.02"), at: price("60300") }),
    );
    const [sell, buy] = exits;
    if (!sell || !buy) return;
    const hedge = aHedge(
      intent,
      filled(long),
      filled(short),
      {
        type: "exit-prepared",
        reason: "target",
        prices: { long: price("60300"), short: price("60318") },
        orders: exits,
      },
      filled(sell.request),
      dead(buy.request),
    );
    expect(told(decideRecovery(input({ hedge })))).toBe("unwind buy 0.02 short at 60246.2");
  });

  test.each([
    { when: "the other leg stands whole", short: [filled(short)], act: "unwind sell 0.02 long at 59940.0" },
    { when: "the other leg is missing", short: [dead(short)], act: "complete sell 0.02 short at 60125.9" },
  ])("a leg that was filled twice over is completed no further than was meant: $when", ({ short: events, act }) => {
    const request = { ...long, id: clientOrderId(intent.id, "long", 2), act: "complete" } as const;
    const order = { request, decisionPrice: price("60000") };
    const again: HedgeEvent = { type: "recovery-prepared", order, reference: price("60000"), says: "try" };
    const hedge = aHedge(intent, ...events, again, filled(request), filled(long));
    expect(told(decideRecovery(input({ hedge })))).toBe(act);
  });
});
