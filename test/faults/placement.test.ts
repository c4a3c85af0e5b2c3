import { describe, expect, test } from "vitest";
import { BINANCE_UM, OKX_PERP } from "#domain/ids.ts";
import { onStage } from "./on-stage.ts";
import {
  VENUES,
  deadOrders,
  expectHome,
  fillsCounted,
  fillsMade,
  openings,
  other,
  recoveries,
  sentTwice,
  unknowns,
} from "./verdict.ts";

describe("rows 1 to 10: what becomes of an order that was sent", () => {
  test.concurrent.each(VENUES)("row 1: one leg is refused, the other filled: completed or unwound (%s)", (venue) =>
    onStage({}, async (stage) => {
      stage.misfortune.next(venue, "place.reject");
      await stage.open();
      expect(await stage.rest()).toMatch(/hedged|closed/);
      expect(stage.truth(venue).receipts[0]).toMatchObject({ verdict: "refused" });
      expect(recoveries(stage).length).toBeGreaterThan(0);
      expect(unknowns(stage)).toEqual([]);
      expectHome(stage);
      expect([openings(stage, venue), openings(stage, other(venue))]).toEqual([1, 1]);
    }),
  );

  test.concurrent.each(VENUES)(
    "row 2: nobody listens at one venue: surely not done, never unknown, recovered (%s)",
    (venue) =>
      onStage({ orderEntry: "rest" }, async (stage) => {
        // The engine has its books and its account; then the road of orders is gone before the first byte.
        await stage.deafen(venue);
        await stage.open();
        await stage.until("the other leg is off again", () => stage.delta() === 0n && stage.state === "closed");
        expect(deadOrders(stage)).toContainEqual(expect.stringContaining("unreachable"));
        expect(unknowns(stage)).toEqual([]);
        expect(stage.truth(venue).receipts).toEqual([]);
        expectHome(stage);
      }),
  );

  test.concurrent.each(VENUES)(
    "row 3: a request is lost before the venue: unknown, proved absent, recovered (%s)",
    (venue) =>
      onStage({}, async (stage) => {
        stage.misfortune.next(venue, "drop_req");
        const { intent } = await stage.open();
        const lost = venue === intent.long.venue ? intent.long.id : intent.short.id;
        await stage.rest();
        expect(unknowns(stage)).toContain(lost);
        expect(deadOrders(stage)).toContainEqual(expect.stringMatching(new RegExp(`${lost}.*absent`)));
        expect(stage.truth(venue).orders.map(({ clientOrderId }) => clientOrderId)).not.toContain(lost);
        expect(recoveries(stage).length).toBeGreaterThan(0);
        expectHome(stage);
      }),
  );

  test.concurrent.each(VENUES)("row 4: carried out, the answer lost: unknown, found, not sent again (%s)", (venue) =>
    onStage({}, async (stage) => {
      stage.mute(venue);
      stage.misfortune.next(venue, "exec_drop_resp");
      await stage.open();
      expect(await stage.rest()).toBe("hedged");
      expect(unknowns(stage).length).toBe(1);
      expect(recoveries(stage)).toEqual([]);
      expect(sentTwice(stage)).toEqual([]);
      expectHome(stage);
    }),
  );

  test.concurrent("row 5: Binance 503 unknown, but executed: found, not sent again", () =>
    onStage({}, async (stage) => {
      stage.mute(BINANCE_UM);
      stage.misfortune.next(BINANCE_UM, "unknown", { executed: true });
      await stage.open();
      expect(await stage.rest()).toBe("hedged");
      expect(unknowns(stage).length).toBe(1);
      expect(recoveries(stage)).toEqual([]);
      expect(sentTwice(stage)).toEqual([]);
      expectHome(stage);
    }),
  );

  test.concurrent("row 6: Binance 503 service unavailable: surely not done, tried again under a new name", () =>
    onStage({}, async (stage) => {
      stage.misfortune.next(BINANCE_UM, "unavailable");
      await stage.open();
      expect(await stage.rest()).toBe("hedged");
      expect(unknowns(stage)).toEqual([]);
      expect(recoveries(stage)).toEqual(["complete binance-um filled"]);
      expectHome(stage);
    }),
  );

  test.concurrent("row 7: Binance throttles opens: no further open while it lasts, and what reduces passes", () =>
    onStage({ settings: { cooldownMs: 100 } }, async (stage) => {
      const { intent } = await stage.standing();
      stage.misfortune.next(BINANCE_UM, "overload", { ms: 60_000 });
      await stage.until("the throttle is on", () => stage.misfortune.fired.length > 0);
      stage.change({ autoLoop: true });
      await stage.until(
        "one open was refused and taken back",
        () => stage.executor.hedges().length === 2 && stage.state === "closed",
      );
      const before = openings(stage, BINANCE_UM);
      const looks = stage.engine.pipeline.scans;
      await stage.until("the books went on paying", () => stage.engine.pipeline.scans > looks + 20);
      expect(openings(stage, BINANCE_UM)).toBe(before);
      const closed = await stage.executor.leave(intent.id, "operator", "operator");
      expect(closed?.orders.filter(({ request }) => request.act === "close").map(({ state }) => state)).toEqual([
        "filled",
        "filled",
      ]);
      await stage.until("flat", () => stage.held(BINANCE_UM) === 0n && stage.held(OKX_PERP) === 0n);
      expectHome(stage);
    }),
  );

  const DOUBTS = [
    { code: "50004", verb: "unknown", executed: true },
    { code: "50004", verb: "unknown", executed: false },
    { code: "51149", verb: "timed_out", executed: true },
    { code: "51149", verb: "timed_out", executed: false },
  ] as const;
  test.concurrent.each(DOUBTS)(
    "row 8: OKX $code, executed $executed: unknown both ways, then what it was",
    ({ verb, executed }) =>
      onStage({}, async (stage) => {
        stage.mute(OKX_PERP);
        stage.misfortune.next(OKX_PERP, verb, { executed });
        const { intent } = await stage.open();
        await stage.rest();
        const doubted = intent.short.venue === OKX_PERP ? intent.short.id : intent.long.id;
        expect(unknowns(stage)).toContain(doubted);
        if (executed) expect([stage.state, recoveries(stage)]).toEqual(["hedged", []]);
        else expect(deadOrders(stage)).toContainEqual(expect.stringMatching(new RegExp(`${doubted}.*absent`)));
        expect(sentTwice(stage)).toEqual([]);
        expectHome(stage);
      }),
  );

  test.concurrent("row 9: OKX says code 0 with another sCode: dead at once, recovered", () =>
    onStage({}, async (stage) => {
      stage.misfortune.next(OKX_PERP, "place.reject", { code: "51008" });
      await stage.open();
      await stage.rest();
      expect(deadOrders(stage)).toContainEqual(expect.stringContaining("51008"));
      expect(unknowns(stage)).toEqual([]);
      expectHome(stage);
    }),
  );

  test.concurrent.each(VENUES)(
    "row 10: the answer comes after our deadline: adopted, and nothing sent in its place (%s)",
    (venue) =>
      onStage({ visibilityLagMs: 5_000, settings: { unknownHoldMs: 8_000 } }, async (stage) => {
        stage.misfortune.next(venue, "delay_resp", { ms: 1_500 });
        // Without its events, and not to be found, only the late answer tells of it.
        stage.misfortune.next(venue, "visible_after", { ms: 3_000 });
        stage.mute(venue);
        const { intent } = await stage.open();
        const late = venue === intent.long.venue ? intent.long.id : intent.short.id;
        const theirs = (): string | null | undefined =>
          stage.hedge?.orders.find(({ request }) => request.id === late)?.venueOrderId;
        await stage.until("the late answer is adopted", () => typeof theirs() === "string");
        expect(stage.exchange(venue).findOrder({ clientOrderId: late })).toBeNull();
        expect(await stage.rest()).toBe("hedged");
        expect(unknowns(stage)).toEqual([late]);
        expect(recoveries(stage)).toEqual([]);
        expect(sentTwice(stage)).toEqual([]);
        expectHome(stage);
      }),
  );

  test.concurrent.each(VENUES)(
    "row 10: held for dead, for its venue hid it longer than it should, and answered late: asked about, and the excess taken off (%s)",
    (venue) =>
      onStage({}, async (stage) => {
        stage.misfortune.next(venue, "delay_resp", { ms: 1_800 });
        stage.misfortune.next(venue, "visible_after", { ms: 3_000 });
        stage.mute(venue);
        await stage.open();
        await stage.until("its end was believed, and another took its place", () => stage.state === "hedged");
        expect(deadOrders(stage)).toEqual([expect.stringContaining("absent")]);
        await stage.until(
          "the late answer is adopted",
          () => stage.told("late_fill").length > 0 || stage.state === "opening",
        );
        await stage.until("home", () => stage.delta() === 0n && stage.state === "hedged");
        // Asked for by itself, before anybody noticed that its stream kept it back.
        expect(stage.told("stream_down")).toEqual([]);
        // No more than was meant, for all that one leg was filled twice.
        const meant = stage.hedge?.intent.quantity ?? 0n;
        expect(VENUES.map((each) => stage.held(each)).toSorted()).toEqual([-meant, meant].toSorted());
        await stage.until("every fill is counted", () => fillsCounted(stage).length === fillsMade(stage).length);
        expectHome(stage);
      }),
  );
});
