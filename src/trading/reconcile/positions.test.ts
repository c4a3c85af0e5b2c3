import { expect, test } from "vitest";
import { BTC, NOW } from "../../../test/kit.ts";
import { NO_QUANTITY, quantity } from "#domain/decimal.ts";
import { BINANCE_UM, instrumentId } from "#domain/ids.ts";
import type { VenuePosition } from "#ports/venue.ts";
import { positionDifferences } from "./positions.ts";

const ETH = instrumentId("ETH-USDT-PERP");
const position = (of: string, instrument = BTC): VenuePosition => ({
  venue: BINANCE_UM,
  instrument,
  quantity: quantity(of),
  entryPrice: null,
  liquidationPrice: null,
  at: NOW,
});

test.each([
  { ours: "0.02", theirs: [position("0.02")], says: [] },
  { ours: "0", theirs: [], says: [] },
  { ours: "0", theirs: [position("0")], says: [] },
  {
    ours: "0.02",
    theirs: [position("0.020000000001")],
    says: ["binance-um BTC-USDT-PERP: our books hold 0.02, the venue 0.020000000001"],
  },
  { ours: "0.02", theirs: [], says: ["binance-um BTC-USDT-PERP: our books hold 0.02, the venue 0"] },
  {
    ours: "0.02",
    theirs: [position("-0.02")],
    says: ["binance-um BTC-USDT-PERP: our books hold 0.02, the venue -0.02"],
  },
  { ours: "0", theirs: [position("1", ETH)], says: ["binance-um ETH-USDT-PERP: our books hold 0, the venue 1"] },
])("ours $ours: $says", ({ ours, theirs, says }) => {
  const found = positionDifferences(
    BINANCE_UM,
    [BTC],
    (instrument) => (instrument === BTC ? quantity(ours) : NO_QUANTITY),
    theirs,
  );
  expect(found.map((each) => each.says.split(";")[0])).toEqual(says);
});
