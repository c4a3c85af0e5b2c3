import { expect, test } from "vitest";
import { BTC, NOW } from "../../../test/kit.ts";
import { bps, format, quantity, usdt } from "#domain/decimal.ts";
import { type VenueId, BINANCE_UM, OKX_PERP } from "#domain/ids.ts";
import type { Venue } from "#ports/venue.ts";
import { VenueReads } from "./venue-reads.ts";

const FAULT = { outcome: "fault", fault: { kind: "unreachable", says: "gone" } } as const;

const clock = { now: () => NOW };

/** A venue that answers so, or not at all. */
const asked = (id: VenueId, wallet: string | null): Venue =>
  ({
    id,
    account: {
      balance: () =>
        Promise.resolve(
          wallet === null
            ? FAULT
            : {
                outcome: "answered",
                value: { venue: id, wallet: usdt(wallet), available: usdt("1"), marginUsed: bps("12"), at: NOW },
              },
        ),
    },
    syncClock: () =>
      Promise.resolve(wallet === null ? FAULT : { outcome: "answered", value: { offsetMs: 3, errorMs: 1 } }),
  }) as unknown as Venue;

test("the equity is known when both were read, and a question that failed leaves the last answer", async () => {
  const reads = new VenueReads(clock);
  const both = [BINANCE_UM, OKX_PERP];
  await reads.readBalance(asked(BINANCE_UM, "100"));
  expect(reads.equity(both)).toBeNull();
  await reads.readBalance(asked(OKX_PERP, "50.5"));
  expect(await reads.readBalance(asked(BINANCE_UM, null))).toBeNull();
  expect([format(reads.equity(both) ?? usdt("0")), reads.marginUsed(OKX_PERP)]).toEqual(["150.5", bps("12")]);
});

test("the latest three samples of a clock are kept; no answer is no sample", async () => {
  const reads = new VenueReads(clock);
  for (const offsetMs of [1, 2, 3]) reads.noteClock(OKX_PERP, { offsetMs, errorMs: 0 });
  await reads.readClock(asked(OKX_PERP, null));
  await reads.readClock(asked(OKX_PERP, "1"));
  expect(reads.clockSamples(OKX_PERP).map(({ offsetMs }) => offsetMs)).toEqual([2, 3, 3]);
  expect(reads.clockSamples(BINANCE_UM)).toEqual([]);
});

test("what no hedge explains adds up over the venues, until they agree with our books", () => {
  const reads = new VenueReads(clock);
  const beside = (venue: VenueId, ours: string, theirs: string) => [
    { venue, instrument: BTC, ours: quantity(ours), theirs: quantity(theirs), says: "" },
  ];
  reads.noteStrange(BINANCE_UM, beside(BINANCE_UM, "0.02", "0"));
  reads.noteStrange(OKX_PERP, beside(OKX_PERP, "-0.02", "-0.05"));
  expect(format(reads.unattributed().get(BTC) ?? quantity("0"))).toBe("-0.05");
  reads.noteStrange(BINANCE_UM, []);
  expect(format(reads.unattributed().get(BTC) ?? quantity("0"))).toBe("-0.03");
  reads.noteStrange(OKX_PERP, []);
  expect(reads.unattributed().size).toBe(0);
});
