/*
 * What the document of the API shows of the answers: one hedge of 1500 USDT, from the first look to the kill switch.
 */

const SIZE = { base: 0.025, binance_qty: 0.025, okx_contracts: 2.5, notional_usdt: 1500 };
const EDGE = {
  gross_bps: 31,
  fees_bps: 20,
  exit_bps: 0.016640913213,
  funding_bps: 0,
  slippage_bps: 2,
  all_in_bps: 8.983359086787,
  est_pnl_usdt: 1.347503863018,
};
const LONG_ORDER = {
  client_order_id: "psseed00010000000001l1",
  venue_order_id: "790452112345",
  hedge_id: "psseed00010000000001",
  venue: "binance-um",
  symbol: "BTCUSDT",
  leg: "long",
  act: "open",
  side: "buy",
  status: "filled",
  qty: 0.025,
  filled_qty: 0.025,
  avg_price: 60000,
  limit_px: 60012,
  fee_usdt: 0.75,
  reduce_only: false,
  note: null,
};
const SHORT_ORDER = {
  client_order_id: "psseed00010000000001s1",
  venue_order_id: "3263694518785232896",
  hedge_id: "psseed00010000000001",
  venue: "okx-perp",
  symbol: "BTCUSDT",
  leg: "short",
  act: "open",
  side: "sell",
  status: "filled",
  qty: 0.025,
  filled_qty: 0.025,
  avg_price: 60186,
  limit_px: 60174,
  fee_usdt: 0.752325,
  reduce_only: false,
  note: null,
};
const POSITION = {
  id: "psseed00010000000001",
  timestamp: "2026-08-12T14:07:22.154Z",
  symbol: "BTCUSDT",
  long_venue: "binance-um",
  short_venue: "okx-perp",
  notional_usdt: 1500,
  base_size: 0.025,
  entry_spread_bps: 31,
  entry_edge_bps: 8.983359086787,
  leverage: 3,
  entry_long_price: 60000,
  entry_short_price: 60186,
  status: "open",
  legs: [
    { leg: "long", venue: "binance-um", base_size: 0.025, entry_price: 60000, exit_price: null, fees_usdt: 0.75 },
    { leg: "short", venue: "okx-perp", base_size: 0.025, entry_price: 60186, exit_price: null, fees_usdt: 0.752325 },
  ],
  pnl_usdt: -1.507325,
  pnl: { spread: -0.005, fees: -1.502325, funding: 0, slippage: 0, leg_risk: 0 },
  exit_reason: null,
  exit_long_price: null,
  exit_short_price: null,
  closed_ts: null,
  note: null,
};

export const PREVIEW = {
  symbol: "BTCUSDT",
  min_spread: 2,
  spread: 186,
  spread_bps: 31,
  meets_min_spread: true,
  long_exchange: "binance-um",
  short_exchange: "okx-perp",
  cheap_ask: 60000,
  expensive_bid: 60186,
  viable: true,
  legs: [
    { venue: "binance-um", side: "buy", limit_px: 60012, vwap_px: 60000, qty: 0.025, fee_usdt: 0.75 },
    { venue: "okx-perp", side: "sell", limit_px: 60174, vwap_px: 60186, qty: 0.025, fee_usdt: 0.752325 },
  ],
  books_age_ms: { "binance-um": 5, "okx-perp": 5 },
  size: SIZE,
  edge: EDGE,
};

export const OPPORTUNITY = {
  last_opportunity: {
    id: "osseed000100000001",
    ts: "2026-08-12T14:07:22.100Z",
    symbol: "BTCUSDT",
    long_venue: "binance-um",
    short_venue: "okx-perp",
    spread: 186,
    spread_bps: 31,
    all_in_bps: 8.983359086787,
    notional_suggestion: 1500,
    leverage_suggestion: 1,
    min_spread: 0,
    lifetime_ms: 805,
  },
  status: "allowed",
};

export const EDGES = {
  items: [
    {
      symbol: "BTCUSDT",
      long_venue: "binance-um",
      short_venue: "okx-perp",
      long_mid: 59999.95,
      short_mid: 60186.05,
      funding_long_bps: 0,
      funding_short_bps: 0,
      viable: true,
      size: SIZE,
      edge: EDGE,
    },
  ],
};

export const EXECUTED = {
  success: true,
  symbol: "BTCUSDT",
  spread: 186,
  spread_bps: 31,
  cheap_exchange: "binance-um",
  expensive_exchange: "okx-perp",
  long_order: LONG_ORDER,
  short_order: SHORT_ORDER,
  details: { edge: EDGE, size: SIZE, state: "hedged" },
  position: POSITION,
};

export const POSITIONS = { positions: [POSITION], totals: { open: 1, notional_usdt: 1500, pnl_usdt: -1.507325 } };
export const CLOSED = { closed: true, position: { ...POSITION, status: "closed", exit_reason: "operator" } };
export const ORDERS = { orders: [SHORT_ORDER, LONG_ORDER] };
export const PNL = {
  day_utc: "2026-08-12",
  today_usdt: -1.507325,
  total_usdt: -1.507325,
  pnl: { spread: -0.005, fees: -1.502325, funding: 0, slippage: 0, leg_risk: 0 },
  hedges: { closed: 0, open: 1 },
};
export const RECON = {
  verdict: "clean",
  findings: [],
  runs: [
    {
      at: "2026-08-12T14:07:21.359Z",
      venue: "binance-um",
      took_ms: 12,
      compared: { positions: 0, orders: 0, wallets: 1 },
      findings: [],
      detail: null,
    },
    {
      at: "2026-08-12T14:07:21.377Z",
      venue: "okx-perp",
      took_ms: 11,
      compared: { positions: 0, orders: 0, wallets: 1 },
      findings: [],
      detail: null,
    },
  ],
};

const SETTINGS = {
  auto_loop: false,
  order_notional_usdt: "1500",
  min_spread_bps: "0",
  max_slippage_bps: "2",
  poll_interval_sec: 5,
  loop_pair: null,
  loop_venues: null,
  max_notional_per_position_usdt: "25000",
  max_total_notional_usdt: "75000",
  max_open_positions: 3,
  max_leverage: 5,
  max_position_usdt: null,
  max_open_orders: null,
  max_daily_loss_usdt: null,
  max_delta_usdt: "200",
};
export const ON_HOLD = {
  mode: "HOLD",
  safe_mode: false,
  dry_run: false,
  killed: false,
  two_man_rule: true,
  profile: "paper",
  label: "paper",
  auto_loop: false,
  reasons: [{ code: "operator", detail: "alice: lunch", since: "2026-08-12T14:07:22.470Z", cleared_at: null }],
  venues: { "okx-perp": "OK", "binance-um": "OK" },
  approvals: [],
  preflight_passed: false,
  last_preflight_ts: null,
  guards: {},
  revision: 2,
  settings: SETTINGS,
};

const NOTHING_OPEN = {
  cancelled: [],
  failed: [],
  still_open: [],
  foreign: [],
  confirmed: true,
  verdict: "confirmed",
  detail: "0 taken off, 0 still open, as the venue says",
};
export const KILLED = {
  control: { ...ON_HOLD, safe_mode: true, killed: true },
  cancelled: { "binance-um": NOTHING_OPEN, "okx-perp": NOTHING_OPEN },
  flatten: null,
};
export const CANCELLED = {
  result: { cancelled: [], failed: [], still_open: [], venues: KILLED.cancelled },
  ts: "2026-08-12T14:07:22.470Z",
};
