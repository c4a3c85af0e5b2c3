import { expect, test } from "vitest";
import { NOW } from "../../../test/kit.ts";
import { after } from "#domain/time.ts";
import { SloMemory, readKept } from "./slo-memory.ts";

const HOUR = 3_600_000;
const DAY = 24 * HOUR;

test("nothing seen is no budget; a hundredth of the time missed is all of it", () => {
  const memory = new SloMemory();
  expect([memory.burn(), memory.budgetLeft()]).toEqual([null, null]);
  memory.note(NOW, 99, false);
  expect([memory.burn(), memory.budgetLeft()]).toEqual([0, 1]);
  memory.note(NOW, 1, true);
  expect(memory.burn()).toBeCloseTo(1);
  expect(memory.budgetLeft()).toBeCloseTo(0);
  memory.note(NOW, 100, true);
  expect(memory.budgetLeft()).toBeLessThan(-40);
});

test("what was missed is forgotten after an hour, and after thirty days", () => {
  const memory = new SloMemory();
  memory.note(NOW, 10, true);
  memory.note(after(NOW, HOUR), 10, false);
  expect(memory.burn()).toBe(0);
  expect(memory.budgetLeft()).toBeLessThan(0);
  memory.note(after(NOW, 31 * DAY), 10, false);
  expect(memory.budgetLeft()).toBe(1);
});

test("a breach and its days outlive the process; what is no memory of ours is none", () => {
  const memory = new SloMemory();
  memory.note(NOW, 50, true);
  memory.breachedSince = NOW;
  const kept = readKept(JSON.parse(JSON.stringify({ ws_gap_ms_p95: memory.kept() })));
  const again = new SloMemory(kept.ws_gap_ms_p95);
  expect([again.breachedSince, again.budgetLeft()]).toEqual([NOW, memory.budgetLeft()]);
  expect(readKept("broken")).toEqual({});
  expect(readKept({ reject_rate: { breachedSince: "then", days: [["x"]] } }).reject_rate).toEqual({
    breachedSince: null,
    days: [],
  });
});
