import { NO_USDT, add, format } from "#domain/decimal.ts";
import type { RiskRule } from "#domain/risk.ts";

/** All hedges of one instrument together stay under its cap, where one was set. */
export const maxNotionalPerSymbol: RiskRule = {
  id: "max-notional-per-symbol",
  code: "symbol_limit_exceeded",
  check({ intent, exposure, settings: { limits } }) {
    const limit = limits.maxPositionBySymbol.get(intent.instrument) ?? limits.maxPosition;
    if (limit === null) return null;
    const after = add(exposure.notionalBySymbol.get(intent.instrument) ?? NO_USDT, intent.notional);
    return after <= limit ? null : { limit: format(limit), observed: format(after) };
  },
};
