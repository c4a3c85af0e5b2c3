import { describe, expect, test } from "vitest";
import { type VenueId, BINANCE_UM, OKX_PERP } from "#domain/ids.ts";
import { THIN } from "../still-market.ts";
import { onStage } from "./on-stage.ts";
import type { Stage } from "./stage.ts";
import { VENUES, expectHome, fillsCounted, fillsMade } from "./verdict.ts";
import { distrust, trusted } from "./sight.ts";

describe("rows 47 to 50: connections", () => {
  test.concurrent.each(VENUES)(
    "row 47: a subscription is acknowledged and silent (%s): reconnected by the first-data deadline, no open until it speaks",
    (venue) =>
      onStage({ patience: { firstDataMs: 1_200 }, paces: { outOfSightMs: 400 } }, async (stage) => {
        await stage.standing();
        const connects = (): number =>
          stage.overheard.filter((each) => each.venue === venue && each.by === "connect" && /public/.test(each.says))
            .length;
        const before = connects();
        stage.misfortune.next(venue, "silent_sub");
        stage.misfortune.next(venue, "close_public");
        await stage.until("it is subscribed, and silent", () => connects() === before + 1);
        await stage.until("HOLD, for a hedge is open", () => stage.causes().includes("feed"));
        await stage.until("another connection is taken", () => connects() === before + 2);
        await stage.until("it speaks", trusted(stage, venue));
        expectHome(stage);
      }),
  );

  /** Its key is gone without a word: pushes end, and the socket stays. */
  const fallSilent = (stage: Stage, venue: VenueId): void => {
    if (venue === OKX_PERP) return stage.misfortune.next(venue, "private_silence");
    for (let times = 0; times < 4; times += 1) stage.mute(venue);
  };
  const asksAll = (stage: Stage, venue: VenueId, since: number): boolean => {
    const asked = stage.overheard.filter((each) => each.venue === venue && each.by === "rest" && each.at >= since);
    return [/openOrders|orders-pending/, /userTrades|fills/, /positionRisk|positions/].every((path) =>
      asked.some(({ says }) => path.test(says)),
    );
  };

  test.concurrent.each(VENUES)(
    "row 48: the account's stream falls silent with its socket open (%s): noticed within 5 s, HOLD, fills asked for and counted",
    (venue) =>
      onStage({ market: THIN }, async (stage) => {
        fallSilent(stage, venue);
        // A fill after the end of its order: nobody but the stream would tell of it.
        stage.misfortune.next(venue, "fill_after_cancel", { ms: 1_200 });
        const { intent } = await stage.open();
        const since = stage.clock.monotonic();
        await stage.until("it is noticed", () => stage.causes().includes("feed"), 5_000);
        expect(stage.clock.now() - intent.decidedAt).toBeLessThan(5_000);
        expect(stage.alarms("feed")[0]).toMatchObject({ venue });
        expect(stage.engine.rooms.controller.permits("open", venue, "automation")).toBe(false);
        await stage.until("everything was asked for", () => asksAll(stage, venue, since));
        await stage.until("every fill is counted", () => fillsCounted(stage).length === fillsMade(stage).length);
        await stage.rest();
        expect(fillsCounted(stage)).toEqual(fillsMade(stage));
        expectHome(stage);
      }),
  );

  test.concurrent(
    "row 48: Binance says that the listen key has expired: down at once, asked for everything, up with another key",
    () =>
      onStage({}, async (stage) => {
        await stage.standing();
        const since = stage.clock.monotonic();
        stage.misfortune.next(BINANCE_UM, "private_silence");
        const turns = (code: string): number =>
          stage.told(code).filter(({ venue, says }) => venue === BINANCE_UM && says.includes("private")).length;
        await stage.until("it is down, and up again", () => turns("stream_down") === 1 && turns("stream_up") === 2);
        expect(asksAll(stage, BINANCE_UM, since)).toBe(true);
        await stage.executor.leave(stage.hedge?.intent.id as never, "operator", "operator");
        expect(await stage.rest()).toBe("closed");
        expect(fillsCounted(stage)).toEqual(fillsMade(stage));
        expectHome(stage);
      }),
  );

  test.concurrent.each(VENUES)(
    "row 48: the account's stream is lost and stays away (%s): no new risk at once, HOLD",
    (venue) =>
      onStage({ paces: { outOfSightMs: 500 } }, async (stage) => {
        await stage.deafen(venue);
        stage.misfortune.next(venue, "close_private");
        await stage.until("it is lost", () => !stage.engine.watch.privateUp(venue));
        expect(stage.engine.rooms.controller.permits("open", venue, "automation")).toBe(false);
        await stage.until("HOLD", () => stage.causes().includes("feed"));
        expect(stage.alarms("feed").length).toBeGreaterThan(0);
      }),
  );

  test.concurrent("row 49: every socket of both venues closes together: HOLD, and all of it comes back", () =>
    onStage({}, async (stage) => {
      await stage.standing();
      for (const venue of VENUES) {
        for (const verb of ["close_public", "close_private", "close_orders"] as const)
          stage.misfortune.next(venue, verb);
      }
      await stage.until("HOLD", () => stage.causes().includes("feed"));
      expect(stage.alarms("feed").length).toBeGreaterThan(0);
      const { controller } = stage.engine.rooms;
      await stage.until("both venues are back", () =>
        VENUES.every((venue) => controller.state.venues.get(venue) === "OK" && trusted(stage, venue)()),
      );
      expect(controller.state.mode).toBe("HOLD");
      expectHome(stage);
    }),
  );

  test.concurrent.each(VENUES)(
    "row 50: the line is half open (%s): stale by age, given up by the heartbeat, taken up again when it answers",
    (venue) =>
      onStage(
        { patience: { heartbeatMs: 300, silenceMs: 900 }, pongMs: 500, paces: { outOfSightMs: 1_000 } },
        async (stage) => {
          await stage.standing();
          const server = stage.servers[venue === BINANCE_UM ? 0 : 1];
          server.blackhole(true);
          await stage.until("its book is stale", () => distrust(stage, venue) !== null);
          await stage.until(
            "both its streams are given up",
            () => !stage.engine.watch.privateUp(venue) && !stage.engine.watch.counts(venue).public,
          );
          expect(stage.engine.rooms.controller.permits("open", venue, "automation")).toBe(false);
          await stage.until("HOLD, for a hedge is open", () => stage.causes().includes("feed"));
          server.blackhole(false);
          const { controller } = stage.engine.rooms;
          await stage.until(
            "it is back",
            () => controller.state.venues.get(venue) === "OK" && trusted(stage, venue)(),
            25_000,
          );
          expectHome(stage);
        },
      ),
  );
});
