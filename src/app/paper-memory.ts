import { type Quantity, type Usdt, NO_USDT, add, subtract } from "#domain/decimal.ts";
import { depositsAccount, feesAccount, fundingAccount, positionAccount, proceedsAccount } from "#domain/entry.ts";
import type { InstrumentId } from "#domain/ids.ts";
import type { Ledger } from "#ports/ledger.ts";
import type { Paper } from "./paper.ts";

const CASH = [proceedsAccount, feesAccount, fundingAccount] as const;

/**
 * Simulated venues end with the process; a real one would remember. Their accounts are given back what the ledger says
 * they held: the same positions at the same cost, and the wallet that goes with them.
 */
export async function restorePaper({ exchanges }: Paper, ledger: Ledger): Promise<void> {
  for (const exchange of exchanges) {
    const held = new Map<InstrumentId, { quantity: Quantity; cost: Usdt }>();
    let deposits: Usdt | null = null;
    let cash = NO_USDT;
    for await (const { venue, instrument, postings } of ledger.entries()) {
      if (venue !== exchange.venue) continue;
      for (const { account, asset, amount } of postings) {
        if (asset !== "USDT") continue;
        if (account === depositsAccount(venue)) deposits = add(deposits ?? NO_USDT, amount as bigint as Usdt);
        if (CASH.some((name) => name(venue) === account)) cash = add(cash, amount as bigint as Usdt);
      }
      if (instrument === null) continue;
      const position = held.get(instrument) ?? { quantity: 0n as Quantity, cost: 0n as Usdt };
      held.set(instrument, position);
      for (const { account, asset, amount } of postings) {
        if (account === positionAccount(venue) && asset === instrument)
          position.quantity = add(position.quantity, amount as Quantity);
        if (account === proceedsAccount(venue)) position.cost = (position.cost - amount) as Usdt;
      }
    }
    let bound = NO_USDT;
    for (const [instrument, { quantity, cost }] of held) {
      if (quantity === 0n) continue;
      exchange.restore(instrument, quantity, cost);
      bound = add(bound, cost);
    }
    // Cash has paid what the positions cost; a wallet of perpetuals has not.
    if (deposits === null) continue;
    const moved = subtract(add(add(deposits, cash), bound), exchange.truth().wallet);
    if (moved !== NO_USDT) exchange.transfer(moved);
  }
}
