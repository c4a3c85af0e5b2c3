import { expect, test } from "vitest";
import { traceSeed } from "../../../src/app/simulate/simulate.ts";

/** Seeds that found a bug once. What they found is written down, for the day on which a seed means another story. */
test.each([
  [
    0,
    "three unwinds were spent within 40 ms on a venue that would not take orders, and a release by hand changed nothing",
  ],
  [23, "legs stood uneven for ten seconds, and nobody said so"],
  [57, "funding that came while the stream was away never reached the ledger; a frozen hedge ran out of its deadline"],
  [91, "funding told after its hedge had ended was missing from the results"],
  [
    95,
    "with a disk that refuses now and then, a fact was written before the order it is about, and no start succeeded",
  ],
  [1_205, "a disk that was full for a while lost what happened meanwhile"],
  [1_786, "a late fill turned a closed leg over, and recovery went for the other venue"],
  [3_444, "a late fill came while the process was down, and nobody ever asked for it"],
])("seed %i: %s", async (seed) => {
  expect((await traceSeed(seed)).violations).toEqual([]);
});
