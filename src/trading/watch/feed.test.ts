import { expect, test } from "vitest";
import { someFacts } from "../../../test/facts.ts";
import { BTC, NOW, aStandingHedge } from "../../../test/kit.ts";
import type { Hedge } from "#domain/hedge.ts";
import { BINANCE_UM, OKX_PERP } from "#domain/ids.ts";
import { after } from "#domain/time.ts";
import { FeedWatch } from "./feed.ts";

/** A watch that is looked at once in each second; OKX's book is blind whenever it is said to be. */
function scene(hedges: readonly Hedge[]) {
  const watch = new FeedWatch(5_000);
  let seconds = 0;
  return (forSeconds: number, blind: boolean): readonly string[] => {
    let held: readonly string[] = [];
    for (let second = 0; second < forSeconds; second += 1) {
      seconds += 1;
      const facts = someFacts({
        now: () => after(NOW, seconds * 1_000),
        hedges: () => hedges,
        distrust: (venue) => (blind && venue === OKX_PERP ? "book_stale" : null),
      });
      held = watch.look(facts).flatMap(({ source, level }) => (level === "HOLD" ? [source] : []));
    }
    return held;
  };
}

test("a book out of sight holds while a hedge is open, after its time", () => {
  const pass = scene([aStandingHedge()]);
  expect([pass(6, true), pass(1, true)]).toEqual([[], [`${OKX_PERP} book of ${BTC}`]]);
});

test("without a hedge nobody needs to see the book", () => {
  expect(scene([])(60, true)).toEqual([]);
});

test("a book that comes back in time holds nothing", () => {
  const pass = scene([aStandingHedge()]);
  for (let times = 0; times < 4; times += 1) expect([pass(5, true), pass(1, false)]).toEqual([[], []]);
});

test.each([
  [0, "OK"],
  [2_000, "WARN"],
  [4_000, "ERROR"],
  [5_000, "ERROR"],
  [5_001, "HOLD"],
])("an account's stream that is away for %s ms is %s, hedge or none", (lostMs, level) => {
  const facts = someFacts({ accountLostMs: (venue) => (venue === BINANCE_UM ? lostMs : 0) });
  expect(new FeedWatch(5_000).look(facts).map((reading) => reading.level)).toEqual([level, "OK"]);
});
