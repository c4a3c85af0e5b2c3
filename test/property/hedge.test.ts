import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { type Fixed, type Price, type Quantity, type Usdt, format, price, quantity } from "#domain/decimal.ts";
import type { Hedge, HedgeEvent, HedgeOrder, PreparedOrder } from "#domain/hedge.ts";
import {
  advance,
  beginHedge,
  isFinished,
  isTerminal,
  liveOrders,
  nakedLeg,
  openQuantity,
  stateOf,
} from "#domain/hedge-machine.ts";
import { type ClientOrderId, LEGS, clientOrderId } from "#domain/ids.ts";
import { after } from "#domain/time.ts";
import { attribute } from "#trading/accounts/attribution.ts";
import { NOW, aFill, aReducingOrder, anIntent, reported } from "../kit.ts";
import { law } from "./law.ts";

const LOTS = 20;
const intent = anIntent();
const { long, short } = intent;
const lots = (count: number): Quantity => (BigInt(count) * quantity("0.001")) as Quantity;
const textOf = (count: number): string => format(lots(count));

const exit: PreparedOrder[] = [
  aReducingOrder(intent, "close", { leg: "long", attempt: 2, quantity: lots(LOTS), at: price("60300") }),
  aReducingOrder(intent, "close", { leg: "short", attempt: 2, quantity: lots(LOTS), at: price("60318") }),
];
const recoveries: PreparedOrder[] = [
  aReducingOrder(intent, "unwind", { leg: "long", attempt: 3, quantity: lots(5), at: price("59990") }),
  {
    decisionPrice: price("60186"),
    request: { ...short, id: clientOrderId(intent.id, "short", 3), act: "complete", quantity: lots(5) },
  },
];
const ids: readonly ClientOrderId[] = [long, short, ...[...exit, ...recoveries].map(({ request }) => request)].map(
  ({ id }) => id,
);
const requestOf = new Map(
  [long, short, ...[...exit, ...recoveries].map(({ request }) => request)].map((request) => [request.id, request]),
);

const order = fc.constantFrom(...ids);
const count = fc.integer({ min: 0, max: LOTS });
const status = fc.constantFrom(
  "open" as const,
  "filled" as const,
  "cancelled" as const,
  "expired" as const,
  "unreadable" as const,
);

const report = fc
  .record({ id: order, status, of: count, at: fc.integer({ min: 0, max: 1_000 }) })
  .map((drawn): HedgeEvent => reported(drawn.id, drawn.status, textOf(drawn.of), drawn.at));
/** Trade ids repeat, and the same id is always the same trade. */
const fill = fc.record({ id: order, trade: fc.integer({ min: 1, max: 6 }) }).map(({ id, trade }): HedgeEvent => {
  const request = requestOf.get(id) ?? long;
  return { type: "filled", fill: aFill(request, { tradeId: `${id}-${trade}`, quantity: lots(trade) }) };
});
const blur = fc
  .record({ id: order, gone: fc.boolean() })
  .map(({ id, gone }): HedgeEvent =>
    gone
      ? { type: "order-dead", order: id, code: "rejected", says: "no" }
      : { type: "order-unknown", order: id, says: "no answer" },
  );
const plan = fc.constantFrom<HedgeEvent>(
  { type: "exit-prepared", reason: "operator", prices: { long: price("60300"), short: price("60318") }, orders: exit },
  ...recoveries.map((each): HedgeEvent => ({
    type: "recovery-prepared",
    order: each,
    reference: price("60000"),
    says: "try",
  })),
  { type: "stuck", says: "deadline" },
  { type: "released", says: "looked" },
);
const events = fc.array(
  fc.oneof(
    { weight: 4, arbitrary: report },
    { weight: 4, arbitrary: fill },
    { weight: 1, arbitrary: blur },
    { weight: 1, arbitrary: plan },
  ),
  { maxLength: 40 },
);

const idOf = (event: HedgeEvent): ClientOrderId | null =>
  "order" in event && typeof event.order === "string" ? event.order : event.type === "filled" ? event.fill.order : null;

/** Applies what may be applied: nothing is heard of an order before it was written down. */
function fold(all: readonly HedgeEvent[], each: (hedge: Hedge, event: HedgeEvent) => void = () => undefined): Hedge {
  let hedge = beginHedge(intent, NOW);
  for (const event of all) {
    const id = idOf(event);
    if (id !== null && !hedge.orders.some(({ request }) => request.id === id)) continue;
    hedge = advance(hedge, event, NOW);
    each(hedge, event);
  }
  return hedge;
}

