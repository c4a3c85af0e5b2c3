import type { SimulatedExchange } from "#adapters/simulator/exchange.ts";
import { type Fixed, type Usdt, NO_USDT, add, format, subtract, sum } from "#domain/decimal.ts";
import { feesAccount, fundingAccount, positionAccount, proceedsAccount } from "#domain/entry.ts";
import { fillKey } from "#domain/fill.ts";
import type { InstrumentId } from "#domain/ids.ts";
import type { Accuse, Court } from "../judge.ts";
import type { Witness } from "../witness.ts";

/** G7, at rest: what our ledger holds is what the venues hold, each fill once, and the money to the last digit. */
export class BooksInvariant {
  readonly #court: Court;
  readonly #witness: Witness;
  readonly #accuse: Accuse;

  constructor(court: Court, witness: Witness, accuse: Accuse) {
    this.#court = court;
    this.#witness = witness;
    this.#accuse = accuse;
  }

  close(): void {
    this.#quantities();
    this.#fills();
    if (this.#isFlat()) {
      this.#cash();
      this.#results();
    }
  }

  #isFlat(): boolean {
    return this.#court.exchanges.every((exchange) =>
      [...exchange.truth().positions.values()].every((held) => held === 0n),
    );
  }

  #quantities(): void {
    for (const exchange of this.#court.exchanges) {
      for (const { listing } of exchange.markets()) {
        const { instrument } = listing;
        const theirs = exchange.truth().positions.get(instrument) ?? 0n;
        const ours = this.#booked(positionAccount(exchange.venue), instrument);
        const says = `${exchange.venue} ${instrument}: the ledger holds ${format(ours)}, the venue ${format(theirs as Fixed<string>)}`;
        if (ours !== theirs) this.#accuse("G7", says);
      }
    }
  }

  #fills(): void {
    const booked = new Set([...this.#court.disk.ledger.keys()].filter((id) => id.startsWith("fill:")));
    for (const { venue, trades } of this.#court.exchanges.map((exchange) => ({
      venue: exchange.venue,
      trades: exchange.trades(),
    }))) {
      for (const trade of trades) {
        const key = `fill:${fillKey({ venue, instrument: trade.order.instrument, tradeId: `${trade.id}` })}`;
        if (!booked.delete(key))
          this.#accuse("G7", `trade ${trade.id} of ${trade.order.clientOrderId} on ${venue} is not in the ledger`);
      }
    }
    for (const key of booked) this.#accuse("G7", `the ledger holds ${key}, which no venue made`);
  }

  #cash(): void {
    for (const exchange of this.#court.exchanges) {
      const { venue } = exchange;
      const ours = [proceedsAccount, feesAccount, fundingAccount]
        .map((account) => this.#booked(account(venue), "USDT"))
        .reduce(add, NO_USDT as Fixed<string>);
      const theirs = sum(earned(exchange));
      if (ours !== theirs)
        this.#accuse("G7", `${venue}: the ledger earned ${format(ours)}, the wallet ${format(theirs)}`);
    }
  }

  /** Attribution: the five parts of every hedge, summed over all of them, are what both wallets gained. */
  #results(): void {
    const engine = this.#court.engine();
    if (!engine || this.#witness.hedges.size === 0) return;
    const gained = sum(this.#court.exchanges.flatMap(earned));
    const all = engine.results.total();
    if (all !== gained) {
      this.#accuse(
        "attribution",
        `the results say ${all === null ? "nothing" : format(all)}, the wallets ${format(gained)}`,
      );
    }
    let parts = this.#unowned();
    for (const hedge of engine.rooms.executor.hedges()) parts = add(parts, engine.results.of(hedge)?.total ?? NO_USDT);
    if (parts !== gained) {
      const nobodys = format(subtract(gained, parts));
      this.#accuse(
        "attribution",
        `the parts sum to ${format(parts)}, the wallets to ${format(gained)}: ${nobodys} are nobody's`,
      );
    }
  }

  /** Funding that no hedge held a position for is the account's own. */
  #unowned(): Usdt {
    let total = NO_USDT;
    for (const entry of this.#court.disk.ledger.values()) {
      if (entry.cause !== "funding" || entry.hedge !== null) continue;
      for (const { account, amount } of entry.postings)
        if (account !== "market") total = add(total, amount as bigint as Usdt);
    }
    return total;
  }

  #booked(account: string, asset: InstrumentId | "USDT"): Fixed<string> {
    let total = 0n as Fixed<string>;
    for (const { postings } of this.#court.disk.ledger.values()) {
      for (const posting of postings)
        if (posting.account === account && posting.asset === asset) total = add(total, posting.amount);
    }
    return total;
  }
}

/** What moved the wallet, apart from money put in or taken out. */
function earned(exchange: SimulatedExchange): readonly Usdt[] {
  return exchange
    .incomes()
    .filter(({ kind }) => kind !== "transfer")
    .map(({ amount }) => amount);
}
