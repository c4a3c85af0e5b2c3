import { type Quantity, type Usdt, add } from "#domain/decimal.ts";
import { positionAccount, proceedsAccount } from "#domain/entry.ts";
import type { InstrumentId } from "#domain/ids.ts";
import type { Ledger } from "#ports/ledger.ts";
import type { Paper } from "./paper.ts";

/**
 * Simulated venues end with the process; a real one would remember. Their accounts are given back what the ledger says
 * they held: the same positions at the same cost.
 */
export async function restorePaper({ exchanges }: Paper, ledger: Ledger): Promise<void> {
  for (const exchange of exchanges) {
    const held = new Map<InstrumentId, { quantity: Quantity; cost: Usdt }>();
    for await (const { venue, instrument, postings } of ledger.entries()) {
      if (venue !== exchange.venue || instrument === null) continue;
      const position = held.get(instrument) ?? { quantity: 0n as Quantity, cost: 0n as Usdt };
      held.set(instrument, position);
      for (const { account, asset, amount } of postings) {
        if (account === positionAccount(venue) && asset === instrument)
          position.quantity = add(position.quantity, amount as Quantity);
        if (account === proceedsAccount(venue)) position.cost = (position.cost - amount) as Usdt;
      }
    }
    for (const [instrument, { quantity, cost }] of held)
      if (quantity !== 0n) exchange.restore(instrument, quantity, cost);
  }
}
