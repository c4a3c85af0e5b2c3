import { DANGEROUS_ACTS } from "#domain/approval.ts";
import { HOLD_CODES } from "#domain/hold.ts";
import { BINANCE_UM, OKX_PERP } from "#domain/ids.ts";

/** What one name means, and every value its labels can have: a series that nobody planned cannot come into being. */
export interface MetricDefinition {
  readonly type: "counter" | "gauge" | "histogram";
  readonly help: string;
  readonly unit: "seconds" | "ratio" | "usdt" | "bps" | "count" | "info" | "bool";
  readonly labels: Readonly<Record<string, LabelValues>>;
  readonly buckets?: readonly number[];
  /** Balances and results: not shown with `METRICS_MONEY=false`. */
  readonly money?: true;
}

/**
 * A list, or the name of one that is closed but not known before we run: the configured pairs, the routes of the API, the
 * status components, what one build says of itself.
 */
export type LabelValues = readonly string[] | "pairs" | "routes" | "components" | "build";

/** What stands for a value that is in no list. */
export const OTHER = "other";

const VENUES = [BINANCE_UM, OKX_PERP] as const;
const SIDES = ["buy", "sell"] as const;
const STREAMS = ["public", "private"] as const;
const BOOLEANS = ["true", "false"] as const;
const venue = VENUES;
const symbol = "pairs";
const NONE = {} as const;

/** Why a candidate was passed over: the scanner's own words and those of the risk rules. */
const SKIPPED = [
  "below_cost",
  "book_stale",
  "book_unsynced",
  "book_crossed",
  "insufficient_depth",
  "below_min_size",
  "funding_window",
  "instrument_halted",
  "hedge_unsettled",
  "opposite_hedge_open",
  "hold_active",
  "safe_mode",
  "dry_run",
  "venue_not_ready",
  "cooling_down",
  "auto_loop_off",
  "not_in_loop",
  "maintenance",
  "daily_loss_limit",
  "delta_limit_exceeded",
  "leverage_limit_exceeded",
  "per_position_limit_exceeded",
  "symbol_limit_exceeded",
  "open_orders_limit_exceeded",
  "too_many_open_positions",
  "total_notional_limit_exceeded",
  "order_rate_limit_exceeded",
  "reduce_only",
  "none",
] as const;

/** The calls we make, by the last part of their path: the venues' own paths hold no ids. */
const ENDPOINTS = [
  "account",
  "accountConfig",
  "balance",
  "bills",
  "bills-archive",
  "books",
  "cancel-all-after",
  "cancel-order",
  "commissionRate",
  "config",
  "countdownCancelAll",
  "depth",
  "dual",
  "exchangeInfo",
  "fills",
  "fills-history",
  "fundingInfo",
  "income",
  "instruments",
  "leverage",
  "leverage-info",
  "listenKey",
  "marginType",
  "openOrders",
  "order",
  "orders-pending",
  "positionRisk",
  "positions",
  "set-leverage",
  "set-position-mode",
  "status",
  "symbolConfig",
  "time",
  "trade-fee",
  "userTrades",
] as const;

const count = { type: "counter", unit: "count" } as const;
const gauge = { type: "gauge" } as const;
const inSeconds = { type: "gauge", unit: "seconds" } as const;
const inUsdt = { type: "gauge", unit: "usdt" } as const;
const histogram = { type: "histogram", unit: "seconds" } as const;

