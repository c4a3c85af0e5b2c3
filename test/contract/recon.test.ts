import { describe, expect, test } from "vitest";
import type { FaultVerb } from "#adapters/simulator/fault-verbs.ts";
import { NO_QUANTITY, bps, price, quantity, usdt } from "#domain/decimal.ts";
import { stateOf } from "#domain/hedge-machine.ts";
import { type VenueId, BINANCE_UM, OKX_PERP } from "#domain/ids.ts";
import { BTC } from "../kit.ts";
import { type Stage, stage } from "./stage.ts";

const EXECUTE = { symbol: "BTCUSDT", min_spread: 2.5, notion_usdt: 1500, leverage: 1 };
const STAYS = { exitTargetBps: bps("1000"), stopBps: bps("1000") };
const VENUES = [BINANCE_UM, OKX_PERP] as const;
/** What the specification allows from the fault to the HOLD. */
const IN_TIME_MS = 35_000;
const ANOTHER_RUN = "psseed00090000000001l1";

const exchangeOf = ({ simulated }: Stage, venue: VenueId) => simulated.exchanges[venue === BINANCE_UM ? 0 : 1];
const causes = ({ engine }: Stage): readonly string[] => {
  const { state } = engine.rooms.controller;
  return state.mode === "HOLD" ? state.causes.flatMap(({ code, clearedAt }) => (clearedAt === null ? [code] : [])) : [];
};
const standing = ({ engine }: Stage) => engine.reconciler.findings.standing();
const befall = ({ simulated }: Stage, venue: VenueId, verb: FaultVerb, args = {}): void =>
  simulated.misfortune.next(venue, verb, args);
/** The next events of the account are lost on their way. */
const mute = (set: Stage, venue: VenueId, events: number): void => {
  for (let event = 0; event < events; event += 1) befall(set, venue, "ws_drop");
};

/** A small bid far below the market, under any name. */
function rest(set: Stage, venue: VenueId, clientOrderId: string, tag = ""): void {
  exchangeOf(set, venue).place({
    clientOrderId,
    instrument: BTC,
    side: "buy",
    quantity: quantity("0.01"),
    limit: price("50000"),
    bucket: "net",
    timeInForce: "gtc",
    reduceOnly: false,
    form: "limit",
    tag,
  });
}

async function until(set: Stage, met: () => boolean, withinMs = IN_TIME_MS): Promise<number> {
  const from = set.clock.now();
  while (!met() && set.clock.now() - from < withinMs) await set.pass(100);
  expect([met(), set.clock.now() - from <= withinMs]).toEqual([true, true]);
  return set.clock.now() - from;
}

/** Every comparison from now on is clean, and the cause ends. */
async function expectCleared(set: Stage): Promise<void> {
  await until(set, () => standing(set).length === 0 && !causes(set).includes("recon"), 2 * IN_TIME_MS + 60_000);
  expect((await set.ask("GET", "/api/ui/recon/status")).body.verdict).toBe("clean");
}

