import { describe, expect, test } from "vitest";
import { bps, price, usdt } from "#domain/decimal.ts";
import type { Hedge } from "#domain/hedge.ts";
import { liveOrders } from "#domain/hedge-machine.ts";
import { type VenueId, BINANCE_UM, OKX_PERP, hedgeId } from "#domain/ids.ts";
import { intend } from "#trading/hedge/intent.ts";
import { type Stage, stage } from "../contract/stage.ts";
import { BTC, turn } from "../kit.ts";
import { TURNED, WIDE } from "../still-market.ts";

const VENUES = [BINANCE_UM, OKX_PERP] as const;
const STAYS = { exitTargetBps: bps("1000"), stopBps: bps("1000"), unknownHoldMs: 600_000 };
/** What each venue's timer is set for, and how often. */
const PACE = { [BINANCE_UM]: { timer: 120_000, every: 30_000 }, [OKX_PERP]: { timer: 30_000, every: 10_000 } };
const paceOf = (venue: VenueId): { timer: number; every: number } => PACE[venue] ?? { timer: 0, every: 0 };
const indexOf = (venue: VenueId): 0 | 1 => (venue === BINANCE_UM ? 0 : 1);

interface Set extends Stage {
  /** Settings of the cancel timer that reached the wire, by venue and what it was set for, in order. */
  readonly timers: { readonly venue: VenueId; readonly ms: number; readonly at: number }[];
}

/** A stage on which the hedge is long at that venue. */
async function set(venue: VenueId): Promise<Set> {
  const timers: Set["timers"] = [];
  const overhear = (text: string): void => {
    const at = given?.clock.now() ?? 0;
    const binance = /countdownCancelAll.*countdownTime=(\d+)/s.exec(text);
    if (binance) timers.push({ venue: BINANCE_UM, ms: Number(binance[1]), at });
    const okx = /cancel-all-after.*"timeOut":"(\d+)"/s.exec(text);
    if (okx) timers.push({ venue: OKX_PERP, ms: Number(okx[1]) * 1_000, at });
  };
  let given: Stage | null = null;
  given = await stage({ market: venue === BINANCE_UM ? WIDE : TURNED, settings: STAYS, overhear });
  return { ...given, timers };
}

/** A hedge whose long leg rests below the market until it is cancelled. */
function rest({ engine, clock }: Stage): Hedge {
  const offers = engine.pricing.directions(BTC).map((direction) => engine.pricing.evaluate(direction, usdt("1500")));
  const [trade] = offers.flatMap((offer) => (offer.verdict === "viable" ? [offer.trade] : []));
  if (!trade) throw new Error("nothing pays");
  const id = hedgeId("psseed0001resting001");
  const intent = intend({ id, trade, opportunity: null, leverage: 1, asker: "automation", now: clock.now() });
  const long = { ...intent.long, timeInForce: "gtc", limitPrice: price("59000") } as const;
  void engine.rooms.executor.open({ ...intent, long });
  return engine.rooms.executor.find(id) as Hedge;
}

const causes = ({ engine }: Stage): readonly string[] => {
  const { state } = engine.rooms.controller;
  return state.mode === "HOLD" ? state.causes.flatMap(({ code, clearedAt }) => (clearedAt === null ? [code] : [])) : [];
};
const reading = ({ engine }: Stage, venue: VenueId) => engine.deadMen[indexOf(venue)]?.reading();
const resting = ({ simulated }: Stage, venue: VenueId): number =>
  simulated.exchanges[indexOf(venue)].openOrders().length;

async function until({ clock, pass }: Stage, met: () => boolean, withinMs: number): Promise<number> {
  const from = clock.now();
  while (!met() && clock.now() - from < withinMs) await pass(50);
  expect([met(), clock.now() - from]).toEqual([true, expect.any(Number)]);
  return clock.now() - from;
}

