import { add, greatest, NO_QUANTITY, type Price, type Quantity, type Usdt } from "#domain/decimal.ts";
import type { Side } from "#domain/fill.ts";
import type { InstrumentId } from "#domain/ids.ts";
import type { Instant } from "#domain/time.ts";
import type { Account } from "./account.ts";
import type { Income } from "./feed.ts";
import type { OwnTrade, SimulatedOrder } from "./orders.ts";

/** A placement request that reached the venue, and what the venue made of it. */
export interface Receipt {
  readonly at: Instant;
  readonly clientOrderId: string;
  readonly instrument: InstrumentId | null;
  readonly side: Side | null;
  readonly quantity: Quantity | null;
  readonly limitPrice: Price | null;
  readonly reduceOnly: boolean;
  /** Executed means: the matching engine had it, whatever it filled. */
  readonly verdict: "executed" | "refused";
  /** The venue's own code of a refusal. */
  readonly code: string | null;
}

export class Receipts {
  readonly all: Receipt[] = [];

  add(receipt: Receipt): void {
    this.all.push(receipt);
  }
}

/** What really happened, for whoever judges a run. */
export interface Truth {
  readonly receipts: readonly Receipt[];
  readonly orders: readonly SimulatedOrder[];
  readonly fills: readonly OwnTrade[];
  readonly incomes: readonly Income[];
  /** Signed base. */
  readonly positions: ReadonlyMap<InstrumentId, Quantity>;
  /** The largest size each position ever had. */
  readonly peaks: ReadonlyMap<InstrumentId, Quantity>;
  readonly wallet: Usdt;
  readonly lowestWallet: Usdt;
}

export function truthOf(account: Account, orders: readonly SimulatedOrder[], receipts: readonly Receipt[]): Truth {
  const positions = new Map<InstrumentId, Quantity>();
  const peaks = new Map<InstrumentId, Quantity>();
  for (const { instrument, quantity, peak } of account.positions()) {
    positions.set(instrument, add(positions.get(instrument) ?? NO_QUANTITY, quantity));
    peaks.set(instrument, greatest(peaks.get(instrument) ?? NO_QUANTITY, peak));
  }
  const { trades: fills, incomes, wallet } = account;
  const { balance, lowest: lowestWallet } = wallet;
  return { receipts, orders, fills, incomes, positions, peaks, wallet: balance, lowestWallet };
}
