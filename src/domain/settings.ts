import type { Bps, Usdt } from "./decimal.ts";
import type { InstrumentId, VenueId } from "./ids.ts";
import type { MaintenanceWindow } from "./maintenance.ts";

/** What an operator may change while we run. Durations in milliseconds unless the name says otherwise. */
export interface Settings {
  readonly autoLoop: boolean;
  /** Nothing is opened, by nobody. */
  readonly reduceOnly: boolean;
  readonly orderNotional: Usdt;
  readonly minSpreadBps: Bps;
  /** The price band of each first leg, and the least slippage reserved. */
  readonly maxSlippageBps: Bps;
  readonly limits: Limits;
  readonly bookMaxAgeMs: number;
  readonly legDeadlineMs: number;
  readonly recoveryDeadlineMs: number;
  readonly completeMaxLossBps: Bps;
  readonly maxRecoveryLossBps: Bps;
  readonly unknownHoldMs: number;
  readonly exitTargetBps: Bps;
  readonly stopBps: Bps;
  readonly maxHoldMs: number;
  readonly fundingHorizonMs: number;
  /** No opening this close before a stamp that we would pay. */
  readonly avoidWindowMs: number;
  /** How much worse than at issue a confirmed candidate may have become. */
  readonly confirmToleranceBps: Bps;
  readonly opportunityTtlMs: number;
  readonly leverage: number;
  /** After a hedge of an instrument ended, the loop leaves it alone for this long. */
  readonly cooldownMs: number;
  /** What the loop opens; empty means every instrument. */
  readonly loopPairs: readonly InstrumentId[];
  /** What the loop opens on; both venues must be among them. Empty means any. */
  readonly loopVenues: readonly VenueId[];
  /** The loop's heartbeat: how long a pair may go without being looked at when its books are still. */
  readonly pollIntervalMs: number;
  /** How far a venue's clock and ours may be apart, the error of the measurement included. */
  readonly clockSkewGuardMs: number;
  /** A leg closer than this to its liquidation is taken off together with the other one, of the mark price. */
  readonly minLiquidationDistance: Bps;
  /** In which nothing is opened. */
  readonly maintenanceWindows: readonly MaintenanceWindow[];
}

export interface Limits {
  readonly maxNotionalPerPosition: Usdt;
  readonly maxTotalNotional: Usdt;
  readonly maxOpenPositions: number;
  readonly maxLeverage: number;
  /** Null where none was set. */
  readonly maxPosition: Usdt | null;
  readonly maxPositionBySymbol: ReadonlyMap<InstrumentId, Usdt>;
  readonly maxOpenOrders: number | null;
  readonly maxOpenOrdersByVenue: ReadonlyMap<VenueId, number>;
  readonly maxDailyLoss: Usdt | null;
  readonly maxDelta: Usdt;
  /** How far the result may fall from its high of the day, of the equity. */
  readonly maxDayDrawdown: Bps;
  /** Orders in a minute, over both venues: nothing is opened beyond it, and more than that is HOLD. */
  readonly placePerMin: number;
  readonly cancelPerMin: number;
  /** Orders of recovery in a minute; more is HOLD. */
  readonly rescuePerMin: number;
}
