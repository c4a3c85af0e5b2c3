import type client from "prom-client";

interface Read {
  readonly metricName?: string;
  readonly labels: Readonly<Record<string, string | number>>;
  readonly value: number;
}

interface Old {
  readonly name: string;
  readonly type: "counter" | "gauge" | "histogram";
  /** Which metric it is made from. */
  readonly from: string;
  readonly money?: true;
  readonly make: (values: readonly Read[]) => readonly Read[];
}

const MILLISECONDS = 1_000;

/** The names of the release before this one. Each is made from what replaces it, when it is read. */
export const LEGACY: readonly Old[] = [
  { name: "propbot_order_cycle_ms", type: "histogram", from: "propbot_order_cycle_seconds", make: inMilliseconds },
  { name: "propbot_ws_gap_ms", type: "histogram", from: "propbot_ws_gap_seconds", make: inMilliseconds },
  {
    name: "propbot_trades_executed_total",
    type: "counter",
    from: "propbot_orders_total",
    make: (values) => [summed(values.filter(({ labels }) => labels["outcome"] === "filled"))],
  },
  {
    name: "propbot_skipped_by_reason_total",
    type: "counter",
    from: "propbot_candidates_total",
    make: (values) =>
      values
        .filter(({ labels }) => labels["outcome"] === "skipped")
        .map(({ labels, value }) => ({ labels: { reason: labels["reason"] ?? "" }, value })),
  },
  {
    name: "pnl_realized_usd_total",
    type: "gauge",
    from: "propbot_pnl_usdt",
    money: true,
    make: (values) => (values.length === 0 ? [] : [summed(values)]),
  },
];

/** Adds the old names to a registry that has the new ones. */
export function registerLegacy(registry: client.Registry, money: boolean): void {
  for (const { name, type, from, make, ...old } of LEGACY) {
    if (old.money === true && !money) continue;
    const help = `Replaced by ${from}.`;
    const get = async () => {
      const read = await registry.getSingleMetric(from)?.get();
      return {
        name,
        help,
        type,
        aggregator: "sum",
        values: make((read?.values ?? []) as readonly Read[]).map(renamed),
      };
    };
    const renamed = (value: Read): Read =>
      value.metricName === undefined ? value : { ...value, metricName: value.metricName.replace(from, name) };
    registry.registerMetric({ name, help, get } as unknown as client.Metric);
  }
}

function summed(values: readonly Read[]): Read {
  return { labels: {}, value: values.reduce((sum, { value }) => sum + value, 0) };
}

function inMilliseconds(values: readonly Read[]): readonly Read[] {
  return values.map((each) => {
    const { le } = each.labels;
    if (typeof le === "number") return { ...each, labels: { ...each.labels, le: le * MILLISECONDS } };
    return each.metricName?.endsWith("_sum") === true ? { ...each, value: each.value * MILLISECONDS } : each;
  });
}
