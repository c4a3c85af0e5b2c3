import { describe, expect, test } from "vitest";
import { price, quantity } from "#domain/decimal.ts";
import { BINANCE_UM, OKX_PERP } from "#domain/ids.ts";
import { BTC } from "../kit.ts";
import { EVEN, WIDE } from "../still-market.ts";
import { onStage } from "./on-stage.ts";
import type { Stage } from "./stage.ts";
import { VENUES, expectHome, openings } from "./verdict.ts";
import { AGE_MS, book, distrust, trusted } from "./sight.ts";

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
