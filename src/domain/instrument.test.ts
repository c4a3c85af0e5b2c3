import { describe, expect, test } from "vitest";
import { aListing } from "../../test/kit.ts";
import { format, price, quantity } from "./decimal.ts";
import { commonLot, countOf, gridFault, priceAt, quantityAt, roundDown, roundToTick } from "./instrument.ts";

test.each([
  { of: "0.0259", lot: "0.001", down: "0.025" },
  { of: "0.025", lot: "0.001", down: "0.025" },
  { of: "0.0009", lot: "0.001", down: "0" },
  { of: "7", lot: "3", down: "6" },
])("$of in lots of $lot is $down, never more", ({ of, lot, down }) => {
  expect(format(roundDown(quantity(of), quantity(lot)))).toBe(down);
});

test.each([
  { side: "buy" as const, at: "60000.19", tick: "0.1", limit: "60000.1" },
  { side: "sell" as const, at: "60000.11", tick: "0.1", limit: "60000.2" },
  { side: "buy" as const, at: "60000.1", tick: "0.1", limit: "60000.1" },
  { side: "sell" as const, at: "60000.1", tick: "0.1", limit: "60000.1" },
])("a $side at $at goes to $limit: no worse for us", ({ side, at, tick, limit }) => {
  expect(format(roundToTick(price(at), side, { tick: price(tick) }))).toBe(limit);
});

test.each([
  { a: "0.001", b: "0.0001", common: "0.001" },
  { a: "0.001", b: "0.001", common: "0.001" },
  { a: "0.01", b: "0.015", common: "0.03" },
  { a: "1", b: "10", common: "10" },
  { a: "0.3", b: "0.2", common: "0.6" },
])("lots of $a and $b meet at $common", ({ a, b, common }) => {
  expect(format(commonLot({ lot: quantity(a) }, { lot: quantity(b) }))).toBe(common);
});

describe("a grid", () => {
  test.each([
    { tick: "0.1", lot: "0.001", fault: null },
    { tick: "0.000001", lot: "0.000001", fault: null },
    { tick: "0.0000001", lot: "0.000001", fault: "one tick times one lot has more than 12 decimals" },
    { tick: "0", lot: "0.001", fault: "tick and lot must be greater than zero" },
    { tick: "0.1", lot: "-1", fault: "tick and lot must be greater than zero" },
  ])("of $tick and $lot: $fault", ({ tick, lot, fault }) => {
    expect(gridFault({ tick: price(tick), lot: quantity(lot) })).toBe(fault);
  });

  test("counts in whole numbers, and says when something lies between them", () => {
    const listing = aListing();
    expect(countOf(price("60000.1"), listing.tick)).toBe(600_001);
    expect(countOf(price("60000.15"), listing.tick)).toBeNull();
    expect(countOf(2n ** 53n, 1n)).toBeNull();
    expect(format(priceAt(600_001, listing))).toBe("60000.1");
    expect(format(quantityAt(25, listing))).toBe("0.025");
  });
});
