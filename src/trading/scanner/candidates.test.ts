import { describe, expect, test } from "vitest";
import { BTC, NOW, someSettings } from "../../../test/kit.ts";
import { bps, price, quantity, usdt } from "#domain/decimal.ts";
import { BINANCE_UM, OKX_PERP, type VenueId, opportunityId } from "#domain/ids.ts";
import { after } from "#domain/time.ts";
import { Candidates } from "./candidates.ts";
import type { QuotedTrade } from "./evaluate.ts";

const TTL = someSettings().opportunityTtlMs;

function candidates(): Candidates {
  let count = 0;
  return new Candidates(
    () => opportunityId(`otest${(count += 1)}`),
    () => TTL,
  );
}

function trade(
  allIn: string,
  seconds = 0,
  [long, short]: readonly [VenueId, VenueId] = [BINANCE_UM, OKX_PERP],
): QuotedTrade {
  const leg = (venue: VenueId) => ({
    venue,
    touch: price("60000"),
    notional: usdt("1200"),
    limit: price("60000"),
    fee: usdt("0.6"),
    bookAt: NOW,
    bookSequence: 1,
  });
  const zero = bps("0");
  return {
    instrument: BTC,
    quantity: quantity("0.02"),
    lot: quantity("0.001"),
    long: leg(long),
    short: leg(short),
    spread: price("186"),
    spreadBps: bps("31"),
    edge: { grossBps: zero, feesBps: zero, exitBps: zero, fundingBps: zero, slippageBps: zero, allInBps: bps(allIn) },
    estimatedPnl: usdt("1"),
    at: after(NOW, seconds * 1_000),
  };
}
const at = (seconds: number): typeof NOW => after(NOW, seconds * 1_000);

describe("an opportunity's id", () => {
  test("lives while its trade pays, and keeps the edge it was issued with", () => {
    const all = candidates();
    const first = all.see(trade("8"));
    const second = all.see(trade("9", 60));
    expect([second.opportunity.id, second.firstSeen, second.lastSeen]).toEqual([first.opportunity.id, NOW, at(60)]);
    expect([second.issuedEdge, second.opportunity.edge.allInBps]).toEqual([bps("8"), bps("9")]);
  });

  test("is found for a while after it faded, and the next one is another", () => {
    const all = candidates();
    const { opportunity } = all.see(trade("8"));
    all.fade(trade("0"));
    expect(all.current(at(1))).toEqual([]);
    expect(all.find(opportunity.id, at(30))?.opportunity.id).toBe(opportunity.id);
    expect(all.find(opportunity.id, at(30.001))).toBeNull();
    expect(all.see(trade("8", 31)).opportunity.id).not.toBe(opportunity.id);
  });

  test("that nobody has seen for too long is no longer current either", () => {
    const all = candidates();
    all.see(trade("8"));
    expect([all.current(at(30)).length, all.current(at(31)).length]).toEqual([1, 0]);
    expect(all.best(at(31))).toBeNull();
  });

  test("is taken exactly once", () => {
    const all = candidates();
    const { opportunity } = all.see(trade("8"));
    expect([all.take(opportunity.id), all.take(opportunity.id), all.take(opportunityId("onever"))]).toEqual([
      true,
      false,
      false,
    ]);
    expect(all.find(opportunity.id, at(1))?.taken).toBe(true);
    expect([all.current(at(1)), all.best(at(1))]).toEqual([[], null]);
  });

  test("that was taken is not the next trade's", () => {
    const all = candidates();
    const { opportunity } = all.see(trade("8"));
    all.take(opportunity.id);
    const next = all.see(trade("8", 1));
    expect(next.opportunity.id).not.toBe(opportunity.id);
    expect(all.take(next.opportunity.id)).toBe(true);
    expect(all.take(opportunity.id)).toBe(false);
  });
});

test("both directions stand side by side, best first", () => {
  const all = candidates();
  all.see(trade("3"));
  all.see(trade("5", 0, [OKX_PERP, BINANCE_UM]));
  expect(all.current(NOW).map(({ opportunity }) => opportunity.edge.allInBps)).toEqual([bps("5"), bps("3")]);
  expect(all.best(NOW)?.opportunity.long.venue).toBe(OKX_PERP);
});

test("when nothing pays now, the latest that may still be confirmed is the best", () => {
  const all = candidates();
  all.see(trade("3"));
  all.see(trade("2", 5, [OKX_PERP, BINANCE_UM]));
  all.fade(trade("0"));
  all.fade(trade("0", 0, [OKX_PERP, BINANCE_UM]));
  expect(all.best(at(6))?.opportunity.long.venue).toBe(OKX_PERP);
});

test("a candidate that ends says how good it was, and why it was passed over", () => {
  const all = candidates();
  all.see(trade("3", 0));
  all.passOver(all.see(trade("9", 1)), "hold_active");
  all.see(trade("4", 2));
  expect(all.fade(trade("0"))).toMatchObject({ bestEdge: bps("9"), passedOver: "hold_active", taken: false });
  expect(all.fade(trade("0"))).toBeNull();
});
