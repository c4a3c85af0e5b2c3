import { add, format } from "#domain/decimal.ts";
import type { RiskRule } from "#domain/risk.ts";

/** All open hedges together stay under the ceiling, counting the one we are asked about. */
export const maxTotalNotional: RiskRule = {
  id: "max-total-notional",
  code: "total_notional_limit_exceeded",
  check({ intent, exposure, settings: { limits } }) {
    const after = add(exposure.totalNotional, intent.notional);
    return after <= limits.maxTotalNotional
      ? null
      : { limit: format(limits.maxTotalNotional), observed: format(after) };
  },
};
