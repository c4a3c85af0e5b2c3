import type { RiskRule } from "#domain/risk.ts";

/** Leverage is more than zero and no more than the cap. */
export const maxLeverage: RiskRule = {
  id: "max-leverage",
  code: "leverage_limit_exceeded",
  check({ intent, settings: { limits } }) {
    const allowed = intent.leverage > 0 && intent.leverage <= limits.maxLeverage;
    return allowed ? null : { limit: `${limits.maxLeverage}`, observed: `${intent.leverage}` };
  },
};
