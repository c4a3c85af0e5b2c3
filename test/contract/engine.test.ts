import { describe, expect, test } from "vitest";
import type { FaultArgs, FaultVerb } from "#adapters/simulator/fault-verbs.ts";
import { type Fixed, type Usdt, NO_QUANTITY, add, bps, format, subtract, usdt } from "#domain/decimal.ts";
import type { LedgerEntry } from "#domain/entry.ts";
import { stateOf } from "#domain/hedge-machine.ts";
import { type VenueId, BINANCE_UM, OKX_PERP } from "#domain/ids.ts";
import { after } from "#domain/time.ts";
import { warmUp } from "#trading/engine/warm-up.ts";
import { BTC } from "../kit.ts";
import { EVEN, WIDE } from "../still-market.ts";
import { type Stage, stage } from "./stage.ts";

const EXECUTE = { symbol: "BTCUSDT", min_spread: 2.5, notion_usdt: 1500, leverage: 1 };
const VENUES = [BINANCE_UM, OKX_PERP] as const;
const DEPOSIT = usdt("100000");

const venuePositions = ({ simulated }: Stage): bigint[] =>
  simulated.exchanges.map((exchange) => exchange.truth().positions.get(BTC) ?? NO_QUANTITY);

function sums(entries: Iterable<LedgerEntry>): Map<string, bigint> {
  const balances = new Map<string, bigint>();
  for (const { postings } of entries) {
    for (const { account, asset, amount } of postings)
      balances.set(`${account} ${asset}`, (balances.get(`${account} ${asset}`) ?? 0n) + amount);
  }
  return balances;
}

/** What must hold of our books and the venues' whenever everything has come to rest. */
function expectAccounted(given: Stage): void {
  const entries = [...given.ledger.posted.values()];
  for (const entry of entries)
    expect(
      [...sums([entry]).entries()].reduce((total, [key, amount]) => total + (key.endsWith("USDT") ? amount : 0n), 0n),
    ).toBe(0n);
  const balances = sums(entries);
  for (const [index, venue] of VENUES.entries()) {
    expect([venue, balances.get(`venue:${venue}:position ${BTC}`) ?? 0n]).toEqual([
      venue,
      venuePositions(given)[index],
    ]);
  }
  // No order ever reached a venue that the journal does not know.
  const written = given.engine.rooms.executor.hedges().flatMap(({ orders }) => orders.map(({ request }) => request.id));
  for (const exchange of given.simulated.exchanges) {
    for (const { clientOrderId } of exchange.truth().receipts) expect(written).toContain(clientOrderId);
  }
}

test("warming up goes the whole way to signed orders, and nothing of it is sent, counted or kept", async () => {
  const given = await stage({ market: EVEN, settings: { autoLoop: true } });
  const before = given.engine.rooms.skipped.totals();
  expect(warmUp(given.engine.rooms, given.engine.pricing, 5)).toBe(10);
  await given.pass(100);
  expect(given.simulated.exchanges.flatMap((exchange) => exchange.truth().receipts)).toEqual([]);
  expect(given.engine.rooms.executor.hedges()).toEqual([]);
  expect(given.engine.rooms.candidates.current(given.clock.now())).toEqual([]);
  expect(given.engine.rooms.skipped.totals().map(({ reason }) => reason)).toEqual(before.map(({ reason }) => reason));
});

