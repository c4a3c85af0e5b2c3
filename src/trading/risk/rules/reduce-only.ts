import type { RiskRule } from "#domain/risk.ts";

/** While it is set nothing is opened, whoever asks; closing is never asked about. */
export const reduceOnly: RiskRule = {
  id: "reduce-only",
  code: "reduce_only",
  check: ({ settings }) => (settings.reduceOnly ? { limit: "closing only", observed: "an opening" } : null),
};
