import { describe, expect, test } from "vitest";
import { bps, format, sum, usdt } from "#domain/decimal.ts";
import { type VenueId, BINANCE_UM, OKX_PERP } from "#domain/ids.ts";
import { HOUR, after } from "#domain/time.ts";
import { BTC } from "../kit.ts";
import { type Stage, onStage } from "./stage.ts";
import {
  VENUES,
  deadOrders,
  expectHome,
  fillsCounted,
  fillsMade,
  openings,
  other,
  recoveries,
  unknowns,
} from "./verdict.ts";

const FORCED = [
  ...VENUES.map((venue) => ({ row: 35, verb: "liquidate", venue, thousandths: 1_000, left: "0" }) as const),
  ...VENUES.map((venue) => ({ row: 36, verb: "adl", venue, thousandths: 400, left: "0.015" }) as const),
];

describe("rows 35 and 36: a venue closes what is ours", () => {
  test.concurrent.each(FORCED)(
    "row $row: $verb of one leg ($venue): the other is cut to it within 2 s, reduce-only, HOLD",
    ({ verb, venue, thousandths, left }) =>
      onStage({}, async (stage) => {
        await stage.standing();
        stage.misfortune.next(venue, verb, { thousandths });
        await stage.until(
          "even again",
          () =>
            stage.misfortune.fired.length > 0 && stage.delta() === 0n && stage.truth(other(venue)).receipts.length > 1,
        );
        const forced = stage.truth(venue).fills.at(-1);
        const cut = stage.truth(other(venue)).receipts.at(-1);
        expect(cut).toMatchObject({ reduceOnly: true, verdict: "executed", quantity: forced?.quantity });
        expect((cut?.at ?? 0) - (forced?.at ?? 0)).toBeLessThan(2_000);
        expect(VENUES.map((each) => format(stage.held(each) as never).replace("-", ""))).toEqual([left, left]);
        expect(stage.causes()).toContain("forced_close");
        expect(stage.alarms("forced_close")[0]).toMatchObject({ venue, instrument: BTC });
        await stage.until("our books follow", () => fillsCounted(stage).length === fillsMade(stage).length);
        expect(fillsCounted(stage)).toEqual(fillsMade(stage));
        expect(stage.state).toBe(left === "0" ? "closed" : "hedged");
        expect(stage.causes()).not.toContain("recon");
        expectHome(stage);
      }),
  );

  test.concurrent.each(VENUES)(
    "row 35: a liquidation that no stream tells of (%s): found by comparing, the other leg cut, HOLD",
    (venue) =>
      onStage({ paces: { reconcileMs: 300, reconcilePauseMs: 50 } }, async (stage) => {
        await stage.standing();
        stage.mute(venue);
        stage.misfortune.next(venue, "liquidate");
        await stage.until(
          "even again",
          () => stage.misfortune.fired.some(({ verb }) => verb === "liquidate") && stage.delta() === 0n,
        );
        expect(stage.held(venue)).toBe(0n);
        await stage.until("closed", () => stage.state === "closed");
        expect(stage.causes()).toContain("forced_close");
        expectHome(stage);
      }),
  );
});

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

/** Requests of any kind at one venue since then. */
const calls = (stage: Stage, venue: VenueId, since: number): readonly string[] =>
  stage.overheard.filter((each) => each.venue === venue && each.at > since).map(({ by, says }) => `${by} ${says}`);

