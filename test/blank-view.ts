import type { ControlState } from "#domain/control.ts";
import { NO_USDT } from "#domain/decimal.ts";
import { BINANCE_UM, OKX_PERP } from "#domain/ids.ts";
import type { SystemView } from "#trading/status/view.ts";
import { NOW, someSettings } from "./kit.ts";

const control: ControlState = {
  mode: "RUN",
  version: 1,
  safeMode: false,
  dryRun: false,
  killed: false,
  twoManRule: true,
  venues: new Map(),
};

/** A server that has measured nothing at all. */
export const blank: SystemView = {
  venues: [BINANCE_UM, OKX_PERP],
  outside: {},
  now: () => NOW,
  control: () => control,
  settings: () => someSettings(),
  hedges: () => [],
  exposure: () => ({
    openHedges: 0,
    totalNotional: NO_USDT,
    notionalBySymbol: new Map(),
    openOrders: new Map(),
    netDelta: new Map(),
    dayPnl: null,
  }),
  day: () => null,
  equity: () => null,
  watches: () => ({ at: null, readings: [] }),
  journal: () => ({ flushed: null, failed: null, waitingMs: 0, unwritten: 0, ledgerUnwritten: 0 }),
  start: () => ({ finished: false, steps: [] }),
  recon: () => ({ findings: [], runs: [] }),
  drifts: () => [],
  readAt: () => null,
  setup: () => null,
  clockSamples: () => [],
  budgetUsed: () => 0,
  throttled: () => null,
  deadMen: () => [],
  books: () => [],
  framesAt: () => null,
  accountLostMs: () => 0,
  scanning: () => ({ lookedAt: null, failedInARow: 0 }),
  nakedForMs: () => 0,
  refusals: () => ({ orders: 0, refused: 0, cancels: 0, cancelsFailed: 0, rescuesInARow: 0 }),
  universe: () => [],
  approvals: () => null,
  obstacles: () => [],
  objectives: () => ({ at: null, readings: [] }),
  incidents: () => [],
};
