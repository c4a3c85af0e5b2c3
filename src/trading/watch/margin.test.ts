import { expect, test } from "vitest";
import { seen, someFacts } from "../../../test/facts.ts";
import { BTC, someSettings } from "../../../test/kit.ts";
import { bps, price, quantity } from "#domain/decimal.ts";
import { BINANCE_UM, OKX_PERP } from "#domain/ids.ts";
import { MarginWatch } from "./margin.ts";

function look(held: string, mark: string, liquidation: string | null, least = "800") {
  const cut: string[] = [];
  const [leg] = seen(
    new MarginWatch((instrument) => cut.push(instrument)),
    someFacts({
      positions: () => [
        {
          venue: OKX_PERP,
          instrument: BTC,
          quantity: quantity(held),
          mark: price(mark),
          liquidation: liquidation === null ? null : price(liquidation),
        },
      ],
      settings: () => someSettings({ minLiquidationDistance: bps(least) }),
    }),
  );
  return [leg, cut.length > 0 ? "cut" : "left"];
}

test.each([
  ["1", "100", "60", "OK 40 %", "left"],
  ["1", "100", "71", "WARN 29 %", "left"],
  ["1", "100", "85", "WARN 15 %", "left"],
  ["1", "100", "85.01", "HOLD 14.99 %", "left"],
  ["1", "100", "92", "HOLD 8 %", "left"],
  ["1", "100", "92.01", "HOLD 7.99 %", "cut"],
  ["1", "100", "101", "HOLD 0 %", "cut"],
  ["-1", "100", "108", "HOLD 8 %", "left"],
  ["-1", "100", "107.99", "HOLD 7.99 %", "cut"],
  ["-1", "100", "99", "HOLD 0 %", "cut"],
])("%s held at %s, liquidated at %s: %s, both legs are %s", (held, mark, liquidation, expected, done) => {
  expect(look(held, mark, liquidation)).toEqual([`okx-perp BTCUSDT ${expected}`, done]);
});

test("a distance of one's own that is beyond the usual one holds from there on", () => {
  expect(look("1", "100", "81", "2000")).toEqual(["okx-perp BTCUSDT HOLD 19 %", "cut"]);
});

test("without a liquidation price, or without a position, there is no distance", () => {
  expect(look("1", "100", null)[0]).toMatch(/^binance-um margin/);
  expect(look("0", "100", "99")).toEqual([expect.stringMatching(/^binance-um margin/), "left"]);
});

test.each([
  ["4200", "OK"],
  ["4201", "WARN"],
  ["5951", "ERROR"],
  ["7000", "ERROR"],
  ["7001", "HOLD"],
])("%s bps of the margin in use is %s", (used, level) => {
  const facts = someFacts({ marginUsed: (venue) => (venue === BINANCE_UM ? bps(used) : null) });
  const readings = new MarginWatch(() => undefined).look(facts);
  expect(readings.map((reading) => reading.level)).toEqual([level, "UNKNOWN"]);
});
