import { expect, test } from "vitest";
import { someFacts } from "../../../test/facts.ts";
import { LoopLag } from "./loop-lag.ts";

/** The levels of looks that come this much later than the one before. */
function levels(gaps: readonly number[]): readonly string[] {
  const watch = new LoopLag(250, 250);
  let now = 0;
  return gaps.map((gap) => {
    now += gap;
    return watch.look(someFacts({ monotonic: () => now }))[0]?.level ?? "nothing";
  });
}

const IN_TIME = 250;

test("timers that come in time, or a little late, are no lag", () => {
  expect(new Set(levels(Array.from({ length: 200 }, (_, index) => IN_TIME + (index % 3) * 125)))).toEqual(
    new Set(["OK"]),
  );
});

test("late in three of ten seconds holds, and is over ten seconds later", () => {
  const late = [IN_TIME, 750, IN_TIME, 750, IN_TIME, 750];
  const found = levels([...late, ...Array.from({ length: 44 }, () => IN_TIME)]);
  expect(found.slice(0, late.length).at(-1)).toBe("HOLD");
  expect(found.at(-1)).toBe("OK");
});

test("one long stall weighs as much as the seconds it lasted", () => {
  expect(levels([IN_TIME, 3_500]).at(-1)).toBe("HOLD");
  expect(levels([IN_TIME, 1_000]).at(-1)).toBe("WARN");
});