/** Every metric of ours, in the order of the reference. A name that is not here cannot be told. */
export const METRICS = {
  propbot_build_info: {
    ...gauge,
    unit: "info",
    help: "Which build runs: always 1.",
    labels: { version: "build", commit: "build", node: "build" },
  },
  propbot_mode: {
    ...gauge,
    unit: "bool",
    help: "1 for the mode that holds now.",
    labels: { mode: ["RUN", "HOLD", "STARTING"] },
  },
  propbot_environment_info: {
    ...gauge,
    unit: "info",
    help: "What it runs against and which guards are on: always 1.",
    labels: { profile: ["paper", "testnet", "live"], safe_mode: BOOLEANS, dry_run: BOOLEANS },
  },
  propbot_component_status: {
    ...gauge,
    unit: "count",
    help: "Status of a component: 0 OK, 1 WARN, 2 ERROR, 3 HOLD, -1 UNKNOWN.",
    labels: { component: "components", group: ["P0", "P1", "P2", "P3"] },
  },
  propbot_component_checked_timestamp_seconds: {
    ...inSeconds,
    help: "When a component was last checked, in seconds since the epoch.",
    labels: { component: "components" },
  },
  propbot_hold_transitions_total: {
    ...count,
    help: "How often RUN became HOLD, by who did it and why.",
    labels: { cause: ["auto", "operator"], reason: HOLD_CODES },
  },
  propbot_hold_seconds_total: {
    ...count,
    unit: "seconds",
    help: "Time spent on HOLD, by the cause that began it.",
    labels: { reason: HOLD_CODES },
  },
  propbot_market_data_age_seconds: {
    ...inSeconds,
    help: "Time since the book of a pair was last confirmed, lost or not; none before the first time.",
    labels: { venue, symbol },
  },
  propbot_ws_gap_seconds: {
    ...histogram,
    help: "Silence between two market updates of a venue, as they are read.",
    labels: { venue },
    buckets: [0.025, 0.05, 0.1, 0.2, 0.4, 0.6, 1, 2, 5, 10],
  },
  propbot_ws_connected: { ...gauge, unit: "bool", help: "1 while a stream is up.", labels: { venue, stream: STREAMS } },
  propbot_ws_reconnects_total: {
    ...count,
    help: "Streams that came back, by what had ended them.",
    labels: { venue, stream: STREAMS, reason: ["closed", "silent", "login", "keys", "upgrade", OTHER] },
  },
  propbot_book_resyncs_total: {
    ...count,
    help: "Books that were begun anew, by what was wrong with them.",
    labels: { venue, symbol, reason: ["gap", "bad_frame", "stream"] },
  },
  propbot_venue_request_duration_seconds: {
    ...histogram,
    help: "REST calls to a venue, from the write to the whole answer.",
    labels: { venue, endpoint: ENDPOINTS, outcome: ["ok", "refused", "unreachable", "lost", "withheld"] },
    buckets: [0.025, 0.05, 0.1, 0.2, 0.3, 0.5, 1, 2, 5],
  },
  propbot_venue_ratelimit_used_ratio: {
    ...gauge,
    unit: "ratio",
    help: "Share of a venue's request budget in use; the fullest of its counters.",
    labels: { venue, bucket: ["fullest"] },
  },
  propbot_clock_skew_seconds: { ...inSeconds, help: "The venue's clock less ours.", labels: { venue } },
  propbot_scan_duration_seconds: {
    ...histogram,
    help: "One look at every pair, at the heartbeat.",
    labels: NONE,
    buckets: [0.001, 0.005, 0.01, 0.025, 0.05, 0.1, 0.25],
  },
  propbot_spread_gross_bps: {
    ...gauge,
    unit: "bps",
    help: "Best bid there over best ask here, before every cost.",
    labels: { symbol, long_venue: VENUES },
  },
  propbot_spread_allin_bps: {
    ...gauge,
    unit: "bps",
    help: "What is left of it after fees, exit, funding and slippage.",
    labels: { symbol, long_venue: VENUES },
  },
  propbot_candidates_total: {
    ...count,
    help: "Directions looked at, by what became of them.",
    labels: { outcome: ["allowed", "skipped"], reason: SKIPPED },
  },
  propbot_orders_total: {
    ...count,
    help: "Orders by how they ended; unknown counts when an outcome is lost, and the end besides.",
    labels: { venue, side: SIDES, outcome: ["filled", "partial", "rejected", "cancelled", "expired", "unknown"] },
  },
  propbot_cancel_failed_ratio: {
    ...gauge,
    unit: "ratio",
    help: "Share of our cancels of the last minutes that a venue did not take; none while there were none.",
    labels: NONE,
  },
  propbot_order_ack_seconds: {
    ...histogram,
    help: "From an order being written down to the venue's first word of it.",
    labels: { venue },
    buckets: [0.025, 0.05, 0.1, 0.2, 0.3, 0.5, 1, 2],
  },
  propbot_order_cycle_seconds: {
    ...histogram,
    help: "From the decision to both legs standing, or to the end of the attempt.",
    labels: { outcome: ["hedged", "aborted", "stuck"] },
    buckets: [0.05, 0.1, 0.2, 0.3, 0.5, 0.75, 1, 2, 5],
  },
  propbot_leg_gap_seconds: {
    ...histogram,
    help: "Between the first fills of the two legs.",
    labels: NONE,
    buckets: [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 5],
  },
  propbot_slippage_bps: {
    type: "histogram",
    unit: "bps",
    help: "Fill price against the price decided at; worse is positive.",
    labels: { venue },
    buckets: [-5, -2, -1, -0.5, 0, 0.5, 1, 2, 5, 10],
  },
  propbot_rescues_total: {
    ...count,
    help: "Orders that completed or took off a naked leg, by how they ended.",
    labels: { outcome: ["completed", "unwound", "partial", "failed"] },
  },
  propbot_unhedged_delta_usdt: { ...inUsdt, help: "Worth of what is held and not hedged, signed.", labels: { symbol } },
  propbot_open_hedges: { ...gauge, unit: "count", help: "Hedges of which something is left.", labels: { symbol } },
  propbot_open_orders: { ...gauge, unit: "count", help: "Orders that may still trade.", labels: { venue } },
  propbot_exposure_usdt: {
    ...inUsdt,
    help: "Worth of the legs that are on, at the mark.",
    labels: { venue, symbol, side: ["long", "short"] },
    money: true,
  },
  propbot_limit_used_ratio: {
    ...gauge,
    unit: "ratio",
    help: "Share of a limit in use.",
    labels: { limit: ["total_notional", "open_positions", "daily_loss", "drawdown", "orders_per_minute"] },
  },
  propbot_margin_ratio: { ...gauge, unit: "ratio", help: "Maintenance margin by equity.", labels: { venue } },
  propbot_pnl_usdt: {
    ...inUsdt,
    help: "Result of the hedges opened since 00:00 UTC, by cause; it may fall.",
    labels: { component: ["spread", "fees", "funding", "slippage", "leg_risk"] },
    money: true,
  },
  propbot_equity_usdt: { ...inUsdt, help: "What a venue's wallet holds.", labels: { venue }, money: true },
  propbot_daily_loss_usdt: { ...inUsdt, help: "How far the day's result is below zero.", labels: NONE, money: true },
  propbot_daily_loss_cap_usdt: { ...inUsdt, help: "Where the day's loss means HOLD.", labels: NONE, money: true },
  propbot_funding_next_timestamp_seconds: {
    ...inSeconds,
    help: "The next funding stamp, in seconds since the epoch.",
    labels: { venue, symbol },
  },
  propbot_funding_rate_ratio: {
    ...gauge,
    unit: "ratio",
    help: "The rate of the next stamp; a long pays when it is positive.",
    labels: { venue, symbol },
  },
  propbot_recon_mismatches: {
    ...gauge,
    unit: "count",
    help: "Standing differences between a venue and our books.",
    labels: { venue },
  },
  propbot_recon_last_success_timestamp_seconds: {
    ...inSeconds,
    help: "When a venue was last compared in whole, in seconds since the epoch.",
    labels: { venue },
  },
  propbot_approvals_pending: { ...gauge, unit: "count", help: "Requests that wait for a second person.", labels: NONE },
  propbot_approvals_total: {
    ...count,
    help: "Requests that ended, by what they were about and how.",
    labels: {
      action: DANGEROUS_ACTS,
      outcome: ["approved", "rejected", "withdrawn", "expired", "superseded", "failed"],
    },
  },
  propbot_notifications_total: {
    ...count,
    help: "Messages to people.",
    labels: { channel: ["telegram"], outcome: ["sent", "failed", "dropped"] },
  },
  propbot_ui_clients: { ...gauge, unit: "count", help: "Subscribers of the status stream.", labels: NONE },
  propbot_stream_dropped_total: {
    ...count,
    help: "Subscribers that were cut off.",
    labels: { reason: ["slow", "limit", "unauthorized", OTHER] },
  },
  propbot_leader: { ...gauge, unit: "bool", help: "1 while the lease of the data directory is ours.", labels: NONE },
  propbot_leader_term: { ...gauge, unit: "count", help: "How often the data directory has been taken.", labels: NONE },
  propbot_ledger_write_seconds: {
    ...histogram,
    help: "From a posting being asked for to its being on disk.",
    labels: NONE,
    buckets: [0.0005, 0.001, 0.005, 0.01, 0.05, 0.1, 0.5],
  },
  propbot_outbox_backlog: {
    ...gauge,
    unit: "count",
    help: "Facts that the disk has refused and not taken since.",
    labels: NONE,
  },
  propbot_backup_last_success_timestamp_seconds: {
    ...inSeconds,
    help: "When a backup last succeeded, in seconds since the epoch.",
    labels: NONE,
  },
  http_request_duration_seconds: {
    ...histogram,
    help: "Requests to our API, by the route's template.",
    labels: {
      method: ["GET", "HEAD", "POST", "PUT", "PATCH", "DELETE", "OPTIONS"],
      route: "routes",
      status: [
        200, 201, 202, 204, 301, 302, 304, 400, 401, 403, 404, 405, 409, 413, 415, 421, 422, 426, 429, 500, 502, 503,
      ].map(String),
    },
    buckets: [0.005, 0.01, 0.025, 0.05, 0.1, 0.25, 0.5, 1, 2.5],
  },
  http_requests_limited_total: {
    ...count,
    help: "Requests to our API that were turned away for their number.",
    labels: { policy: ["default", "reserved", "auth", "address", OTHER] },
  },
} as const satisfies Readonly<Record<string, MetricDefinition>>;

export type MetricName = keyof typeof METRICS;
export type NameOf<Type extends MetricDefinition["type"]> = {
  [Name in MetricName]: (typeof METRICS)[Name]["type"] extends Type ? Name : never;
}[MetricName];

/** The definition of a name, in the one shape of all. */
export const definitionOf = (name: MetricName): MetricDefinition => METRICS[name];
