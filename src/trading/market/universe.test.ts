import { expect, test } from "vitest";
import { aListing, anOkxListing } from "../../../test/kit.ts";
import { price } from "#domain/decimal.ts";
import { instrumentId } from "#domain/ids.ts";
import { commonInstruments } from "./universe.ts";

const id = (base: string) => instrumentId(`${base}-USDT-PERP`);
const here = ["SOL", "BTC", "ETH", "XRP"].map((base) => aListing({ id: id(base) }));
const there = ["BTC", "ETH", "SOL", "ADA"].map((base) => anOkxListing({ id: id(base) }));
const names = (wanted: string[], most: number, one = here, two = there): [string[], string[]] => {
  const { pairs, missing } = commonInstruments(one, two, wanted.map(id), most);
  return [pairs.map((pair) => pair.id), [...missing]];
};

test("what both venues list, by name, up to as many as are wanted", () => {
  expect(names([], 10)).toEqual([["BTC-USDT-PERP", "ETH-USDT-PERP", "SOL-USDT-PERP"], []]);
  expect(names([], 2)).toEqual([["BTC-USDT-PERP", "ETH-USDT-PERP"], []]);
});

test("a chosen name is never cut off, and one that cannot be is said", () => {
  expect(names(["SOL", "ETH", "XRP"], 1)).toEqual([["ETH-USDT-PERP", "SOL-USDT-PERP"], ["XRP-USDT-PERP"]]);
});

test.each([
  { what: "halted", change: { tradable: false } },
  { what: "on a grid that would not be exact", change: { tick: price("0.000000000001") } },
])("what is $what on either venue is left out", ({ change }) => {
  expect(
    names(
      [],
      10,
      here.map((each) => (each.id === id("BTC") ? { ...each, ...change } : each)),
    )[0],
  ).not.toContain("BTC-USDT-PERP");
  expect(
    names(
      [],
      10,
      here,
      there.map((each) => (each.id === id("BTC") ? { ...each, ...change } : each)),
    )[0],
  ).not.toContain("BTC-USDT-PERP");
});

test("each pair holds its listing of the first venue, then of the second", () => {
  const [pair] = commonInstruments(here, there, [id("BTC")], 1).pairs;
  expect(pair?.listings.map(({ venue }) => venue)).toEqual(["binance-um", "okx-perp"]);
});
