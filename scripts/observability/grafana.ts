import type { Panel, Row } from "./panels.ts";
import type { Yaml } from "./yaml.ts";

const SOURCE = { type: "prometheus", uid: "propbot-prometheus" } as const;
const WIDTH = 24;
const PANEL = { w: 8, h: 7 } as const;

/** A dashboard as Grafana keeps it: three panels beside each other, one row for each group. */
export function dashboard(uid: string, title: string, rows: readonly Row[]): unknown {
  return {
    uid,
    title,
    tags: ["propbot"],
    timezone: "utc",
    schemaVersion: 39,
    version: 1,
    editable: false,
    refresh: "10s",
    time: { from: "now-6h", to: "now" },
    annotations: {
      list: [
        mark("HOLD", "propbot_hold_transitions_total", "reason", "red"),
        mark("Rescues", "propbot_rescues_total", "outcome", "orange"),
      ],
    },
    templating: {
      list: [
        choice("instance", "propbot_mode"),
        choice("venue", "propbot_ws_connected"),
        choice("symbol", "propbot_open_hedges"),
      ],
    },
    panels: laidOut(rows),
  };
}

function mark(name: string, metric: string, text: string, colour: string): unknown {
  const expr = `sum by (${text}) (increase(${metric}{instance=~"$instance"}[1m])) > 0`;
  return {
    name,
    datasource: SOURCE,
    enable: true,
    expr,
    titleFormat: name,
    textFormat: `{{${text}}}`,
    iconColor: colour,
    step: "60s",
  };
}

function choice(name: string, metric: string): unknown {
  return {
    name,
    type: "query",
    datasource: SOURCE,
    query: { query: `label_values(${metric}, ${name})`, refId: name },
    refresh: 2,
    includeAll: true,
    allValue: ".*",
    multi: true,
    current: { text: "All", value: "$__all" },
  };
}

function laidOut(rows: readonly Row[]): readonly unknown[] {
  const all: unknown[] = [];
  let y = 0;
  for (const { title, panels } of rows) {
    all.push({
      id: all.length + 1,
      type: "row",
      title,
      collapsed: false,
      gridPos: { x: 0, y, w: WIDTH, h: 1 },
      panels: [],
    });
    y += 1;
    for (const [index, panel] of panels.entries()) {
      const perLine = WIDTH / PANEL.w;
      const gridPos = { x: (index % perLine) * PANEL.w, y: y + Math.floor(index / perLine) * PANEL.h, ...PANEL };
      all.push(panelJson(panel, all.length + 1, gridPos));
    }
    y += Math.ceil(panels.length / (WIDTH / PANEL.w)) * PANEL.h;
  }
  return all;
}

function panelJson(
  { title, type, queries, unit, warn, bad, most, look }: Panel,
  id: number,
  gridPos: unknown,
): unknown {
  const steps = [
    { color: "green", value: null },
    ...(warn === undefined ? [] : [{ color: "orange", value: warn }]),
    ...(bad === undefined ? [] : [{ color: "red", value: bad }]),
  ];
  const lined = type === "timeseries" && steps.length > 1;
  const custom = {
    ...(lined ? { thresholdsStyle: { mode: "line" } } : {}),
    ...(look === "bars" ? { drawStyle: "bars", fillOpacity: 60 } : {}),
    ...(look === "stacked" ? { drawStyle: "bars", fillOpacity: 60, stacking: { mode: "normal", group: "A" } } : {}),
  };
  return {
    id,
    type,
    title,
    datasource: SOURCE,
    gridPos,
    fieldConfig: {
      defaults: {
        unit,
        thresholds: { mode: "absolute", steps },
        ...(most === undefined ? {} : { min: 0, max: most }),
        ...(type === "timeseries" ? { custom } : {}),
      },
      overrides: [],
    },
    options: {},
    targets: queries.map(({ expr, legend, form }, index) => ({
      refId: String.fromCodePoint(65 + index),
      datasource: SOURCE,
      expr,
      legendFormat: legend,
      ...(form === undefined ? {} : { format: form }),
      ...(form === "table" ? { instant: true } : {}),
    })),
  };
}

export const datasourceFile: Yaml = {
  apiVersion: 1,
  datasources: [
    {
      name: "PropBot Prometheus",
      uid: SOURCE.uid,
      type: "prometheus",
      access: "proxy",
      url: "http://prometheus:9090",
      isDefault: true,
      editable: false,
    },
  ],
};

export const providerFile: Yaml = {
  apiVersion: 1,
  providers: [
    {
      name: "propbot",
      folder: "PropBot",
      type: "file",
      disableDeletion: true,
      allowUiUpdates: false,
      options: { path: "/var/lib/grafana/dashboards" },
    },
  ],
};

/** Bearer: a viewer's token in a file, for outside of loopback metrics are told to nobody without one. */
export const prometheusFile: Yaml = {
  global: { scrape_interval: "5s", evaluation_interval: "5s" },
  rule_files: ["rules.yml"],
  scrape_configs: [
    {
      job_name: "propbot",
      metrics_path: "/metrics",
      authorization: { type: "Bearer", credentials_file: "/run/secrets/propbot_metrics_token" },
      static_configs: [{ targets: ["propbot:8000"] }],
    },
  ],
};
