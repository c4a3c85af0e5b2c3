import fc from "fast-check";
import { expect, test } from "vitest";
import { NOW } from "../../../../test/kit.ts";
import { after } from "#domain/time.ts";
import { FrameGaps } from "./frame-gaps.ts";
import { Recent } from "./recent.ts";

test("the longest silence since the last look is told, the one that lasts included; none before the first frame", () => {
  const gaps = new FrameGaps();
  expect([gaps.take(NOW), gaps.lastAt]).toEqual([null, null]);
  for (const ms of [0, 10, 90, 100]) gaps.note(after(NOW, ms));
  expect([gaps.take(after(NOW, 110)), gaps.take(after(NOW, 600)), gaps.lastAt]).toEqual([80, 500, after(NOW, 100)]);
  gaps.note(after(NOW, 700));
  expect(gaps.take(after(NOW, 700))).toBe(600);
});

test("a quantile is the value of the nearest rank, whatever the samples", () => {
  fc.assert(
    fc.property(
      fc.array(fc.integer({ min: 0, max: 1_000 }), { minLength: 1, maxLength: 200 }),
      fc.double({ min: 0.01, max: 1, noNaN: true }),
      (values, share) => {
        const recent = new Recent(1_000, 1_000);
        for (const value of values) recent.note(NOW, value);
        const found = recent.quantile(NOW, share) ?? Number.NaN;
        const below = values.filter((value) => value <= found).length;
        const under = values.filter((value) => value < found).length;
        expect(below / values.length).toBeGreaterThanOrEqual(share - 1e-9);
        expect(under / values.length).toBeLessThan(share + 1e-9);
      },
    ),
  );
});

test("samples end with their time, and never are more than so many", () => {
  const recent = new Recent(1_000, 3);
  for (const value of [9, 1, 2, 3]) recent.note(NOW, value);
  expect([recent.count(NOW), recent.quantile(NOW, 1)]).toEqual([3, 3]);
  expect([recent.count(after(NOW, 1_001)), recent.quantile(after(NOW, 1_001), 0.5)]).toEqual([0, null]);
});
