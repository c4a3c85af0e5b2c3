import { describe, expect, test } from "vitest";
import {
  NOW,
  aBook,
  aHedge,
  aListing,
  aStandingHedge,
  anIntent,
  anOkxListing,
  filled,
  someSettings,
} from "../../../test/kit.ts";
import { bps, format, usdt } from "#domain/decimal.ts";
import { HOUR, after } from "#domain/time.ts";
import { type ExitInput, closingNow, exitReason } from "./exits.ts";

type Touch = readonly [bid: string, ask: string];

function book(listing: ReturnType<typeof aListing>, [bid, ask]: Touch, size = "1") {
  return aBook(listing, { bids: [[bid, size]], asks: [[ask, size]] });
}

/** 0.02 bought at 60000 and sold at 60186: 3.72 in cash, less 1.20186 of fees. */
const input = (long: Touch, short: Touch, given: Partial<ExitInput> = {}): ExitInput => ({
  hedge: aStandingHedge(),
  long: book(aListing(), long),
  short: book(anOkxListing(), short),
  takerLong: bps("5"),
  takerShort: bps("5"),
  cash: usdt("2.51814"),
  nextFundingBps: bps("0"),
  settings: someSettings(),
  now: NOW,
  ...given,
});

/** The gap as it was sold: closing now loses 24 bps. */
const same: readonly [Touch, Touch] = [
  ["60000", "60000.1"],
  ["60185.9", "60186"],
];

describe("closing now", () => {
  test("leaves what the worked example leaves, without its funding", () => {
    const left = closingNow(input(["60300", "60300.1"], ["60317.9", "60318"]));
    expect([left && format(left.net), left && format(left.netBps)]).toEqual(["0.95196", "7.933"]);
  });

  test.each([
    { when: "a book cannot fill it", given: { long: book(aListing(), ["60300", "60300.1"], "0.019") } },
    { when: "a book is old", given: { now: after(NOW, 2_000) } },
    { when: "nothing is open", given: { hedge: aHedge(anIntent()) } },
  ])("is unknown when $when", ({ given }) => {
    expect(closingNow(input(...same, given))).toBeNull();
  });
});

describe("the first reason to leave", () => {
  test.each<{ when: string; long: Touch; short: Touch; given?: Partial<ExitInput>; reason: string | null }>([
    { when: "nothing has changed", long: same[0], short: same[1], reason: null },
    {
      when: "closing leaves what is wanted",
      long: ["60300", "60300.1"],
      short: ["60317.9", "60318"],
      reason: "target",
    },
    {
      when: "it leaves exactly that",
      long: ["60300", "60300.1"],
      short: ["60317.9", "60318"],
      given: { settings: someSettings({ exitTargetBps: bps("7.933") }) },
      reason: "target",
    },
    {
      when: "it leaves a little less",
      long: ["60300", "60300.1"],
      short: ["60317.9", "60318"],
      given: { settings: someSettings({ exitTargetBps: bps("7.933000000001") }) },
      reason: null,
    },
    {
      when: "it has been held too long",
      long: same[0],
      short: same[1],
      given: { settings: someSettings({ maxHoldMs: HOUR, bookMaxAgeMs: 2 * HOUR }), now: after(NOW, HOUR) },
      reason: "time_stop",
    },
    {
      when: "it has been held a moment less",
      long: same[0],
      short: same[1],
      given: { settings: someSettings({ maxHoldMs: HOUR, bookMaxAgeMs: 2 * HOUR }), now: after(NOW, HOUR - 1) },
      reason: null,
    },
    {
      when: "time is up although no book can be believed",
      long: same[0],
      short: same[1],
      given: { settings: someSettings({ maxHoldMs: HOUR }), now: after(NOW, HOUR) },
      reason: "time_stop",
    },
    {
      when: "the gap has widened by the stop",
      long: ["60000", "60000.1"],
      short: ["60799.9", "60800"],
      reason: "adverse_basis",
    },
    { when: "the gap has widened by less", long: ["60000", "60000.1"], short: ["60779.9", "60780"], reason: null },
    {
      when: "the next stamp costs more than leaving",
      long: same[0],
      short: same[1],
      given: { nextFundingBps: bps("-30") },
      reason: "funding_flip",
    },
    {
      when: "the next stamp costs less than leaving",
      long: same[0],
      short: same[1],
      given: { nextFundingBps: bps("-5") },
      reason: null,
    },
    {
      when: "the next stamp is received",
      long: same[0],
      short: same[1],
      given: { nextFundingBps: bps("30") },
      reason: null,
    },
  ])("when $when: $reason", ({ long, short, given, reason }) => {
    expect(exitReason(input(long, short, given))).toBe(reason);
  });

  test("a target comes before a time stop: it is the better word for the same act", () => {
    const late = { settings: someSettings({ maxHoldMs: 0 }) };
    expect(exitReason(input(["60300", "60300.1"], ["60317.9", "60318"], late))).toBe("target");
  });

  test("a hedge that was filled in part is closed at its own size", () => {
    const intent = anIntent();
    const half = { quantity: (intent.quantity / 2n) as typeof intent.quantity };
    const hedge = aHedge(intent, filled(intent.long, half), filled(intent.short, half));
    const left = closingNow(input(...same, { hedge, cash: usdt("0") }));
    // 0.01 sold at 60000 and bought at 60186, both with 5 bps: 600 − 601.86 − 0.3 − 0.30093.
    expect(left && format(left.net)).toBe("-2.46093");
  });
});
