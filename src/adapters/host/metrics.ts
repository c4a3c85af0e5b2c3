import client from "prom-client";
import { GapHistogram } from "./gap-histogram.ts";
import { registerLegacy } from "./legacy-metrics.ts";
import { METRICS, type MetricName, type NameOf, OTHER, definitionOf } from "./metric-table.ts";

export type Labels = Readonly<Record<string, string>>;
/** One value of a metric, as it is now. */
export type Sample = readonly [name: NameOf<"gauge" | "counter">, labels: Labels, value: number];

export interface MetricsOptions {
  /** Balances and results too. */
  readonly money: boolean;
  /** The names of the release before, besides. */
  readonly legacy: boolean;
  /** What the process itself tells: memory, processor, event loop, collector. */
  readonly process: boolean;
}

const WS_GAP = "propbot_ws_gap_seconds";

/**
 * The numbers of one process, in a registry of its own. What happens is told to it as it happens; what stands is asked for
 * when somebody reads. A value that nobody measured is absent.
 */
export class Metrics {
  readonly registry = new client.Registry();
  readonly #counters = new Map<string, client.Counter>();
  readonly #gauges = new Map<string, client.Gauge>();
  readonly #histograms = new Map<string, client.Histogram>();
  readonly #gaps = new Map<string, GapHistogram>();
  readonly #standing: (() => Iterable<Sample>)[] = [];
  #reading: Promise<string> | null = null;

  constructor({ money, legacy, process }: MetricsOptions) {
    if (process) client.collectDefaultMetrics({ register: this.registry });
    for (const name of Object.keys(METRICS) as MetricName[]) {
      if (money || definitionOf(name).money !== true) this.#register(name);
    }
    if (legacy) registerLegacy(this.registry, money);
  }

  get contentType(): string {
    return this.registry.contentType;
  }

  count(name: NameOf<"counter">, labels: Labels, by = 1): void {
    this.#counters.get(name)?.inc(bounded(name, labels), by);
  }

  observe(name: NameOf<"histogram">, labels: Labels, value: number): void {
    if (Number.isFinite(value)) this.#histograms.get(name)?.observe(bounded(name, labels), value);
  }

  /** Where the silences of a venue are counted. */
  gapsOf(venue: string): GapHistogram {
    const known = this.#gaps.get(venue) ?? new GapHistogram(METRICS[WS_GAP].buckets);
    this.#gaps.set(venue, known);
    return known;
  }

  /** Asked at every reading for what stands then; what it does not name is not there. */
  stands(source: () => Iterable<Sample>): void {
    this.#standing.push(source);
  }

  /** Everything as text. Who asks while somebody else does gets the same. */
  text(): Promise<string> {
    this.#reading ??= this.#read().finally(() => {
      this.#reading = null;
    });
    return this.#reading;
  }

  #read(): Promise<string> {
    const standing = new Set<MetricName>();
    for (const source of this.#standing) {
      for (const [name, labels, value] of source()) {
        const metric = this.#gauges.get(name) ?? this.#counters.get(name);
        if (metric === undefined || !Number.isFinite(value)) continue;
        if (!standing.has(name)) metric.reset();
        standing.add(name);
        const known = bounded(name, labels);
        if (metric instanceof client.Gauge) metric.set(known, value);
        else metric.inc(known, value);
      }
    }
    // A gauge that nobody spoke of this time has no value, not its last one and not zero.
    for (const [name, gauge] of this.#gauges) {
      if (standing.has(name as MetricName)) continue;
      gauge.reset();
      if (Object.keys(definitionOf(name as MetricName).labels).length === 0) gauge.remove();
    }
    return this.registry.metrics();
  }

  #register(name: MetricName): void {
    const { type, help, labels, buckets } = definitionOf(name);
    const common = { name, help, labelNames: Object.keys(labels), registers: [this.registry] };
    if (name === WS_GAP) this.registry.registerMetric(this.#gapMetric(help));
    else if (type === "counter") this.#counters.set(name, new client.Counter(common));
    else if (type === "gauge") this.#gauges.set(name, new client.Gauge(common));
    else this.#histograms.set(name, new client.Histogram({ ...common, buckets: [...(buckets ?? [])] }));
  }

  /** The registry asks a metric for nothing but its name and its values. */
  #gapMetric(help: string): client.Metric {
    const get = () =>
      Promise.resolve({
        name: WS_GAP,
        help,
        type: "histogram",
        aggregator: "sum",
        values: [...this.#gaps].flatMap(([venue, gaps]) => gaps.values(WS_GAP, { venue })),
      });
    return { name: WS_GAP, help, get } as unknown as client.Metric;
  }
}

/** Values that are in no list are told together, as `other`. */
function bounded(name: MetricName, labels: Labels): Record<string, string> {
  const known = definitionOf(name).labels;
  return Object.fromEntries(
    Object.entries(labels).map(([label, value]) => {
      const values = known[label];
      return [label, values === undefined || typeof values === "string" || values.includes(value) ? value : OTHER];
    }),
  );
}
