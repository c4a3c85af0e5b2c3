import type { VenueKeys, VenueSettings } from "#adapters/venues/deps.ts";
import { type Bps, bps, least } from "#domain/decimal.ts";

export interface VenueSettingsInput {
  readonly restUrl: string;
  readonly wsUrl: string;
  readonly keys: VenueKeys;
  readonly takerFee: Bps;
  readonly visibilityLagMs: number;
  readonly okxDemo?: boolean;
}

/** Seen in the field: how long a venue may not show an order that it has. */
export const VISIBILITY_LAG_MS = { binance: 25_000, okx: 5_000 } as const;

export function venueSettings(input: VenueSettingsInput): VenueSettings {
  return {
    restUrl: input.restUrl,
    wsUrl: input.wsUrl,
    keys: input.keys,
    recvWindowMs: 5_000,
    visibilityLagMs: input.visibilityLagMs,
    simulated: input.okxDemo ?? false,
    fallbackFees: { maker: least(bps("2"), input.takerFee), taker: input.takerFee },
    depthMs: 100,
  };
}
