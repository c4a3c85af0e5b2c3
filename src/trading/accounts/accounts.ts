import { type Fixed, type Quantity, type Usdt, NO_QUANTITY, NO_USDT, add, sum } from "#domain/decimal.ts";
import {
  type LedgerEntry,
  depositsAccount,
  feeEntry,
  feesAccount,
  fillEntry,
  fundingAccount,
  fundingEntry,
  positionAccount,
  proceedsAccount,
} from "#domain/entry.ts";
import type { Fill } from "#domain/fill.ts";
import type { FundingPayment } from "#domain/funding.ts";
import type { Hedge } from "#domain/hedge.ts";
import { openQuantity } from "#domain/hedge-machine.ts";
import { type HedgeId, type InstrumentId, type LegName, type VenueId, LEGS } from "#domain/ids.ts";
import type { Instant } from "#domain/time.ts";
import type { Ledger } from "#ports/ledger.ts";

/** The one owner of the accounts: turns what happened into entries, and folds entries into positions and cash. */
export class Accounts {
  readonly #ledger: Ledger;
  readonly #failed: (says: string) => void;
  readonly #posted = new Set<string>();
  /** Funding payments that were shared out, by venue and payment. */
  readonly #shared = new Set<string>();
  /** Booked here and not on disk yet. */
  readonly #unwritten: LedgerEntry[] = [];
  /** The ledger would not take what was last written: until it has, all of it counts as unwritten. */
  #refused = false;
  readonly #balances = new Map<string, bigint>();
  readonly #cashKeys = new Map<VenueId, readonly string[]>();
  readonly #fundingByHedge = new Map<HedgeId, Usdt>();

  constructor(ledger: Ledger, failed: (says: string) => void) {
    this.#ledger = ledger;
    this.#failed = failed;
  }

  /** Folds what is already written. Called once, before anything is posted. */
  async load(): Promise<void> {
    for await (const entry of this.#ledger.entries()) this.#fold(entry);
  }

  postFill(fill: Fill, hedge: HedgeId, leg: LegName): void {
    const fee = feeEntry(fill, hedge, leg);
    this.#post(fee ? [fillEntry(fill, hedge, leg), fee] : [fillEntry(fill, hedge, leg)]);
  }

  /**
   * Shares a funding payment among the hedges that held the position, by quantity. Shares are rounded towards zero and
   * the last one takes the rest, so that they sum to the payment to the last digit.
   */
  postFunding(payment: FundingPayment, hedges: readonly Hedge[]): void {
    // Told again later, by another channel or after a restart, other hedges may stand: it is shared out once.
    if (this.#shared.has(paymentKey(fundingEntry(payment, payment.amount, null, null).id))) return;
    const parts = hedges.flatMap((hedge) =>
      LEGS.filter((leg) => hedge.intent[leg].venue === payment.venue && hedge.intent.instrument === payment.instrument)
        .map((leg) => ({ hedge: hedge.intent.id, leg, quantity: openQuantity(asOf(hedge, payment.at), leg) }))
        .filter(({ quantity }) => quantity > 0n),
    );
    const whole = parts.reduce((total, part) => total + part.quantity, 0n);
    if (whole === 0n) {
      this.#post([fundingEntry(payment, payment.amount, null, null)]);
      return;
    }
    let left: bigint = payment.amount;
    this.#post(
      parts.map((part, index) => {
        const last = index === parts.length - 1;
        const amount = (last ? left : (payment.amount * part.quantity) / whole) as Usdt;
        left -= amount;
        return fundingEntry(payment, amount, part.hedge, part.leg);
      }),
    );
  }

  /** Something that no fill, fee or funding payment made: a deposit, or what a person has taken over. */
  post(entry: LedgerEntry): void {
    this.#post([entry]);
  }

  /** Where this venue's wallet stood before we traded; null until that was written down. */
  deposits(venue: VenueId): Usdt | null {
    return (this.#balances.get(key(depositsAccount(venue), "USDT")) ?? null) as Usdt | null;
  }

  /** Signed base units by our own books. */
  position(venue: VenueId, instrument: InstrumentId): Quantity {
    return (this.#balances.get(key(positionAccount(venue), instrument)) ?? NO_QUANTITY) as Quantity;
  }

  balance(account: string, asset: string): Fixed<string> {
    return (this.#balances.get(key(account, asset)) ?? 0n) as Fixed<string>;
  }

  /** Everything these venues ever paid us, less everything we paid them: trades, fees and funding. */
  cash(venues: readonly VenueId[]): Usdt {
    let cash = 0n;
    for (const venue of venues) for (const name of this.#cashKeysOf(venue)) cash += this.#balances.get(name) ?? 0n;
    return cash as Usdt;
  }

  /** Made once: the day's loss is asked for on the way to every order. */
  #cashKeysOf(venue: VenueId): readonly string[] {
    const known = this.#cashKeys.get(venue);
    if (known) return known;
    const accounts = [proceedsAccount(venue), feesAccount(venue), fundingAccount(venue)];
    const keys = accounts.map((account) => key(account, "USDT"));
    this.#cashKeys.set(venue, keys);
    return keys;
  }

  fundingOf(hedge: HedgeId): Usdt {
    return this.#fundingByHedge.get(hedge) ?? NO_USDT;
  }

  #post(entries: readonly LedgerEntry[]): void {
    const fresh = entries.filter((entry) => !this.#posted.has(entry.id));
    if (fresh.length === 0) return;
    for (const entry of fresh) this.#fold(entry);
    this.#write(fresh);
  }

  /** How many entries the ledger has refused and not taken since. */
  get unwritten(): number {
    return this.#refused ? Math.max(1, this.#unwritten.length) : 0;
  }

  /** Tries again to write what the ledger has refused. */
  writeDown(): void {
    if (this.#unwritten.length > 0) this.#write([]);
  }

  #write(fresh: readonly LedgerEntry[]): void {
    const entries = [...this.#unwritten.splice(0), ...fresh];
    void this.#ledger.post(entries).then(
      () => {
        if (this.#unwritten.length === 0) this.#refused = false;
      },
      (reason: unknown) => {
        this.#refused = true;
        this.#unwritten.unshift(...entries);
        this.#failed(`the ledger could not be written: ${String(reason)}`);
      },
    );
  }

  #fold(entry: LedgerEntry): void {
    this.#posted.add(entry.id);
    if (entry.cause === "funding") this.#shared.add(paymentKey(entry.id));
    for (const { account, asset, amount } of entry.postings) {
      this.#balances.set(key(account, asset), (this.#balances.get(key(account, asset)) ?? 0n) + amount);
      if (entry.cause === "funding" && entry.hedge !== null && account !== "market") {
        this.#fundingByHedge.set(entry.hedge, add(this.fundingOf(entry.hedge), amount as bigint as Usdt));
      }
    }
  }
}

/** An entry's id without the hedge that got this part. */
const paymentKey = (entry: string): string => entry.slice(0, entry.lastIndexOf(":"));

/** The hedge as it stood at that moment, by its fills. */
function asOf(hedge: Hedge, at: Instant): Hedge {
  const orders = hedge.orders.map((order) => {
    const fills = order.fills.filter((fill) => fill.at <= at);
    return { ...order, fills, filled: sum(fills.map((fill) => fill.quantity)) };
  });
  return { ...hedge, orders };
}

const key = (account: string, asset: string): string => `${account} ${asset}`;
