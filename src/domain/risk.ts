import type { Exposure } from "./exposure.ts";
import type { FundingRate } from "./funding.ts";
import type { HedgeIntent } from "./hedge.ts";
import type { MaintenanceWindow } from "./maintenance.ts";
import type { Settings } from "./settings.ts";
import type { Instant } from "./time.ts";
import type { Traffic } from "./traffic.ts";

/** Everything a rule may look at. A rule that needs more asks for a new field here, not for a room. */
export interface RiskContext {
  readonly intent: Pick<HedgeIntent, "instrument" | "notional" | "leverage" | "quantity"> & {
    readonly venues: readonly [HedgeIntent["long"]["venue"], HedgeIntent["short"]["venue"]];
  };
  readonly exposure: Exposure;
  readonly traffic: Traffic;
  /** What each leg will be charged next; null where no rate is known. */
  readonly funding: { readonly long: FundingRate | null; readonly short: FundingRate | null };
  /** What the venues have announced; what is planned stands in the settings. */
  readonly maintenance: readonly MaintenanceWindow[];
  readonly now: Instant;
  readonly settings: Settings;
}

export interface Refusal {
  readonly rule: string;
  /** The stable machine word of the contract. */
  readonly code: string;
  readonly limit: string;
  readonly observed: string;
}

export interface RiskRule {
  readonly id: string;
  readonly code: string;
  /** Null when the rule has nothing against it. */
  check(context: RiskContext): Pick<Refusal, "limit" | "observed"> | null;
}

/** Asks every rule, so that an operator sees all that stands in the way, not the first of it. */
export function assess(rules: readonly RiskRule[], context: RiskContext): readonly Refusal[] {
  return rules.flatMap((rule) => {
    const refusal = rule.check(context);
    return refusal ? [{ rule: rule.id, code: rule.code, ...refusal }] : [];
  });
}

export function describeRefusal(refusal: Refusal): string {
  return `${refusal.rule}: limit ${refusal.limit}, would be ${refusal.observed}`;
}
