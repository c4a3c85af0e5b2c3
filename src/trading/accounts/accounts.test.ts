import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { BTC, NOW, aFill, aStandingHedge, anIntent } from "../../../test/kit.ts";
import { type Usdt, format, quantity, usdt } from "#domain/decimal.ts";
import { type LedgerEntry, feesAccount, fundingAccount, proceedsAccount } from "#domain/entry.ts";
import type { FundingPayment } from "#domain/funding.ts";
import type { Hedge } from "#domain/hedge.ts";
import { BINANCE_UM, OKX_PERP, hedgeId, instrumentId } from "#domain/ids.ts";
import { after } from "#domain/time.ts";
import type { Ledger } from "#ports/ledger.ts";
import { Accounts } from "./accounts.ts";

/** A ledger that keeps what it is given, or cannot. */
class Shelf implements Ledger {
  readonly kept: LedgerEntry[] = [];
  broken = false;
  post(entries: readonly LedgerEntry[]): Promise<void> {
    if (this.broken) return Promise.reject(new Error("ENOSPC"));
    this.kept.push(...entries);
    return Promise.resolve();
  }
  async *entries(): AsyncIterable<LedgerEntry> {
    yield* this.kept;
  }
  record(): void {}
  findEvents(): ReturnType<Ledger["findEvents"]> {
    return Promise.resolve({ items: [], more: false, total: null });
  }
}

function books(): { accounts: Accounts; shelf: Shelf; failures: string[] } {
  const shelf = new Shelf();
  const failures: string[] = [];
  return { accounts: new Accounts(shelf, (says) => failures.push(says)), shelf, failures };
}

const { long, short, id } = anIntent();
const bought = aFill(long, { tradeId: "b1", fee: usdt("0.6") });
const sold = aFill(short, { tradeId: "s1", fee: usdt("0.60186") });
const payment = (amount: string, more: Partial<FundingPayment> = {}): FundingPayment => ({
  venue: BINANCE_UM,
  instrument: BTC,
  amount: usdt(amount),
  id: "f1",
  at: NOW,
  ...more,
});

const postBoth = (accounts: Accounts): void => {
  accounts.postFill(bought, id, "long");
  accounts.postFill(sold, id, "short");
};
const standing = (accounts: Accounts): string[] => [
  format(accounts.position(BINANCE_UM, BTC)),
  format(accounts.position(OKX_PERP, BTC)),
  format(accounts.balance(proceedsAccount(BINANCE_UM), "USDT")),
  format(accounts.balance(proceedsAccount(OKX_PERP), "USDT")),
  format(accounts.balance(feesAccount(BINANCE_UM), "USDT")),
  format(accounts.balance(feesAccount(OKX_PERP), "USDT")),
];
const BOTH = ["0.02", "-0.02", "-1200", "1203.72", "-0.6", "-0.60186"];

describe("the accounts", () => {
  test("hold what the fills moved", () => {
    const { accounts } = books();
    postBoth(accounts);
    expect(standing(accounts)).toEqual(BOTH);
  });

  test("are not changed by a fill they have, and neither is the ledger", () => {
    const { accounts, shelf } = books();
    postBoth(accounts);
    const kept = shelf.kept.length;
    postBoth(accounts);
    accounts.postFill({ ...bought, at: after(NOW, 5), venueOrderId: "another" }, id, "long");
    expect([standing(accounts), shelf.kept.length]).toEqual([BOTH, kept]);
  });

  test("begin where the ledger ended, and do not post again what is in it", async () => {
    const { accounts, shelf } = books();
    postBoth(accounts);
    accounts.postFunding(payment("-0.5"), [aStandingHedge()]);
    const again = new Accounts(shelf, () => undefined);
    await again.load();
    expect([standing(again), format(again.fundingOf(id))]).toEqual([BOTH, "-0.5"]);
    const kept = shelf.kept.length;
    postBoth(again);
    again.postFunding(payment("-0.5"), [aStandingHedge()]);
    expect([standing(again), format(again.fundingOf(id)), shelf.kept.length]).toEqual([BOTH, "-0.5", kept]);
  });

  test("say so when the ledger cannot be written", async () => {
    const { accounts, shelf, failures } = books();
    shelf.broken = true;
    accounts.postFill(bought, id, "long");
    await Promise.resolve();
    await Promise.resolve();
    expect(failures).toEqual([expect.stringMatching(/could not be written.*ENOSPC/)]);
  });
});

describe("funding", () => {
  test("of a position that no hedge of ours holds is the account's own", () => {
    const { accounts, shelf } = books();
    accounts.postFunding(payment("1.5"), []);
    accounts.postFunding(payment("2", { id: "f2", instrument: instrumentId("ETH-USDT-PERP") }), [aStandingHedge()]);
    expect(shelf.kept.map(({ hedge }) => hedge)).toEqual([null, null]);
    expect([format(accounts.balance(fundingAccount(BINANCE_UM), "USDT")), format(accounts.fundingOf(id))]).toEqual([
      "3.5",
      "0",
    ]);
  });

  test("told again while other hedges stand is not shared out again", () => {
    const { accounts, shelf } = books();
    accounts.postFunding(payment("-1"), []);
    accounts.postFunding(payment("-1"), [aStandingHedge()]);
    expect([shelf.kept.length, format(accounts.balance(fundingAccount(BINANCE_UM), "USDT"))]).toEqual([1, "-1"]);
  });

  test("of before a hedge stood is not that hedge's", () => {
    const { accounts } = books();
    accounts.postFunding(payment("-1", { at: after(NOW, -1) }), [aStandingHedge()]);
    expect(format(accounts.fundingOf(id))).toBe("0");
  });

  test("belongs to the leg on its venue", () => {
    const { accounts, shelf } = books();
    accounts.postFunding(payment("-1", { venue: OKX_PERP }), [aStandingHedge()]);
    expect(shelf.kept.map(({ hedge, leg }) => [hedge, leg])).toEqual([[id, "short"]]);
  });

  test("is shared by quantity, and the parts sum to it to the last digit", () => {
    const amount = fc.bigInt({ min: -(10n ** 15n), max: 10n ** 15n });
    const sizes = fc.array(fc.integer({ min: 1, max: 9_999 }), { minLength: 1, maxLength: 8 });
    fc.assert(
      fc.property(amount, sizes, (moved, lots) => {
        const { accounts, shelf } = books();
        const hedges = lots.map((count, index): Hedge => {
          const intent = anIntent({
            id: hedgeId(`pstest0001${String(index).padStart(10, "0")}`),
            quantity: quantity(`${count / 1000}`),
          });
          return aStandingHedge(intent);
        });
        accounts.postFunding(payment("0", { amount: moved as Usdt }), hedges);
        const parts = hedges.map((hedge) => accounts.fundingOf(hedge.intent.id));
        expect(parts.reduce<bigint>((total, part) => total + part, 0n)).toBe(moved);
        expect(accounts.balance(fundingAccount(BINANCE_UM), "USDT")).toBe(moved);
        const whole = BigInt(lots.reduce((total, count) => total + count, 0));
        for (const [index, part] of parts.slice(0, -1).entries())
          expect(part).toBe((moved * BigInt(lots[index] ?? 0)) / whole);
        for (const { postings } of shelf.kept)
          expect(postings.reduce((total, posting) => total + posting.amount, 0n)).toBe(0n);
      }),
      { seed: 20_260_812, numRuns: 200 },
    );
  });
});
