import { describe, expect, test } from "vitest";
import { SeededChance } from "#adapters/host/chance.ts";
import type { FaultVerb } from "#adapters/simulator/fault-verbs.ts";
import type { Listing } from "#adapters/simulator/listing.ts";
import { BINANCE_LISTINGS, OKX_LISTINGS } from "#adapters/simulator/listings.ts";
import { Witness } from "#app/simulate/witness.ts";
import { type Usdt, add, bps, format, greatest, notional, price, usdt } from "#domain/decimal.ts";
import { BINANCE_UM, OKX_PERP, instrumentId } from "#domain/ids.ts";
import type { Limits } from "#domain/settings.ts";
import { turn } from "../kit.ts";
import { type Stage, stage } from "../contract/stage.ts";

const REQUESTS = 50;
const BASES = Array.from({ length: 20 }, (_, index) => `C${String.fromCharCode(65 + index)}N`);
/** What every hedge is bought at. */
const ASK = price("60000");
const NOTHING = usdt("0");

const copies = (like: Listing | undefined): readonly Listing[] => {
  if (!like) throw new Error("no listing to copy");
  return BASES.map((base) => ({ ...like, base, instrument: instrumentId(`${base}-USDT-PERP`) }));
};

/** The most there ever was at the venues, looked at whenever an order of ours arrived or was filled. */
interface Peak {
  hedges: number;
  total: Usdt;
  symbol: Usdt;
  orders: number;
}

function watchPeak({ simulated: { exchanges } }: Stage): Peak {
  const peak: Peak = { hedges: 0, total: NOTHING, symbol: NOTHING, orders: 0 };
  const look = (): void => {
    const bySymbol = new Map<string, Usdt>();
    let hedges = 0;
    for (const [id, seen] of witness.hedges) {
      const first = witness.orders.get(`${id}l1`)?.order ?? witness.orders.get(`${id}s1`)?.order;
      // Whatever of it stands or may still be filled counts as the whole.
      if (!first || !witness.alive(seen)) continue;
      hedges += 1;
      const worth = notional(ASK, first.quantity);
      bySymbol.set(first.instrument, add(bySymbol.get(first.instrument) ?? NOTHING, worth));
    }
    peak.hedges = Math.max(peak.hedges, hedges);
    peak.total = greatest(peak.total, [...bySymbol.values()].reduce(add, NOTHING));
    for (const worth of bySymbol.values()) peak.symbol = greatest(peak.symbol, worth);
  };
  const witness = new Witness(exchanges, { arrived: look, traded: look });
  return peak;
}

/** Fifty people ask at once, each for a symbol of their choice, and nobody waits for anybody. */
async function all(limits: Partial<Limits>, seed: number, faults: readonly FaultVerb[] = []) {
  const on = await stage({
    settings: { exitTargetBps: bps("1000"), stopBps: bps("1000"), limits: { maxDelta: usdt("100000"), ...limits } },
    listings: [copies(BINANCE_LISTINGS[0]), copies(OKX_LISTINGS[0])],
  });
  const chance = new SeededChance(`parallel/${seed}`);
  const peak = watchPeak(on);
  for (const [index, verb] of faults.entries()) {
    for (const venue of [BINANCE_UM, OKX_PERP])
      if (index === 0 || chance.happens(0.6))
        on.simulated.misfortune.next(
          venue,
          verb,
          { executed: chance.happens(0.5) },
          index === 0 ? 1 : 1 + chance.integer(6),
        );
  }
  const answers = Array.from({ length: REQUESTS }, () => {
    const payload = {
      symbol: `${BASES[chance.integer(BASES.length)]}USDT`,
      min_spread: 2.5,
      notion_usdt: 1500,
      leverage: 1,
    };
    return on.api.inject({ method: "POST", url: "/api/arb/execute", payload });
  });
  const answered = await turn(on.clock, Promise.all(answers));
  await on.pass(40_000);
  peak.orders = on.simulated.exchanges.reduce((sum, exchange) => sum + exchange.truth().receipts.length, 0);
  const codes = new Set(
    answered.map(({ statusCode, body }) => `${statusCode} ${(JSON.parse(body) as { code?: string }).code ?? ""}`),
  );
  return { on, peak, codes, done: answered.filter(({ statusCode }) => statusCode === 200).length };
}

describe("fifty executes at once never hold more than a limit, by the venues' own word, and hold all that it allows", () => {
  test.each<[string, Partial<Limits>, Partial<Record<keyof Peak, number | string>>, string]>([
    ["hedges", { maxOpenPositions: 5 }, { hedges: 5 }, "too_many_open_positions"],
    [
      "the total",
      { maxOpenPositions: 50, maxTotalNotional: usdt("10499") },
      { total: "9000", hedges: 6 },
      "total_notional_limit_exceeded",
    ],
    [
      "one symbol",
      { maxOpenPositions: 50, maxPosition: usdt("1499") },
      { hedges: 0, orders: 0 },
      "symbol_limit_exceeded",
    ],
    [
      "orders in a minute",
      { maxOpenPositions: 50, placePerMin: 9 },
      { orders: 8, hedges: 4 },
      "order_rate_limit_exceeded",
    ],
  ])("%s", async (_what, limits, expected, code) => {
    const { peak, codes, done } = await all(limits, 1);
    expect({ ...peak, total: format(peak.total) }).toMatchObject(expected);
    expect([done, codes.has(`400 ${code}`)]).toEqual([peak.hedges, true]);
  });

  const FAULTS: readonly FaultVerb[] = [
    "exec_drop_resp",
    "drop_req",
    "unknown",
    "timed_out",
    "place.reject",
    "partial",
  ];
  test.each(Array.from({ length: 8 }, (_, seed) => seed))("whatever goes wrong with them (seed %i)", async (seed) => {
    const chance = new SeededChance(`caps/${seed}`);
    const hedges = 1 + chance.integer(8);
    const total = 1_600 + chance.integer(12_000);
    const { peak, on } = await all({ maxOpenPositions: hedges, maxTotalNotional: usdt(`${total}`) }, seed, FAULTS);
    expect(on.simulated.misfortune.fired.length).toBeGreaterThan(0);
    expect(peak.hedges).toBeGreaterThan(0);
    expect(peak.hedges).toBeLessThanOrEqual(hedges);
    expect(peak.total <= usdt(`${total}`)).toBe(true);
    expect(peak.symbol <= usdt(`${total}`)).toBe(true);
  });
});
