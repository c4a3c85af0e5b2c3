import type { SeededChance } from "#adapters/host/chance.ts";

/** Texts that have broken somebody's program before. None of them looks like a trace of ours: those are looked for. */
const TEXTS: readonly string[] = [
  "",
  " ",
  "\u0000",
  "a\u0000b",
  "\r\nset-cookie: a=b",
  "\r\n\r\nHTTP/1.1 200 OK",
  "' OR '1'='1",
  "'; DROP TABLE events; --",
  '") UNION ALL VALUES(1,2,3) --',
  "<script>alert(1)</script>",
  '"><img src=x onerror=alert(1)>',
  "javascript:alert(1)",
  "{{7*7}}${7*7}#{7*7}",
  '=HYPERLINK("http://evil.example")',
  "../../../../etc/passwd",
  "..%2f..%2fetc%2fpasswd",
  "%00",
  "%c0%ae%c0%ae/",
  "__proto__",
  "constructor",
  "toString",
  "hasOwnProperty",
  "null",
  "undefined",
  "NaN",
  "-Infinity",
  "1e309",
  "0x10",
  "1_000",
  "１２３",
  "BTCUSDT",
  "btc-usdt",
  "BTCUSDT\u200b",
  "\u202eTDSUCTB",
  "\ud83d\ude00".repeat(20),
  "\ud800",
  "İstanbul ß ﬁ",
  "\u2028\u2029",
  "a".repeat(41),
  "a".repeat(501),
  "a".repeat(4_097),
  "binance-um",
  "okx-perp",
  "*",
  "%",
  "_",
  "*:*",
  "AND OR NOT NEAR",
  '"unclosed',
  "2026-08-12T14:07:21Z",
  "0000-00-00T00:00:00Z",
  "9999-12-31T23:59:59.999999999+23:59",
];

const NUMBERS: readonly number[] = [
  0,
  -0,
  1,
  -1,
  0.1,
  1e-7,
  1e-13,
  5e-324,
  1e15,
  1e21,
  1e300,
  1.7976931348623157e308,
  -1e308,
  2 ** 31,
  2 ** 53,
  2 ** 53 + 2,
  0.1 + 0.2,
  300,
  3,
  2.5,
];

const OTHERS: readonly unknown[] = [null, true, false, [], {}, [[]], [null], { a: 1 }, { length: 3 }, { toString: 1 }];

export const pickOf = <T>(chance: SeededChance, from: readonly T[]): T => {
  const found = from[chance.integer(from.length)];
  if (found === undefined && !from.includes(undefined as T)) throw new Error("nothing to pick from");
  return found as T;
};

export const nastyText = (chance: SeededChance): string => pickOf(chance, TEXTS);

export function nastyValue(chance: SeededChance): unknown {
  const draw = chance.fraction();
  if (draw < 0.45) return nastyText(chance);
  return draw < 0.75 ? pickOf(chance, NUMBERS) : pickOf(chance, OTHERS);
}