describe("the loop on its own", () => {
  test("opens on a gap that pays, leaves when it has come home, and its money is the venues' money", async () => {
    const given = await stage({ market: EVEN, settings: { autoLoop: true } });
    given.market.show(WIDE);
    await given.pass(500);
    const [hedge] = given.engine.rooms.executor.hedges();
    expect(hedge && stateOf(hedge)).toBe("hedged");
    given.market.show(EVEN);
    await given.pass(2_000);
    const [closed] = given.engine.rooms.executor.hedges();
    expect([closed && stateOf(closed), closed?.exit?.reason]).toEqual(["closed", "target"]);
    expectAccounted(given);
    const moved = given.simulated.exchanges.reduce(
      (total, exchange) => add(total, subtract(exchange.truth().wallet, DEPOSIT)),
      usdt("0"),
    );
    expect(format(given.engine.results.total() ?? usdt("-1"))).toBe(format(moved));
    expect(moved > 0n).toBe(true);
  });

  test("opens nothing in HOLD, and says why", async () => {
    const given = await stage({ settings: { autoLoop: true }, control: { mode: "HOLD" } });
    await given.pass(1_000);
    expect(given.engine.rooms.executor.hedges()).toEqual([]);
    expect(given.engine.rooms.skipped.totals().map(({ reason }) => reason)).toContain("hold_active");
  });

  test("opens nothing while the loop is off", async () => {
    const given = await stage();
    await given.pass(1_000);
    expect(given.simulated.exchanges.map((exchange) => exchange.truth().receipts.length)).toEqual([0, 0]);
  });

  test("books funding as the venues settled it, to the hedge that held the position", async () => {
    const given = await stage({ settings: { exitTargetBps: bps("1000"), fundingHorizonMs: 60_000, avoidWindowMs: 0 } });
    await given.ask("POST", "/api/arb/execute", EXECUTE);
    given.market.fund(0, "1", after(given.clock.now(), 5_000));
    given.market.fund(1, "1.5", after(given.clock.now(), 5_000));
    await given.pass(20_000);
    const { body } = await given.ask("GET", "/api/ui/positions");
    const [position] = body.positions;
    const settled = given.simulated.exchanges.reduce(
      (total, exchange) =>
        exchange
          .truth()
          .incomes.filter(({ kind }) => kind === "funding")
          .reduce((sum, { amount }) => add(sum, amount), total),
      0n as Usdt,
    );
    expect(settled).not.toBe(0n);
    expect(position.pnl.funding).toBe(Number(format(settled)));
    expectAccounted(given);
  });
});

describe("whatever goes wrong with one order, the legs come together or apart, and every byte is accounted for", () => {
  const FAULTS: readonly (readonly [FaultVerb, FaultArgs])[] = [
    ["place.reject", {}],
    ["drop_req", {}],
    ["exec_drop_resp", {}],
    ["unknown", { executed: true }],
    ["unknown", { executed: false }],
    ["timed_out", { executed: true }],
    ["timed_out", { executed: false }],
    ["unavailable", {}],
    ["throttled", {}],
    ["delay_resp", { ms: 3_000 }],
    ["stream_first", {}],
    ["partial", { thousandths: 400 }],
    ["no_liquidity", {}],
    ["malformed_answer", {}],
    ["ws_drop", {}],
    ["ws_dup", {}],
    ["ws_reorder", {}],
    ["visible_after", { ms: 3_000 }],
  ];
  const rows = FAULTS.flatMap(([verb, args]) => VENUES.map((venue) => ({ verb, args, venue })));

  test.each<{ verb: FaultVerb; args: FaultArgs; venue: VenueId }>(rows)(
    "$verb $args on $venue",
    async ({ verb, args, venue }) => {
      const given = await stage({ settings: { exitTargetBps: bps("1000") } });
      given.simulated.misfortune.next(venue, verb, args);
      const { status } = await given.ask("POST", "/api/arb/execute", EXECUTE);
      await given.pass(45_000);
      expect(given.simulated.misfortune.fired.map((fault) => fault.verb)).toEqual([verb]);
      const [long = 0n, short = 0n] = venuePositions(given);
      const [hedge] = given.engine.rooms.executor.hedges();
      const state = hedge && stateOf(hedge);
      expect([format((long + short) as Fixed<string>), ["hedged", "closed", "aborted"].includes(state ?? "")]).toEqual([
        "0",
        true,
      ]);
      // A yes stands; a no leaves nothing behind, unless it was said before the end was known.
      if (status === 200) expect(["hedged", "closed"]).toContain(state);
      expectAccounted(given);
      // Never two orders for one leg's first attempt: what is unknown is asked about, not sent again.
      for (const exchange of given.simulated.exchanges) {
        const names = exchange.truth().receipts.map(({ clientOrderId }) => clientOrderId);
        expect(new Set(names).size).toBe(names.length);
      }
    },
  );
});

describe("a gate that closes in between", () => {
  test("HOLD while an execute is being asked for lets both legs out or none", async () => {
    for (let ms = 0; ms < 40; ms += 2) {
      const given = await stage({ settings: { exitTargetBps: bps("1000") } });
      given.clock.after(ms, () => given.engine.rooms.controller.hold("operator", "a race"));
      await given.ask("POST", "/api/arb/execute", { ...EXECUTE, leverage: 2 });
      await given.pass(10_000);
      const [long = 0n, short = 0n] = venuePositions(given);
      expect([ms, format((long + short) as Fixed<string>)]).toEqual([ms, "0"]);
    }
  });
});
