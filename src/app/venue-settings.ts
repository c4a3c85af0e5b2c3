import type { Patience, VenueKeys, VenueSettings } from "#adapters/venues/deps.ts";
import { KeyRing } from "#adapters/venues/key-ring.ts";
import { assert } from "#domain/assert.ts";
import { type Bps, bps, least } from "#domain/decimal.ts";
import type { Config } from "./config.ts";
import { binanceTestKeys } from "./contradictions.ts";
import type { Paper } from "./paper.ts";

export interface VenueSettingsInput {
  readonly restUrl: string;
  readonly wsUrl: string;
  /** Where orders go over a websocket; the same as `wsUrl` unless said otherwise. */
  readonly orderUrl?: string;
  readonly orderEntry: "ws" | "rest";
  readonly orderTag: string;
  readonly keys: VenueKeys;
  readonly takerFee: Bps;
  readonly visibilityLagMs: number;
  readonly okxDemo?: boolean;
  readonly patience?: Partial<Patience>;
}

/** Seen in the field: how long a venue may not show an order that it has. */
export const VISIBILITY_LAG_MS = { binance: 25_000, okx: 5_000 } as const;

export function venueSettings(input: VenueSettingsInput): VenueSettings {
  return {
    restUrl: input.restUrl,
    wsUrl: input.wsUrl,
    orderUrl: input.orderUrl ?? input.wsUrl,
    orderEntry: input.orderEntry,
    orderTag: input.orderTag,
    keys: new KeyRing(input.keys),
    recvWindowMs: 5_000,
    visibilityLagMs: input.visibilityLagMs,
    simulated: input.okxDemo ?? false,
    fallbackFees: { maker: least(bps("2"), input.takerFee), taker: input.takerFee },
    depthMs: 100,
    ...(input.patience ? { patience: input.patience } : {}),
  };
}

/** The simulated venues of this process. */
export function paperSettings({ servers, keys }: Paper, config: Config, tag: string): readonly VenueSettings[] {
  const fees = [config.takerFeeBinance, config.takerFeeOkx] as const;
  return ([0, 1] as const).map((leg) =>
    venueSettings({
      restUrl: servers[leg].rest,
      wsUrl: servers[leg].ws,
      orderEntry: config.orderEntry,
      orderTag: tag,
      keys: keys[leg],
      takerFee: fees[leg],
      visibilityLagMs: leg === 0 ? config.binanceVisibilityLagMs : config.okxVisibilityLagMs,
    }),
  );
}

/** The real venues of the profile, at their configured addresses. */
export function realSettings(config: Config, tag: string): readonly VenueSettings[] {
  const testnet = config.profile === "testnet";
  const [binanceKey, binanceSecret] = testnet ? binanceTestKeys(config) : [config.binanceKey, config.binanceSecret];
  return [
    venueSettings({
      restUrl: testnet ? config.binanceTestBase : config.binanceBase,
      wsUrl: testnet ? config.binanceTestWs : config.binanceWs,
      orderUrl: testnet ? config.binanceTestOrderWs : config.binanceOrderWs,
      orderEntry: config.orderEntry,
      orderTag: tag,
      keys: { apiKey: binanceKey, secret: binanceSecret, passphrase: "" },
      takerFee: config.takerFeeBinance,
      visibilityLagMs: config.binanceVisibilityLagMs,
    }),
    venueSettings({
      restUrl: config.okxBase,
      wsUrl: testnet ? config.okxTestWs : config.okxWs,
      orderEntry: config.orderEntry,
      orderTag: tag,
      keys: testnet
        ? { apiKey: config.okxTestKey, secret: config.okxTestSecret, passphrase: config.okxTestPassphrase }
        : { apiKey: config.okxKey, secret: config.okxSecret, passphrase: config.okxPassphrase },
      takerFee: config.takerFeeOkx,
      visibilityLagMs: config.okxVisibilityLagMs,
      okxDemo: testnet,
    }),
  ];
}

/** The keys of both venues, in the order in which they stand here. */
export function ringsOf([first, second]: readonly VenueSettings[]): readonly [KeyRing, KeyRing] {
  assert(first !== undefined && second !== undefined, "two venues are needed");
  return [first.keys, second.keys];
}
