import { readFileSync } from "node:fs";
import { expect, test } from "vitest";
import { chaosPoints } from "./chaos/points.ts";
import { mutations as ofModel } from "./model/mutations.ts";
import type { Patch } from "./plant.ts";
import { mutations as ofSimulation } from "./simulation/mutations.ts";

/** What the long suites would find out after minutes. */
test("every planted bug and every place of a kill finds its text exactly once", () => {
  const patches: readonly Patch[] = [
    ...[...ofModel, ...ofSimulation].flatMap((mutation) => mutation.patches),
    ...chaosPoints.map(({ patch }) => patch),
  ];
  const lost = patches.filter(({ file, find }) => readFileSync(`src/${file}`, "utf8").split(find).length !== 2);
  expect(lost).toEqual([]);
  expect(patches.length).toBeGreaterThan(60);
});