describe("rows 39 to 41: limits and bans", () => {
  test.concurrent.each(VENUES)(
    "row 39: told to be quiet at an open (%s): no further open, and the other leg is recovered",
    (venue) =>
      onStage({ settings: { cooldownMs: 50 } }, async (stage) => {
        stage.misfortune.next(venue, "throttled");
        await stage.open();
        expect(await stage.rest()).toBe("closed");
        expect(recoveries(stage).at(-1)).toBe(`unwind ${other(venue)} filled`);
        expect(stage.engine.rooms.controller.state.venues.get(venue)).toBe("DEGRADED");
        const before = [openings(stage, BINANCE_UM), openings(stage, OKX_PERP)];
        stage.change({ autoLoop: true });
        const looks = stage.engine.pipeline.scans;
        await stage.until("the books went on paying", () => stage.engine.pipeline.scans > looks + 10);
        expect([openings(stage, BINANCE_UM), openings(stage, OKX_PERP)]).toEqual(before);
        expect(unknowns(stage)).toEqual([]);
        expectHome(stage);
      }),
  );

  test.concurrent("row 39: told to be quiet, Binance still takes what reduces: the reserved lane", () =>
    onStage({}, async (stage) => {
      const { intent } = await stage.standing();
      stage.misfortune.next(BINANCE_UM, "read_throttled");
      await stage.venue(BINANCE_UM).account.balance();
      expect(stage.engine.rooms.controller.state.venues.get(BINANCE_UM)).toBe("DEGRADED");
      await stage.executor.leave(intent.id, "operator", "operator");
      expect(await stage.rest()).toBe("closed");
      expectHome(stage);
    }),
  );

  test.concurrent(
    "row 40: Binance bans us at an open: the other venue is reduced, HOLD, and not a call until the end",
    () =>
      onStage({}, async (stage) => {
        stage.misfortune.next(BINANCE_UM, "ban", { ms: 3_000 });
        await stage.until("the ban is on", () => stage.misfortune.fired.length > 0);
        await stage.open();
        expect(await stage.rest()).toBe("closed");
        expect(recoveries(stage).at(-1)).toBe(`unwind ${OKX_PERP} filled`);
        expect(stage.causes()).toContain("rate");
        expect(stage.alarms("rate")[0]).toMatchObject({ venue: BINANCE_UM });
        expect(stage.engine.rooms.controller.state.venues.get(BINANCE_UM)).toBe("BANNED");
        const since = stage.clock.monotonic();
        const { account, trading } = stage.venue(BINANCE_UM);
        const [own] = stage.hedge?.orders ?? [];
        if (!own) throw new Error("a hedge without orders");
        const asked = [account.balance(), account.positions(), account.openOrders(), trading.lookUp(own.request)];
        for (const answer of await Promise.all(asked))
          expect(answer).toMatchObject({ outcome: "fault", fault: { kind: "throttled" } });
        expect(await trading.cancel(own.request)).toMatchObject({ outcome: "fault", fault: { kind: "throttled" } });
        await stage.until("the ban is over", () => stage.engine.rooms.controller.state.venues.get(BINANCE_UM) === "OK");
        expect(calls(stage, BINANCE_UM, since)).toEqual([]);
        expect(await account.balance()).toMatchObject({ outcome: "answered" });
        expectHome(stage);
      }),
  );

  test.concurrent(
    "row 40: Binance bans us while its leg stands alone: HOLD and alert, not a call until the end, then home by an operator's word",
    () =>
      onStage({ settings: { recoveryDeadlineMs: 500 } }, async (stage) => {
        const { intent } = await stage.standing();
        // Leaving, OKX closes its leg; Binance bans us before it closes its own.
        stage.misfortune.next(BINANCE_UM, "ban", { ms: 2_500 });
        await stage.until("the ban is on", () => stage.misfortune.fired.length > 0);
        await stage.executor.leave(intent.id, "operator", "operator");
        expect([stage.state, format(stage.held(OKX_PERP) as never), stage.delta()]).toEqual([
          "stuck",
          "0",
          intent.quantity,
        ]);
        expect(stage.causes()).toEqual(expect.arrayContaining(["rate", "leg_failed"]));
        expect(stage.alarms("leg_failed")[0]).toMatchObject({ instrument: BTC, hedge: intent.id });
        const since = stage.clock.monotonic();
        await stage.until("the ban is over", () => stage.engine.rooms.controller.state.venues.get(BINANCE_UM) === "OK");
        expect(calls(stage, BINANCE_UM, since)).toEqual([]);
        await stage.executor.leave(intent.id, "operator", "operator");
        expect(await stage.rest()).toBe("closed");
        expectHome(stage);
      }),
  );

  test.concurrent.each(VENUES)(
    "row 41: the orders of the account are used up, its weight is not (%s): quiet, opens stop, recovered",
    (venue) =>
      onStage({ settings: { cooldownMs: 50 } }, async (stage) => {
        stage.misfortune.next(venue, "order_limit");
        await stage.until("they are used up", () => stage.misfortune.fired.length > 0);
        await stage.open();
        expect(await stage.rest()).toBe("closed");
        expect(deadOrders(stage)[0]).toMatch(/throttled/);
        expect(unknowns(stage)).toEqual([]);
        expect(recoveries(stage).at(-1)).toBe(`unwind ${other(venue)} filled`);
        expect((await stage.venue(venue).account.positions()).outcome).toBe("answered");
        expect(stage.engine.rooms.controller.state.venues.get(venue)).toBe("DEGRADED");
        expectHome(stage);
      }),
  );
});
