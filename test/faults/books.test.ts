import { describe, expect, test } from "vitest";
import { price, quantity } from "#domain/decimal.ts";
import { type VenueId, BINANCE_UM, OKX_PERP } from "#domain/ids.ts";
import type { MarketBook } from "#domain/market-book.ts";
import { BTC } from "../kit.ts";
import { EVEN, THIN, WIDE } from "../still-market.ts";
import { type Stage, onStage } from "./stage.ts";
import { VENUES, expectHome, fillsCounted, fillsMade, openings } from "./verdict.ts";

const AGE_MS = 1_000;
const book = (stage: Stage, venue: VenueId): MarketBook => {
  const found = stage.engine.rooms.books.of(venue, BTC);
  if (!found) throw new Error("a book nobody follows");
  return found;
};
const distrust = (stage: Stage, venue: VenueId) => book(stage, venue).distrust(stage.clock.now(), AGE_MS);
const trusted = (stage: Stage, venue: VenueId) => (): boolean => distrust(stage, venue) === null;
const opened = (stage: Stage): number => openings(stage, BINANCE_UM) + openings(stage, OKX_PERP);

/** From here on every order that leaves was decided on books that can be believed: each decision is looked at as it is made. */
function watchDecisions(stage: Stage): { readonly bad: string[] } {
  const bad: string[] = [];
  stage.feed.subscribe(({ code, hedge }) => {
    if (code !== "intended") return;
    for (const venue of VENUES) {
      const reason = distrust(stage, venue);
      if (reason !== null) bad.push(`${hedge} on ${venue}: ${reason}`);
    }
  });
  return { bad };
}

