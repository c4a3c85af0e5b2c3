import {
  ON,
  ON_BOTH,
  ON_SYMBOL,
  ON_VENUE,
  type Row,
  bars,
  dial,
  heat,
  heatOf,
  lines,
  quantiles,
  query,
  stat,
  table,
  timeline,
} from "./panels.ts";

const per = (metric: string, by: string, where = ON): string =>
  `sum by (${by}) (rate(${metric}${where}[$__rate_interval]))`;

const now: Row = {
  title: "Now",
  panels: [
    timeline("Mode", "none", [query(`propbot_mode${ON} == 1`, "{{mode}}")]),
    table("Environment", "none", [{ expr: `propbot_environment_info${ON}`, legend: "", form: "table" }]),
    table("Reasons of HOLD, last 5 minutes", "s", [
      { expr: `sum by (reason) (increase(propbot_hold_seconds_total${ON}[5m])) > 0`, legend: "", form: "table" },
    ]),
    stat("Unhedged", "currencyUSD", [query(`max(abs(propbot_unhedged_delta_usdt${ON_SYMBOL}))`)], { bad: 0.01 }),
    stat("Result of the day", "currencyUSD", [query(`sum(propbot_pnl_usdt${ON})`)]),
    dial(
      "Loss cap used",
      "percentunit",
      [query(`propbot_limit_used_ratio{instance=~"$instance",limit="daily_loss"}`)],
      {
        warn: 0.8,
        bad: 1,
        most: 1,
      },
    ),
    stat("Open hedges", "none", [query(`sum(propbot_open_hedges${ON_SYMBOL})`)]),
    bars("Age of the books", "s", [query(`propbot_market_data_age_seconds${ON_BOTH}`, "{{venue}} {{symbol}}")], {
      warn: 1,
      bad: 3,
    }),
  ],
};

const edge: Row = {
  title: "Edge",
  panels: [
    lines("Gross and all-in", "none", [
      query(`propbot_spread_gross_bps${ON_SYMBOL}`, "gross {{symbol}} long {{long_venue}}"),
      query(`propbot_spread_allin_bps${ON_SYMBOL}`, "all-in {{symbol}} long {{long_venue}}"),
    ]),
    lines("Candidates", "ops", [query(per("propbot_candidates_total", "outcome"), "{{outcome}}")]),
    lines(
      "Why not",
      "ops",
      [query(per("propbot_candidates_total", "reason", '{instance=~"$instance",outcome="skipped"}'), "{{reason}}")],
      { look: "stacked" },
    ),
    lines("Allowed that became hedges", "percentunit", [
      query(
        `sum(increase(propbot_order_cycle_seconds_count{instance=~"$instance",outcome="hedged"}[1h])) / sum(increase(propbot_candidates_total{instance=~"$instance",outcome="allowed"}[1h]))`,
        "hedged",
      ),
    ]),
  ],
};

const execution: Row = {
  title: "Execution",
  panels: [
    lines("Both legs on", "s", quantiles("propbot_order_cycle_seconds"), { warn: 0.2, bad: 0.3 }),
    heat("Both legs on, all of them", "s", [heatOf("propbot_order_cycle_seconds")]),
    lines("First word of an order", "s", quantiles("propbot_order_ack_seconds", "venue")),
    lines("Between the legs", "s", quantiles("propbot_leg_gap_seconds")),
    heat("Slippage, bps", "none", [heatOf("propbot_slippage_bps")]),
    lines("Orders that were not filled", "ops", [
      query(
        per("propbot_orders_total", "venue, outcome", '{instance=~"$instance",outcome!="filled"}'),
        "{{venue}} {{outcome}}",
      ),
    ]),
    lines(
      "Rescues",
      "none",
      [query(`sum by (outcome) (increase(propbot_rescues_total${ON}[$__rate_interval]))`, "{{outcome}}")],
      {
        look: "bars",
      },
    ),
  ],
};

const money: Row = {
  title: "Money",
  panels: [
    lines("Equity", "currencyUSD", [query(`propbot_equity_usdt${ON_VENUE}`, "{{venue}}")]),
    lines("Where the day's result comes from", "currencyUSD", [query(`propbot_pnl_usdt${ON}`, "{{component}}")]),
    lines("Days", "currencyUSD", [query(`last_over_time(sum(propbot_pnl_usdt${ON})[1d:5m])`, "result")], {
      look: "bars",
    }),
    lines("Funding rate", "percentunit", [query(`propbot_funding_rate_ratio${ON_BOTH}`, "{{venue}} {{symbol}}")]),
    bars("Until the next funding", "s", [
      query(`propbot_funding_next_timestamp_seconds${ON_BOTH} - time()`, "{{venue}} {{symbol}}"),
    ]),
  ],
};

