import { expect, test } from "vitest";
import { seen, someFacts } from "../../../test/facts.ts";
import { OKX_PERP } from "#domain/ids.ts";
import { clockSkew } from "./clock-skew.ts";

test.each<[string, readonly (readonly [number, number])[], string]>([
  ["never read", [], "UNKNOWN null"],
  ["close", [[400, 100]], "OK 500 ms"],
  ["half of it", [[-450, 51]], "WARN 501 ms"],
  [
    "at it",
    [
      [900, 100],
      [900, 100],
      [900, 100],
    ],
    "WARN 1000 ms",
  ],
  [
    "over it twice",
    [
      [0, 10],
      [2_000, 10],
      [2_000, 10],
    ],
    "ERROR 2010 ms",
  ],
  [
    "over it three times, by the error alone",
    [
      [0, 1_001],
      [-2_000, 10],
      [100, 901],
    ],
    "HOLD 1001 ms",
  ],
  [
    "back again",
    [
      [2_000, 0],
      [2_000, 0],
      [10, 0],
    ],
    "OK 10 ms",
  ],
])("%s: %j is %s", (_what, samples, expected) => {
  const clockSamples = (): readonly { offsetMs: number; errorMs: number }[] =>
    samples.map(([offsetMs, errorMs]) => ({ offsetMs, errorMs }));
  expect(seen(clockSkew, someFacts({ venues: [OKX_PERP], clockSamples }))).toEqual([`okx-perp ${expected}`]);
});