describe("rows 42 to 46: books", () => {
  test.concurrent.each(VENUES)(
    "row 42: a gap in the sequence (%s): invalid at once, synchronised anew, nothing decided meanwhile",
    (venue) =>
      onStage({ market: EVEN }, async (stage) => {
        const decisions = watchDecisions(stage);
        const seen: (string | null)[] = [];
        stage.feed.subscribe(({ code }) => {
          if (code === "book_gap") seen.push(distrust(stage, venue));
        });
        stage.misfortune.next(venue, "gap");
        stage.change({ autoLoop: true });
        await stage.until("the gap is seen", () => seen.length > 0);
        expect(seen[0]).toBe("book_unsynced");
        // What would pay is offered while nobody knows that book.
        stage.market.show(WIDE);
        await stage.until("it stands again, and the loop opens", () => stage.state === "hedged");
        expect(trusted(stage, venue)()).toBe(true);
        expect(decisions.bad).toEqual([]);
        expectHome(stage);
      }),
  );

  test.concurrent.each(VENUES)(
    "row 43: a book freezes with its socket open (%s): stale by its age, nothing opens",
    (venue) =>
      onStage({}, async (stage) => {
        stage.misfortune.next(venue, "freeze", { ms: 3_000 });
        await stage.until("it is stale", () => distrust(stage, venue) === "book_stale");
        expect(stage.clock.now() - book(stage, venue).depth.at).toBeLessThan(AGE_MS + 500);
        stage.change({ autoLoop: true });
        const looks = stage.engine.pipeline.scans;
        await stage.until("the other book went on", () => stage.engine.pipeline.scans > looks + 5);
        expect(opened(stage)).toBe(0);
        expect(stage.engine.rooms.skipped.totals().map(({ reason }) => reason)).toContain("book_stale");
        await stage.until("it moves again, and the loop opens", () => stage.state === "hedged");
        expect(trusted(stage, venue)()).toBe(true);
        expectHome(stage);
      }),
  );

  test.concurrent.each(VENUES)(
    "row 44: a book crosses itself (%s): invalid, nothing opens until it is straight",
    (venue) =>
      onStage({ market: EVEN }, async (stage) => {
        const decisions = watchDecisions(stage);
        stage.change({ autoLoop: true });
        stage.market.fallSilent();
        const exchange = stage.exchange(venue);
        const sequence = exchange.market(BTC).sequence + 1;
        // A bid above every ask, and nothing that takes the asks away.
        const crossing = {
          bids: [[price("60500"), quantity("3")]],
          asks: [],
          sequence,
          firstSequence: sequence,
          previousSequence: sequence - 1,
        } as const;
        exchange.change(BTC, crossing);
        await stage.until(
          "it is invalid",
          () => distrust(stage, venue) === "book_crossed" || distrust(stage, venue) === "book_unsynced",
        );
        expect([decisions.bad, opened(stage)]).toEqual([[], 0]);
        const gone = {
          ...crossing,
          bids: [[price("60500"), quantity("0")]],
          sequence: sequence + 1,
          firstSequence: sequence + 1,
          previousSequence: sequence,
        } as const;
        exchange.change(BTC, gone);
        await stage.until("it is straight", trusted(stage, venue));
        expect([decisions.bad, opened(stage)]).toEqual([[], 0]);
      }),
  );

  test.concurrent.each(VENUES)("row 44: a best quote comes crossed (%s): refused, and no decision on it", (venue) =>
    onStage({ market: EVEN }, async (stage) => {
      const decisions = watchDecisions(stage);
      stage.change({ autoLoop: true });
      stage.misfortune.next(venue, "cross");
      stage.market.show([
        { bids: [["59998", "2"]], asks: [["60000", "2"]] },
        { bids: [["59998", "2"]], asks: [["60000", "2"]] },
      ]);
      await stage.until(
        "it is refused",
        () => stage.told("bad_frame").length > 0 || distrust(stage, venue) === "book_crossed",
      );
      expect([decisions.bad, opened(stage)]).toEqual([[], 0]);
    }),
  );

  test.concurrent.each(VENUES)(
    "row 45: snapshots are older than the stream (%s): bridged, or fetched again, until they fit",
    (venue) =>
      onStage({ market: EVEN }, async (stage) => {
        const decisions = watchDecisions(stage);
        for (let nth = 1; nth <= 2; nth += 1) stage.misfortune.next(venue, "snap_skew", { ms: 1_500 }, nth);
        stage.misfortune.next(venue, "gap");
        await stage.until("the gap is seen", () => stage.told("book_gap").some((event) => event.venue === venue));
        stage.change({ autoLoop: true });
        stage.market.show(WIDE);
        await stage.until("it stands again, and the loop opens", () => stage.state === "hedged");
        expect(decisions.bad).toEqual([]);
        stage.market.show([
          { bids: [["59990", "2"]], asks: [["59991", "2"]] },
          { bids: [["59990", "2"]], asks: [["59991", "2"]] },
        ]);
        const top = (): unknown => [book(stage, venue).touch("bid"), book(stage, venue).touch("ask")];
        await stage.until(
          "what is shown is what stands",
          () => JSON.stringify(top(), text) === JSON.stringify([price("59990"), price("59991")], text),
        );
        expectHome(stage);
      }),
  );

  test.concurrent.each(VENUES)(
    "row 46: levels that went while we were away (%s): the book is cleared first, no ghost stays",
    (venue) =>
      onStage({ market: EVEN }, async (stage) => {
        const leg = venue === BINANCE_UM ? 0 : 1;
        stage.misfortune.next(venue, "close_public");
        await stage.until("the book is forgotten", () => distrust(stage, venue) === "book_unsynced");
        // Meanwhile the market has gone down: what stood there before is no offer any more.
        const lower = { bids: [["59700", "2"]], asks: [["59701", "2"]] } as const;
        stage.market.show(leg === 0 ? [lower, EVEN[1]] : [EVEN[0], lower]);
        await stage.until("it stands again", trusted(stage, venue));
        const levels: number[] = [];
        for (const side of ["bid", "ask"] as const)
          book(stage, venue).walkLevels(side, (tick) => levels.push(tick) > 0);
        expect(levels).toEqual([597_000, 597_010]);
      }),
  );
});

const text = (_: string, value: unknown): unknown => (typeof value === "bigint" ? `${value}` : value);

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
