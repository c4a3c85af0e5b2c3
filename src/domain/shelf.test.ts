import { expect, test } from "vitest";
import { Ladder } from "./ladder.ts";
import { Shelf, type Slots } from "./shelf.ts";

const range = ({ base }: Slots, length: number): readonly [number, number] => [base, base + length];

test("runs of one array lie side by side, each at a multiple of its length, and never on one another", () => {
  const shelf = new Shelf(1_024);
  const runs = [64, 128, 64, 256].map((length) => ({ length, slots: shelf.take(length) }));
  expect(new Set(runs.map(({ slots }) => slots.lots)).size).toBe(1);
  const ranges = runs.map(({ length, slots }) => range(slots, length)).toSorted(([a], [b]) => a - b);
  for (const [index, [from]] of ranges.entries()) expect(from).toBeGreaterThanOrEqual(ranges[index - 1]?.[1] ?? 0);
  for (const { length, slots } of runs) expect(slots.base % length).toBe(0);
});

test("a full array is followed by another, and what is longer than one has its own", () => {
  const shelf = new Shelf(128);
  const [first, second, third] = [shelf.take(64), shelf.take(64), shelf.take(64)];
  expect(second.lots).toBe(first.lots);
  expect(third.lots).not.toBe(first.lots);
  expect(shelf.take(512).lots).toHaveLength(512);
});

test("what is handed back is empty when it is taken again", () => {
  const shelf = new Shelf(128);
  const slots = shelf.take(64);
  slots.lots.fill(7, slots.base, slots.base + 64);
  slots.taken.fill(-1, slots.base / 32, (slots.base + 64) / 32);
  shelf.giveBack(slots, 64);
  const again = shelf.take(64);
  expect([again.lots, again.base]).toEqual([slots.lots, slots.base]);
  expect(Array.from(again.lots.subarray(again.base, again.base + 64)).every((lots) => lots === 0)).toBe(true);
  expect(Array.from(again.taken.subarray(again.base / 32, (again.base + 64) / 32))).toEqual([0, 0]);
});

test("ladders of one shelf do not see each other's levels, also when one of them grows wide", () => {
  const shelf = new Shelf(2 ** 13);
  const ladders = Array.from({ length: 6 }, (_, index) => new Ladder(index % 2 === 0 ? 1 : -1, shelf));
  for (const [which, ladder] of ladders.entries()) {
    for (let level = 0; level < 400; level += 1) ladder.set(600_000 + level * (which + 1) * 3, 1 + which);
  }
  ladders[2]?.clear();
  for (const [which, ladder] of ladders.entries()) {
    const rows: [number, number][] = [];
    ladder.walk((tick, lots) => rows.push([tick, lots]) > 0);
    const levels = which === 2 ? 0 : 400;
    const wanted = Array.from({ length: levels }, (_, level) => [600_000 + level * (which + 1) * 3, 1 + which]);
    expect(rows.toSorted(([a], [b]) => a - b)).toEqual(wanted);
  }
});
