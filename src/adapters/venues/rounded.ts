import { DECIMALS, parseFixed } from "#domain/decimal.ts";

/**
 * Reads decimal text and drops what lies beyond the 12th place. Only for numbers the venue itself has already divided
 * or multiplied out: average prices, fees, balances. Never for a price or a size one can order.
 */
export function tryRounded(text: string): bigint | null {
  const point = text.indexOf(".");
  return parseFixed(point === -1 ? text : text.slice(0, point + 1 + DECIMALS));
}
