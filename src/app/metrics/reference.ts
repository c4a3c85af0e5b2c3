import { LEGACY } from "#adapters/host/legacy-metrics.ts";
import { type LabelValues, METRICS, type MetricDefinition } from "#adapters/host/metric-table.ts";

const CLOSED: Readonly<Record<string, string>> = {
  pairs: "the configured pairs",
  routes: "the routes of the API, as templates",
  components: "the status components",
  build: "one value for each build",
};
/** Longer lists are told in full below the table. */
const INLINE = 8;

/** `docs/reference/metrics.md`: every metric with its meaning, unit, labels and buckets, in the order of the table. */
export function metricsReference(): string {
  const all: readonly (readonly [string, MetricDefinition])[] = Object.entries(METRICS);
  const lists = new Map<string, readonly string[]>();
  for (const [name, { labels }] of all)
    for (const [label, values] of Object.entries(labels))
      if (typeof values !== "string" && values.length > INLINE) lists.set(`${label} of ${name}`, values);
  return [
    "# Metrics",
    "",
    "Written by `node scripts/metrics-reference.ts` from the registry; do not edit.",
    "",
    "`GET /metrics` tells them as Prometheus reads them: without a credential on loopback alone, with a bearer token elsewhere.",
    "Amounts here are for dashboards; the ledger, in decimals, is the truth. A value that nobody measured is absent.",
    "Whatever is in no list of a label is told as `other`.",
    "",
    "`METRICS_MONEY=false` leaves out what is marked _money_. The alerts on the day's loss need those.",
    "",
    "| Name | Type | Unit | Meaning | Labels | Buckets |",
    "| --- | --- | --- | --- | --- | --- |",
    ...all.map(row),
    "",
    "Besides, `process_*` (processor, memory, open files) and `nodejs_*` (event loop, heap, collector) as prom-client names them.",
    "",
    "## Label values",
    "",
    ...[...lists].flatMap(([of, values]) => [`- \`${of.replace(" of ", "` of `")}\`: ${values.join(", ")}`]),
    "",
    "## Names of the release before",
    "",
    "Told besides with `METRICS_LEGACY=1`, for one release.",
    "",
    "| Old name | Type | Made from |",
    "| --- | --- | --- |",
    ...LEGACY.map(({ name, type, from }) => `| \`${name}\` | ${type} | \`${from}\` |`),
    "",
  ].join("\n");
}

function row([name, { type, unit, help, labels, buckets, money }]: readonly [string, MetricDefinition]): string {
  const said = Object.entries(labels).map(([label, values]) => `\`${label}\`: ${valuesOf(values)}`);
  const cells = [
    `\`${name}\``,
    type,
    unit,
    money ? `${help} _money_` : help,
    said.join("; "),
    (buckets ?? []).join(" "),
  ];
  return `| ${cells.join(" | ")} |`;
}

function valuesOf(values: LabelValues): string {
  if (typeof values === "string") return CLOSED[values] ?? values;
  return values.length > INLINE ? `${values.length} values, below` : values.join(", ");
}
