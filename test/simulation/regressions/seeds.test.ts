import { expect, test } from "vitest";
import { traceSeed } from "../../../src/app/simulate/simulate.ts";

/**
 * Seeds that find a bug when its repair is taken out again; checked so on the day they were written down. A change of
 * the scenario gives a seed another story: then find a new one the same way.
 */
test.each([
  [3, "legs stood uneven for ten seconds, and no alarm named them"],
  [104, "funding that came while the private stream was away never reached the ledger"],
  [599, "a disk that refuses now and then: a fact was written before the order it is about, and no start succeeded"],
  [1_786, "a late fill turned a closed leg over, and recovery went for the other venue"],
  [3_444, "a late fill came while the process was down, and nobody ever asked for it"],
])("seed %i: %s", async (seed) => {
  expect((await traceSeed(seed)).violations).toEqual([]);
});

test("769: an unwind that came back empty waits for another book before the next one", async () => {
  const { calm, spells } = await traceSeed(769);
  expect(calm).toBe(true);
  // Three tries within 25 ms at the same thin book once left the leg on for a second and a half. What is bare meanwhile is
  // worth more than MAX_DELTA_USDT, and HOLD: the missing leg may not be bought then, and the next book is 500 ms away.
  expect(Math.max(...spells.map(({ ms }) => ms))).toBeLessThan(600);
});
