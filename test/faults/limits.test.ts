import { describe, expect, test } from "vitest";
import { format } from "#domain/decimal.ts";
import { type VenueId, BINANCE_UM, OKX_PERP } from "#domain/ids.ts";
import { BTC } from "../kit.ts";
import { onStage } from "./on-stage.ts";
import type { Stage } from "./stage.ts";
import { VENUES, deadOrders, expectHome, openings, other, recoveries, unknowns } from "./verdict.ts";

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
        // What the reconnected streams are compared with is read first: nobody else may hear of the ban before the order.
        await stage.clock.sleep(1_500);
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