describe("a planted mismatch is a finding and a HOLD within 35 s, and nothing is corrected in silence", () => {
  test.each(VENUES)("a position nobody told us of (%s)", async (venue) => {
    const set = await stage();
    const exchange = exchangeOf(set, venue);
    exchange.restore(BTC, quantity("0.02"), usdt("1200"));
    await until(set, () => causes(set).includes("recon"));
    const [finding] = standing(set);
    expect(finding).toMatchObject({ venue, kind: "position", instrument: BTC, ours: "0", theirs: "0.02" });
    expect(finding?.says).toContain("adopt_position");
    const since = finding?.since;
    await set.pass(40_000);
    expect(standing(set)).toMatchObject([{ id: finding?.id, since }]);
    expect([exchange.truth().receipts, set.engine.rooms.accounts.position(venue, BTC)]).toEqual([[], NO_QUANTITY]);
    expect((await set.ask("POST", "/api/ui/resume", {})).status).toBe(403);
    exchange.restore(BTC, NO_QUANTITY, usdt("0"));
    await expectCleared(set);
    // What it was worth unhedged is a cause of its own, and is over a minute later.
    await set.pass(61_000);
    expect((await set.ask("POST", "/api/ui/resume", {})).status).toBe(200);
  });

  test.each(VENUES)("row 68: a foreign order holds, is found, and is left alone (%s)", async (venue) => {
    const set = await stage();
    befall(set, venue, "foreign_order");
    await until(set, () => causes(set).includes("foreign_order"), 2_000);
    await until(set, () => standing(set).some(({ kind }) => kind === "foreign_order"));
    await set.pass(60_000);
    const exchange = exchangeOf(set, venue);
    const [order] = exchange.openOrders();
    expect([exchange.openOrders().length, standing(set).map(({ order: id }) => id)]).toEqual([
      1,
      [order?.clientOrderId],
    ]);
    if (order) exchange.cancel(order);
    await until(set, () => standing(set).length === 0);
  });

  test.each(VENUES)("a foreign order that no stream told of (%s)", async (venue) => {
    const set = await stage();
    mute(set, venue, 2);
    befall(set, venue, "foreign_order");
    await until(set, () => causes(set).includes("foreign_order"));
    expect(exchangeOf(set, venue).openOrders()).toHaveLength(1);
  });

  test.each(VENUES)("an order of another run of this installation: HOLD at once, and taken off (%s)", async (venue) => {
    const set = await stage();
    rest(set, venue, ANOTHER_RUN);
    await until(set, () => causes(set).includes("foreign_order"), 2_000);
    await until(set, () => exchangeOf(set, venue).openOrders().length === 0);
    await set.pass(5_000);
    const { body } = await set.ask("GET", "/api/ui/recon/history?limit=200");
    const seen = body.runs.flatMap(({ findings }: { findings: { order: string }[] }) => findings);
    expect(seen[0]).toMatchObject({ kind: "foreign_order", venue, order: ANOTHER_RUN, symbol: "BTCUSDT" });
  });

  test("an order of another run that no stream told of is found by the comparison", async () => {
    const set = await stage();
    mute(set, OKX_PERP, 2);
    rest(set, OKX_PERP, ANOTHER_RUN);
    await until(set, () => causes(set).includes("foreign_order"));
    await until(set, () => exchangeOf(set, OKX_PERP).openOrders().length === 0);
  });

  test.each(VENUES)("row 70: money taken out by hand holds, until a person says so (%s)", async (venue) => {
    const set = await stage();
    befall(set, venue, "withdraw", { thousandths: 10 });
    await until(set, () => causes(set).includes("recon"));
    const [finding] = standing(set);
    expect(finding).toMatchObject({ venue, kind: "balance", ours: "100000", theirs: "99000" });
    const before = set.engine.results.total();
    const action = { action: "adopt_position", params: { finding: finding?.id ?? "" } };
    expect((await set.ask("POST", "/api/ui/approvals", action)).body).toMatchObject({ outcome: "done" });
    await expectCleared(set);
    // Money that was moved is no result.
    expect(set.engine.results.total()).toBe(before);
    expect([...set.ledger.posted.values()].filter(({ cause }) => cause === "transfer").map(({ id }) => id)).toContain(
      `transfer:${venue}:${finding?.id}`,
    );
  });

  test("row 70: one USDT is not worth a HOLD", async () => {
    const set = await stage();
    exchangeOf(set, BINANCE_UM).transfer(usdt("1"));
    await set.pass(90_000);
    expect([causes(set), standing(set)]).toEqual([[], []]);
  });
});

describe("a leg somebody closed by hand", () => {
  test.each(VENUES)(
    "row 69: HOLD, a finding, and no blind re-open; taken over, the other leg follows (%s)",
    async (venue) => {
      const set = await stage({ settings: STAYS });
      await set.ask("POST", "/api/arb/execute", EXECUTE);
      const [hedge] = set.engine.rooms.executor.hedges();
      befall(set, venue, "manual_close");
      await until(set, () => causes(set).includes("recon"));
      const [finding] = standing(set).filter(({ kind }) => kind === "position");
      expect(finding).toMatchObject({ venue, instrument: BTC, theirs: "0" });
      await set.pass(30_000);
      expect(set.simulated.exchanges.map((exchange) => exchange.openOrders())).toEqual([[], []]);
      const sent = (): number => set.simulated.exchanges.reduce((sum, each) => sum + each.truth().receipts.length, 0);
      expect(sent()).toBe(2);
      const action = { action: "adopt_position", params: { finding: finding?.id ?? "" } };
      expect((await set.ask("POST", "/api/ui/approvals", action)).body).toMatchObject({ outcome: "done" });
      await set.pass(5_000);
      const now = set.engine.rooms.executor.find(hedge?.intent.id as never);
      expect([now && stateOf(now), now?.exit?.reason, sent()]).toEqual(["closed", "operator", 3]);
      for (const exchange of set.simulated.exchanges) expect(exchange.truth().positions.get(BTC) ?? 0n).toBe(0n);
      const adjusted = [...set.ledger.posted.values()].filter(({ cause }) => cause === "adjustment");
      expect(adjusted.map(({ id }) => id)).toEqual([`fill:${venue}:${BTC}:adopted-${finding?.id}-0`]);
      // The venue's own price and fee were taken over: the wallet is explained to the last unit.
      await expectCleared(set);
    },
  );
});

