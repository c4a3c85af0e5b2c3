import type { Yaml } from "./yaml.ts";

export interface Alert {
  readonly name: string;
  readonly expr: string;
  /** How long it must be so; empty for at once. */
  readonly lasts: string;
  readonly severity: "page" | "ticket" | "info";
  readonly summary: string;
}

export const RECORDINGS: readonly { readonly record: string; readonly expr: string }[] = [
  {
    record: "propbot:ws_gap_seconds:p95_5m",
    expr: "histogram_quantile(0.95, sum by (le, venue) (rate(propbot_ws_gap_seconds_bucket[5m])))",
  },
  {
    record: "propbot:order_cycle_seconds:p95_5m",
    expr: "histogram_quantile(0.95, sum by (le) (rate(propbot_order_cycle_seconds_bucket[5m])))",
  },
  {
    record: "propbot:order_reject:ratio_15m",
    expr: 'sum by (venue) (rate(propbot_orders_total{outcome="rejected"}[15m])) / sum by (venue) (rate(propbot_orders_total[15m]))',
  },
  {
    record: "propbot:http_5xx:ratio_5m",
    expr: 'sum(rate(http_request_duration_seconds_count{status=~"5.."}[5m])) / sum(rate(http_request_duration_seconds_count[5m]))',
  },
];

const V = "{{ $value | humanize }}";
const S = "{{ $value | humanizeDuration }}";
const P = "{{ $value | humanizePercentage }}";
const VENUE = "{{ $labels.venue }}";
const SYMBOL = "{{ $labels.symbol }}";

const page = (name: string, expr: string, lasts: string, summary: string): Alert => ({
  name,
  expr,
  lasts,
  severity: "page",
  summary,
});
const ticket = (name: string, expr: string, lasts: string, summary: string): Alert => ({
  ...page(name, expr, lasts, summary),
  severity: "ticket",
});
const info = (name: string, expr: string, lasts: string, summary: string): Alert => ({
  ...page(name, expr, lasts, summary),
  severity: "info",
});

export const ALERTS: readonly Alert[] = [
  page("PropbotDown", 'up{job="propbot"} == 0', "1m", "PropBot on {{ $labels.instance }} does not answer"),
  page(
    "PropbotUnhedgedExposure",
    "abs(propbot_unhedged_delta_usdt) > 50",
    "10s",
    `${SYMBOL}: ${V} USDT are held and not hedged`,
  ),
  page(
    "PropbotReconMismatch",
    "propbot_recon_mismatches > 0",
    "30s",
    `${VENUE}: ${V} differences between venue and books`,
  ),
  page(
    "PropbotDailyLossBreached",
    "propbot_daily_loss_usdt >= propbot_daily_loss_cap_usdt and propbot_daily_loss_cap_usdt > 0",
    "",
    `the day's loss of ${V} USDT has reached its cap`,
  ),
  page(
    "PropbotTradingWhileBlind",
    '(propbot_mode{mode="RUN"} == 1) and on() (max(propbot_market_data_age_seconds) > 3)',
    "15s",
    "{{ $labels.instance }} is in RUN while a book is older than 3 s",
  ),
  page("PropbotMarginLow", "propbot_margin_ratio > 0.8", "30s", `${VENUE}: maintenance margin is ${P} of the equity`),
  page("PropbotSplitBrain", "sum(propbot_leader) > 1", "", `${V} processes hold the lease at once`),
  ticket("PropbotFeedStale", "propbot_market_data_age_seconds > 5", "30s", `${VENUE} ${SYMBOL}: the book is ${S} old`),
  ticket(
    "PropbotWsGapSlow",
    "propbot:ws_gap_seconds:p95_5m > 0.6",
    "5m",
    `${VENUE}: p95 of the silences between updates is ${S}`,
  ),
  ticket("PropbotOrderCycleSlow", "propbot:order_cycle_seconds:p95_5m > 0.3", "5m", `p95 of opening both legs is ${S}`),
  ticket(
    "PropbotRejectRateHigh",
    "propbot:order_reject:ratio_15m > 0.05 and on(venue) sum by (venue) (increase(propbot_orders_total[15m])) > 10",
    "5m",
    `${VENUE}: ${P} of the orders were refused`,
  ),
  ticket(
    "PropbotDailyLossNearCap",
    "propbot_daily_loss_usdt / propbot_daily_loss_cap_usdt > 0.8 and propbot_daily_loss_cap_usdt > 0",
    "1m",
    `${P} of the day's loss cap is used`,
  ),
  ticket("PropbotClockSkew", "abs(propbot_clock_skew_seconds) > 0.5", "2m", `${VENUE}: clocks are ${S} apart`),
  ticket(
    "PropbotRateLimitNearCap",
    "propbot_venue_ratelimit_used_ratio > 0.8",
    "2m",
    `${VENUE}: ${P} of the request budget is used`,
  ),
  ticket(
    "PropbotEventLoopLag",
    "nodejs_eventloop_lag_p99_seconds > 0.1",
    "5m",
    `{{ $labels.instance }}: p99 of the event loop's lag is ${S}`,
  ),
  ticket(
    "PropbotAlertsUndelivered",
    'increase(propbot_notifications_total{outcome="failed"}[15m]) > 3',
    "",
    `${V} messages by {{ $labels.channel }} did not arrive within 15 minutes`,
  ),
  ticket(
    "PropbotBackupOld",
    "time() - propbot_backup_last_success_timestamp_seconds > 90000",
    "",
    `the last backup is ${S} old`,
  ),
  info("PropbotHold", 'propbot_mode{mode="HOLD"} == 1', "5m", "{{ $labels.instance }} is on HOLD"),
  info("PropbotApprovalWaiting", "propbot_approvals_pending > 0", "2m", `${V} requests wait for a second person`),
];

