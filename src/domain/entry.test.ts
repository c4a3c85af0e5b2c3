import { describe, expect, test } from "vitest";
import { BTC, HEDGE, NOW, aFill, anIntent } from "../../test/kit.ts";
import { format, price, quantity, usdt } from "./decimal.ts";
import { type LedgerEntry, feeEntry, fillEntry, fundingEntry } from "./entry.ts";
import type { Fill } from "./fill.ts";
import { BINANCE_UM } from "./ids.ts";

const { long, short } = anIntent();
const fill = (given: Partial<Fill> = {}): Fill =>
  aFill(long, {
    tradeId: "7",
    price: price("60000.1"),
    quantity: quantity("0.003"),
    fee: usdt("0.09000015"),
    ...given,
  });

const lines = (entry: LedgerEntry | null): string[] =>
  entry?.postings.map(({ account, asset, amount }) => `${account} ${asset} ${format(amount)}`) ?? [];

const sums = (entry: LedgerEntry): bigint[] => {
  const assets = new Map<string, bigint>();
  for (const { asset, amount } of entry.postings) assets.set(asset, (assets.get(asset) ?? 0n) + amount);
  return [...assets.values()];
};

describe("a fill", () => {
  test("bought brings base and costs its price", () => {
    expect(lines(fillEntry(fill(), HEDGE, "long"))).toEqual([
      "venue:binance-um:position BTC-USDT-PERP 0.003",
      "market BTC-USDT-PERP -0.003",
      "venue:binance-um:proceeds USDT -180.0003",
      "market USDT 180.0003",
    ]);
  });

  test("sold gives base and brings its price", () => {
    expect(lines(fillEntry({ ...fill(), side: "sell" }, HEDGE, "long"))).toEqual([
      "venue:binance-um:position BTC-USDT-PERP -0.003",
      "market BTC-USDT-PERP 0.003",
      "venue:binance-um:proceeds USDT 180.0003",
      "market USDT -180.0003",
    ]);
  });

  test("has one name, whatever told us of it and whenever", () => {
    const again = { ...fill(), at: short.expiresAt, venueOrderId: "another", feeAsset: "BNB" };
    expect(fillEntry(again, HEDGE, "long").id).toBe(fillEntry(fill(), HEDGE, "long").id);
    expect(fillEntry(fill({ tradeId: "8" }), HEDGE, "long").id).not.toBe(fillEntry(fill(), HEDGE, "long").id);
  });
});

describe("a fee", () => {
  test("is a cost; a rebate is a gain; nothing is nothing", () => {
    expect(lines(feeEntry(fill(), HEDGE, "long"))).toEqual([
      "venue:binance-um:fees USDT -0.09000015",
      "market USDT 0.09000015",
    ]);
    expect(lines(feeEntry(fill({ fee: usdt("-0.01") }), HEDGE, "long"))[0]).toBe("venue:binance-um:fees USDT 0.01");
    expect(feeEntry(fill({ fee: usdt("0") }), HEDGE, "long")).toBeNull();
  });
});

describe("funding", () => {
  const payment = { venue: BINANCE_UM, instrument: BTC, amount: usdt("-1.25"), id: "f1", at: NOW };

  test("of one payment has a name for each hedge that shares it, and one for nobody's", () => {
    const ids = [HEDGE, null].map((hedge) => fundingEntry(payment, payment.amount, hedge, null).id);
    expect(ids).toEqual([`funding:binance-um:f1:${HEDGE}`, "funding:binance-um:f1:account"]);
  });

  test("paid is a cost", () => {
    expect(lines(fundingEntry(payment, payment.amount, HEDGE, "long"))).toEqual([
      "venue:binance-um:funding USDT -1.25",
      "market USDT 1.25",
    ]);
  });
});

test("every entry is balanced in every asset", () => {
  const payment = { venue: BINANCE_UM, instrument: null, amount: usdt("3.7"), id: "f2", at: NOW };
  const fee = feeEntry(fill(), HEDGE, "long");
  const entries = [
    fillEntry(fill(), HEDGE, "long"),
    ...(fee ? [fee] : []),
    fundingEntry(payment, payment.amount, null, null),
  ];
  for (const entry of entries) expect(sums(entry).every((total) => total === 0n)).toBe(true);
});
