import { describe, expect, test } from "vitest";
import { BrokenPromiseError } from "./assert.ts";
import { LEGS, clientOrderId, hedgeId, instrumentId, instrumentOf, opportunityId, symbolOf, venueId } from "./ids.ts";

describe("an instrument", () => {
  test.each([
    "BTCUSDT",
    "btcusdt",
    "BTC-USDT",
    "btc_usdt",
    "BTC/USDT",
    "BTC-USDT-PERP",
    "BTC-USDT-SWAP",
    " BTCUSDT ",
    "BTCUSDT-PERP",
  ])("people write %j", (written) => {
    expect(instrumentOf(written)).toBe("BTC-USDT-PERP");
  });

  test.each([
    { written: "1000PEPEUSDT", ours: "1000PEPE-USDT-PERP" },
    { written: "ethusdt", ours: "ETH-USDT-PERP" },
    { written: "币安人生USDT", ours: "币安人生-USDT-PERP" },
    { written: "USDTUSDT", ours: "USDT-USDT-PERP" },
  ])("$written is $ours", ({ written, ours }) => {
    expect(instrumentOf(written)).toBe(ours);
  });

  test.each([
    "",
    "USDT",
    "BTC",
    "BTCUSD",
    "BTCUSDT;drop",
    "BTC--USDT",
    "BTCUSDC",
    "../USDT",
    "B TCUSDT",
    "X".repeat(25) + "USDT",
  ])("%j is none of ours", (written) => {
    expect(instrumentOf(written)).toBeNull();
  });

  test("is shown as the venues write it", () => {
    expect(symbolOf(instrumentId("BTC-USDT-PERP"))).toBe("BTCUSDT");
  });

  test.each(["btc-USDT-PERP", "BTC-USD-PERP", "BTCUSDT", ""])("%j is not its name", (text) => {
    expect(() => instrumentId(text)).toThrow(BrokenPromiseError);
  });
});

describe("an order's name", () => {
  test("fits every venue: letters and digits, at most 32", () => {
    const longest = hedgeId("p".repeat(28));
    for (const leg of LEGS) expect(clientOrderId(longest, leg, 999)).toMatch(/^[a-z0-9]{1,32}$/);
  });

  test("is the same for the same hedge, leg and attempt, and another for any other", () => {
    const one = hedgeId("pstest00010000000001");
    const names = LEGS.flatMap((leg) => [1, 2, 11].map((attempt) => clientOrderId(one, leg, attempt)));
    expect(new Set(names).size).toBe(names.length);
    expect(clientOrderId(one, "long", 1)).toBe("pstest00010000000001l1");
  });

  test("that would not fit is our own mistake", () => {
    expect(() => clientOrderId(hedgeId("p".repeat(28)), "long", 1_000)).toThrow(BrokenPromiseError);
  });
});

test.each([
  { make: venueId, wrong: "Binance" },
  { make: hedgeId, wrong: "abc" },
  { make: opportunityId, wrong: "o-1234" },
])("$wrong is refused as a name", ({ make, wrong }) => {
  expect(() => make(wrong)).toThrow(BrokenPromiseError);
});
