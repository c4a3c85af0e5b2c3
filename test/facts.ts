import { NO_USDT, usdt } from "#domain/decimal.ts";
import { BINANCE_UM, OKX_PERP } from "#domain/ids.ts";
import type { Facts } from "#trading/watch/facts.ts";
import type { Reading, Watch } from "#trading/watch/watch.ts";
import { NOW, someSettings } from "./kit.ts";

/** Facts of which nothing is wrong, but for what a test says. */
export function someFacts(given: Partial<Facts> = {}): Facts {
  return {
    venues: [BINANCE_UM, OKX_PERP],
    now: () => NOW,
    monotonic: () => 0,
    settings: () => someSettings(),
    hedges: () => [],
    exposure: () => ({
      openHedges: 0,
      totalNotional: NO_USDT,
      notionalBySymbol: new Map(),
      openOrders: new Map(),
      netDelta: new Map(),
      dayPnl: NO_USDT,
    }),
    day: () => ({ pnl: NO_USDT, fromHigh: NO_USDT }),
    equity: () => usdt("200000"),
    deltas: () => [],
    positions: () => [],
    marginUsed: () => null,
    accountLostMs: () => 0,
    distrust: () => null,
    clockSamples: () => [],
    throttled: () => null,
    traffic: () => ({ orders: 0, cancels: 0, rescues: 0 }),
    refusals: () => ({ orders: 0, refused: 0, cancels: 0, cancelsFailed: 0, rescuesInARow: 0 }),
    unwritten: () => ({ journal: 0, ledger: 0 }),
    freeBytes: () => null,
    maintenance: () => [],
    ...given,
  };
}

/** `source level value` of everything a watch sees. */
export const seen = (watch: Watch, facts: Facts): readonly string[] =>
  watch.look(facts).map(({ source, level, value }: Reading) => `${source} ${level} ${value}`);
