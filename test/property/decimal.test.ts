import { Decimal } from "decimal.js";
import fc from "fast-check";
import { describe, expect, test } from "vitest";
import { BrokenPromiseError } from "#domain/assert.ts";
import {
  type Fixed,
  type Rounding,
  add,
  bps,
  divideRounded,
  format,
  gapBps,
  movePrice,
  notional,
  parseFixed,
  price,
  quantity,
  quantityFor,
  ratioBps,
  share,
  subtract,
  tryBpsFromFraction,
  usdt,
} from "#domain/decimal.ts";
import { law } from "./law.ts";

const Exact = Decimal.clone({ precision: 200, toExpNeg: -100, toExpPos: 100 });
const ROUNDINGS: readonly Rounding[] = ["down", "up", "half-even"];
const MODE = { down: Decimal.ROUND_FLOOR, up: Decimal.ROUND_CEIL, "half-even": Decimal.ROUND_HALF_EVEN } as const;

/** Any whole number of 10⁻¹², far beyond what money reaches. */
const raw = fc.bigInt({ min: -(10n ** 30n), max: 10n ** 30n });
const positive = fc.bigInt({ min: 1n, max: 10n ** 24n });
const signed = fc.bigInt({ min: -(10n ** 24n), max: 10n ** 24n });
const rounding = fc.constantFrom(...ROUNDINGS);

const oracle = (value: bigint): Decimal => new Exact(value.toString()).div("1e12");
const rawOf = (value: Decimal, mode: Rounding): bigint =>
  BigInt(value.mul("1e12").toDecimalPlaces(0, MODE[mode]).toFixed(0));

describe("a decimal", () => {
  test("is read back from its own text, whatever it is", () => {
    law([raw], (value) => {
      expect(parseFixed(format(value as Fixed<string>))).toBe(value);
    });
  });

  test("is written as the same number another library writes", () => {
    law([raw], (value) => {
      expect(format(value as Fixed<string>)).toBe(oracle(value).toFixed());
    });
  });

  test("is written with the decimals that are asked for, and never with fewer than it has", () => {
    law([raw, fc.integer({ min: 0, max: 12 })], (value, places) => {
      const text = format(value as Fixed<string>, places);
      expect(parseFixed(text)).toBe(value);
      expect(text.split(".")[1]?.length ?? 0).toBeGreaterThanOrEqual(places);
    });
  });

  test("takes exactly the plain texts of at most twelve decimals", () => {
    const whole = fc.stringMatching(/^\d{1,20}$/);
    const fraction = fc.stringMatching(/^\d{0,16}$/);
    law([fc.boolean(), whole, fraction], (negative, left, right) => {
      const text = `${negative ? "-" : ""}${left}${right === "" ? "" : `.${right}`}`;
      const value = new Exact(text).mul("1e12");
      expect(parseFixed(text)).toBe(value.isInteger() ? BigInt(value.toFixed(0)) : null);
    });
  });

  test("adds and subtracts exactly", () => {
    law([raw, raw], (a, b) => {
      const [x, y] = [a as Fixed<"usdt">, b as Fixed<"usdt">];
      expect(format(add(x, y))).toBe(oracle(a).add(oracle(b)).toFixed());
      expect(format(subtract(x, y))).toBe(oracle(a).sub(oracle(b)).toFixed());
      expect(subtract(add(x, y), y)).toBe(x);
    });
  });

  test("keeps every decimal of a fraction of sixteen as basis points", () => {
    law([fc.bigInt({ min: -(10n ** 20n), max: 10n ** 20n })], (units) => {
      const fraction = new Exact(units.toString()).div("1e16");
      expect(tryBpsFromFraction(fraction.toFixed())).toBe(units);
    });
  });
});

