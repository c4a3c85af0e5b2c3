import { describe, expect, test } from "vitest";
import { bps, gapBps, negate, usdt } from "#domain/decimal.ts";
import { type VenueId, BINANCE_UM, OKX_PERP } from "#domain/ids.ts";
import { type Sides } from "../still-market.ts";
import { BTC } from "../kit.ts";
import { onStage } from "./on-stage.ts";
import type { Stage } from "./stage.ts";
import { VENUES, expectAccounted, expectHome, other, recoveries } from "./verdict.ts";

/** Both books the same, with one level on each side. */
const both = (bid: string, ask: string): readonly [Sides, Sides] => {
  const side = { bids: [[bid, "5"]], asks: [[ask, "5"]] } as const;
  return [side, side];
};

/** Opens a hedge of which that venue never sees its order: for a second the other leg stands alone and unknown. */
async function half(stage: Stage, lost: VenueId): Promise<void> {
  stage.misfortune.next(lost, "drop_req");
  await stage.open();
  await stage.until("the other leg is filled", () => stage.held(other(lost)) !== 0n);
}

/** By how much each recovery order's limit lies beyond the middle of the book it was decided on. */
const reaches = (stage: Stage): readonly bigint[] =>
  stage.journal.entries.flatMap(({ event }) => {
    if (event.type !== "recovery-prepared") return [];
    const { side, limitPrice } = event.order.request;
    const away = gapBps(event.reference, limitPrice, "up");
    return [side === "buy" ? away : negate(away)];
  });

describe("rows 25 to 27: nowhere to recover", () => {
  test.concurrent.each(VENUES)(
    "row 25: the market moves 80 bps between the legs: taken off inside the band (%s)",
    (venue) =>
      onStage({}, async (stage) => {
        await half(stage, venue);
        const down = other(venue) === BINANCE_UM;
        stage.market.show(both(down ? "59519" : "60667", down ? "59520" : "60668"));
        expect(await stage.rest()).toBe("closed");
        expect(recoveries(stage)).toEqual([`unwind ${other(venue)} filled`]);
        for (const reach of reaches(stage)) expect(reach <= bps("50")).toBe(true);
        expectHome(stage);
      }),
  );

  test.concurrent.each(VENUES)(
    "row 25: the spread is wider than the band: nothing is sent outside it, stuck, HOLD (%s)",
    (venue) =>
      onStage({ settings: { recoveryDeadlineMs: 800 } }, async (stage) => {
        await half(stage, venue);
        stage.market.show(both("59600", "60400"));
        expect(await stage.rest()).toBe("stuck");
        expect([stage.causes(), recoveries(stage)]).toEqual([expect.arrayContaining(["leg_failed"]), []]);
        expect(stage.alarms("leg_failed")[0]).toMatchObject({ level: "critical", instrument: BTC });
        expectAccounted(stage);
      }),
  );

  test.concurrent.each(VENUES)(
    "row 26: the book of the venue that misses a leg is empty: the other venue is reduced (%s)",
    (venue) =>
      onStage({}, async (stage) => {
        await half(stage, venue);
        stage.exchange(venue).emptyBook(BTC, 20_000);
        expect(await stage.rest()).toBe("closed");
        expect(recoveries(stage)).toEqual([`unwind ${other(venue)} filled`]);
        expectHome(stage);
      }),
  );

  test.concurrent(
    "row 26: both books are empty: waits, then HOLD and alert, and comes home by an operator's word",
    () =>
      onStage({ settings: { recoveryDeadlineMs: 800 } }, async (stage) => {
        await half(stage, OKX_PERP);
        for (const exchange of stage.exchanges) exchange.emptyBook(BTC, 3_000);
        await stage.until("HOLD", () => stage.causes().includes("leg_failed"));
        expect([stage.state, recoveries(stage)]).toEqual(["stuck", []]);
        const seen = (): boolean =>
          stage.engine.rooms.books.all().every((book) => book.distrust(stage.clock.now(), 1_000) === null);
        await stage.until("the books are back", seen);
        await stage.executor.leave(stage.hedge?.intent.id as never, "operator", "operator");
        expect(await stage.rest()).toBe("closed");
        expectHome(stage);
      }),
  );

  const REFUSALS = [
    { venue: BINANCE_UM, code: "-4131" },
    { venue: OKX_PERP, code: "51006" },
  ] as const;
  test.concurrent.each(REFUSALS)(
    "row 27: the price band refuses what would complete ($code): the next step takes it off",
    ({ venue, code }) =>
      // The pause between two tries leaves it naked: what that is worth must not hold before the second.
      onStage({ settings: { limits: { maxDelta: usdt("5000") } } }, async (stage) => {
        for (let nth = 1; nth <= 3; nth += 1) stage.misfortune.next(venue, "place.reject", { code }, nth);
        await stage.open();
        expect(await stage.rest()).toBe("closed");
        expect(recoveries(stage)).toEqual([
          `complete ${venue} dead`,
          `complete ${venue} dead`,
          `unwind ${other(venue)} filled`,
        ]);
        expectHome(stage);
      }),
  );

  test.concurrent.each(REFUSALS)("row 27: the price band refuses every step ($code): stuck, HOLD", ({ venue, code }) =>
    onStage({ settings: { recoveryDeadlineMs: 2_500 } }, async (stage) => {
      const away = REFUSALS.find((each) => each.venue !== venue);
      for (let nth = 1; nth <= 12; nth += 1) stage.misfortune.next(venue, "place.reject", { code }, nth);
      for (let nth = 2; nth <= 12; nth += 1)
        stage.misfortune.next(other(venue), "place.reject", { code: away?.code ?? "" }, nth);
      await stage.open();
      expect(await stage.rest()).toBe("stuck");
      expect(stage.causes()).toContain("leg_failed");
      expect(stage.delta()).not.toBe(0n);
      expectAccounted(stage);
    }),
  );
});