const sumOfFills = (held: HedgeOrder): bigint => held.fills.reduce((total, { quantity: of }) => total + of, 0n);

describe("a hedge, whatever happens to it", () => {
  test("has a state that agrees with its orders, so that no leg is ever unaccounted for", () => {
    law(
      [events],
      (all) => {
        fold(all, (hedge) => {
          const open = LEGS.map((leg) => openQuantity(hedge, leg));
          const [bought = 0n, sold = 0n] = open;
          const difference = bought > sold ? bought - sold : sold - bought;
          const state = stateOf(hedge);
          const live = liveOrders(hedge).length;
          if (state === "hedged")
            expect([live, difference < intent.lot, bought !== 0n && sold !== 0n]).toEqual([0, true, true]);
          if (state === "closed" || state === "aborted") expect([live, open]).toEqual([0, [0n, 0n]]);
          if (live === 0 && difference >= intent.lot) expect(["naked", "stuck"]).toContain(state);
          if (live > 0) expect(["opening", "closing", "completing", "unwinding", "frozen"]).toContain(state);
          if (state === "naked") expect(nakedLeg(hedge)).not.toBeNull();
          if (isFinished(hedge))
            expect(hedge.orders.every((held) => isTerminal(held.state) && sumOfFills(held) >= held.filled)).toBe(true);
        });
      },
      1_000,
    );
  });

  test("never has less filled than before, nor fewer fills, nor less than its fills", () => {
    law([events], (all) => {
      let before = beginHedge(intent, NOW);
      fold(all, (hedge) => {
        for (const [index, held] of before.orders.entries()) {
          const now = hedge.orders[index];
          expect(now && now.filled >= held.filled && now.fills.length >= held.fills.length).toBe(true);
        }
        for (const held of hedge.orders) expect(held.filled >= sumOfFills(held)).toBe(true);
        before = hedge;
      });
    });
  });

  test("is the same when every event is told twice", () => {
    law([events], (all) => {
      expect(fold(all.flatMap((event) => [event, event]))).toEqual(fold(all));
    });
  });

  test("holds the same quantities, whatever the order and however often the same facts are told", () => {
    const facts = fc.array(
      fc.oneof({ weight: 3, arbitrary: report }, { weight: 3, arbitrary: fill }, { weight: 1, arbitrary: blur }),
      { maxLength: 25 },
    );
    const shuffled = facts.chain((all) =>
      fc.tuple(
        fc.constant(all),
        fc.shuffledSubarray([...all, ...all], { minLength: all.length * 2, maxLength: all.length * 2 }),
      ),
    );
    law(
      [shuffled],
      ([all, again]) => {
        const plans: HedgeEvent[] = [
          {
            type: "exit-prepared",
            reason: "operator",
            prices: { long: price("60300"), short: price("60318") },
            orders: exit,
          },
          ...recoveries.map((each): HedgeEvent => ({
            type: "recovery-prepared",
            order: each,
            reference: price("60000"),
            says: "try",
          })),
        ];
        const quantities = (hedge: Hedge): unknown[] =>
          hedge.orders.map(({ request, filled, fills }) => [
            request.id,
            filled,
            fills.map(({ tradeId }) => tradeId).toSorted(),
          ]);
        expect(quantities(fold([...plans, ...again]))).toEqual(quantities(fold([...plans, ...all])));
      },
      500,
    );
  });

  test("ends the same when the venue's own story is told in any order: fills, acknowledgements and the end", () => {
    const story = fc.record({
      id: fc.constantFrom(long.id, short.id),
      parts: fc.array(fc.integer({ min: 1, max: 5 }), { maxLength: 4 }),
    });
    const both = fc.tuple(story, story).filter(([a, b]) => a.id !== b.id);
    const told = both.chain((stories) => {
      const facts = stories.flatMap(({ id, parts }): HedgeEvent[] => {
        const request = requestOf.get(id) ?? long;
        let sum = 0;
        const fills = parts.flatMap((part, index): HedgeEvent[] => {
          sum += part;
          const at = after(NOW, index + 1);
          return [
            { type: "filled", fill: aFill(request, { tradeId: `${id}-${index}`, quantity: lots(part), at }) },
            reported(id, sum === LOTS ? "filled" : "open", textOf(sum), index + 1),
          ];
        });
        return [
          reported(id, "open", "0", 0),
          ...fills,
          reported(id, sum === LOTS ? "filled" : "expired", textOf(sum), 10),
        ];
      });
      return fc.tuple(
        fc.constant(facts),
        fc.shuffledSubarray(facts, { minLength: facts.length, maxLength: facts.length }),
      );
    });
    const outcome = (hedge: Hedge): unknown => [
      stateOf(hedge),
      hedge.orders.map(({ state, filled }) => [state, filled]),
    ];
    law(
      [told],
      ([facts, shuffled]) => {
        expect(outcome(fold(shuffled))).toEqual(outcome(fold(facts)));
      },
      500,
    );
  });
});

