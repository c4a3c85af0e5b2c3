import { expect, test } from "vitest";
import { GapHistogram } from "./gap-histogram.ts";
import { METRICS, type MetricDefinition } from "./metric-table.ts";
import { Metrics } from "./metrics.ts";

const all: readonly (readonly [string, MetricDefinition])[] = Object.entries(METRICS);
const made = (): Metrics => new Metrics({ money: true, legacy: false, process: false });
const samples = async (metrics: Metrics): Promise<string[]> =>
  (await metrics.text()).split("\n").filter((line) => line !== "" && !line.startsWith("#"));

test.each(all)(
  "%s has a meaning, a unit, and labels that are bounded",
  (name, { type, help, unit, labels, buckets }) => {
    expect(help).toMatch(/^[A-Z0-9].{8,}\.$/);
    for (const values of Object.values(labels)) {
      if (typeof values === "string") expect(values).toMatch(/^(pairs|routes|components|build)$/);
      else expect([values.length > 0, new Set(values).size]).toEqual([true, values.length]);
    }
    expect(type === "counter").toBe(name.endsWith("_total"));
    expect(type === "histogram").toBe(buckets !== undefined);
    if (buckets) expect([...buckets]).toEqual([...buckets].toSorted((a, b) => a - b));
    const ending = { seconds: "_seconds", ratio: "_ratio", usdt: "_usdt", bps: "_bps", info: "_info" }[
      unit as "seconds"
    ];
    if (ending !== undefined) expect(name.replace(/_total$/, "")).toMatch(new RegExp(`${ending}$`));
  },
);

test("a value that is in no list is told as other", async () => {
  const metrics = made();
  metrics.count("propbot_candidates_total", { outcome: "skipped", reason: "made-up by a venue: 123" });
  expect(await samples(metrics)).toContain('propbot_candidates_total{outcome="skipped",reason="other"} 1');
});

test("what stands is asked for anew each time; what is not named is gone, and nothing is told of what is not a number", async () => {
  const metrics = made();
  let clients: number | null = 3;
  metrics.stands(() => (clients === null ? [] : [["propbot_ui_clients", {}, clients]]));
  metrics.stands(() => [["propbot_margin_ratio", { venue: "okx-perp" }, Number.NaN]]);
  expect((await samples(metrics)).filter((line) => !/_(bucket|sum|count)\b/.test(line))).toEqual(
    expect.arrayContaining(["propbot_ui_clients 3"]),
  );
  clients = null;
  const later = await samples(metrics);
  expect(later.filter((line) => /^propbot_(ui_clients|margin_ratio)/.test(line))).toEqual([]);
});

test("two registries have nothing in common", async () => {
  const [one, other] = [made(), made()];
  one.count("propbot_rescues_total", { outcome: "failed" });
  expect((await samples(other)).join("\n")).not.toContain("propbot_rescues_total{");
});

test("silences are counted by how long they were, and the first update is none", () => {
  const gaps = new GapHistogram([0.025, 0.1, 1]);
  for (const at of [1_000, 1_010, 1_035, 1_095, 3_095]) gaps.note(at);
  const told = gaps
    .values("gap", { venue: "x" })
    .map(({ metricName, labels, value }) => [metricName, labels["le"], value]);
  expect(told).toEqual([
    ["gap_bucket", 0.025, 2],
    ["gap_bucket", 0.1, 3],
    ["gap_bucket", 1, 3],
    ["gap_bucket", "+Inf", 4],
    ["gap_sum", undefined, 2.095],
    ["gap_count", undefined, 4],
  ]);
  expect(new GapHistogram([1]).values("gap", {})).toEqual([]);
});