describe("rounding", () => {
  test("goes where it was told to, for every sign and every rest", () => {
    law([signed, signed.filter((value) => value !== 0n), rounding], (dividend, divisor, mode) => {
      const exact = new Exact(dividend.toString()).div(divisor.toString());
      const wanted = BigInt(exact.toDecimalPlaces(0, MODE[mode]).toFixed(0));
      expect(divideRounded(dividend, divisor, mode)).toBe(wanted);
    });
  });

  test("takes a half to the even side", () => {
    law([fc.bigInt({ min: -1_000n, max: 1_000n })], (half) => {
      const rounded = divideRounded(half * 2n + 1n, 2n, "half-even");
      expect(rounded % 2n).toBe(0n);
    });
  });

  test("down is never above and up never below, and they are one apart unless exact", () => {
    law([signed, positive], (dividend, divisor) => {
      const down = divideRounded(dividend, divisor, "down");
      const up = divideRounded(dividend, divisor, "up");
      expect(down * divisor <= dividend && dividend <= up * divisor).toBe(true);
      expect(up - down).toBe(dividend % divisor === 0n ? 0n : 1n);
    });
  });
});

describe("money", () => {
  test("is price times quantity to the last digit, or refused: never rounded", () => {
    law([positive, positive], (at, of) => {
      const exact = oracle(at).mul(oracle(of));
      const [p, q] = [at as Fixed<"price">, of as Fixed<"quantity">];
      if ((at * of) % 10n ** 12n === 0n) expect(format(notional(p, q))).toBe(exact.toFixed());
      else expect(() => notional(p, q)).toThrow(BrokenPromiseError);
    });
  });

  test("on any grid whose tick and lot fit together is always exact", () => {
    const exponent = fc.integer({ min: 0, max: 12 });
    law([exponent, fc.nat(1_000_000), fc.nat(1_000_000)], (decimals, ticks, lots) => {
      const at = (BigInt(ticks) * 10n ** BigInt(12 - decimals)) as Fixed<"price">;
      const of = (BigInt(lots) * 10n ** BigInt(decimals)) as Fixed<"quantity">;
      expect(format(notional(at, of))).toBe(oracle(at).mul(oracle(of)).toFixed());
    });
  });

  test("buys no more base than it pays for, and less than a digit short of it", () => {
    law([positive, positive], (amount, at) => {
      const bought = quantityFor(amount as Fixed<"usdt">, at as Fixed<"price">);
      expect(bought * at <= amount * 10n ** 12n).toBe(true);
      expect((bought + 1n) * at > amount * 10n ** 12n).toBe(true);
    });
  });

  test("a share and a ratio in basis points are the oracle's, rounded as told", () => {
    law([signed, signed, positive, rounding], (amount, rate, whole, mode) => {
      const [part, of] = [amount as Fixed<"usdt">, whole as Fixed<"usdt">];
      expect(share(part, rate as Fixed<"bps">, mode)).toBe(rawOf(oracle(amount).mul(oracle(rate)).div(10_000), mode));
      expect(ratioBps(part, of, mode)).toBe(rawOf(oracle(amount).div(oracle(whole)).mul(10_000), mode));
    });
  });

  test("a price moved by the gap to another lands on it or just short, by the direction of the rounding", () => {
    law([positive, positive, rounding], (from, to, mode) => {
      const [a, b] = [from as Fixed<"price">, to as Fixed<"price">];
      expect(gapBps(a, b, mode)).toBe(rawOf(oracle(to).div(oracle(from)).sub(1).mul(10_000), mode));
      expect(movePrice(a, gapBps(a, b, "down"), "down") <= b).toBe(true);
      expect(movePrice(a, gapBps(a, b, "up"), "up") >= b).toBe(true);
    });
  });

  test("a moved price is the oracle's, rounded as told", () => {
    law([positive, fc.bigInt({ min: -(10n ** 16n), max: 10n ** 16n }), rounding], (from, by, mode) => {
      const exact = oracle(from).mul(oracle(by).div(10_000).add(1));
      expect(movePrice(from as Fixed<"price">, by as Fixed<"bps">, mode)).toBe(rawOf(exact, mode));
    });
  });
});

test("five basis points of 1200 are 0.6", () => {
  expect(format(share(usdt("1200"), bps("5"), "up"))).toBe("0.6");
  expect(format(gapBps(price("60000"), price("60186"), "down"))).toBe("31");
  expect(format(quantityFor(usdt("1500"), price("60000")))).toBe("0.025");
  expect(format(notional(price("60000.1"), quantity("0.003")))).toBe("180.0003");
});
