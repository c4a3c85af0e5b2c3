import { describe, expect, test } from "vitest";
import { BrokenPromiseError } from "./assert.ts";
import { divideRounded, format, parseFixed, price, toNumber, tryBpsFromFraction, tryUsdt, usdt } from "./decimal.ts";

describe("reading a number", () => {
  test.each([
    { text: "0", value: 0n },
    { text: "1", value: 1_000_000_000_000n },
    { text: "-1.5", value: -1_500_000_000_000n },
    { text: "0.000000000001", value: 1n },
    { text: "007", value: 7_000_000_000_000n },
    { text: "1.0000000000000", value: 1_000_000_000_000n },
    { text: "-0", value: 0n },
  ])("$text is a number", ({ text, value }) => {
    expect(parseFixed(text)).toBe(value);
  });

  test.each([
    "",
    " 1",
    "1 ",
    "+1",
    "1.",
    ".5",
    "1e3",
    "0x10",
    "NaN",
    "Infinity",
    "1,000",
    "--1",
    "1.0000000000001",
    "١",
  ])("%j is none", (text) => {
    expect(parseFixed(text)).toBeNull();
    expect(tryUsdt(text)).toBeNull();
    expect(() => price(text)).toThrow(BrokenPromiseError);
  });
});

test.each([
  { fraction: "0.0005", written: "5" },
  { fraction: "-0.0001", written: "-1" },
  { fraction: "0.0000000000000001", written: "0.000000000001" },
])("a venue's $fraction is $written bps", ({ fraction, written }) => {
  expect(format(tryBpsFromFraction(fraction) ?? usdt("99"))).toBe(written);
});

test("a fraction finer than sixteen decimals is not guessed at", () => {
  expect(tryBpsFromFraction("0.00000000000000001")).toBeNull();
});

test.each([
  { text: "1.50", places: 0, written: "1.5" },
  { text: "1.5", places: 2, written: "1.50" },
  { text: "-0.00000001", places: 0, written: "-0.00000001" },
  { text: "60000", places: 1, written: "60000.0" },
])("$text with at least $places decimals is $written", ({ text, places, written }) => {
  expect(format(usdt(text), places)).toBe(written);
});

test("for screens a value becomes the nearest number", () => {
  expect(toNumber(usdt("-1.012314"))).toBe(-1.012314);
});

test("nothing is divided by nothing", () => {
  expect(() => divideRounded(1n, 0n, "down")).toThrow(BrokenPromiseError);
});
