import { format } from "#domain/decimal.ts";
import type { RiskRule } from "#domain/risk.ts";

/** One hedge stays under its cap. */
export const maxNotionalPerPosition: RiskRule = {
  id: "max-notional-per-position",
  code: "per_position_limit_exceeded",
  check({ intent, settings: { limits } }) {
    if (intent.notional <= limits.maxNotionalPerPosition) return null;
    return { limit: format(limits.maxNotionalPerPosition), observed: format(intent.notional) };
  },
};
