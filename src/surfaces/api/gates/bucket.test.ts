import { expect, test } from "vitest";
import { after } from "#domain/time.ts";
import { aClock } from "../../../../test/kit.ts";
import { Buckets } from "./bucket.ts";

const SHAPE = { name: "acts", burst: 3, perMinute: 30 };

test("as many as it holds at once, then as fast as it fills, and never more than it holds", async () => {
  const clock = aClock();
  const buckets = new Buckets(clock, SHAPE);
  const takes = (count: number): boolean[] => Array.from({ length: count }, () => buckets.take("a").admitted);
  expect(takes(4)).toEqual([true, true, true, false]);
  await clock.runUntil(after(clock.now(), 1_999));
  expect(takes(1)).toEqual([false]);
  await clock.runUntil(after(clock.now(), 1));
  expect(takes(2)).toEqual([true, false]);
  await clock.runUntil(after(clock.now(), 3_600_000));
  expect(takes(4)).toEqual([true, true, true, false]);
});

test("it says what is left, how long until it is full, and how long until the next", () => {
  const buckets = new Buckets(aClock(), SHAPE);
  expect(buckets.take("a")).toEqual({ admitted: true, left: 2, waitMs: 2_000 });
  buckets.take("a");
  expect(buckets.take("a")).toEqual({ admitted: true, left: 0, waitMs: 6_000 });
  expect(buckets.take("a")).toEqual({ admitted: false, left: 0, waitMs: 2_000 });
});

test("one key leaves the others alone, and the one not used for longest is forgotten", () => {
  const buckets = new Buckets(aClock(), { ...SHAPE, burst: 1 }, 2);
  buckets.take("a");
  buckets.take("b");
  expect(buckets.take("a").admitted).toBe(false);
  expect(buckets.take("c").admitted).toBe(true);
  expect(buckets.size).toBe(2);
  expect([buckets.take("a").admitted, buckets.take("b").admitted]).toEqual([false, true]);
});
