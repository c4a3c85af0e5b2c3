import { describe, expect, test } from "vitest";
import { BINANCE_UM } from "#domain/ids.ts";
import { onStage } from "./on-stage.ts";
import {
  VENUES,
  expectAccounted,
  expectHome,
  fillsCounted,
  fillsMade,
  recoveries,
  sentTwice,
  unknowns,
} from "./verdict.ts";

describe("rows 11 to 17: what streams and reads say", () => {
  test.concurrent.each(VENUES)("row 11: the event comes before the answer: one order, one fill (%s)", (venue) =>
    onStage({}, async (stage) => {
      stage.misfortune.next(venue, "stream_first", { ms: 150 });
      await stage.open();
      expect(await stage.rest()).toBe("hedged");
      await stage.until(
        "the answer has come too",
        () => stage.clock.now() - (stage.hedge?.intent.decidedAt ?? 0) > 400,
      );
      expect([recoveries(stage), sentTwice(stage)]).toEqual([[], []]);
      expect(fillsCounted(stage)).toEqual(fillsMade(stage));
      expectHome(stage);
    }),
  );

  test.concurrent.each(VENUES)("row 12: the event never comes: the fill is asked for and counted (%s)", (venue) =>
    onStage({}, async (stage) => {
      stage.mute(venue);
      await stage.open();
      expect(await stage.rest()).toBe("hedged");
      expect([recoveries(stage), sentTwice(stage)]).toEqual([[], []]);
      expect(fillsCounted(stage)).toEqual(fillsMade(stage));
      expectHome(stage);
    }),
  );

  test.concurrent.each(VENUES)("row 13: events twice, and told again after a reconnect: counted once (%s)", (venue) =>
    onStage({}, async (stage) => {
      for (let event = 0; event < 6; event += 1) stage.misfortune.next(venue, "ws_dup");
      await stage.standing();
      const ups = stage.told("stream_up").length;
      stage.misfortune.next(venue, "close_private");
      await stage.until("the stream is back and caught up", () => stage.told("stream_up").length > ups);
      expect(fillsCounted(stage)).toEqual(fillsMade(stage));
      expectHome(stage);
    }),
  );

  test.concurrent.each(VENUES)(
    "row 14: events overtake each other: the end is right, no filled quantity shrinks (%s)",
    (venue) =>
      onStage({}, async (stage) => {
        for (let event = 0; event < 3; event += 1) stage.misfortune.next(venue, "ws_reorder", {}, 1 + event);
        const { intent } = await stage.open();
        expect(await stage.rest()).toBe("hedged");
        for (const { request } of stage.hedge?.orders ?? []) {
          let filled = 0n;
          for (const { hedge, event } of stage.journal.entries) {
            if (hedge !== intent.id || event.type !== "order-reported" || event.order !== request.id) continue;
            expect(event.filled).toBeGreaterThanOrEqual(filled);
            filled = event.filled;
          }
        }
        expect(fillsCounted(stage)).toEqual(fillsMade(stage));
        expectHome(stage);
      }),
  );

  test.concurrent("row 15: Binance tells a trade in brief and in full: one fill", () =>
    onStage({}, async (stage) => {
      await stage.standing();
      const [trade, ...others] = stage.truth(BINANCE_UM).fills;
      expect(others).toEqual([]);
      const booked = [...stage.ledger.posted.values()].filter(({ id }) => id.startsWith(`fill:${BINANCE_UM}`));
      expect(booked.map(({ id }) => id)).toEqual([expect.stringMatching(new RegExp(`:${trade?.id}$`))]);
      expectHome(stage);
    }),
  );

  test.concurrent.each(VENUES)(
    "row 16: a fresh order is invisible: unknown, HOLD when it lasts, then adopted (%s)",
    (venue) =>
      onStage({ visibilityLagMs: 6_000, settings: { unknownHoldMs: 1_000 } }, async (stage) => {
        stage.misfortune.next(venue, "exec_drop_resp");
        stage.misfortune.next(venue, "visible_after", { ms: 3_000 });
        stage.mute(venue);
        await stage.open();
        await stage.until("HOLD", () => stage.causes().includes("unknown_order"));
        expect(stage.told("unknown_order").map(({ level }) => level)).toContain("critical");
        expect([stage.state, recoveries(stage)]).toEqual(["frozen", []]);
        expect(await stage.rest()).toBe("hedged");
        expect([unknowns(stage).length, recoveries(stage), sentTwice(stage)]).toEqual([1, [], []]);
        expectHome(stage);
      }),
  );

  test.concurrent.each(VENUES)(
    "row 17: reads of positions and open orders lag: neither absence nor flatness is read off them (%s)",
    (venue) =>
      onStage({ paces: { reconcileMs: 250, reconcilePauseMs: 100 }, visibilityLagMs: 1_500 }, async (stage) => {
        for (let read = 0; read < 60; read += 1) stage.misfortune.next(venue, "read_lag", { ms: 1_200 });
        stage.mute(venue);
        stage.misfortune.next(venue, "exec_drop_resp");
        await stage.open();
        expect(await stage.rest()).toBe("hedged");
        const decided = stage.hedge?.intent.decidedAt ?? 0;
        await stage.until(
          "positions were read while they lagged, and after",
          () => stage.clock.now() - decided > 3_000,
        );
        expect([recoveries(stage), sentTwice(stage), stage.state]).toEqual([[], [], "hedged"]);
        expectAccounted(stage);
        expect(stage.delta()).toBe(0n);
      }),
  );
});
