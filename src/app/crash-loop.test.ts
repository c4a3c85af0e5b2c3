import { expect, test } from "vitest";
import { crashLoop } from "./crash-loop.ts";

const MINUTE = 60_000;
const NOW = 100 * MINUTE;

test.each([
  [[0], null],
  [[9, 0], null],
  [[10, 1, 0], null],
  [[9.99, 1, 0], "started 3 times within 10 minutes, and never stopped"],
  [[30, 9, 3, 2, 0], "started 4 times within 10 minutes, and never stopped"],
])("starts %j minutes ago: %s", (minutes, says) => {
  expect(
    crashLoop(
      minutes.map((ago) => NOW - ago * MINUTE),
      NOW,
    ),
  ).toBe(says);
});
