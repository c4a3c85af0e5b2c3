import { assert } from "./assert.ts";

declare const unit: unique symbol;
/** A whole number of 10⁻¹², with its unit in the type. No binary float ever holds money, a price or a quantity. */
export type Fixed<Unit extends string> = bigint & { readonly [unit]: Unit };

/** Quote currency for one unit of base, for example USDT for one BTC. */
export type Price = Fixed<"price">;
/** Units of base currency. Contracts are turned into base units in the venue's decoder. */
export type Quantity = Fixed<"quantity">;
/** An amount of USDT: notional, fee, profit. */
export type Usdt = Fixed<"usdt">;
/** Hundredths of a percent; 12 decimals of these hold a rate of 16 decimals exactly. */
export type Bps = Fixed<"bps">;

/** Where an inexact result goes. There is no default: whoever divides says it. */
export type Rounding = "down" | "up" | "half-even";

export const DECIMALS = 12;
const ONE = 1_000_000_000_000n;
const BPS_PER_UNIT = 10_000n;
const ALL_BPS = BPS_PER_UNIT * ONE;
const SHAPE = /^(-?)(\d{1,30})(?:\.(\d{1,40}))?$/;

/**
 * Reads plain decimal text as a whole number of 10⁻¹².
 * Null when it is not plain decimal text (no exponent, no sign but minus, no spaces) or carries more than 12 decimals.
 */
export function parseFixed(text: string): bigint | null {
  return parseScaled(text, DECIMALS);
}

/** Powers of ten as far as a scale can ask for them. */
const POWERS: readonly bigint[] = Array.from({ length: DECIMALS + 5 }, (_, exponent) => 10n ** BigInt(exponent));
/** So many digits are exact in a double, whatever they are. */
const EXACT_DIGITS = 15;
const [ZERO, NINE, POINT] = [48, 57, 46];

/** Short plain decimals, which is nearly all of them, are read without a copy; all others by the shape above. */
function parseScaled(text: string, decimals: number): bigint | null {
  if (text.length > EXACT_DIGITS) return parseByShape(text, decimals);
  let mantissa = 0;
  let fraction = -1;
  for (let index = 0; index < text.length; index += 1) {
    const code = text.charCodeAt(index);
    if (code >= ZERO && code <= NINE) {
      mantissa = mantissa * 10 + (code - ZERO);
      if (fraction >= 0) fraction += 1;
    } else if (code === POINT && fraction < 0 && index > 0) {
      fraction = 0;
    } else {
      return parseByShape(text, decimals);
    }
  }
  const scale = fraction < 0 ? decimals : decimals - fraction;
  const power = POWERS[scale];
  // No digits at all, a point without digits after it, or more decimals than fit.
  if (text === "" || fraction === 0 || power === undefined) return parseByShape(text, decimals);
  return BigInt(mantissa) * power;
}

function parseByShape(text: string, decimals: number): bigint | null {
  const match = SHAPE.exec(text);
  if (!match) return null;
  const [, sign, whole, fraction = ""] = match;
  const kept = fraction.slice(0, decimals);
  if (/[1-9]/.test(fraction.slice(decimals))) return null;
  const magnitude = BigInt(`${whole}${kept.padEnd(decimals, "0")}`);
  return sign === "-" ? -magnitude : magnitude;
}

function parsed(text: string): bigint {
  const value = parseFixed(text);
  // The sentence is only made when it is said: this runs for every number of a hedge.
  if (value === null) assert(false, `not a decimal of at most ${DECIMALS} places: ${JSON.stringify(text)}`);
  return value;
}

export const price = (text: string): Price => parsed(text) as Price;
export const quantity = (text: string): Quantity => parsed(text) as Quantity;
export const usdt = (text: string): Usdt => parsed(text) as Usdt;
export const bps = (text: string): Bps => parsed(text) as Bps;

export const tryPrice = (text: string): Price | null => parseFixed(text) as Price | null;
export const tryQuantity = (text: string): Quantity | null => parseFixed(text) as Quantity | null;
export const tryUsdt = (text: string): Usdt | null => parseFixed(text) as Usdt | null;
export const tryBps = (text: string): Bps | null => parseFixed(text) as Bps | null;

/** A venue's fraction (`0.0005`) as basis points (`5`). Sixteen decimals of a fraction fit exactly; more is null. */
export function tryBpsFromFraction(text: string): Bps | null {
  return parseScaled(text, DECIMALS + 4) as Bps | null;
}

export const NO_PRICE = 0n as Price;
export const NO_QUANTITY = 0n as Quantity;
export const NO_USDT = 0n as Usdt;
export const NO_BPS = 0n as Bps;