const risk: Row = {
  title: "Risk",
  panels: [
    bars("Limits in use", "percentunit", [query(`propbot_limit_used_ratio${ON}`, "{{limit}}")], {
      warn: 0.8,
      bad: 1,
      most: 1,
    }),
    lines("Exposure", "currencyUSD", [
      query(`sum by (venue, side) (propbot_exposure_usdt${ON_BOTH})`, "{{venue}} {{side}}"),
    ]),
    lines("Margin", "percentunit", [query(`propbot_margin_ratio${ON_VENUE}`, "{{venue}}")], { warn: 0.5, bad: 0.8 }),
    lines("Loss of the day and its cap", "currencyUSD", [
      query(`propbot_daily_loss_usdt${ON}`, "loss"),
      query(`propbot_daily_loss_cap_usdt${ON}`, "cap"),
    ]),
    lines("Orders that may trade", "none", [query(`propbot_open_orders${ON_VENUE}`, "{{venue}}")]),
  ],
};

const venues: Row = {
  title: "Venues",
  panels: [
    lines("Requests", "reqps", [
      query(per("propbot_venue_request_duration_seconds_count", "venue, outcome", ON_VENUE), "{{venue}} {{outcome}}"),
    ]),
    lines("Duration of requests", "s", quantiles("propbot_venue_request_duration_seconds", "venue")),
    lines("Request budget", "percentunit", [query(`propbot_venue_ratelimit_used_ratio${ON_VENUE}`, "{{venue}}")], {
      warn: 0.7,
      bad: 0.8,
    }),
    lines("Streams", "none", [query(`propbot_ws_connected${ON_VENUE}`, "{{venue}} {{stream}}")]),
    lines("Reconnects", "none", [
      query(
        `sum by (venue, stream, reason) (increase(propbot_ws_reconnects_total${ON_VENUE}[$__rate_interval]))`,
        "{{venue}} {{stream}} {{reason}}",
      ),
    ]),
    lines("Books begun anew", "none", [
      query(
        `sum by (venue, reason) (increase(propbot_book_resyncs_total${ON_BOTH}[$__rate_interval]))`,
        "{{venue}} {{reason}}",
      ),
    ]),
    lines("Clocks", "s", [query(`propbot_clock_skew_seconds${ON_VENUE}`, "{{venue}}")]),
    lines("Differences from our books", "none", [query(`propbot_recon_mismatches${ON_VENUE}`, "{{venue}}")], {
      bad: 1,
    }),
    lines("Since the last whole comparison", "s", [
      query(`time() - propbot_recon_last_success_timestamp_seconds${ON_VENUE}`, "{{venue}}"),
    ]),
  ],
};

const platform: Row = {
  title: "Platform",
  panels: [
    lines("HTTP requests", "reqps", [query(per("http_request_duration_seconds_count", "status"), "{{status}}")]),
    lines("HTTP duration", "s", quantiles("http_request_duration_seconds")),
    lines("HTTP errors and refusals for number", "none", [
      query("propbot:http_5xx:ratio_5m", "5xx"),
      query(per("http_requests_limited_total", "policy"), "limited {{policy}}"),
    ]),
    lines("Event loop", "s", [
      query(`nodejs_eventloop_lag_p99_seconds${ON}`, "p99"),
      query(`nodejs_eventloop_lag_mean_seconds${ON}`, "mean"),
    ]),
    lines("Heap", "bytes", [
      query(`nodejs_heap_size_used_bytes${ON}`, "used"),
      query(`process_resident_memory_bytes${ON}`, "resident"),
    ]),
    lines("Collector", "s", [
      query(`sum by (kind) (rate(nodejs_gc_duration_seconds_sum${ON}[$__rate_interval]))`, "{{kind}}"),
    ]),
    lines("Ledger write", "s", quantiles("propbot_ledger_write_seconds")),
    lines("Look at every pair", "s", quantiles("propbot_scan_duration_seconds")),
    lines("Not on disk yet", "none", [query(`propbot_outbox_backlog${ON}`, "facts")], { bad: 1 }),
    lines("Subscribers of the status stream", "none", [
      query(`propbot_ui_clients${ON}`, "subscribers"),
      query(`sum by (reason) (increase(propbot_stream_dropped_total${ON}[$__rate_interval]))`, "cut off {{reason}}"),
    ]),
    table("Build", "none", [{ expr: `propbot_build_info${ON}`, legend: "", form: "table" }]),
    lines("Lease", "none", [query(`propbot_leader${ON}`, "ours"), query(`propbot_leader_term${ON}`, "term")]),
    lines("Age of the backup", "s", [query(`time() - propbot_backup_last_success_timestamp_seconds${ON}`, "backup")], {
      bad: 90_000,
    }),
    bars("Components", "none", [query(`propbot_component_status${ON}`, "{{component}}")], { warn: 1, bad: 2 }),
    lines("Since components were checked", "s", [
      query(`time() - propbot_component_checked_timestamp_seconds${ON}`, "{{component}}"),
    ]),
  ],
};

