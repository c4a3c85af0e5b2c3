import fc from "fast-check";
import { describe, expect, test } from "vitest";
import type { EpisodeReport } from "./episode-report.ts";
import { partsOf } from "./episode.ts";
import { leastOf, shrinkSeed } from "./shrink.ts";

describe("the least that still does it", () => {
  test("is exactly what is needed, when that is some of the parts together", async () => {
    await fc.assert(
      fc.asyncProperty(
        fc.integer({ min: 1, max: 40 }),
        fc.array(fc.nat(39), { maxLength: 6 }),
        async (count, chosen) => {
          const all = Array.from({ length: count }, (_, index) => index);
          const needed = [...new Set(chosen.filter((each) => each < count))].toSorted((a, b) => a - b);
          let asked = 0;
          const found = await leastOf(all, async (kept) => {
            asked += 1;
            return needed.every((each) => kept.includes(each));
          });
          expect(found).toEqual(needed);
          expect(asked).toBeLessThan(4 * count + 80);
        },
      ),
      { numRuns: 200 },
    );
  });

  test("is such that none of it can go, when there are several ways", async () => {
    const odd = (kept: readonly number[]): Promise<boolean> =>
      Promise.resolve(kept.filter((each) => each % 2 === 1).length >= 3);
    const found = await leastOf([1, 2, 3, 4, 5, 6, 7, 8, 9], odd);
    expect(found).toHaveLength(3);
    expect(found.every((each) => each % 2 === 1)).toBe(true);
  });
});

describe("a seed", () => {
  const SEED = 5;
  const parts = partsOf(SEED);
  const report = (invariant: string | null): EpisodeReport =>
    ({
      violations: invariant === null ? [] : [{ seed: SEED, invariant, says: "so", at_ms: 1 }],
    }) as unknown as EpisodeReport;

  test("has faults, crashes and people that can be left out", () => {
    expect(parts.map(({ id }) => id)).toEqual(expect.arrayContaining(["fault 0", "fault 1", "people"]));
    expect(new Set(parts.map(({ id }) => id)).size).toBe(parts.length);
  });

  test("that keeps every promise has nothing to shrink", async () => {
    expect(await shrinkSeed(SEED, () => Promise.resolve(report(null)))).toBeNull();
  });

  test("is shrunk to what breaks the same promise, whatever else breaks without the rest", async () => {
    const shrunk = await shrinkSeed(SEED, (_seed, { without = new Set<string>() } = {}) =>
      Promise.resolve(report(without.has("fault 1") ? "another" : "one")),
    );
    expect(shrunk?.found).toEqual({
      seed: SEED,
      invariant: "one",
      without: parts.map(({ id }) => id).filter((id) => id !== "fault 1"),
    });
    expect(shrunk?.kept).toEqual([parts.find(({ id }) => id === "fault 1")?.says]);
  });
});