/** Where the runbook speaks of an alert. */
export const runbookOf = (name: string): string => `docs/runbooks/alerts.md#${name.toLowerCase()}`;

export const rulesFile: Yaml = {
  groups: [
    { name: "propbot-recording", interval: "15s", rules: RECORDINGS.map(({ record, expr }) => ({ record, expr })) },
    {
      name: "propbot-alerts",
      rules: ALERTS.map(({ name, expr, lasts, severity, summary }) => ({
        alert: name,
        expr,
        ...(lasts === "" ? {} : { for: lasts }),
        labels: { severity },
        annotations: { summary, runbook: runbookOf(name) },
      })),
    },
  ],
};

interface Series {
  readonly series: string;
  readonly values: string;
}

/** One case for `promtool test rules`: what was measured, and what must be said of it then. */
function caseOf(
  name: string,
  at: string,
  input: readonly Series[],
  labels: Readonly<Record<string, string>>,
  summary: string,
): Yaml {
  const { severity } = ALERTS.find((alert) => alert.name === name) ?? { severity: "" };
  return {
    name,
    interval: "15s",
    input_series: input.map(({ series, values }) => ({ series, values })),
    alert_rule_test: [
      { eval_time: "0s", alertname: name, exp_alerts: [] },
      {
        eval_time: at,
        alertname: name,
        exp_alerts: [{ exp_labels: { severity, ...labels }, exp_annotations: { summary, runbook: runbookOf(name) } }],
      },
    ],
  };
}

const JOB = 'job="propbot",instance="bot:8000"';
const INSTANCE = { job: "propbot", instance: "bot:8000" };

export const rulesTestFile: Yaml = {
  rule_files: ["rules.yml"],
  evaluation_interval: "15s",
  tests: [
    caseOf(
      "PropbotDown",
      "2m",
      [{ series: `up{${JOB}}`, values: "0x20" }],
      INSTANCE,
      "PropBot on bot:8000 does not answer",
    ),
    caseOf(
      "PropbotTradingWhileBlind",
      "1m",
      [
        { series: `propbot_mode{${JOB},mode="RUN"}`, values: "1x20" },
        { series: `propbot_market_data_age_seconds{${JOB},venue="okx-perp",symbol="BTCUSDT"}`, values: "0 4+15x20" },
      ],
      { ...INSTANCE, mode: "RUN" },
      "bot:8000 is in RUN while a book is older than 3 s",
    ),
    caseOf(
      "PropbotDailyLossBreached",
      "30s",
      [
        { series: `propbot_daily_loss_usdt{${JOB}}`, values: "10 40 55x20" },
        { series: `propbot_daily_loss_cap_usdt{${JOB}}`, values: "50x20" },
      ],
      INSTANCE,
      "the day's loss of 55 USDT has reached its cap",
    ),
    caseOf(
      "PropbotRejectRateHigh",
      "25m",
      [
        { series: `propbot_orders_total{${JOB},venue="okx-perp",side="buy",outcome="rejected"}`, values: "0+1x120" },
        { series: `propbot_orders_total{${JOB},venue="okx-perp",side="buy",outcome="filled"}`, values: "0+3x120" },
        { series: `propbot_orders_total{${JOB},venue="binance-um",side="buy",outcome="filled"}`, values: "0+3x120" },
      ],
      { venue: "okx-perp" },
      "okx-perp: 25% of the orders were refused",
    ),
  ],
};
