import { expect, test } from "vitest";
import { format, price } from "#domain/decimal.ts";
import { BINANCE_UM, OKX_PERP } from "#domain/ids.ts";
import { Shortfall } from "./shortfall.ts";

test("a few fills reserve nothing, many reserve their upper quartile, luck reserves nothing", () => {
  const shortfall = new Shortfall();
  const reserved = () => format(shortfall.reserve(BINANCE_UM, OKX_PERP));
  for (let fill = 0; fill < 7; fill += 1) {
    shortfall.note({ venue: BINANCE_UM, side: "buy", price: price("10010") }, price("10000"));
  }
  expect(reserved()).toBe("0");
  shortfall.note({ venue: BINANCE_UM, side: "buy", price: price("10010") }, price("10000"));
  expect(reserved()).toBe("10");
  // A sell above its decision was luck: it takes nothing off what the other venue costs.
  for (let fill = 0; fill < 20; fill += 1) {
    shortfall.note({ venue: OKX_PERP, side: "sell", price: price("10005") }, price("10000"));
  }
  expect(reserved()).toBe("10");
  for (let fill = 0; fill < 64; fill += 1) {
    shortfall.note({ venue: OKX_PERP, side: "sell", price: price("9998") }, price("10000"));
  }
  expect(reserved()).toBe("12");
});
