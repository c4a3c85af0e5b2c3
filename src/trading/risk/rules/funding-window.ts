import type { FundingRate } from "#domain/funding.ts";
import type { RiskRule } from "#domain/risk.ts";

/** No opening this close before a stamp that one of the legs would pay: a long pays a positive rate, a short a negative one. */
export const fundingWindow: RiskRule = {
  id: "funding-window",
  code: "funding_window",
  check({ funding, settings: { avoidWindowMs }, now }) {
    const soon = (rate: FundingRate | null): rate is FundingRate =>
      rate !== null && rate.nextAt > now && rate.nextAt - now <= avoidWindowMs;
    const paying = [
      soon(funding.long) && funding.long.rate > 0n ? funding.long : null,
      soon(funding.short) && funding.short.rate < 0n ? funding.short : null,
    ].find((rate) => rate !== null);
    if (!paying) return null;
    const seconds = Math.ceil((paying.nextAt - now) / 1_000);
    return { limit: `${avoidWindowMs / 1_000} s before a stamp of ${paying.venue}`, observed: `${seconds} s` };
  },
};
