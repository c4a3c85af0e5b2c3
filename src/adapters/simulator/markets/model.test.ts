import { describe, expect, test } from "vitest";
import { SeededChance } from "#adapters/host/chance.ts";
import { VirtualClock } from "#adapters/host/virtual-clock.ts";
import { after } from "#domain/time.ts";
import { NOW } from "../../../../test/kit.ts";
import type { Liquidity, MarketBest, MarketDepth, MarketDepthChange } from "../liquidity.ts";
import { BINANCE_LISTINGS, OKX_LISTINGS } from "../listings.ts";
import { CALIBRATED, ModelMarket } from "./model.ts";

interface Heard {
  readonly venue: number;
  readonly kind: string;
  readonly told: unknown;
}

function ear(venue: number, heard: Heard[]): Liquidity {
  const note =
    (kind: string) =>
    (_instrument: unknown, told: unknown): void =>
      void heard.push({ venue, kind, told });
  return {
    snapshot: note("snapshot"),
    change: note("change"),
    best: note("best"),
    trade: note("trade"),
    mark: note("mark"),
    funding: note("funding"),
  };
}

async function run(seed: number, ms: number): Promise<Heard[]> {
  const clock = new VirtualClock(NOW);
  const heard: Heard[] = [];
  const [first, second] = [BINANCE_LISTINGS[0], OKX_LISTINGS[0]];
  if (!first || !second) throw new Error("no listings");
  const market = new ModelMarket([{ startPrice: 60_000, listings: [first, second] }], [ear(0, heard), ear(1, heard)], {
    clock,
    chance: new SeededChance(seed),
    shape: CALIBRATED,
  });
  market.start();
  await clock.runUntil(after(clock.now(), ms));
  market.stop();
  return heard;
}

const told = <T>(heard: readonly Heard[], venue: number, ...kinds: string[]): T[] =>
  heard.filter((each) => each.venue === venue && kinds.includes(each.kind)).map((each) => each.told as T);

describe("the model market", () => {
  test("is the same market for the same seed, and another for another", async () => {
    const [one, again, other] = [await run(42, 2_000), await run(42, 2_000), await run(43, 2_000)];
    expect(again).toEqual(one);
    expect(other).not.toEqual(one);
    expect(one.length).toBeGreaterThan(400);
  });

  test("begins with a book, a mark and a funding rate on both venues", async () => {
    const heard = await run(42, 0);
    for (const venue of [0, 1]) {
      expect(new Set(heard.filter((each) => each.venue === venue).map(({ kind }) => kind))).toEqual(
        new Set(["mark", "funding", "snapshot"]),
      );
    }
  });

  test("numbers its changes without a hole", async () => {
    const heard = await run(7, 5_000);
    for (const venue of [0, 1]) {
      const [snapshot, ...changes] = told<MarketDepth & Partial<MarketDepthChange>>(heard, venue, "snapshot", "change");
      let last = snapshot?.sequence;
      for (const change of changes) {
        expect(change.previousSequence).toBe(last);
        expect(change.sequence).toBeGreaterThanOrEqual(change.firstSequence ?? Infinity);
        last = change.sequence;
      }
      expect(changes.length).toBeGreaterThan(50);
    }
  });

  test("is never crossed on one venue, and stands on the venue's own grid", async () => {
    const heard = await run(11, 5_000);
    for (const [venue, listing] of [BINANCE_LISTINGS[0], OKX_LISTINGS[0]].entries()) {
      const quotes = told<MarketBest>(heard, venue, "best");
      expect(quotes.length).toBeGreaterThan(100);
      for (const { bid, ask } of quotes) {
        expect(bid[0] < ask[0] && bid[1] > 0n && ask[1] > 0n).toBe(true);
        expect([bid[0] % (listing?.tick ?? 1n), ask[1] % (listing?.lot ?? 1n)]).toEqual([0n, 0n]);
      }
    }
  });
});
