import { expect, test } from "vitest";
import { BTC, NOW } from "../../../test/kit.ts";
import { BINANCE_UM, OKX_PERP } from "#domain/ids.ts";
import { HOUR, MINUTE, after } from "#domain/time.ts";
import { Skipped } from "./skipped.ts";

const example = (says: string) => () => ({ instrument: BTC, long: BINANCE_UM, short: OKX_PERP, says });

test("reasons are counted, most frequent first", () => {
  const skipped = new Skipped();
  for (const reason of ["below_cost", "book_stale", "below_cost"]) skipped.note(reason, NOW, example(reason));
  expect(skipped.totals().map(({ reason, count }) => [reason, count])).toEqual([
    ["below_cost", 2],
    ["book_stale", 1],
  ]);
});

test("the last examples are kept, one a second and three at most, newest first", () => {
  const skipped = new Skipped();
  for (const [index, ms] of [0, 500, 1_000, 2_000, 3_000, 3_999].entries())
    skipped.note("below_cost", after(NOW, ms), example(`${index}`));
  const [found] = skipped.totals();
  expect([found?.count, found?.lastAt, found?.examples.map(({ says }) => says)]).toEqual([
    6,
    after(NOW, 3_000),
    ["4", "3", "2"],
  ]);
});

test("an example costs nothing when it is not kept", () => {
  const skipped = new Skipped();
  let made = 0;
  for (let index = 0; index < 10_000; index += 1) {
    skipped.note("below_cost", after(NOW, index / 100), () => {
      made += 1;
      return example("")();
    });
  }
  expect(made).toBe(1);
});

test("counts can be read from any minute of the last day", () => {
  const skipped = new Skipped();
  skipped.note("below_cost", NOW, example(""));
  skipped.note("below_cost", after(NOW, 10 * MINUTE), example(""));
  expect([0, 5, 11].map((minutes) => skipped.since(after(NOW, minutes * MINUTE)).map(({ count }) => count))).toEqual([
    [2],
    [1],
    [],
  ]);
});

test("what is older than a day is forgotten, the totals are not", () => {
  const skipped = new Skipped();
  for (let minute = 0; minute < 30 * 60; minute += 1)
    skipped.note("below_cost", after(NOW, minute * MINUTE), example(""));
  expect(skipped.since(NOW).map(({ count }) => count)).toEqual([24 * 60]);
  expect(skipped.totals().map(({ count }) => count)).toEqual([30 * 60]);
  expect(skipped.since(after(NOW, 29 * HOUR)).map(({ count }) => count)).toEqual([60]);
});