const audit: Row = {
  title: "Audit",
  panels: [
    lines(
      "Into HOLD",
      "none",
      [
        query(
          `sum by (cause, reason) (increase(propbot_hold_transitions_total${ON}[$__rate_interval]))`,
          "{{cause}} {{reason}}",
        ),
      ],
      { look: "bars" },
    ),
    lines("Approvals", "none", [
      query(`propbot_approvals_pending${ON}`, "waiting"),
      query(
        `sum by (action, outcome) (increase(propbot_approvals_total${ON}[$__rate_interval]))`,
        "{{action}} {{outcome}}",
      ),
    ]),
    lines("Messages to people", "none", [
      query(
        `sum by (channel, outcome) (increase(propbot_notifications_total${ON}[$__rate_interval]))`,
        "{{channel}} {{outcome}}",
      ),
    ]),
  ],
};

/** What is so now, and what led there. */
export const OVERVIEW: readonly Row[] = [now, edge, execution, money, risk, venues, platform, audit];

/** The seven objectives with their limits, and what was left of them over a month. */
export const OBJECTIVES: readonly Row[] = [
  {
    title: "Objectives",
    panels: [
      lines("Silence between updates, p95: 0.6 s", "s", [query("propbot:ws_gap_seconds:p95_5m", "{{venue}}")], {
        warn: 0.4,
        bad: 0.6,
      }),
      lines("Both legs on, p95: 0.3 s", "s", [query("propbot:order_cycle_seconds:p95_5m", "p95")], {
        warn: 0.2,
        bad: 0.3,
      }),
      lines("Refused orders: 5 %", "percentunit", [query("propbot:order_reject:ratio_15m", "{{venue}}")], {
        bad: 0.05,
      }),
      lines("Failed cancels: 5 %", "percentunit", [query(`propbot_cancel_failed_ratio${ON}`, "failed")], { bad: 0.05 }),
      lines("Differences from our books: 0", "none", [query(`propbot_recon_mismatches${ON_VENUE}`, "{{venue}}")], {
        bad: 1,
      }),
      lines(
        "Drawdown of the day: its limit",
        "percentunit",
        [query('propbot_limit_used_ratio{instance=~"$instance",limit="drawdown"}', "used")],
        {
          warn: 0.8,
          bad: 1,
        },
      ),
      lines("Loss budget left: above 0", "currencyUSD", [
        query(`propbot_daily_loss_cap_usdt${ON} - propbot_daily_loss_usdt${ON}`, "left"),
      ]),
    ],
  },
  {
    title: "Thirty days",
    panels: [
      dial(
        "Time with silence in bounds",
        "percentunit",
        [query("avg_over_time((max(propbot:ws_gap_seconds:p95_5m) < bool 0.6)[30d:5m])")],
        { most: 1 },
      ),
      dial(
        "Time with openings in bounds",
        "percentunit",
        [query("avg_over_time((max(propbot:order_cycle_seconds:p95_5m) < bool 0.3)[30d:5m])")],
        { most: 1 },
      ),
      dial(
        "Time with refusals in bounds",
        "percentunit",
        [query("avg_over_time((max(propbot:order_reject:ratio_15m) < bool 0.05)[30d:5m])")],
        { most: 1 },
      ),
      dial(
        "Time out of HOLD",
        "percentunit",
        [query(`avg_over_time(max(propbot_mode{instance=~"$instance",mode="RUN"})[30d:5m])`)],
        { most: 1 },
      ),
      bars("Time on HOLD, by what began it", "s", [
        query(`sum by (reason) (increase(propbot_hold_seconds_total${ON}[30d])) > 0`, "{{reason}}"),
      ]),
    ],
  },
];
