import { expect, test } from "vitest";
import { chaosPoints } from "./points.ts";
import { runChaos } from "./run.ts";

const KILLS = 40;
/** Each lane waits most of its time, for a start, for a venue or for its own patience. */
const LANES = 4;

test(`${KILLS} real kills leave nothing lost, nothing doubled and nothing naked`, { timeout: 900_000 }, async () => {
  const timed = KILLS - chaosPoints.length;
  const report = await runChaos({ perPoint: 1, timed, lanes: LANES, seed: "ci" });
  const where = Object.entries(report.where).map(([name, count]) => `${name} ${count}`);
  process.stdout.write(
    `\n${where.join(", ")}\nready again p50 ${report.readyMs.p50} ms, at most ${report.readyMs.max} ms\n\n`,
  );
  expect(report.violations).toEqual([]);
  expect(report.kills).toBe(KILLS);
  // A point that is never met is no point: most of them are, in a run this short.
  expect(Object.keys(report.where).length).toBeGreaterThan(chaosPoints.length / 2);
});
