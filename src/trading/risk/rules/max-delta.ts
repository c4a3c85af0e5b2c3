import { absolute, format, quantityFor } from "#domain/decimal.ts";
import type { RiskRule } from "#domain/risk.ts";

/** No new hedge of an instrument whose legs do not cancel out. */
export const maxDelta: RiskRule = {
  id: "max-delta",
  code: "delta_limit_exceeded",
  check({ intent, exposure, settings: { limits } }) {
    const delta = exposure.netDelta.get(intent.instrument);
    if (delta === undefined || delta === 0n || intent.quantity === 0n) return null;
    // The notional of this trade gives the price; a delta is worth as much of it as it is of the quantity.
    const price = ((intent.notional * 1_000_000_000_000n) / intent.quantity) as Parameters<typeof quantityFor>[1];
    const allowed = quantityFor(limits.maxDelta, price);
    return absolute(delta) <= allowed ? null : { limit: format(allowed), observed: format(delta) };
  },
};
