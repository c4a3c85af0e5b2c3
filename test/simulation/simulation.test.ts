import { expect, test } from "vitest";
import { simulate } from "../../src/app/simulate/simulate.ts";
import type { SimulationReport } from "../../src/app/simulate/report.ts";

const SEEDS = 2_000;
const TWICE = 50;
const WORKERS = 2;
/** Every order of ours is immediate: none rests, so none is ever cancelled and these find no occasion. */
const NO_OCCASION = ["fault cancel.reject", "fault cancel.drop", "fault cancel.fill_first"];

test(`${SEEDS} seeds keep every promise`, { timeout: 900_000 }, async () => {
  const report = await simulate({ seeds: SEEDS, from: 0, workers: WORKERS });
  process.stdout.write(`\n${tableOf(report)}\n\n`);
  expect(report.violations).toEqual([]);
  expect(report.run).toBe(SEEDS);
  expect(report.never.filter((each) => !NO_OCCASION.includes(each))).toEqual([]);
  expect(report.hedges.closed).toBeGreaterThan(SEEDS);
});

test(`${TWICE} seeds run twice, on one thread and on two, give the same hash`, { timeout: 300_000 }, async () => {
  const from = 100_000;
  const [once, again] = [
    await simulate({ seeds: TWICE, from, workers: WORKERS }),
    await simulate({ seeds: TWICE, from }),
  ];
  expect(again).toEqual(once);
});

function tableOf(report: SimulationReport): string {
  const row = (name: string, counts: object): string => {
    const cells = Object.entries(counts).map(([what, count]) => `${what} ${count}`);
    return `${name.padEnd(12)} ${cells.join(", ")}`;
  };
  return [
    row("seeds", { run: report.run, calm: report.calm_seeds, events: report.events }),
    row("hedges", report.hedges),
    row("states", report.states_entered),
    row("acts", report.acts),
    row("faults", report.faults_fired),
    row("crashes", report.crashes),
    row("holds", report.holds),
    row("naked calm", report.naked_ms.calm),
    row("naked all", report.naked_ms.all),
    `${"never".padEnd(12)} ${report.never.join(", ")}`,
    `${"hash".padEnd(12)} ${report.hash}`,
  ].join("\n");
}
