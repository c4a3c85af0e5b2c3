import fc from "fast-check";
import { expect, test } from "vitest";
import { parseFixed } from "#domain/decimal.ts";
import { countOf } from "#domain/instrument.ts";
import { Levels } from "#domain/levels.ts";
import { Grid, crossed, readLevels } from "./grid.ts";

const steps = ["0.10", "0.01", "0.0100", "0.001", "1", "5", "0.00001", "0.5", "100", "0.25"];

function slowly(text: string, step: bigint): number {
  const value = parseFixed(text);
  if (value === null || value < 0n || text.startsWith("-")) return -1;
  return countOf(value, step) ?? -1;
}

test.each([
  { step: "0.10", text: "63921.40", count: 639214 },
  { step: "0.10", text: "63921.45", count: -1 },
  { step: "0.001", text: "4.313", count: 4313 },
  { step: "0.01", text: "421.93", count: 42193 },
  { step: "0.01", text: "0.000", count: 0 },
  { step: "0.01", text: "100000000.0000000000000000", count: 10000000000 },
  { step: "0.01", text: "", count: -1 },
  { step: "0.01", text: ".5", count: -1 },
  { step: "0.01", text: "5.", count: -1 },
  { step: "0.01", text: "1e3", count: -1 },
  { step: "0.01", text: "NaN", count: -1 },
  { step: "0.01", text: "-1", count: -1 },
  { step: "0.01", text: "99999999999999999999", count: -1 },
])("$text in steps of $step is $count", ({ step, text, count }) => {
  expect(new Grid(parseFixed(step) ?? 0n).count(text)).toBe(count);
});

test("the fast count is the exact count", () => {
  const digits = fc.stringMatching(/^\d{1,11}$/);
  const fraction = fc.stringMatching(/^\d{0,6}$/);
  fc.assert(
    fc.property(fc.constantFrom(...steps), digits, fraction, (step, whole, part) => {
      const exact = parseFixed(step) ?? 0n;
      const text = part === "" ? whole : `${whole}.${part}`;
      expect(new Grid(exact).count(text)).toBe(slowly(text, exact));
    }),
    { numRuns: 3_000 },
  );
});

test("nothing that is not text has a count, and nothing throws", () => {
  const grid = new Grid(10n ** 10n);
  fc.assert(fc.property(fc.anything(), (value) => typeof value === "string" || grid.count(value) === -1));
  fc.assert(
    fc.property(fc.anything(), (value) => {
      readLevels(value, { prices: grid, sizes: grid });
    }),
  );
});

test("one message that bids at its own ask is crossed; removals are not", () => {
  expect(crossed(Levels.of([100, 1]), Levels.of([100, 1]))).toBe(true);
  expect(crossed(Levels.of([100, 0]), Levels.of([100, 1]))).toBe(false);
  expect(crossed(Levels.of([100, 1]), Levels.of([101, 1]))).toBe(false);
  expect(crossed(Levels.of([]), Levels.of([101, 1]))).toBe(false);
});
