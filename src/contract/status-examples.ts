/*
 * What the document of the API shows of the status: one component and one objective of all of them.
 */

const VALUES = {
  ws_gap_ms_p95: 110.91650390625,
  order_cycle_ms_p95: 12.49365234375,
  reject_rate: null,
  cancel_fail_rate: null,
  recon_mismatch: 0,
  max_day_drawdown_bps: 0.07536625,
  budget_remaining: null,
  naked_exposure_usdt_s_p99: 3.1007080078125,
};
const THRESHOLDS = {
  ws_gap_ms_p95: 400,
  order_cycle_ms_p95: 200,
  reject_rate: 0.05,
  cancel_fail_rate: 0.05,
  recon_mismatch: 0,
  max_day_drawdown_bps: 300,
  budget_remaining: 0,
  naked_exposure_usdt_s_p99: 5000,
};

export const OVERVIEW = {
  ts: "2026-08-12T14:07:22.470Z",
  overall: "HOLD",
  mode: "HOLD",
  scores: { P0: 1, P1: 0.75, P2: 1, P3: 1 },
  slo: VALUES,
  thresholds: THRESHOLDS,
  components: [
    {
      id: "journal_outbox",
      component_id: "journal_outbox",
      title: "Journal/Outbox",
      group: "P0",
      status: "OK",
      summary: "backlog 0, last flush 0.0 ms",
      since: "2026-08-12T14:07:21.081Z",
      checked_at: "2026-08-12T14:07:22.167Z",
      ttl_s: 150,
      metrics: { backlog: 0, oldest_ms: 0, last_flush_ms: 0, waiting_ms: 0, unwritten: 0, ledger_unwritten: 0 },
      links: ["/api/ui/orders", "/api/ui/positions"],
      enabled: true,
    },
  ],
  alerts: [
    {
      severity: "warn",
      title: "Leader/Fencing is UNKNOWN",
      msg: "it was not measured yet",
      since: "2026-08-12T14:07:21.000Z",
      component_id: "leader_fencing",
    },
  ],
};
export const SLO = {
  ts: "2026-08-12T14:07:22.470Z",
  slo: VALUES,
  thresholds: THRESHOLDS,
  hold_minutes: 5,
  objectives: [
    {
      id: "ws_gap_ms_p95",
      title: "market data gap, p95",
      unit: "ms",
      value: 110.91650390625,
      threshold: 400,
      sense: "most",
      ok: true,
      breached_since: null,
      holding: false,
      burn_rate_1h: 0,
      error_budget_30d: 1,
    },
  ],
};
