import type { Bps } from "./decimal.ts";

/** What a venue charges this account, in basis points of the notional. Negative is a rebate. */
export interface FeeSchedule {
  readonly maker: Bps;
  readonly taker: Bps;
  /** `account` when the venue told us this account's own tier, `configured` when we fell back to a setting. */
  readonly source: "account" | "configured";
}
