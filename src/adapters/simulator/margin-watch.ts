import { absolute, type Usdt } from "#domain/decimal.ts";
import type { Account } from "./account.ts";
import type { MarketState } from "./market-state.ts";
import type { Bucket } from "./orders.ts";
import { maintenanceOf } from "./tiers.ts";
import type { Position } from "./wallet.ts";

/** A share of the equity that maintenance margin may come to before the account is warned, in thousandths. */
const WARNED_AT = 800n;

export interface MarginActs {
  warn(positions: readonly Position[]): void;
  cancelAll(): void;
  close(position: Position): void;
}

/** Warns an account whose margin runs out, and closes its positions when it has: the one that binds most, first. */
export class MarginWatch {
  readonly #account: Account;
  readonly #market: (position: Position) => MarketState;
  readonly #acts: MarginActs;
  #warned = false;
  #closing = false;

  constructor(account: Account, market: (position: Position) => MarketState, acts: MarginActs) {
    this.#account = account;
    this.#market = market;
    this.#acts = acts;
  }

  /** The mark of this market moved. */
  check({ listing }: MarketState): void {
    const buckets: readonly Bucket[] = ["net", "long", "short"];
    const concerned = buckets.some((bucket) => this.#account.holds(listing.instrument, bucket));
    if (!concerned || this.#closing) return;
    const open = [...this.#account.positions()].filter(({ quantity }) => quantity !== 0n);
    const { equity, maintenance } = this.#health(open);
    const near = maintenance * 1_000n >= equity * WARNED_AT;
    if (near && !this.#warned) this.#acts.warn(open);
    this.#warned = near;
    if (maintenance < equity) return;
    this.#closing = true;
    this.#acts.cancelAll();
    for (const position of open.toSorted((a, b) => Number(this.#owed(b) - this.#owed(a)))) {
      const now = this.#health(open);
      if (now.maintenance >= now.equity && position.quantity !== 0n) this.#acts.close(position);
    }
    this.#closing = false;
  }

  #health(open: readonly Position[]): { readonly equity: Usdt; readonly maintenance: Usdt } {
    let equity: bigint = this.#account.wallet.balance;
    let maintenance = 0n;
    for (const position of open) {
      equity += position.unrealized(this.#market(position).mark);
      maintenance += this.#owed(position);
    }
    return { equity: equity as Usdt, maintenance: maintenance as Usdt };
  }

  #owed(position: Position): Usdt {
    const { listing, mark } = this.#market(position);
    return maintenanceOf(listing, mark, absolute(position.quantity));
  }
}
