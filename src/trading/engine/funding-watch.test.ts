import { expect, test } from "vitest";
import { bps } from "#domain/decimal.ts";
import type { FundingRate } from "#domain/funding.ts";
import { BINANCE_UM, OKX_PERP } from "#domain/ids.ts";
import { HOUR, after } from "#domain/time.ts";
import { BTC, NOW, aStandingHedge } from "../../../test/kit.ts";
import { Conditions } from "../market/conditions.ts";
import { FundingWatch } from "./funding-watch.ts";
import type { Rooms } from "./rooms.ts";

/** A hedge is long on Binance and short on OKX. */
function scene() {
  const told: string[] = [];
  const held: string[] = [];
  const conditions = new Conditions();
  const rooms = {
    conditions,
    controller: { hold: (code: string) => held.push(code) },
    executor: { active: () => [aStandingHedge()] },
    tell: ({ level, code }: { level: string; code: string }) => told.push(`${level} ${code}`),
  } as unknown as Rooms;
  const watch = new FundingWatch(rooms);
  const note = (venue: FundingRate["venue"], rate: string, hours: number, offMs = 0): void =>
    watch.note({
      venue,
      instrument: BTC,
      rate: bps(rate),
      nextAt: after(NOW, HOUR),
      intervalMs: hours * HOUR + offMs,
      at: NOW,
    });
  return { told, held, conditions, note };
}

test("a rate that moves, or stamps some milliseconds off, are no change of the interval", () => {
  const { told, conditions, note } = scene();
  note(OKX_PERP, "1", 8);
  note(OKX_PERP, "2", 8, 7);
  expect([told, conditions.funding(OKX_PERP, BTC)?.rate]).toEqual([[], bps("2")]);
});

test("another interval is said aloud, and holds when an open hedge pays by it", () => {
  const { told, held, note } = scene();
  note(BINANCE_UM, "1", 8);
  note(OKX_PERP, "2", 8);
  note(OKX_PERP, "2", 4);
  expect([told, held]).toEqual([["critical funding_interval"], []]);
  // 1 bps an hour against 2 in four hours.
  note(BINANCE_UM, "1", 1);
  expect([told.length, held]).toEqual([2, ["funding"]]);
});
