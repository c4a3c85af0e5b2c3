import {
  type Bps,
  type Price,
  type Usdt,
  add,
  NO_BPS,
  ratioBps,
  share,
  subtract,
  times,
  toNumber,
} from "#domain/decimal.ts";
import { type FundingRate, stampsBetween } from "#domain/funding.ts";
import type { Edge } from "#domain/opportunity.ts";
import { after, type Instant } from "#domain/time.ts";

export interface RoundTrip {
  /** What the whole quantity costs here and brings there, both books walked. */
  readonly buyNotional: Usdt;
  readonly sellNotional: Usdt;
  readonly takerBuy: Bps;
  readonly takerSell: Bps;
  /** Expected cost of crossing both books again, in basis points. */
  readonly exitBps: Bps;
  readonly fundingBps: Bps;
  readonly slippageBps: Bps;
}

/**
 * What is left of a gap after four fills, the way out, funding and a reserve for slippage, in basis points of the
 * entry notional. Costs round up and the gap rounds down, so that the figure never flatters.
 */
export function roundTripEdge(trip: RoundTrip): Edge {
  const grossBps = ratioBps(subtract(trip.sellNotional, trip.buyNotional), trip.buyNotional, "down");
  const feesBps = times(add(trip.takerBuy, trip.takerSell), 2);
  const costs = add(add(feesBps, trip.exitBps), trip.slippageBps);
  return {
    grossBps,
    feesBps,
    exitBps: trip.exitBps,
    fundingBps: trip.fundingBps,
    slippageBps: trip.slippageBps,
    allInBps: add(subtract(grossBps, costs), trip.fundingBps),
  };
}

/** What the edge is worth in USDT. */
export function edgeValue(edge: Edge, entryNotional: Usdt): Usdt {
  return share(entryNotional, edge.allInBps, "down");
}

/** What every funding stamp inside the horizon adds: a long pays a positive rate, a short receives it. */
export function fundingWithin(
  long: FundingRate | null,
  short: FundingRate | null,
  now: Instant,
  horizonMs: number,
): Bps {
  const until = after(now, horizonMs);
  const paid = long ? times(long.rate, stampsBetween(long, now, until)) : NO_BPS;
  const received = short ? times(short.rate, stampsBetween(short, now, until)) : NO_BPS;
  return subtract(received, paid);
}

/** Half a spread in basis points of the middle, rounded up. */
export function halfSpreadBps(bid: Price, ask: Price): Bps {
  return ratioBps((ask - bid) as Usdt, (bid + ask) as Usdt, "up");
}

/** The recent middle of a cost that jumps, so that one tight moment does not flatter the way out. */
export class RecentMedian {
  readonly #values: number[] = [];
  readonly #exact: Bps[] = [];
  readonly #keep: number;
  #next = 0;
  #median: Bps = NO_BPS;

  constructor(keep: number) {
    this.#keep = keep;
  }

  note(value: Bps): void {
    this.#exact[this.#next] = value;
    this.#values[this.#next] = toNumber(value);
    this.#next = (this.#next + 1) % this.#keep;
    const order = this.#values
      .map((_, index) => index)
      .toSorted((a, b) => (this.#values[a] ?? 0) - (this.#values[b] ?? 0));
    this.#median = this.#exact[order[order.length >> 1] ?? 0] ?? NO_BPS;
  }

  get value(): Bps {
    return this.#median;
  }
}
