import type { FundingRate } from "#domain/funding.ts";
import type { Instrument } from "#domain/instrument.ts";
import type { Settings } from "#domain/settings.ts";
import type { EvaluationInput } from "./evaluate.ts";

/** Doubles are rounded a few times on the way; this much is given away so that none of it can hide a trade that pays. */
const GIVEN_AWAY = 1e-12;
const ROUNDED_AWAY_BPS = 1e-6;

/**
 * Could buying here and selling there possibly pay? Prices are whole counts of ticks, compared with one multiplication: a
 * few nanoseconds, nothing made. A no is final, and never said of a trade that the exact law of `evaluate.ts` would find
 * viable; a yes only means: ask the law.
 */
export class Prefilter {
  readonly #buyUnits: number;
  readonly #sellUnits: number;
  #leastRatio = 0;

  constructor(buy: Pick<Instrument, "tick">, sell: Pick<Instrument, "tick">) {
    const unit = commonMeasure(buy.tick, sell.tick);
    this.#buyUnits = Number(buy.tick / unit);
    this.#sellUnits = Number(sell.tick / unit);
  }

  /** @param floorBps the least gap that any trade of this direction needs, in basis points of the buying price */
  require(floorBps: number): void {
    this.#leastRatio = (this.#buyUnits / this.#sellUnits) * ((1 + floorBps / 10_000) * (1 - GIVEN_AWAY));
  }

  /** So many of the selling ticks for each of the buying ticks are the least that may pay. */
  get leastRatio(): number {
    return this.#leastRatio;
  }

  mayPay(askTick: number, bidTick: number): boolean {
    return bidTick >= askTick * this.#leastRatio;
  }

  /** The gap now, in basis points, for people. */
  gapBps(askTick: number, bidTick: number): number {
    return ((bidTick * this.#sellUnits) / (askTick * this.#buyUnits) - 1) * 10_000;
  }
}

/**
 * Fees, the slippage reserve and the wanted edge, less what funding could at most bring: in basis points, a bound that no
 * viable trade is under. Slippage we have seen and the cost of the way out only come on top.
 */
export function leastGapBps(
  input: Pick<EvaluationInput, "takerLong" | "takerShort" | "fundingLong" | "fundingShort"> & {
    readonly settings: Pick<Settings, "maxSlippageBps" | "minSpreadBps" | "fundingHorizonMs">;
  },
): number {
  const { maxSlippageBps, minSpreadBps, fundingHorizonMs } = input.settings;
  const carry = (funding: FundingRate | null): number => {
    if (funding === null) return 0;
    const stamps = Math.ceil(fundingHorizonMs / Math.max(1, funding.intervalMs)) + 1;
    return (Math.abs(Number(funding.rate)) / 1e12) * stamps;
  };
  const costs = Number((input.takerLong + input.takerShort) * 2n + maxSlippageBps + minSpreadBps) / 1e12;
  return costs - carry(input.fundingLong) - carry(input.fundingShort) - ROUNDED_AWAY_BPS;
}

function commonMeasure(a: bigint, b: bigint): bigint {
  let [larger, smaller] = [a, b];
  while (smaller !== 0n) [larger, smaller] = [smaller, larger % smaller];
  return larger;
}