describe("the result of a hedge", () => {
  const tick = 10n ** 11n;
  const priced = fc
    .record({
      id: order,
      trade: fc.integer({ min: 1, max: 9 }),
      of: fc.integer({ min: 1, max: LOTS }),
      at: fc.integer({ min: 590_000, max: 610_000 }),
      fee: fc.bigInt({ min: -(10n ** 12n), max: 10n ** 13n }),
    })
    .map(({ id, trade, of, at, fee }): HedgeEvent => {
      const request = requestOf.get(id) ?? long;
      return {
        type: "filled",
        fill: aFill(request, {
          tradeId: `${id}-${trade}`,
          quantity: lots(of),
          price: (BigInt(at) * tick) as Price,
          fee: fee as Usdt,
        }),
      };
    });
  const money = fc.array(
    fc.oneof({ weight: 5, arbitrary: priced }, { weight: 1, arbitrary: report }, { weight: 1, arbitrary: plan }),
    { maxLength: 30 },
  );
  const closing = fc.integer({ min: 590_000, max: 610_000 }).map((ticks) => (BigInt(ticks) * tick) as Price);
  const paid = fc.bigInt({ min: -(10n ** 13n), max: 10n ** 13n });

  test("is the sum of its five parts, and equals cash, open value, fees and funding to the last digit, for any order of events", () => {
    law(
      [money, closing, closing, paid],
      (all, longClose, shortClose, funding) => {
        const hedge = fold(all);
        const result = attribute(hedge, funding as Usdt, { long: longClose, short: shortClose });
        // Worked out again from nothing but the fills, in plain integers.
        const scale = 10n ** 12n;
        let equity: bigint = funding;
        const held = { long: 0n, short: 0n };
        for (const { request, fills } of hedge.orders) {
          for (const each of fills) {
            const value = (each.price * each.quantity) / scale;
            equity += (each.side === "sell" ? value : -value) - each.fee;
            held[request.leg] += (request.reduceOnly ? -1n : 1n) * each.quantity;
          }
        }
        equity += (longClose * held.long) / scale - (shortClose * held.short) / scale;
        expect(result?.total).toBe(equity);
        if (!result) return;
        const { spread, slippage, fees, funding: received, legRisk } = result;
        expect(spread + slippage + fees + received + legRisk).toBe(equity);
        expect(received).toBe(funding);
      },
      1_000,
    );
  });

  test("does not depend on the order in which its fills came home", () => {
    const shuffled = fc.array(priced, { maxLength: 20 }).chain((all) => {
      const first = all.filter(
        (event, index) =>
          all.findIndex(
            (other) => other.type === "filled" && event.type === "filled" && other.fill.tradeId === event.fill.tradeId,
          ) === index,
      );
      return fc.tuple(
        fc.constant(first),
        fc.shuffledSubarray(first, { minLength: first.length, maxLength: first.length }),
      );
    });
    const prepared: HedgeEvent = {
      type: "exit-prepared",
      reason: "target",
      prices: { long: price("60300"), short: price("60318") },
      orders: exit,
    };
    const at = { long: price("60300"), short: price("60318") };
    law([shuffled], ([all, again]) => {
      const one = attribute(fold([prepared, ...all]), 0n as Usdt, at);
      const two = attribute(fold([prepared, ...again]), 0n as Usdt, at);
      expect(two).toEqual(one);
    });
  });

  test("is unknown while something open has no price, and never a guess", () => {
    law([money], (all) => {
      const hedge = fold(all);
      const held = LEGS.map((leg) =>
        hedge.orders
          .filter(({ request }) => request.leg === leg)
          .reduce(
            (total, { request, fills }) =>
              total + fills.reduce((sum, each) => sum + each.quantity, 0n) * (request.reduceOnly ? -1n : 1n),
            0n,
          ),
      );
      const result = attribute(hedge, 0n as Fixed<"usdt">, { long: null, short: null });
      expect(result === null).toBe(held.some((open) => open !== 0n));
    });
  });
});