describe("row 64: the venue is ahead of our books, as after an old backup", () => {
  test("both legs are found, taken over, and said to be nobody's", async () => {
    const set = await stage();
    exchangeOf(set, BINANCE_UM).restore(BTC, quantity("0.02"), usdt("1200"));
    exchangeOf(set, OKX_PERP).restore(BTC, quantity("-0.02"), usdt("-1200"));
    const told: string[] = [];
    set.feed.subscribe(({ code, says }) => void (code === "adopted" && told.push(says)));
    await until(set, () => standing(set).length === 2);
    for (const { id } of standing(set)) {
      const ask = { action: "adopt_position", params: { finding: id } };
      expect((await set.ask("POST", "/api/ui/approvals", ask)).status).toBe(200);
    }
    for (const [index, venue] of VENUES.entries())
      expect(set.engine.rooms.accounts.position(venue, BTC)).toBe(quantity(index === 0 ? "0.02" : "-0.02"));
    expect([told.length, told[0]?.includes("belongs to no hedge")]).toEqual([2, true]);
    expect(set.simulated.exchanges.map((exchange) => exchange.truth().receipts.length)).toEqual([0, 0]);
  });
});

describe("what may be taken over", () => {
  test("on HOLD only, and only what stands", async () => {
    const set = await stage();
    const ask = (finding: string) =>
      set.ask("POST", "/api/ui/approvals", { action: "adopt_position", params: { finding } });
    expect(await ask("rfnothing")).toMatchObject({ status: 409, body: { code: "nothing_to_do" } });
    befall(set, BINANCE_UM, "foreign_order");
    await until(set, () => standing(set).length === 1);
    expect(await ask(standing(set)[0]?.id ?? "")).toMatchObject({ status: 422, body: { code: "not_possible" } });
  });
});

describe("a question that failed settles nothing", () => {
  test("M23: a position read that fails is not a position of zero", async () => {
    const set = await stage({ settings: STAYS });
    await set.ask("POST", "/api/arb/execute", EXECUTE);
    for (let read = 0; read < 40; read += 1) befall(set, BINANCE_UM, "malformed_read");
    const { body } = await set.ask("POST", "/api/ui/recon/run", {});
    expect([causes(set), body.verdict, body.findings]).toEqual([[], "unknown", []]);
    const [run] = body.runs;
    expect([run.compared.positions, run.detail]).toEqual([null, expect.stringContaining("would not tell")]);
  });

  test("row 17: what stands stays found while the venue cannot be asked", async () => {
    const set = await stage();
    exchangeOf(set, OKX_PERP).restore(BTC, quantity("0.02"), usdt("1200"));
    await until(set, () => standing(set).length === 1);
    for (let read = 0; read < 40; read += 1) befall(set, OKX_PERP, "malformed_read");
    await set.ask("POST", "/api/ui/recon/run", {});
    expect(standing(set)).toHaveLength(1);
  });

  test("row 17: a stale read of positions is no finding", async () => {
    const set = await stage({ settings: STAYS });
    await set.pass(10_000);
    await set.ask("POST", "/api/arb/execute", EXECUTE);
    for (const venue of VENUES) befall(set, venue, "read_lag", { ms: 8_000 });
    await set.pass(60_000);
    expect([causes(set), standing(set)]).toEqual([[], []]);
  });
});

describe("when it compares", () => {
  test("at the start, every 30 s, after a reconnect and on request; what it did is kept", async () => {
    const set = await stage();
    const runs = (): number => set.engine.reconciler.findings.runs().filter(({ venue }) => venue === OKX_PERP).length;
    const atStart = runs();
    expect(atStart).toBeGreaterThan(0);
    await set.pass(31_000);
    expect(runs()).toBe(atStart + 1);
    befall(set, OKX_PERP, "close_private");
    await set.pass(5_000);
    expect(runs()).toBe(atStart + 2);
    const { body } = await set.ask("POST", "/api/ui/recon/run", {});
    expect([body.verdict, runs()]).toEqual(["clean", atStart + 3]);
    expect(body.runs.map(({ venue, compared }: Record<string, unknown>) => [venue, compared])).toEqual(
      VENUES.map((venue) => [venue, { positions: expect.any(Number), orders: 0, wallets: 1 }]),
    );
  });

  test("after an unknown order was resolved", async () => {
    const set = await stage({ settings: STAYS });
    const runs = (): number => set.engine.reconciler.findings.runs().length;
    await set.pass(1_000);
    befall(set, BINANCE_UM, "exec_drop_resp");
    mute(set, BINANCE_UM, 4);
    const before = runs();
    await set.ask("POST", "/api/arb/execute", EXECUTE);
    await set.pass(2_000);
    expect(runs()).toBeGreaterThan(before);
    expect([causes(set), standing(set)]).toEqual([[], []]);
  });
});
