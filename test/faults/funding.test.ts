import { describe, expect, test } from "vitest";
import { bps, format, sum, usdt } from "#domain/decimal.ts";
import { type VenueId, BINANCE_UM } from "#domain/ids.ts";
import { HOUR, after } from "#domain/time.ts";
import { BTC } from "../kit.ts";
import { onStage } from "./on-stage.ts";
import type { Stage } from "./stage.ts";
import { VENUES, expectHome } from "./verdict.ts";

/** What the venues paid and charged at stamps, and what our ledger holds of it. */
const funding = (stage: Stage): readonly [string, string] => {
  const theirs = stage.exchanges.flatMap((exchange) => exchange.incomes()).filter(({ kind }) => kind === "funding");
  const ours = [...stage.ledger.posted.values()].filter(({ cause }) => cause === "funding");
  const booked = ours.flatMap(({ postings }) => postings).filter(({ account }) => account !== "market");
  return [format(sum(theirs.map(({ amount }) => amount))), format(sum(booked.map(({ amount }) => amount)))];
};

/** What the funding until the horizon brings a hedge, in basis points, as the loop reckons it now. */
const fundingEdge = (stage: Stage, long: VenueId): string => {
  const direction = stage.engine.pricing.directions(BTC).find((each) => each.long.instrument.venue === long);
  if (!direction) throw new Error("no such direction");
  return format(stage.engine.pricing.evaluate(direction, usdt("1500")).trade?.edge.fundingBps ?? bps("999"));
};

describe("rows 37 and 38: funding", () => {
  test.concurrent("row 37: a stamp while a hedge opens and stands: booked once, and the edge is reckoned anew", () =>
    onStage(
      { settings: { fundingHorizonMs: 9 * HOUR }, paces: { reconcileMs: 300, reconcilePauseMs: 50 } },
      async (stage) => {
        for (const [leg, rate] of [
          [0, "1"],
          [1, "3"],
        ] as const)
          stage.market.fund(leg, rate, after(stage.clock.now(), 8 * HOUR));
        await stage.until("the rates are heard", () => fundingEdge(stage, BINANCE_UM) === "2");
        const soon = after(stage.clock.now(), 1_200);
        for (const [leg, rate] of [
          [0, "1"],
          [1, "3"],
        ] as const)
          stage.market.fund(leg, rate, soon);
        await stage.standing();
        const paid = (): number =>
          stage.exchanges.flatMap((exchange) => exchange.incomes()).filter(({ kind }) => kind === "funding").length;
        await stage.until("both venues settled", () => paid() === 2);
        await stage.until("booked", () => funding(stage)[0] === funding(stage)[1]);
        expect(funding(stage)[0]).not.toBe("0");
        const next = (venue: VenueId): number => stage.engine.rooms.conditions.funding(venue, BTC)?.nextAt ?? 0;
        await stage.until("the next stamps are known", () => VENUES.every((venue) => next(venue) > soon + 7 * HOUR));
        stage.market.fund(1, "4", after(soon, 8 * HOUR));
        await stage.until("the edge follows", () => fundingEdge(stage, BINANCE_UM) === "3");
        const reads = (): number => stage.overheard.filter(({ says }) => /income|bills/.test(says)).length;
        const before = reads();
        await stage.until("it was read again", () => reads() > before + 3);
        expect(funding(stage)[1]).toBe(funding(stage)[0]);
        expectHome(stage);
      },
    ),
  );

  test.concurrent.each(VENUES)(
    "row 38: the interval goes from 8 h to 1 h (%s): priced anew, said aloud, HOLD when an open hedge pays",
    (venue) =>
      onStage(
        { settings: { fundingHorizonMs: 8 * HOUR - 60_000 }, patience: { intervalsEveryMs: 200 } },
        async (stage) => {
          const leg = venue === BINANCE_UM ? 0 : 1;
          const { intent } = await stage.standing();
          const longs = venue === intent.long.venue;
          // The same rate eight times as often: a long pays it when it is positive, a short when it is negative.
          stage.market.fund(leg, longs ? "1" : "-1", after(stage.clock.now(), 8 * HOUR));
          const rates = stage.engine.rooms.conditions;
          await stage.until(
            "both rates are heard",
            () => VENUES.every((each) => rates.funding(each, BTC) !== null) && rates.funding(venue, BTC)?.rate !== 0n,
          );
          const before = fundingEdge(stage, intent.long.venue);
          stage.exchange(venue).setFundingInterval(BTC, HOUR);
          await stage.until("it is said", () => stage.alarms("funding_interval").length > 0);
          expect(stage.alarms("funding_interval")[0]).toMatchObject({ venue, instrument: BTC });
          await stage.until("priced anew", () => Number(fundingEdge(stage, intent.long.venue)) < Number(before));
          await stage.until("HOLD", () => stage.causes().includes("funding"));
          expectHome(stage);
        },
      ),
  );
});
