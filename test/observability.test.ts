import { readFileSync } from "node:fs";
import { join } from "node:path";
import client from "prom-client";
import { format } from "prettier";
import { expect, test } from "vitest";
import { METRICS, type MetricDefinition } from "#adapters/host/metric-table.ts";
import { metricsReference } from "#app/metrics/reference.ts";
import { observabilityFiles } from "../scripts/observability/files.ts";
import { ALERTS, RECORDINGS, runbookOf } from "../scripts/observability/rules.ts";
import { yamlOf } from "../scripts/observability/yaml.ts";

const ROOT = join(import.meta.dirname, "..");
const known = new Map<string, MetricDefinition>(Object.entries(METRICS));
const recorded = new Set(RECORDINGS.map(({ record }) => record));
const registry = new client.Registry();
client.collectDefaultMetrics({ register: registry });
const ofTheProcess = new Set(registry.getMetricsAsArray().map(({ name }) => name));
const files = observabilityFiles();

interface Dashboard {
  readonly panels: readonly {
    readonly id: number;
    readonly type: string;
    readonly title: string;
    readonly targets?: readonly { readonly expr: string }[];
  }[];
  readonly annotations: { readonly list: readonly { readonly expr: string }[] };
}
const dashboards = [...files]
  .filter(([name]) => name.endsWith(".json"))
  .map(
    ([name]) =>
      [name, JSON.parse(readFileSync(join(ROOT, "deploy/observability", name), "utf8")) as Dashboard] as const,
  );
const expressions = [
  ...RECORDINGS.map(({ expr }) => expr),
  ...ALERTS.map(({ expr }) => expr),
  ...dashboards.flatMap(([, { panels, annotations }]) => [
    ...panels.flatMap(({ targets }) => (targets ?? []).map(({ expr }) => expr)),
    ...annotations.list.map(({ expr }) => expr),
  ]),
];

/** The registry's metric behind a name in a query, which may be a part of a histogram. */
function definitionBehind(name: string): MetricDefinition | undefined {
  const whole = known.get(name);
  if (whole) return whole;
  const histogram = known.get(name.replace(/_(bucket|sum|count)$/, ""));
  return histogram?.type === "histogram" ? histogram : undefined;
}

test.each([...new Set(expressions)])("%s asks for what there is", (expr) => {
  const bare = expr.replaceAll(/"[^"]*"/g, '""');
  const names = bare.match(/\b(propbot:[a-z0-9_:]+|(propbot|http|nodejs|process)_[a-z0-9_]+)/g) ?? [];
  expect(names.length + (bare.startsWith("up{") ? 1 : 0)).toBeGreaterThan(0);
  for (const name of names) {
    const base = name.replace(/_(bucket|sum|count)$/, "");
    const there =
      recorded.has(name) || definitionBehind(name) !== undefined || ofTheProcess.has(base) || ofTheProcess.has(name);
    expect([name, there]).toEqual([name, true]);
  }
  for (const [, name = "", labels = ""] of expr.matchAll(/\b((?:propbot|http)_[a-z0-9_]+)\{([^}]*)\}/g)) {
    const own = { instance: [], le: [], ...definitionBehind(name)?.labels };
    for (const [, label = "", value = ""] of labels.matchAll(/([a-z_]+)(?:=|!=|=~)"([^"]*)"/g)) {
      const values = (own as Readonly<Record<string, readonly string[] | string | undefined>>)[label];
      expect([name, label, values !== undefined]).toEqual([name, label, true]);
      if (Array.isArray(values) && values.length > 0 && /^\w[\w-]*$/.test(value)) expect(values).toContain(value);
    }
  }
});

test("every metric of ours that has a value is looked at somewhere", () => {
  const all = expressions.join("\n");
  expect([...known.keys()].filter((name) => !new RegExp(`\\b${name}(_bucket|_sum|_count)?\\b`).test(all))).toEqual([]);
});

test("there are 4 recordings and 19 alerts, each with a summary that has its scope, and a runbook that exists", () => {
  expect([RECORDINGS.length, ALERTS.length]).toEqual([4, 19]);
  for (const { name, summary, severity } of ALERTS) {
    expect(summary).toMatch(/\{\{ \$(value|labels\.instance)/);
    expect(["page", "ticket", "info"]).toContain(severity);
    const [file = "", anchor = ""] = runbookOf(name).split("#");
    const text = readFileSync(join(ROOT, file), "utf8");
    const sections = text.split(/^## /m).slice(1);
    const section = sections.find((each) => each.split("\n")[0]?.toLowerCase() === anchor) ?? "";
    expect(section).toMatch(new RegExp(`^${name}\n\n\\*\\*${severity}\\.\\*\\* [\\s\\S]+- Look: [\\s\\S]+- Do: `));
  }
});

test("the files are what their tables say", async () => {
  for (const [name, text] of files) {
    const wanted = await format(text, { parser: name.endsWith(".json") ? "json" : "yaml", printWidth: 120 });
    expect(readFileSync(join(ROOT, "deploy/observability", name), "utf8")).toBe(wanted);
  }
  const reference = readFileSync(join(ROOT, "docs/reference/metrics.md"), "utf8");
  const plain = (text: string): string => text.replaceAll(/[ -]+/g, " ");
  expect(plain(reference)).toBe(plain(await format(metricsReference(), { parser: "markdown", printWidth: 120 })));
});

test("what is written as YAML is YAML", () => {
  expect(yamlOf({ a: [{ b: 'x: "y"', c: [] }, "d"], e: { f: 1 } })).toBe(
    'a:\n  - b: "x: \\"y\\""\n    c: []\n  - "d"\ne:\n  f: 1\n',
  );
});

test.each(dashboards)("%s has panels that can be told apart, each with a query", (_name, { panels }) => {
  expect(new Set(panels.map(({ id }) => id)).size).toBe(panels.length);
  for (const { type, targets } of panels) if (type !== "row") expect(targets?.length).toBeGreaterThan(0);
});

test("the rows are those of the design", () => {
  const rows = dashboards[0]?.[1].panels.filter(({ type }) => type === "row").map(({ title }) => title);
  expect(rows).toEqual(["Now", "Edge", "Execution", "Money", "Risk", "Venues", "Platform", "Audit"]);
});
