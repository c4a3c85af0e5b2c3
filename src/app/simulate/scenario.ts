import type { SeededChance } from "#adapters/host/chance.ts";
import { BINANCE_LISTINGS, OKX_LISTINGS } from "#adapters/simulator/listings.ts";
import type { ModelInstrument, ModelShape } from "#adapters/simulator/markets/model.ts";
import { assert } from "#domain/assert.ts";
import { bps, usdt } from "#domain/decimal.ts";
import type { Settings } from "#domain/settings.ts";
import { HOUR, type Instant, after, instantAt } from "#domain/time.ts";
import { withFees } from "../simulated-venues.ts";
import type { DiskTemper } from "./disk.ts";

/** What one seed is about, before anything happens. */
export interface Scenario {
  readonly start: Instant;
  readonly activeMs: number;
  readonly instruments: readonly ModelInstrument[];
  readonly shape: ModelShape;
  /** A funding settlement falls into it. */
  readonly funded: boolean;
  readonly settings: Settings;
  /** Two persons are needed for what leads away from safety. */
  readonly twoManRule: boolean;
}

export const TAKER = bps("2");
/** Longer than any order stays hidden at the simulated venues: the premise on which absence can be proved at all. */
export const VISIBILITY_MS = [25_000, 25_000] as const;

const PRICES: Readonly<Record<string, number>> = { BTC: 60_000, ETH: 3_000, SOL: 150 };
const NEW_YEAR = 1_767_225_600_000;
const FUNDING_EVERY_MS = 8 * HOUR;

export function drawScenario(chance: SeededChance): Scenario {
  const activeMs = 60_000 + chance.integer(20_001);
  const count = chance.happens(0.5) ? 1 : 2;
  const from = chance.integer(3);
  const instruments = Array.from({ length: count }, (_, index) => modelInstrument((from + index) % 3));
  const day = NEW_YEAR + chance.integer(365) * 3 * FUNDING_EVERY_MS;
  // In every fourth seed a funding settlement falls into the episode; elsewhere the next one is hours away.
  const funded = chance.happens(0.25);
  const start = instantAt(day + (funded ? FUNDING_EVERY_MS - chance.integer(activeMs) : HOUR));
  return {
    start,
    activeMs,
    funded,
    instruments,
    shape: shapeOf(chance.child("shape")),
    settings: settingsOf(chance.child("settings")),
    twoManRule: chance.child("people").happens(0.7),
  };
}

/** Moments in which nothing can be written, and how long a flush takes. */
export function drawTemper(chance: SeededChance, start: Instant, activeMs: number): DiskTemper {
  const slow = chance.happens(0.2);
  const full = chance.happens(0.12);
  const from = after(start, 5_000 + chance.integer(activeMs));
  return {
    flushMs: slow ? [1, 400] : [0.2, 2],
    full: full
      ? [{ from, until: after(from, 200 + chance.integer(4_000)), refuses: chance.happens(0.5) ? 1 : 0.5 }]
      : [],
  };
}

export const CALM_TEMPER: DiskTemper = { flushMs: [0.2, 2], full: [] };

function modelInstrument(index: number): ModelInstrument {
  const [binance] = withFees(BINANCE_LISTINGS.slice(index, index + 1), TAKER);
  const [okx] = withFees(OKX_LISTINGS.slice(index, index + 1), TAKER);
  assert(binance !== undefined && okx !== undefined, "a listing of each venue");
  return { startPrice: PRICES[binance.base] ?? 100, listings: [binance, okx] };
}

/** Few levels, little standing on each: bursts open a gap that pays every few seconds, and many orders fill in part. */
function shapeOf(chance: SeededChance): ModelShape {
  const least = 25 + chance.integer(15);
  return {
    stepMs: 500,
    stepsPerDepth: 1,
    volatilityBps: 1 + 4 * chance.fraction(),
    gap: {
      meanBps: 0,
      noiseBps: 1 + chance.fraction(),
      revertPerSecond: 0.8,
      burstsPerHour: 150 + chance.integer(350),
      burstBps: [least, least + 20],
      burstHoldMs: 700 + chance.integer(1_500),
      firstBurstMs: 6_000 + chance.integer(3_000),
    },
    levels: 4,
    levelNotional: chance.happens(0.5) ? 1_500 : 12_000,
  };
}

function settingsOf(chance: SeededChance): Settings {
  const orderNotional = 600 + 200 * chance.integer(8);
  const positions = 1 + chance.integer(3);
  const total = Math.round(orderNotional * (chance.happens(0.5) ? 1.5 + 2 * chance.fraction() : 10));
  return {
    reduceOnly: false,
    autoLoop: true,
    orderNotional: usdt(`${orderNotional}`),
    minSpreadBps: bps("0"),
    maxSlippageBps: bps(`${2 + chance.integer(4)}`),
    limits: {
      maxNotionalPerPosition: usdt("25000"),
      maxTotalNotional: usdt(`${total}`),
      maxOpenPositions: positions,
      maxLeverage: 5,
      maxPosition: null,
      maxPositionBySymbol: new Map(),
      maxOpenOrders: null,
      maxOpenOrdersByVenue: new Map(),
      maxDailyLoss: null,
      maxDelta: usdt("200"),
      maxDayDrawdown: bps("300"),
      placePerMin: 300,
      cancelPerMin: 600,
      rescuePerMin: 30,
    },
    bookMaxAgeMs: 1_500,
    legDeadlineMs: 800,
    recoveryDeadlineMs: 5_000,
    completeMaxLossBps: bps("10"),
    maxRecoveryLossBps: bps("50"),
    unknownHoldMs: 15_000,
    exitTargetBps: bps("1"),
    stopBps: bps("100"),
    maxHoldMs: 8_000 + chance.integer(20_000),
    fundingHorizonMs: 60_000,
    avoidWindowMs: 0,
    confirmToleranceBps: bps("2"),
    opportunityTtlMs: 5_000,
    leverage: 2,
    cooldownMs: 2_500,
    loopPairs: [],
    loopVenues: [],
    pollIntervalMs: 5_000,
    clockSkewGuardMs: 1_000,
    minLiquidationDistance: bps("800"),
    maintenanceWindows: [],
  };
}
