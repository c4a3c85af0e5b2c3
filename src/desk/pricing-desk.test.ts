import { describe, expect, test } from "vitest";
import { format } from "#domain/decimal.ts";
import { plain, toUsdt } from "./pricing-desk.ts";

describe("a JSON number as exact text", () => {
  test.each([
    { value: 1500, text: "1500" },
    { value: 0.1, text: "0.1" },
    { value: -2.5, text: "-2.5" },
    { value: 1e-7, text: "0.000000100000" },
    { value: 123456789.123, text: "123456789.123" },
  ])("$value is $text", ({ value, text }) => {
    expect(plain(value)).toBe(text);
  });

  test.each([
    { value: 1500.01, amount: "1500.01" },
    { value: 1e-7, amount: "0.0000001" },
    { value: 0.1 + 0.2, amount: null },
    { value: Number.NaN, amount: null },
    { value: Infinity, amount: null },
    { value: 1e300, amount: null },
  ])("$value USDT is $amount", ({ value, amount }) => {
    const found = toUsdt(value);
    expect(found === null ? null : format(found)).toBe(amount);
  });
});
