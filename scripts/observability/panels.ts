export interface Query {
  readonly expr: string;
  readonly legend: string;
  /** Whole buckets of a histogram, for a heat map; or one moment, for a table. */
  readonly form?: "heatmap" | "table";
}

export interface Panel {
  readonly title: string;
  readonly type: "timeseries" | "stat" | "gauge" | "bargauge" | "table" | "state-timeline" | "heatmap";
  readonly queries: readonly Query[];
  readonly unit: string;
  /** From where on it is orange, and red. */
  readonly warn?: number;
  readonly bad?: number;
  readonly most?: number;
  readonly look?: "bars" | "stacked";
}

export interface Row {
  readonly title: string;
  readonly panels: readonly Panel[];
}

type Extras = Partial<Pick<Panel, "warn" | "bad" | "most" | "look">>;
type Make = (title: string, unit: string, queries: readonly Query[], extras?: Extras) => Panel;

const of =
  (type: Panel["type"]): Make =>
  (title, unit, queries, extras = {}) => ({ title, type, unit, queries, ...extras });

export const lines = of("timeseries");
export const stat = of("stat");
export const dial = of("gauge");
export const bars = of("bargauge");
export const table = of("table");
export const timeline = of("state-timeline");
export const heat = of("heatmap");

export const query = (expr: string, legend = ""): Query => ({ expr, legend });
export const heatOf = (metric: string): Query => ({
  expr: `sum by (le) (increase(${metric}_bucket{instance=~"$instance"}[$__rate_interval]))`,
  legend: "{{le}}",
  form: "heatmap",
});
/** What Grafana's variables have chosen. */
export const ON = '{instance=~"$instance"}';
export const ON_VENUE = '{instance=~"$instance",venue=~"$venue"}';
export const ON_SYMBOL = '{instance=~"$instance",symbol=~"$symbol"}';
export const ON_BOTH = '{instance=~"$instance",venue=~"$venue",symbol=~"$symbol"}';

export const quantiles = (metric: string, by = ""): readonly Query[] =>
  [0.5, 0.95, 0.99].map((quantile) =>
    query(
      `histogram_quantile(${quantile}, sum by (le${by === "" ? "" : `, ${by}`}) (rate(${metric}_bucket{instance=~"$instance"}[$__rate_interval])))`,
      `p${quantile * 100}${by === "" ? "" : ` {{${by}}}`}`,
    ),
  );