describe("G13: the cancel timer of a venue", () => {
  test.each(VENUES)("is armed within a second of the first resting order, and refreshed (%s)", async (venue) => {
    const here = await set(venue);
    const since = here.clock.now();
    rest(here);
    await until(here, () => resting(here, venue) === 1, 1_000);
    await until(here, () => (reading(here, venue)?.armedUntil ?? 0) > 0, 1_000);
    const { timer, every } = paceOf(venue);
    const mine = () => here.timers.filter((each) => each.venue === venue);
    expect([mine()[0]?.ms, (mine()[0]?.at ?? Infinity) - since < 1_000]).toEqual([timer, true]);
    await here.pass(4 * every + 2_000);
    expect([mine().map(({ ms }) => ms), resting(here, venue)]).toEqual([Array(5).fill(timer), 1]);
    expect(causes(here)).not.toContain("deadman");
  });

  test("costs no call where every order is filled at once", async () => {
    const here = await set(BINANCE_UM);
    const ask = { symbol: "BTCUSDT", min_spread: 2.5, notion_usdt: 1500, leverage: 1 };
    expect((await here.ask("POST", "/api/arb/execute", ask)).status).toBe(200);
    await here.pass(60_000);
    expect(here.timers).toEqual([]);
  });

  test.each(VENUES)("is taken back when none of ours may rest, and not before (%s)", async (venue) => {
    const here = await set(venue);
    const hedge = rest(here);
    const { every } = paceOf(venue);
    await here.pass(every + 2_000);
    expect(here.timers.some(({ ms }) => ms === 0)).toBe(false);
    await turn(here.clock, here.engine.rooms.world.venues[indexOf(venue)].trading.cancel(hedge.intent.long));
    await until(here, () => here.timers.some((each) => each.venue === venue && each.ms === 0), every + 1_000);
    await here.pass(1_000);
    expect([reading(here, venue), causes(here).includes("deadman")]).toMatchObject([
      { covers: 0, armedUntil: null },
      false,
    ]);
  });

  test.each(VENUES)("when we fall silent no order rests after it and 5 s (%s)", async (venue) => {
    const here = await set(venue);
    rest(here);
    await until(here, () => (reading(here, venue)?.armedUntil ?? 0) > 0, 1_000);
    // A process that is gone: nothing of it runs any more, and nothing is said to the venue.
    await Promise.all(here.engine.deadMen.map((deadMan) => deadMan.stop(false)));
    here.engine.rooms.executor.close();
    await here.pass(paceOf(venue).timer - 2_000);
    expect(resting(here, venue)).toBe(1);
    await here.pass(7_000);
    expect(resting(here, venue)).toBe(0);
  });

  test.each(VENUES)(
    "row 86: refreshes that fail twice hold within 5 s, and the cause ends with the next that does not (%s)",
    async (venue) => {
      const here = await set(venue);
      rest(here);
      await until(here, () => (reading(here, venue)?.armedUntil ?? 0) > 0, 1_000);
      for (let miss = 0; miss < 3; miss += 1) here.simulated.misfortune.next(venue, "deadman.fail");
      await until(here, () => reading(here, venue)?.misses === 1, paceOf(venue).every + 1_000);
      expect(causes(here)).not.toContain("deadman");
      const took = await until(here, () => causes(here).includes("deadman"), 5_000);
      expect(took).toBeLessThan(5_000);
      await until(here, () => reading(here, venue)?.misses === 0, 5_000);
      await until(here, () => !causes(here).includes("deadman"), 61_000);
      expect(resting(here, venue)).toBe(1);
    },
  );

  test.each(VENUES)("one that could never be set is over as soon as nothing rests behind it (%s)", async (venue) => {
    const here = await set(venue);
    for (let miss = 0; miss < 20; miss += 1) here.simulated.misfortune.next(venue, "deadman.fail");
    const hedge = rest(here);
    await until(here, () => causes(here).includes("deadman"), 5_000);
    expect(reading(here, venue)).toMatchObject({ covers: 1, armedUntil: null, bareSince: expect.any(Number) });
    await turn(here.clock, here.engine.rooms.world.venues[indexOf(venue)].trading.cancel(hedge.intent.long));
    await until(here, () => reading(here, venue)?.covers === 0, 5_000);
    expect(reading(here, venue)).toMatchObject({ misses: 0, bareSince: null });
    await until(here, () => !causes(here).includes("deadman"), 61_000);
  });

  test.each(VENUES)(
    "row 87: it fires while we live: seen as a cancel, HOLD, armed again for what rests next (%s)",
    async (venue) => {
      const here = await set(venue);
      const { intent } = rest(here);
      await until(here, () => (reading(here, venue)?.armedUntil ?? 0) > 0, 1_000);
      here.simulated.misfortune.next(venue, "deadman.fire");
      await until(here, () => causes(here).includes("deadman"), 2_000);
      const { state } = here.engine.rooms.controller;
      const says = state.mode === "HOLD" ? state.causes.find(({ code }) => code === "deadman")?.says : "";
      expect(says).toContain(intent.long.id);
      await here.pass(5_000);
      const hedge = here.engine.rooms.executor.find(intent.id);
      expect(hedge && liveOrders(hedge)).toEqual([]);
      expect(here.simulated.exchanges.map((exchange) => exchange.truth().positions.get(BTC) ?? 0n)).toEqual([0n, 0n]);
    },
  );

  test.each(VENUES)("M15: after a reconnect it is set again at once (%s)", async (venue) => {
    const here = await set(venue);
    rest(here);
    await until(here, () => (reading(here, venue)?.armedUntil ?? 0) > 0, 1_000);
    await here.pass(2_000);
    const before = here.timers.length;
    here.simulated.misfortune.next(venue, "close_private");
    await here.pass(3_000);
    expect(here.timers.slice(before)).toMatchObject([{ venue, ms: paceOf(venue).timer }]);
  });

  test.each(VENUES)(
    "a clean stop cancels what rests, sees it gone, and only then takes the timer back (%s)",
    async (venue) => {
      const here = await set(venue);
      rest(here);
      await until(here, () => (reading(here, venue)?.armedUntil ?? 0) > 0, 1_000);
      await turn(here.clock, here.engine.stop());
      expect([resting(here, venue), here.timers.filter((each) => each.venue === venue).at(-1)?.ms]).toEqual([0, 0]);
    },
  );

  test("a clean stop at a venue that does not answer leaves the timer where it is", async () => {
    const here = await set(OKX_PERP);
    rest(here);
    await until(here, () => (reading(here, OKX_PERP)?.armedUntil ?? 0) > 0, 1_000);
    here.simulated.misfortune.next(OKX_PERP, "down", { ms: 8_000 });
    await here.pass(1);
    await turn(here.clock, here.engine.stop());
    expect(here.timers.some(({ venue, ms }) => venue === OKX_PERP && ms === 0)).toBe(false);
    await here.pass(31_000);
    expect(resting(here, OKX_PERP)).toBe(0);
  });
});