/** The shortest plain decimal text of the exact value; at least `places` decimals when asked. */
export function format(value: Fixed<string>, places = 0): string {
  if (value < 0n) return `-${format(-value as Fixed<string>, places)}`;
  const digits = value.toString().padStart(DECIMALS + 1, "0");
  const point = digits.length - DECIMALS;
  let end = digits.length;
  while (end > point && digits.charCodeAt(end - 1) === ZERO) end -= 1;
  const missing = places - (end - point);
  if (end === point && missing <= 0) return digits.slice(0, point);
  return `${digits.slice(0, point)}.${digits.slice(point, end)}${missing > 0 ? "0".repeat(missing) : ""}`;
}

/** For screens, metrics and JSON numbers, where the value is read and never computed with again. */
export function toNumber(value: Fixed<string>): number {
  return Number(format(value));
}

export function add<Unit extends string>(a: Fixed<Unit>, b: Fixed<Unit>): Fixed<Unit> {
  return (a + b) as Fixed<Unit>;
}

export function subtract<Unit extends string>(a: Fixed<Unit>, b: Fixed<Unit>): Fixed<Unit> {
  return (a - b) as Fixed<Unit>;
}

export function negate<Unit extends string>(a: Fixed<Unit>): Fixed<Unit> {
  return -a as Fixed<Unit>;
}

export function absolute<Unit extends string>(a: Fixed<Unit>): Fixed<Unit> {
  return (a < 0n ? -a : a) as Fixed<Unit>;
}

export function least<Unit extends string>(a: Fixed<Unit>, b: Fixed<Unit>): Fixed<Unit> {
  return a <= b ? a : b;
}

export function greatest<Unit extends string>(a: Fixed<Unit>, b: Fixed<Unit>): Fixed<Unit> {
  return a >= b ? a : b;
}

export function sum<Unit extends string>(values: Iterable<Fixed<Unit>>): Fixed<Unit> {
  let total = 0n;
  for (const value of values) total += value;
  return total as Fixed<Unit>;
}

/** `value` × a whole number. */
export function times<Unit extends string>(value: Fixed<Unit>, count: number | bigint): Fixed<Unit> {
  return (value * BigInt(count)) as Fixed<Unit>;
}

/** Integer division with the rounding named; `down` is towards minus infinity, `up` towards plus infinity. */
export function divideRounded(dividend: bigint, divisor: bigint, rounding: Rounding): bigint {
  assert(divisor !== 0n, "division by zero");
  const positive = divisor > 0n;
  const top = positive ? dividend : -dividend;
  const bottom = positive ? divisor : -divisor;
  const truncated = top / bottom;
  const rest = top - truncated * bottom;
  if (rest === 0n) return truncated;
  const floor = rest < 0n ? truncated - 1n : truncated;
  if (rounding === "down") return floor;
  if (rounding === "up") return floor + 1n;
  const above = (top - floor * bottom) * 2n;
  if (above !== bottom) return above < bottom ? floor : floor + 1n;
  return floor % 2n === 0n ? floor : floor + 1n;
}

/** What a quantity costs at a price. Exact, or a broken promise: instruments whose grid would not fit are refused when they load. */
export function notional(at: Price, of: Quantity): Usdt {
  const product = at * of;
  const value = product / ONE;
  if (value * ONE !== product) assert(false, `inexact notional: ${format(at)} × ${format(of)}`);
  return value as Usdt;
}

/** How much base an amount of quote buys at a price, rounded down. */
export function quantityFor(amount: Usdt, at: Price): Quantity {
  return divideRounded(amount * ONE, at, "down") as Quantity;
}

/** A share of an amount, for example a fee: `amount × rate / 10 000`. */
export function share(amount: Usdt, rate: Bps, rounding: Rounding): Usdt {
  return divideRounded(amount * rate, ALL_BPS, rounding) as Usdt;
}

/** How many basis points `part` is of `whole`. */
export function ratioBps(part: Usdt, whole: Usdt, rounding: Rounding): Bps {
  return divideRounded(part * ALL_BPS, whole, rounding) as Bps;
}

/** How far `to` lies above `from`, in basis points of `from`. */
export function gapBps(from: Price, to: Price, rounding: Rounding): Bps {
  return divideRounded((to - from) * ALL_BPS, from, rounding) as Bps;
}

/** A price moved by basis points, not yet on any tick. */
export function movePrice(from: Price, by: Bps, rounding: Rounding): Price {
  return divideRounded(from * (ALL_BPS + by), ALL_BPS, rounding) as Price;
}
