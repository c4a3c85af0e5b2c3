import fc from "fast-check";
import { expect, test } from "vitest";
import { type Bps, type Price, type Quantity, bps, movePrice, quantity } from "#domain/decimal.ts";
import type { HedgeEvent } from "#domain/hedge.ts";
import { nakedLeg } from "#domain/hedge-machine.ts";
import { decideRecovery } from "#trading/hedge/recovery-policy.ts";
import { aHedge, aListing, aReducingOrder, anIntent, anOkxListing, reported, someSettings } from "../kit.ts";
import { law } from "./law.ts";

const TICK = 10n ** 11n;
const at = (ticks: number): Price => (BigInt(ticks) * TICK) as Price;
const touch = fc.option(
  fc.record({
    bid: fc.integer({ min: 590_000, max: 612_000 }),
    spread: fc.integer({ min: 1, max: 4_000 }),
    mark: fc.option(fc.integer({ min: 590_000, max: 612_000 })),
  }),
  { freq: 8 },
);
const lots = fc.integer({ min: 0, max: 20 });

test("recovery never trades outside its band, never more than is missing, and adds nothing when it may not", () => {
  const drawn = fc.record({
    long: lots,
    short: lots,
    tries: fc.integer({ min: 0, max: 4 }),
    naked: fc.integer({ min: 0, max: 6_000 }),
    cap: fc.integer({ min: 1, max: 200 }),
    mayComplete: fc.boolean(),
    mayUnwind: fc.boolean(),
    edge: fc.integer({ min: -20, max: 40 }),
  });
  law(
    [drawn, touch, touch],
    ({ long, short, tries, naked, cap, mayComplete, mayUnwind, edge }, longTouch, shortTouch) => {
      const intent = anIntent({ edge: bps(`${edge}`) });
      const textOf = (count: number): string => `${count / 1_000}`;
      const larger = long >= short ? ("long" as const) : ("short" as const);
      const attempts = Array.from({ length: tries }, (_, index): HedgeEvent[] => {
        const order = aReducingOrder(intent, "unwind", {
          leg: larger,
          attempt: index + 2,
          quantity: quantity("0.001"),
          at: at(600_000),
        });
        return [
          { type: "recovery-prepared", order, reference: at(600_000), says: "try" },
          reported(order.request.id, "expired", "0"),
        ];
      });
      const hedge = aHedge(
        intent,
        reported(intent.long.id, "expired", textOf(long)),
        reported(intent.short.id, "expired", textOf(short)),
        ...attempts.flat(),
      );
      const bookOf = (drawnTouch: typeof longTouch) => ({
        prices: drawnTouch && { bid: at(drawnTouch.bid), ask: at(drawnTouch.bid + drawnTouch.spread) },
        mark: drawnTouch?.mark ? at(drawnTouch.mark) : null,
      });
      const books = {
        long: { instrument: aListing(), ...bookOf(longTouch) },
        short: { instrument: anOkxListing(), ...bookOf(shortTouch) },
      };
      const capBps = bps(`${cap}`);
      const decision = decideRecovery({
        hedge,
        books,
        permits: (act) => (act === "complete" ? mayComplete : mayUnwind),
        settings: someSettings({ maxRecoveryLossBps: capBps }),
        takerBps: () => bps("5"),
        nakedMs: naked,
        forgiven: 0,
      });
      if (decision.act === "wait" || decision.act === "stop") return;
      const { prices, instrument, mark } = books[decision.leg];
      const excess = nakedLeg(hedge);
      expect(excess).not.toBeNull();
      if (!prices || !excess) throw new Error("an order without a book, or without a naked leg");
      // Never more than is missing, whole on the venue's grid.
      expect(
        decision.quantity > 0n && decision.quantity <= excess.quantity && decision.quantity % instrument.lot === 0n,
      ).toBe(true);
      expect(decision.act === "complete" ? mayComplete : mayUnwind).toBe(true);
      expect(decision.act === "complete").toBe(decision.leg !== excess.leg);
      expect(decision.act === "unwind" || naked <= 5_000).toBe(true);
      // A limit on the grid, inside the band around the middle, that reaches the touch.
      const middle = ((prices.bid + prices.ask) / 2n) as Price;
      expect(decision.limitPrice % instrument.tick).toBe(0n);
      expect(decision.reference).toBe(middle);
      const bound = movePrice(
        middle,
        decision.side === "buy" ? capBps : (-capBps as Bps),
        decision.side === "buy" ? "down" : "up",
      );
      if (decision.side === "buy") expect(decision.limitPrice <= bound && decision.limitPrice >= prices.ask).toBe(true);
      else expect(decision.limitPrice >= bound && decision.limitPrice <= prices.bid).toBe(true);
      // A book further than a percent from its mark is not believed.
      if (mark !== null) expect((middle > mark ? middle - mark : mark - middle) * 100n <= mark).toBe(true);
      // Completing stays inside what the edge and the allowance pay for.
      if (decision.act === "complete") {
        const allowed = bps(`${Math.max(edge, 0) + 10}`);
        const decided = intent.prices[decision.leg];
        const worst = movePrice(
          decided,
          decision.side === "buy" ? allowed : (-allowed as Bps),
          decision.side === "buy" ? "down" : "up",
        );
        expect(decision.side === "buy" ? decision.limitPrice <= worst : decision.limitPrice >= worst).toBe(true);
      }
      const total: Quantity = decision.quantity;
      expect(total <= intent.quantity).toBe(true);
    },
    3_000,
  );
});
