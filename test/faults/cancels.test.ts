import { describe, expect, test } from "vitest";
import { NO_QUANTITY, NO_USDT, format, price, quantity } from "#domain/decimal.ts";
import { type VenueId, BINANCE_UM, OKX_PERP, hedgeId } from "#domain/ids.ts";
import { exposureOf } from "#trading/risk/exposure.ts";
import { THIN, TURNED, WIDE } from "../still-market.ts";
import { BTC } from "../kit.ts";
import { onStage } from "./on-stage.ts";
import { VENUES, expectHome, fillsCounted, fillsMade, other, recoveries } from "./verdict.ts";

/** The market in which a hedge is long at that venue. */
const longAt = (venue: VenueId) => (venue === BINANCE_UM ? WIDE : TURNED);

describe("rows 18 to 20: partial fills", () => {
  test.concurrent.each(VENUES)(
    "row 18: one leg filled in part, the other whole: exactly the difference is recovered (%s)",
    (venue) =>
      onStage({ market: THIN }, async (stage) => {
        stage.misfortune.next(venue, "partial", { thousandths: 400 });
        const { intent } = await stage.open();
        await stage.rest();
        const recovering = stage.hedge?.orders.filter(({ request }) => request.act !== "open") ?? [];
        expect(recovering.map(({ request }) => format(request.quantity))).toEqual(["0.015"]);
        expect(recovering.map(({ filled }) => format(filled))).toEqual(["0.015"]);
        expect(format(intent.quantity)).toBe("0.025");
        expectHome(stage);
      }),
  );

  test.concurrent("row 19: both legs filled in part, differently: matched to the common lot, the rest recovered", () =>
    onStage({ market: THIN }, async (stage) => {
      stage.misfortune.next(BINANCE_UM, "partial", { thousandths: 400 });
      stage.misfortune.next(OKX_PERP, "partial", { thousandths: 700 });
      await stage.open();
      await stage.rest();
      const [first] = stage.hedge?.orders.filter(({ request }) => request.act !== "open") ?? [];
      // 0.010 against 0.0175: what is missing is missing to the lot that both can trade.
      expect([format(first?.request.quantity ?? NO_QUANTITY), stage.state]).toEqual([
        expect.stringMatching(/^0\.007(5)?$/),
        "hedged",
      ]);
      const delta = stage.delta();
      expect(delta < 0n ? -delta : delta).toBeLessThan(quantity("0.001"));
      expect(fillsCounted(stage)).toEqual(fillsMade(stage));
    }),
  );

  test.concurrent("row 20: neither leg filled: aborted, and what was reserved is free again", () =>
    onStage({}, async (stage) => {
      stage.misfortune.next(BINANCE_UM, "no_liquidity");
      stage.misfortune.next(OKX_PERP, "no_liquidity");
      await stage.open();
      expect(await stage.rest()).toBe("aborted");
      const { openHedges, totalNotional } = exposureOf(stage.executor.active(), null);
      expect([openHedges, totalNotional, recoveries(stage)]).toEqual([0, NO_USDT, []]);
      expect(fillsMade(stage)).toEqual([]);
      expectHome(stage);
    }),
  );
});

describe("rows 21 to 24: orders that are taken off", () => {
  test.concurrent.each(VENUES)(
    "row 21: a fill while it is cancelled: the hedge grows, and its legs come together (%s)",
    (venue) =>
      onStage({ market: longAt(venue) }, async (stage) => {
        stage.misfortune.next(venue, "cancel.fill_first");
        const { intent } = stage.openResting();
        expect(intent.long.venue).toBe(venue);
        await stage.until("the cancel struck", () =>
          stage.misfortune.fired.some(({ verb }) => verb === "cancel.fill_first"),
        );
        await stage.until("the legs are even", () => stage.delta() === 0n && stage.state === "hedged");
        expect(stage.held(venue)).toBe(intent.quantity);
        expect(fillsCounted(stage)).toEqual(fillsMade(stage));
        expectHome(stage);
      }),
  );

  test.concurrent.each(VENUES)(
    "row 22: a fill after its end was told: naked again, said aloud, recovered (%s)",
    (venue) =>
      onStage({ market: THIN }, async (stage) => {
        stage.misfortune.next(venue, "fill_after_cancel", { ms: 700 });
        await stage.open();
        await stage.until("the fill came", () => stage.told("late_fill").length > 0);
        expect(stage.alarms("late_fill")[0]).toMatchObject({ level: "critical", instrument: BTC });
        await stage.rest();
        await stage.until("home", () => stage.delta() === 0n);
        expect(fillsCounted(stage)).toEqual(fillsMade(stage));
        expectHome(stage);
      }),
  );

  const CODES = [
    { venue: BINANCE_UM, code: "-2011" },
    { venue: OKX_PERP, code: "51400" },
  ] as const;
  test.concurrent.each(CODES)(
    "row 23: a cancel is answered $code: the order is asked, and its quantity counts ($venue)",
    ({ venue, code }) =>
      onStage({ market: longAt(venue) }, async (stage) => {
        stage.misfortune.next(venue, "cancel.reject", { code });
        const { intent } = stage.openResting();
        const asked = (): number =>
          stage.overheard.filter(({ by, says }) => by === "rest" && says.includes(intent.long.id)).length;
        await stage.until("the cancel was refused", () => stage.misfortune.fired.length > 0);
        const before = asked();
        await stage.rest();
        expect(asked()).toBeGreaterThan(before);
        const long = stage.hedge?.orders.find(({ request }) => request.id === intent.long.id);
        expect([long?.state, long?.filled]).toEqual(["cancelled", 0n]);
        expect([stage.exchange(venue).openOrders(), stage.held(other(venue))]).toEqual([[], 0n]);
        expectHome(stage);
      }),
  );

  test.concurrent.each(VENUES)("row 24: a cancel is lost: said again until the order has ended (%s)", (venue) =>
    onStage({ market: longAt(venue) }, async (stage) => {
      stage.misfortune.next(venue, "cancel.drop");
      const { intent } = stage.openResting();
      await stage.rest(12_000);
      expect(stage.misfortune.fired.map(({ verb }) => verb)).toEqual(["cancel.drop"]);
      expect(stage.exchange(venue).knownOrder({ clientOrderId: intent.long.id })).toMatchObject({
        status: "ended",
        cause: "user",
      });
      expectHome(stage);
    }),
  );

  test.concurrent("row 24: a cancel is lost: the dead man of the venue stands behind it (binance-um)", () =>
    onStage({}, async (stage) => {
      const { trading } = stage.venue(BINANCE_UM);
      const { orders } = await stage.standing();
      const [first] = orders;
      if (!first) throw new Error("a hedge without orders");
      const id = `${hedgeId("pfresting")}l1` as typeof first.request.id;
      const resting = {
        ...first.request,
        id,
        timeInForce: "gtc",
        limitPrice: price("59000"),
      } as typeof first.request;
      await trading
        .prepare({ ...resting, expiresAt: (stage.clock.now() + 1_000) as typeof resting.expiresAt })
        .send({} as never);
      expect(await trading.armDeadMan([BTC], 300)).toEqual({ outcome: "answered", value: "armed" });
      stage.misfortune.next(BINANCE_UM, "cancel.drop");
      void trading.cancel(resting);
      const ended = () => stage.exchange(BINANCE_UM).knownOrder({ clientOrderId: id })?.cause;
      await stage.until("the venue took it off", () => ended() === "dead-man");
      expect(stage.delta()).toBe(0n);
    }),
  );
});
